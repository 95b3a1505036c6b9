// From an await site to what is awaited there. Invariant: never throws and never guesses; it answers `unknown` with a
// reason.
import type { Await, Clause, Expression, For, With, Yield } from "../code/ast";
import type { AwaitSite } from "../code/awaits";
import type { SyntaxTree } from "../code/syntax";
import { instanceFact } from "../facts/knowledge";
import { classMember } from "../infer/classes";
import { entered, left, round } from "../infer/implicit";
import { FileInference } from "../infer/infer";
import { type Inference, present, type Value } from "../infer/values";
import { type DefinitionSource, noSource } from "../modules";
import { a, code, type Piece, type Prose, prose } from "../prose";
import { type Placed, scopeAt, type Where } from "../scopes/scope";
import type { Awaitable } from "./awaitable";
import { cautionsAt } from "./cautions";
import { describeAwait, failing, notTold, pythonType, unknownAwaitable, unparsed } from "./describe";
import { errorProse } from "./errors";
import { operandOfAwaitCall, typeName } from "./protocol";

/** One inference for each source that says what changes, else for each tree and source. */
const inferences = new WeakMap<object, WeakMap<DefinitionSource, FileInference>>();

/** The inference of a file. What it found out is kept as long as the source says that it is true. */
export function inferenceFor(tree: SyntaxTree, source: DefinitionSource, isBrief = false): FileInference {
  const key = source.stamp ? source : tree;
  const bySource = inferences.get(key) ?? new WeakMap<DefinitionSource, FileInference>();
  inferences.set(key, bySource);
  const inference = bySource.get(source) ?? new FileInference(source);
  bySource.set(source, inference);
  inference.begin(isBrief);
  return inference;
}

/**
 * What `site` waits for. `source` gives the modules that the file imports. A brief answer leaves out what is only told,
 * and takes long to find: what the await gives, and through what it goes down.
 */
export function resolve(
  site: AwaitSite,
  tree: SyntaxTree,
  source: DefinitionSource = noSource,
  isBrief = false,
): Awaitable {
  const infer = inferenceFor(tree, source, isBrief);
  const scope = scopeAt(infer.moduleScope(tree), site.start);
  switch (site.form) {
    case "await":
      return ofAwait(find(scope.awaits, site), tree, infer);
    case "yield from":
      return ofDelegation(find(scope.yields, site), tree, infer);
    default: {
      const placed = find(scope.implicitAwaits, site);
      if (!placed) return unparsed();
      return "items" in placed.node
        ? ofWith(placed.node, placed.where, infer)
        : ofIteration(placed.node, placed.where, infer);
    }
  }
}

function find<T extends { readonly start: number }>(all: readonly Placed<T>[], site: AwaitSite): Placed<T> | undefined {
  return all.find(({ node }) => node.start === site.start);
}

// ---- the forms

function ofAwait(placed: Placed<Await> | undefined, tree: SyntaxTree, infer: Inference): Awaitable {
  const operand = placed?.node.operand;
  if (!placed || !operand) return unparsed();
  return describeAwait(infer.valueOf(operand, placed.where), operand, tree, infer);
}

/** `yield from` in `__await__` hands the await on. */
function ofDelegation(placed: Placed<Yield> | undefined, tree: SyntaxTree, infer: Inference): Awaitable {
  const operand = placed?.node.value;
  if (!placed || !operand) return unparsed();
  const target = operandOfAwaitCall(operand);
  const value = infer.valueOf(target ?? operand, placed.where);
  const isIterable =
    target !== undefined || (value.kind === "instance" && instanceFact(value.name)?.awaitable !== undefined);
  if (isIterable || value.kind === "unknown") return describeAwait(value, target ?? operand, tree, infer);
  if (value.kind === "coroutine" && value.type === "coroutine")
    return failing(
      "coroutine",
      prose`A plain generator may not ${code("yield from")} a coroutine: ${errorProse("coroutine in a generator", infer.minor)}. Write ${code(".__await__()")} behind it.`,
    );
  return unknownAwaitable(prose`What ${code(tree.slice(operand))} yields goes to the event loop; it is not followed.`);
}

function ofWith(statement: With, where: Where, infer: Inference): Awaitable {
  const all = statement.items.map(({ value }) => ofContext(infer.valueOf(value, where), value, where, infer));
  const [first, ...others] = all;
  if (!first) return unparsed();
  return others.length > 0 ? { ...first, others } : first;
}

