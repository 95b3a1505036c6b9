// A loop that awaits in each round, written so that the rounds overlap: results keep their order.
import type { Expression } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Rounds } from "../overlap/rounds";
import { taskGroupsSince } from "../overlap/work";
import type { Asked, Fix } from "./fix";
import { freshName, type ModuleName } from "./imports";
import { callText, fits, indentAt, isAlone, type Margin, newlineOf, stepAt } from "./layout";
import { sharing } from "./sentences";

export function roundFixes(rounds: Rounds, asyncio: ModuleName, asked: Asked): Fix[] {
  const { tree, minor } = asked;
  if (!isRewritable(rounds, tree)) return [];
  const isOld = minor !== undefined && minor < taskGroupsSince;
  const plan = planOf(rounds, asyncio, tree);
  return [...(isOld || rounds.guarded ? [] : [inGroup(plan, minor)]), withGather(plan)];
}

interface Plan {
  readonly rounds: Rounds;
  readonly tree: SyntaxTree;
  readonly asyncio: ModuleName;
  readonly margin: Margin;
  /** ` for x in xs if x`: what follows the element of a comprehension. */
  readonly clauses: string;
  /** Everything that is replaced. */
  readonly start: number;
  readonly end: number;
}

/** On lines of its own, and without a comment or line break that would be lost. */
function isRewritable(rounds: Rounds, tree: SyntaxTree): boolean {
  const { statement, results } = rounds;
  const start = results.kind === "appended" ? results.made.start : statement.start;
  const text = tree.text.slice(start, statement.end);
  const isShort = !/[\r\n]/.test(tree.slice(rounds.call)) && !text.includes("#") && !/\\[\r\n]/.test(text);
  return isShort && isAlone(tree, { start, end: statement.end });
}

function planOf(rounds: Rounds, asyncio: ModuleName, tree: SyntaxTree): Plan {
  const { statement, results } = rounds;
  const start = results.kind === "appended" ? results.made.start : statement.start;
  const margin = { indent: indentAt(tree, start), step: stepAt(tree, statement), newline: newlineOf(tree) };
  return { rounds, tree, asyncio, margin, clauses: clausesOf(rounds, tree), start, end: statement.end };
}

function clausesOf({ statement, results }: Rounds, tree: SyntaxTree): string {
  if (results.kind !== "comprehension") {
    return statement.kind === "for"
      ? ` for ${tree.slice(statement.target)} in ${iterableText(statement.iterable, tree)}`
      : "";
  }
  const { node } = results;
  const element = node.elements[0];
  const inside = tree.text.slice(element?.end ?? node.start, node.end - 1);
  return ` ${inside
    .replace(/^[\s)]*(?=for\b)/, "")
    .replace(/\s+/g, " ")
    .trim()}`;
}

/** `for x in 1, 2` needs no parentheses, a comprehension does. */
function iterableText(node: Expression, tree: SyntaxTree): string {
  const text = tree.slice(node);
  return node.kind === "display" && !/^[([{]/.test(text) ? `(${text})` : text;
}

function replaced({ asyncio, start, end }: Plan, lines: readonly string[], { newline, indent }: Margin) {
  return [...asyncio.edits, { start, end, text: lines.join(`${newline}${indent}`) }];
}

/** What the statement does with the list of results. */
function heads({ rounds, tree }: Plan): { readonly before: string; readonly after: string } {
  const { results, statement } = rounds;
  if (results.kind === "dropped") return { before: "", after: "" };
  if (results.kind === "appended") {
    const { made } = results;
    const annotation = made.annotation ? `: ${tree.slice(made.annotation)}` : "";
    return { before: `${results.name}${annotation} = `, after: "" };
  }
  const { node } = results;
  return { before: tree.text.slice(statement.start, node.start), after: tree.text.slice(node.end, statement.end) };
}

function withGather(plan: Plan): Fix {
  const { rounds, tree, asyncio, margin, clauses } = plan;
  const { before, after } = heads(plan);
  const each = `*(${tree.slice(rounds.call)}${clauses})`;
  const text = callText(`${asyncio.name}.gather`, [each], `${before}await `, after, margin);
  return {
    title: `Run all rounds at once with gather: the first error is raised while the others run on${sharing(rounds.shared)}`,
    kind: "refactor.rewrite",
    edits: replaced(plan, [text], margin),
    rule: "sequential-awaits",
  };
}

function inGroup(plan: Plan, minor: number | undefined): Fix {
  const { rounds, tree, margin } = plan;
  const since = minor === undefined ? " (Python 3.11 on)" : "";
  const lines = rounds.results.kind === "dropped" ? loopInGroup(plan) : listInGroup(plan);
  return {
    title: `Run all rounds at once in a task group${since}: the first error cancels the others and comes in an ExceptionGroup${sharing(rounds.shared)}`,
    kind: "refactor.rewrite",
    edits: replaced(plan, lines, margin),
    rule: "sequential-awaits",
    ...(rounds.sure && tree.isWhole && { preferred: true as const }),
  };
}

function loopInGroup({ rounds, tree, asyncio, margin, clauses }: Plan): string[] {
  const { step } = margin;
  const group = freshName("group", tree, new Set());
  const inner = { ...margin, indent: margin.indent + step + step };
  return [
    `async with ${asyncio.name}.TaskGroup() as ${group}:`,
    `${step}${clauses.trim()}:`,
    `${step}${step}${callText(`${group}.create_task`, [tree.slice(rounds.call)], "", "", inner)}`,
  ];
}

function listInGroup(plan: Plan): string[] {
  const { rounds, tree, asyncio, margin, clauses } = plan;
  const { before, after } = heads(plan);
  const group = freshName("group", tree, new Set());
  const tasks = freshName("tasks", tree, new Set());
  const task = freshName("task", tree, new Set());
  const element = `${group}.create_task(${tree.slice(rounds.call)})`;
  return [
    `async with ${asyncio.name}.TaskGroup() as ${group}:`,
    `${margin.step}${listText(`${tasks} = `, element, clauses.trim(), "", { ...margin, indent: margin.indent + margin.step })}`,
    listText(before, `${task}.result()`, `for ${task} in ${tasks}`, after, margin),
  ];
}

/** A list comprehension on one line, or with element and clauses on lines of their own. */
function listText(
  head: string,
  element: string,
  clauses: string,
  tail: string,
  { indent, step, newline }: Margin,
): string {
  const flat = `${head}[${element} ${clauses}]${tail}`;
  if (fits(indent + flat)) return flat;
  const inner = `${newline}${indent}${step}`;
  return `${head}[${inner}${element}${inner}${clauses}${newline}${indent}]${tail}`;
}
