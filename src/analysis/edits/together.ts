// Awaits one after another, written so that they overlap: in a task group, or with gather.
import type { Expression } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Run, Unit } from "../overlap/independent";
import { overlapIn } from "../overlap/independent";
import { taskGroupsSince } from "../overlap/work";
import type { Asked, Fix } from "./fix";
import { freshName, type ModuleName, moduleName } from "./imports";
import { deeper, fits, indentAt, isAlone, laidOut, lineEnd, type Margin, newlineOf, stepAt } from "./layout";
import { roundFixes } from "./roundsTogether";
import { isForeign, sharing } from "./sentences";

/** What would overlap the awaits at the place that is asked about. */
export function togetherFixes(asked: Asked): Fix[] {
  const { tree, statement, scope, infer } = asked;
  const found = statement && overlapIn(scope, statement.start, infer);
  const asyncio = found && !isForeign(tree) ? moduleName("asyncio", scope) : undefined;
  if (!found || !asyncio) return [];
  if (found.kind === "loop") return roundFixes(found, asyncio, asked);
  if (!isRewritable(found, tree)) return [];
  const plan = planOf(found, asyncio, tree);
  const isOld = asked.minor !== undefined && asked.minor < taskGroupsSince;
  return [...(isOld || found.guarded ? [] : [inGroup(plan, asked.minor)]), ...withGather(plan)];
}

/** Nothing else on their lines, and nothing in them that would be lost. */
function isRewritable({ units }: Run, tree: SyntaxTree): boolean {
  const start = units[0]?.statement.start ?? 0;
  const end = units.at(-1)?.statement.end ?? start;
  return isAlone(tree, { start, end }) && units.every((unit) => losesNothing(unit, tree));
}

/** No comment in a statement is outside of its call. */
function losesNothing({ statement, call }: Unit, tree: SyntaxTree): boolean {
  const around = tree.text.slice(statement.start, call.start) + tree.text.slice(call.end, statement.end);
  return !around.includes("#");
}

/** A run with the texts that stand between its statements. */
interface Plan {
  readonly run: Run;
  readonly tree: SyntaxTree;
  readonly asyncio: ModuleName;
  readonly margin: Margin;
  readonly lines: readonly UnitLine[];
}

interface UnitLine {
  readonly unit: Unit;
  /** Comments and blank lines above, without their indentation. */
  readonly above: readonly string[];
  /** The comment behind it, with the white space before. */
  readonly behind: string;
  readonly margin: Margin;
}

function planOf(run: Run, asyncio: ModuleName, tree: SyntaxTree): Plan {
  const first = run.units[0]?.statement;
  const newline = newlineOf(tree);
  const margin = first
    ? { indent: indentAt(tree, first.start), step: stepAt(tree, first), newline }
    : { indent: "", step: "    ", newline };
  const lines = run.units.map((unit, index) => {
    const before = run.units[index - 1];
    const gap = before ? tree.text.slice(before.statement.end, unit.statement.start).split(/\r\n|\r|\n/) : [];
    const rest = tree.text.slice(unit.statement.end, lineEnd(tree, unit.statement.end));
    return {
      unit,
      above: gap.slice(1, -1).map((text) => text.trim()),
      behind: commentIn(rest),
      margin,
    };
  });
  return { run, tree, asyncio, margin, lines };
}