function ofContext(value: Value, node: Expression, where: Where, infer: Inference): Awaitable {
  const { tree } = where.scope;
  const manager = present(value);
  const lacking = lacks(manager, "__aenter__", infer);
  if (lacking)
    return failing(
      "not-awaitable",
      prose`${code(tree.slice(node))} is ${lacking}, which has no ${code("__aenter__")}: ${contextError(manager, infer) ?? prose`${code("async with")} fails`}.`,
    );
  const entering = entered(manager, node, where, infer);
  const leaving = left(manager, node, where, infer);
  const enter =
    entering.kind === "unknown"
      ? notTold(manager.kind === "unknown" ? manager.why : entering.why, node, tree)
      : specially("__aenter__", entering, node, tree, infer);
  if (leaving.kind === "unknown" || enter.kind === "unknown" || enter.fails) return enter;
  const leave = specially("__aexit__", leaving, node, tree, infer);
  if (leave.fails) return { ...enter, fails: true, ...(leave.reason && { reason: leave.reason }) };
  const maker = manager.kind === "instance" ? manager.by?.fact : undefined;
  const cautions = maker ? cautionsAt(maker, node.start, tree, infer) : [];
  return { ...enter, cautions: [...cautions, ...enter.cautions], leaving: leave };
}

function ofIteration(node: For | Clause, where: Where, infer: Inference): Awaitable {
  const { tree } = where.scope;
  const { iterable } = node;
  const value = present(infer.valueOf(iterable, where));
  const lacking = lacks(value, "__aiter__", infer);
  if (lacking)
    return failing(
      "not-awaitable",
      prose`${code(tree.slice(iterable))} is ${lacking}, which has no ${code("__aiter__")}: ${iterationError(value, node, infer) ?? prose`${code("async for")} fails`}.`,
    );
  const { iterator, next } = round(value, iterable, where, infer);
  const unknownValue = [value, iterator, next].find((each) => each.kind === "unknown");
  if (unknownValue?.kind === "unknown") return notTold(unknownValue.why, iterable, tree);
  return specially("__anext__", next, iterable, tree, infer);
}

/** What a special method of `node` gives is awaited: where that fails, it is told of that, in Python's words for it. */
function specially(
  method: "__anext__" | "__aenter__" | "__aexit__",
  value: Value,
  node: Expression,
  tree: SyntaxTree,
  infer: Inference,
): Awaitable {
  const found = describeAwait(value, node, tree, infer);
  const type = pythonType(present(value));
  if (!found.fails || type === undefined) return found;
  const error = method === "__anext__" ? "bad round" : "bad context";
  const says = errorProse(error, infer.minor, { type, method });
  if (found.kind === "not-awaitable")
    return failing(
      "not-awaitable",
      prose`What ${code(method)} of ${code(tree.slice(node))} gives is ${a(type)}, which cannot be awaited: ${says}.`,
    );
  return method === "__anext__" ? { ...found, reason: inPlace(found.reason ?? [], says) } : found;
}

/** The sentence with another error in the place of that of `__await__`. */
function inPlace(reason: Prose, says: Prose): Prose {
  const isError = (piece: Piece) =>
    typeof piece !== "string" && piece.kind === "code" && /^TypeError: /.test(piece.text);
  const [first, last] = [reason.findIndex(isError), reason.findLastIndex(isError)];
  if (first < 0) return reason;
  const [next, ...rest] = reason.slice(last + 1);
  const after = first < last && typeof next === "string" ? next.replace(/^\)/, "") : next;
  return [...reason.slice(0, first), ...says, ...(after === undefined ? [] : [after]), ...rest];
}

/** What Python says to an `async with` of a value without `__aenter__`. */
function contextError(value: Value, infer: Inference): Prose | undefined {
  const type = pythonType(value);
  if (type === undefined) return undefined;
  const has = (name: string) => value.kind === "object" && classMember(value.of, name, infer) !== undefined;
  const shown = value.kind === "object" && (infer.minor ?? 14) >= 14 ? typeName(value.of) : type;
  const isPlain = type === "memoryview" || (has("__enter__") && has("__exit__"));
  const parts = { type: shown, missing: "__aenter__", missed: has("__aexit__") ? "__aenter__" : "__aexit__" };
  return errorProse(isPlain ? "no async context, a plain one" : "no async context", infer.minor, parts);
}

/** What Python says to an `async for` over a value without `__aiter__`. In comprehensions older ones make a tuple of a list. */
function iterationError(value: Value, node: For | Clause, infer: Inference): Prose | undefined {
  const type = pythonType(value);
  if (type === undefined || (!("kind" in node) && node.iterable.kind === "display")) return undefined;
  return errorProse("not iterable", infer.minor, { type });
}

/** What the value is, when it certainly has not got the special method. */
function lacks(value: Value, method: string, infer: Inference): Prose | undefined {
  switch (value.kind) {
    case "plain":
    case "sequence":
      return value.exact ? a(value.type) : undefined;
    case "coroutine":
      return value.of?.kind === "function" && value.of.overridable
        ? undefined
        : prose`a coroutine that was not awaited`;
    case "object": {
      const isMissing = value.exact && classMember(value.of, method, infer) === undefined;
      return isMissing ? prose`an object of ${code(value.of.definition.name)}` : undefined;
    }
    default:
      return undefined;
  }
}
