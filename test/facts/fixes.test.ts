// Fixes: the text files in edits/ hold code before and after. The fix must give exactly that, laid out as Ruff lays it out,
// and both are run on every Python found: what they give and print must be the same, and what differs is said there.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { answersTo } from "../../src/analysis/edits/answers";
import type { Fix } from "../../src/analysis/edits/fix";
import { fixesAt } from "../../src/analysis/edits/fixesAt";
import { mistakesOf } from "../../src/analysis/mistakes/mistakesOf";
import { overlaps } from "../../src/analysis/overlap/independent";
import { cpuTime, testParser } from "../analysis/parser";
import { run } from "../processes";
import { describePythons, findPythons, type Python } from "../pythons";
import { root } from "../root";

interface Case {
  readonly title: string;
  /** The lines `name: value` above the code. */
  readonly says: ReadonlyMap<string, string>;
  readonly before: string;
  readonly after: string;
  /** Offset of the caret in `before`. */
  readonly caret: number;
}

const folder = join(root, "test", "analysis", "edits");

/** What every program has, unless it is `whole`. */
const prelude = `import asyncio


async def get(value, seconds=1):
    print("get", value)
    await asyncio.sleep(seconds)
    return value


async def fail(seconds):
    await asyncio.sleep(seconds)
    raise ValueError


`;

/** What a case has after the fix that shows only what is not offered. */
const nothing = "";

function casesOf(file: string): Case[] {
  const [, ...parts] = readFileSync(join(folder, file), "utf8").split(/^==== /m);
  return parts.map((part) => {
    const [head = "", ...rest] = part.split("\n\n");
    const [title = "", ...lines] = head.split("\n");
    const says = new Map(lines.map((line) => [line.replace(/: .*/, ""), line.replace(/^.*?: /, "")] as const));
    const [before, after] = rest.join("\n\n").split(/^----\n/m);
    const full = (text: string | undefined) =>
      text === undefined
        ? nothing
        : `${says.has("whole") ? "" : says.has("tabs") ? prelude.replaceAll("    ", "\t") : prelude}${text.trimEnd()}\n`;
    const lineEnds = (text: string) => (says.has("carriage returns") ? text.replaceAll("\n", "\r\n") : text);
    const marked = lineEnds(full(before));
    const caret = marked.indexOf("‸");
    assert.ok(caret >= 0 !== says.has("rule"), `${file}: ${title} has no caret, or a rule and one`);
    return { title, says, before: marked.replace("‸", ""), after: lineEnds(full(after)), caret };
  });
}

function minorOf({ says }: Case): number | undefined {
  const minor = says.get("minor") ?? "13";
  return minor === "unknown" ? undefined : Number(minor);
}

async function offered(each: Case): Promise<Fix[]> {
  const tree = (await testParser()).parse(each.before);
  assert.ok(tree.isWhole, "the code before does not parse");
  const rule = each.says.get("rule");
  const mistake = rule === undefined ? undefined : mistakesOf(tree).find((found) => found.rule === rule);
  if (rule !== undefined) assert.ok(mistake, `${rule} is not reported`);
  const fixes =
    mistake && rule !== undefined
      ? answersTo(rule, mistake, tree, minorOf(each))
      : fixesAt(tree, { start: each.caret, end: each.caret }, minorOf(each));
  tree.dispose();
  return fixes;
}

/** The text after a fix. Its edits must not overlap. */
function applied(text: string, { edits }: Fix): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start);
  for (const [index, edit] of sorted.entries())
    assert.ok(edit.end <= (sorted[index - 1]?.start ?? text.length), "edits overlap");
  return sorted.reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text);
}

function formatted(text: string, { says }: Case): string {
  const style = says.has("tabs") ? { format: { "indent-style": "tab" } } : {};
  const workspace = new Workspace(style, PositionEncoding.Utf16);
  const result = workspace.format(text);
  workspace.free();
  return result;
}

interface Outcome {
  readonly result: string | null;
  readonly error: string | null;
  readonly time: number;
  readonly output: readonly string[];
  readonly warnings: readonly string[];
  readonly unhandled: readonly string[];
}

async function outcomes(python: Python, texts: readonly string[]): Promise<Outcome[]> {
  const programs = join(temporary, `programs-${python.minor}.json`);
  writeFileSync(programs, JSON.stringify(texts));
  const child = await run(python.path, ["-I", "-W", "ignore", join(folder, "run.py"), programs], { limit: 30_000 });
  assert.equal(child.code, 0, child.output);
  return JSON.parse(child.output) as Outcome[];
}

/** `a -> b` of a line, or what both are. */
function pair(text: string | undefined, otherwise: string): readonly [string, string] {
  const [before = otherwise, after = before] = text?.split(" -> ") ?? [];
  return [before, after];
}

