// What a call starts: `create_task`, `gather`, `asyncio.run`; and the call of a coroutine function whose value is dropped,
// which starts nothing. For the hover on the function's name.

import { locationOf, nameIn, qualifiedName } from "../awaiting/chain";
import { inferenceFor } from "../awaiting/resolve";
import type { Call, Expression } from "../code/ast";
import type { FoundNode, SyntaxTree } from "../code/syntax";
import { type Start, starts } from "../facts/starts";
import type { CoroutineValue, Inference, Value } from "../infer/values";
import type { DefinitionSource } from "../modules";
import { code, defined, filled, line, type Prose, prose, strong } from "../prose";
import { callNameAt, type PlacedCall, placedCall } from "../scopes/callAt";
import { frameOf } from "../scopes/scope";
import type { Explained } from "./explainAt";

/** Names of calls that start something, before anything is looked up. */
const names: ReadonlySet<string> = new Set(Object.keys(starts).map((name) => name.slice(name.lastIndexOf(".") + 1)));

/** Explains the call whose function's name is at an offset, if it starts something or should. */
export function startAt(tree: SyntaxTree, offset: number, source: DefinitionSource): Explained | undefined {
  const found = callNameAt(tree, offset);
  if (!found) return undefined;
  const isNamed = names.has(tree.slice(found.name));
  if (!isNamed && !isStatement(found.call)) return undefined;
  const infer = inferenceFor(tree, source);
  const placed = placedCall(infer.moduleScope(tree), found);
  if (!placed) return undefined;
  const callee = infer.valueOf(placed.call.callee, placed.where);
  const start = callee.kind === "fact" ? starts[callee.name] : undefined;
  return start ? started(start, placed, tree, infer) : dropped(placed, tree, infer);
}

function isStatement(call: FoundNode): boolean {
  return call.parent?.type === "expression_statement";
}

// ---- what starts

function started(start: Start, placed: PlacedCall, tree: SyntaxTree, infer: Inference): Explained {
  const { call, where } = placed;
  const { node, parent } = frameOf(where.scope);
  const isFunction = "kind" in node && node.kind === "function";
  const outer: Prose = isFunction ? [code(nameIn(node.name, parent))] : ["this code"];
  const parts = {
    runs: runs(call, placed, tree, infer),
    outer,
    until: isFunction && node.isAsync ? prose`${outer} suspends` : prose`${outer} has returned to the event loop`,
  };
  const told = (text: string) => filled(text, parts) ?? [];
  const kept = start.kept === "caller" ? keeping(placed, tree) : [];
  const failing = start.failsInLoop !== undefined && isFunction && node.isAsync ? failure(start.failsInLoop) : [];
  const explanation = {
    headline: prose`${strong(start.does)} ${told(start.with)}`,
    body: [...linesOf(start, tree).map(told), ...kept.filter(({ isBad }) => !isBad).map(({ text }) => text)],
    cautions: [...kept.filter(({ isBad }) => isBad).map(({ text }) => text), ...failing],
  };
  return { span: { start: placed.start, end: placed.end }, explanation };
}

/** Python 3.12 can start tasks eagerly: where the file speaks of that, it may be so here. */
function linesOf({ lines, eager }: Start, tree: SyntaxTree): readonly string[] {
  const mayBeEager = eager !== undefined && /eager_(?:task_factory|start)/.test(tree.text);
  return mayBeEager ? [eager, ...lines.slice(1)] : lines;
}

/** What the arguments run, with links: one, several, or the text of what is unpacked. */
function runs({ args }: Call, { where }: PlacedCall, tree: SyntaxTree, infer: Inference): Prose {
  const given = args.filter(({ name }) => name === undefined || name === "coro").map(({ value }) => value);
  const isMany = given.length > 1 && given.every((each) => isCoroutine(infer.valueOf(each, where)));
  const shown = (isMany ? given : given.slice(0, 1))
    .slice(0, 4)
    .map((each) => run(each, infer.valueOf(each, where), tree, infer));
  const more = isMany && given.length > shown.length ? [` and ${given.length - shown.length} more`] : [];
  const all = shown.flatMap((each, index) => [...(index > 0 ? [", "] : []), ...each]);
  return [...(shown.length > 0 ? all : ["what it is given"]), ...more];
}