/** The comment of what follows a statement on its line; another statement there has none. */
function commentIn(rest: string): string {
  const [, comment] = /^[ \t]*;?[ \t]*(#.*)$/.exec(rest) ?? [];
  return comment === undefined ? "" : `  ${comment.trimEnd()}`;
}

function replaced({ run, tree, asyncio }: Plan, text: string) {
  const first = run.units[0]?.statement.start ?? 0;
  const last = run.units.at(-1)?.statement.end ?? first;
  return [...asyncio.edits, { start: first, end: lineEnd(tree, last), text }];
}

// ---- task groups

function inGroup(plan: Plan, minor: number | undefined): Fix {
  const { run, tree, asyncio, margin } = plan;
  const group = freshName("group", tree, new Set());
  const names = taskNames(run.units, tree);
  const inner = deeper(margin);
  const made = plan.lines.flatMap(({ unit, above, behind }, index) => {
    const name = names[index];
    const head = `${name === undefined ? "" : `${name} = `}${group}.create_task(`;
    return [
      ...above.map((text) => text && `${inner.indent}${text}`),
      `${inner.indent}${created(unit, head, tree, margin, inner)}${behind}`,
    ];
  });
  const results = run.units.flatMap((unit, index) =>
    names[index] === undefined ? [] : [`${margin.indent}${targetsText(unit, tree)} = ${names[index]}.result()`],
  );
  const lines = [`async with ${asyncio.name}.TaskGroup() as ${group}:`, ...made, ...results];
  const since = minor === undefined ? " (Python 3.11 on)" : "";
  return {
    title: `Run ${counted(run)} in a task group${since}: they overlap; the first error cancels the ${others(run)} and comes in an ExceptionGroup${sharing(run.shared)}`,
    kind: "refactor.rewrite",
    edits: replaced(plan, lines.join(margin.newline)),
    rule: "sequential-awaits",
    ...(run.sure && { preferred: true as const }),
  };
}

/** The line that makes a task: on one line, or with the call on a line of its own. */
function created(unit: Unit, head: string, tree: SyntaxTree, from: Margin, margin: Margin): string {
  const flat = laidOut(tree, unit.call, head, ")", from, margin);
  if (fits(margin.indent + flat)) return flat;
  const inner = deeper(margin);
  const call = laidOut(tree, unit.call, "", "", from, inner);
  return [head, `${inner.indent}${call}`, `${margin.indent})`].join(margin.newline);
}

/** Names for the tasks whose results are kept. */
function taskNames(units: readonly Unit[], tree: SyntaxTree): (string | undefined)[] {
  const taken = new Set<string>();
  return units.map((unit) => {
    if (unit.targets.length === 0) return undefined;
    const name = freshName(`${subject(unit)}task`, tree, taken);
    taken.add(name);
    return name;
  });
}

/** What a task is for: the name that its result gets, else that of the function. */
function subject({ targets, call }: Unit): string {
  const [target] = targets;
  const name = (target && wordOf(target)) ?? wordOf(call.callee);
  return name === undefined || name === "_" ? "" : `${name.replace(/^_+/, "")}_`;
}

function wordOf(node: Expression): string | undefined {
  if (node.kind === "name") return node.id;
  if (node.kind === "attribute") return node.name;
  const [index] = node.kind === "subscript" ? node.index : [];
  return index?.kind === "literal" && /^[a-z_]\w*$/i.test(index.text ?? "") ? index.text : undefined;
}

/** `a = b`, or `a: T`. */
function targetsText({ targets, annotation }: Unit, tree: SyntaxTree): string {
  return `${targets.map((target) => tree.slice(target)).join(" = ")}${annotation ? `: ${tree.slice(annotation)}` : ""}`;
}

// ---- gather

/** Each result has one target: what `a = b = await …` and a bare `_` need is not written. */
function withGather(plan: Plan): Fix[] {
  const { run, tree, asyncio, margin } = plan;
  const isKept = run.units.some(({ targets }) => targets.length > 0);
  const usesBlank = isKept && run.units.some(({ targets }) => targets.length === 0);
  if (run.units.some(({ targets }) => targets.length > 1) || (usesBlank && /\b_\s*[(=]/.test(tree.text))) return [];
  const declared = run.units.flatMap((unit) => (unit.annotation ? [targetsText(unit, tree)] : []));
  const head = isKept ? `${run.units.map((unit) => resultText(unit, tree)).join(", ")} = ` : "";
  const call = gathered(plan, `${head}await ${asyncio.name}.gather`);
  const title = `Run ${counted(run)} with gather: they overlap; the first error is raised while the ${others(run)} ${run.units.length === 2 ? "runs" : "run"} on${sharing(run.shared)}`;
  const text = [...declared, call].join(`${margin.newline}${margin.indent}`);
  return [{ title, kind: "refactor.rewrite", edits: replaced(plan, text), rule: "sequential-awaits" }];
}

function resultText({ targets }: Unit, tree: SyntaxTree): string {
  const [target] = targets;
  if (!target) return "_";
  const text = tree.slice(target);
  return target.kind === "display" && !/^[([]/.test(text) ? `(${text})` : text;
}

function gathered({ run, tree, margin, lines }: Plan, head: string): string {
  const flat = run.units.map(({ call }) => laidOut(tree, call, "", "", margin, { ...margin, step: margin.step }));
  const hasComments = lines.some(({ above, behind }) => behind !== "" || above.some((text) => text !== ""));
  const inner = deeper(margin);
  const one = `${head}(${flat.join(", ")})`;
  if (!hasComments && fits(margin.indent + one)) return one;
  const args = run.units.map(({ call }) => laidOut(tree, call, "", "", margin, inner));
  const together = `${inner.indent}${args.join(", ")}`;
  if (!hasComments && fits(together)) return [`${head}(`, together, `${margin.indent})`].join(margin.newline);
  const each = lines.flatMap(({ above, behind }, index) => [
    ...above.filter((text) => text !== "").map((text) => `${inner.indent}${text}`),
    `${inner.indent}${args[index]},${behind}`,
  ]);
  return [`${head}(`, ...each, `${margin.indent})`].join(margin.newline);
}

// ---- words

function counted({ units }: Run): string {
  return units.length === 2 ? "both" : `all ${units.length}`;
}

function others({ units }: Run): string {
  return units.length === 2 ? "other" : "others";
}
