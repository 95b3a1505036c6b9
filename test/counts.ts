// Reads from a part's output how many tests it ran.
import { stripVTControlCharacters } from "node:util";

/** Figures of one part, or of all. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many of the skipped ones each reason stands for; they need not be all. */
  readonly reasons?: ReadonlyMap<string, number>;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    ...withReasons([...(a.reasons ?? []), ...(b.reasons ?? [])]),
  };
}

function withReasons(found: readonly (readonly [string, number])[]): Pick<Counts, "reasons"> {
  const reasons = new Map<string, number>();
  for (const [reason, often] of found) reasons.set(reason, (reasons.get(reason) ?? 0) + often);
  return reasons.size > 0 ? { reasons } : {};
}

/** How a part closes: mocha's summary, unittest's summary, our own closing line, or nothing but its exit code. */
export type Dialect = "mocha" | "unittest" | "closing" | "exit";

function total(output: string, pattern: RegExp): number {
  return [...output.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

function mocha(output: string): Counts {
  return {
    passed: total(output, /^ {2}(\d+) passing\b/gm),
    failed: total(output, /^ {2}(\d+) failing$/gm),
    skipped: total(output, /^ {2}(\d+) pending$/gm),
  };
}

/** "Ran 12 tests in 0.1s", then "OK (skipped=2, expected failures=1)" or "FAILED (failures=1, errors=2)". */
function unittest(output: string): Counts {
  const ran = total(output, /^Ran (\d+) tests? in /gm);
  const verdicts = [...output.matchAll(/^(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$/gm)].map((match) => match[1] ?? "");
  const amount = (name: string): number => total(verdicts.join("\n"), new RegExp(`(?:^|, )${name}=(\\d+)`, "gm"));
  const failed = amount("failures") + amount("errors") + amount("unexpected successes");
  const skipped = amount("skipped");
  return { passed: ran - failed - skipped, failed, skipped };
}

const closingLine = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm;

/** The last closing line counts: a part of parts prints one for each before it. */
function closing(output: string): Counts {
  const last = [...output.matchAll(closingLine)].at(-1);
  return { passed: Number(last?.[1] ?? 0), failed: Number(last?.[2] ?? 0), skipped: Number(last?.[3] ?? 0) };
}

const readers: Readonly<Record<Dialect, (output: string, code: number | undefined) => Counts>> = {
  mocha,
  unittest,
  closing,
  exit: (_, code) => ({ ...none, passed: code === 0 ? 1 : 0 }),
};

/**
 * What a part's output says, held against its exit code: an end with an error that no test explains is one failure,
 * and so is a part that ran no test.
 *
 * @param code undefined when a signal ended the part
 */
export function countTests(dialect: Dialect, output: string, code: number | undefined): Counts {
  const plain = stripVTControlCharacters(output).replaceAll("\r", "");
  const said = [...plain.matchAll(reasonLine)].map((match) => [match[2] as string, Number(match[1])] as const);
  const counts = { ...readers[dialect](plain, code), ...withReasons(said) };
  const unexplained = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  return unexplained ? { ...counts, failed: 1 } : counts;
}

/** In every dialect: `not run (2): mypy is missing`. */
const reasonLine = /^ *not run \((\d+)\): (.+)$/gm;

/** Why tests were skipped, a line a reason, most often first. */
export function reasonsOf({ skipped, reasons }: Counts): string[] {
  const all = [...(reasons ?? [])].sort(([, a], [, b]) => b - a);
  const silent = skipped - all.reduce((sum, [, often]) => sum + often, 0);
  if (silent > 0) all.push(["no reason is given", silent]);
  return all.map(([reason, often]) => `not run (${often}): ${reason}`);
}

/** The line that ends `npm test`. */
export function closingLineOf({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