function compare(each: Case, before: Outcome, after: Outcome, on: string): void {
  const told = (outcome: Outcome) => `${outcome.error ?? "none"} after ${outcome.time}`;
  const errors = pair(each.says.get("error"), "none");
  const times = pair(each.says.get("time"), "0");
  assert.deepEqual(
    [told(before), told(after)],
    [`${errors[0]} after ${times[0]}`, `${errors[1]} after ${times[1]}`],
    on,
  );
  const results = pair(each.says.get("result"), before.result ?? "null");
  assert.deepEqual([before.result ?? "null", after.result ?? "null"], results, on);
  const more = { more: 1, fewer: -1 }[each.says.get("output") ?? ""];
  if (more) assert.equal(Math.sign(after.output.length - before.output.length), more, `${on}: lines printed`);
  else if (before.error === null) assert.deepEqual([...after.output].sort(), [...before.output].sort(), on);
  const warnings = pair(each.says.get("warnings"), "");
  assert.deepEqual([before.warnings.join(), after.warnings.join()], warnings, on);
}

/** The oldest Python that has what the code uses. */
function oldest(each: Case): number {
  if (each.says.has("since")) return Number(each.says.get("since"));
  return each.after.includes("TaskGroup") ? 11 : 9;
}

const temporary = mkdtempSync(join(tmpdir(), "awaitscope-fixes-"));

describe("fixes", () => {
  after(() => rmSync(temporary, { recursive: true, force: true }));

  const all = readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .map((file) => ({ file, cases: casesOf(file) }));

  for (const { file, cases } of all)
    describe(file, () => {
      for (const each of cases)
        it(each.title, async () => {
          const fixes = await offered(each);
          const titles = fixes.map(({ title }) => title);
          const wanted = each.says.get("fix") ?? "";
          const unwanted = each.says.get("no fix");
          if (unwanted !== undefined) assert.ok(!titles.some((title) => title.includes(unwanted)), titles.join("\n"));
          if (wanted === "nothing") assert.deepEqual(titles, []);
          if (each.after === nothing) return;
          const fix = fixes.find(({ title }) => title.startsWith(wanted));
          assert.ok(fix, `offered is only: ${titles.join("; ") || "nothing"}`);
          assert.equal(applied(each.before, fix), each.after);
          if (!each.says.has("as written"))
            assert.equal(formatted(each.after, each), each.after, "as Ruff lays it out");
        });
    });

  it("do what they say, run on every Python found", async function () {
    this.timeout(60_000);
    const cases = all
      .flatMap((each) => each.cases)
      .filter(({ after, says }) => after !== nothing && !says.has("not run"));
    for (const python of findPythons()) {
      const fitting = cases.filter((each) => oldest(each) <= python.minor);
      const texts = fitting.flatMap(({ before, after }) => [before, after]);
      const told = await outcomes(python, texts);
      fitting.forEach((each, index) => {
        const [before, after] = [told[2 * index], told[2 * index + 1]];
        assert.ok(before && after);
        compare(each, before, after, `${each.title}, on ${python.version}`);
      });
    }
    console.log(`      ${describePythons()}`);
  });
});

describe("fixes of any text", () => {
  const texts = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".txt"))
      .flatMap((file) => casesOf(file))
      .map(({ before }) => before);

  it("leave code that parses, wherever they are taken", async function () {
    this.timeout(30_000);
    const parser = await testParser();
    let taken = 0;
    for (const text of texts()) {
      const tree = parser.parse(text);
      const seen = new Set<string>();
      for (const [index, line] of text.split("\n").entries()) {
        const start = tree.lines.offset({ line: index + 1, column: line.length - line.trimStart().length });
        for (const fix of fixesAt(tree, { start, end: start + line.trim().length }, 13)) {
          if (seen.has(JSON.stringify(fix.edits))) continue;
          seen.add(JSON.stringify(fix.edits));
          const after = parser.parse(applied(text, fix));
          assert.ok(after.isWhole, `${fix.title}\n${after.text}`);
          assert.notEqual(after.text, text, fix.title);
          after.dispose();
          taken++;
        }
      }
      tree.dispose();
    }
    assert.ok(taken > 80, `only ${taken} fixes`);
  });

  it("never throw, however the text is cut", async function () {
    this.timeout(30_000);
    const parser = await testParser();
    for (const text of texts())
      for (let length = text.length - 1; length > text.length - 120; length -= 23) {
        const tree = parser.parse(text.slice(0, length));
        for (const at of [length, length - 10, length - 40]) fixesAt(tree, { start: at, end: at }, undefined);
        overlaps(tree);
        tree.dispose();
      }
  });

  it("are quick in a function of hundreds of awaits, and in nested brackets", async () => {
    const parser = await testParser();
    const many = `async def get(n):\n    await sleep(n)\nasync def main():\n${Array.from({ length: 290 }, (_, index) => `    a${index} = await get(${index})\n`).join("")}`;
    const deep = `async def main():\n    a = await get(${"(".repeat(10_000)}1${")".repeat(10_000)})\n    b = await get(2)\n`;
    for (const text of [many, deep]) {
      const tree = parser.parse(text);
      const at = text.lastIndexOf("await");
      const time = cpuTime(() => fixesAt(tree, { start: at, end: at }, 13));
      assert.ok(time < 200, `${time} ms`);
      tree.dispose();
    }
  });
});