function isCoroutine(value: Value): value is CoroutineValue {
  return value.kind === "coroutine";
}

function run(node: Expression, value: Value, tree: SyntaxTree, infer: Inference): Prose {
  const of = isCoroutine(value) ? value.of : value.kind === "function" ? value : undefined;
  if (of?.kind !== "function") return [code(tree.slice(node))];
  const at = locationOf(of.definition.nameSpan.start, of.where.scope.tree, tree, infer);
  return [defined(qualifiedName(of), at)];
}

interface Keeping {
  readonly text: Prose;
  readonly isBad: boolean;
}

/** Whether somebody holds the task. */
function keeping({ call, where }: PlacedCall, tree: SyntaxTree): Keeping[] {
  const { statement, scope } = where;
  if (statement?.kind === "expression" && statement.values[0] === call) {
    const text = prose`Nothing keeps the task. The loop holds tasks only weakly: one that nobody holds may vanish before it ends, and its exception with it.`;
    return [{ text, isBad: true }];
  }
  const awaits = frameOf(scope).awaits;
  if (awaits.some(({ node }) => node.operand === call))
    return [{ text: prose`It is awaited at once: nothing of the code around runs beside it.`, isBad: false }];
  const target = statement?.kind === "assign" && statement.value === call ? statement.targets[0] : undefined;
  if (target?.kind !== "name") return [];
  const awaited = awaits.find(
    ({ node }) => node.start > call.end && node.operand?.kind === "name" && node.operand.id === target.id,
  );
  const at = awaited && prose`, awaited at ${line(tree.place(awaited.node.start).line)}`;
  return [{ text: prose`${code(target.id)} keeps it${at}.`, isBad: false }];
}

function failure(error: string): Prose[] {
  return [prose`A loop runs here already, so this fails: ${code(error)}. Await it instead.`];
}

// ---- what never runs

function dropped(placed: PlacedCall, tree: SyntaxTree, infer: Inference): Explained | undefined {
  const { call, where } = placed;
  const { statement } = where;
  if (statement?.kind !== "expression" || statement.values.length !== 1 || statement.values[0] !== call)
    return undefined;
  const value = infer.valueOf(call, where);
  if (!isCoroutine(value) || value.type !== "coroutine" || value.of?.kind === "lambda") return undefined;
  if (value.of?.kind === "function" && value.of.overridable) return undefined;
  const { node } = frameOf(where.scope);
  const canAwait = "kind" in node && node.kind === "function" && node.isAsync;
  const text = tree.slice(call);
  const fix = canAwait
    ? prose`Write ${code(`await ${text}`)}, or give it to a task.`
    : prose`Plain code cannot await it; ${code(`asyncio.run(${text})`)} runs it where no loop runs.`;
  const warning = `RuntimeWarning: coroutine '${nameInWarning(value)}' was never awaited`;
  const explanation = {
    headline: prose`${strong("Never runs")}: ${code(text)} only makes a coroutine object`,
    body: [fix],
    cautions: [prose`Nothing awaits it, so nothing of it runs: ${code(warning)}.`],
  };
  return { span: { start: placed.start, end: placed.end }, explanation };
}

/** The function's `__qualname__`, as the warning has it. */
function nameInWarning({ of }: CoroutineValue): string {
  if (of?.kind === "function") {
    const name = qualifiedName(of);
    return frameOf(of.where.scope).kind === "function" ? `….<locals>.${name}` : name;
  }
  return of?.kind === "fact" ? of.name.slice(of.name.indexOf(".") + 1) : "…";
}
