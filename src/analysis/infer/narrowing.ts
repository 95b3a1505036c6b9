// What a condition tells of a value: `isinstance`, `is None`, `inspect.isawaitable` and their like.
import type { Call, Expression } from "../code/ast";
import { prose } from "../prose";
import { dottedKey, guardsAt } from "../scopes/guards";
import type { Where } from "../scopes/scope";
import { derives } from "./subtypes";
import { type Inference, isNone, none, present, union, unknown, type Value } from "./values";

/** The value of a variable or attribute with what the conditions around it tell. */
export function narrowed(value: Value, node: Expression, where: Where, infer: Inference): Value {
  const key = dottedKey(node);
  if (key === undefined || node.kind === "walrus" || value.kind === "module") return value;
  const guards = guardsAt(where.scope, key, node.start);
  return guards.reduce<Value>((known, guard) => refined(known, key, guard.test, guard.holds, where, infer), value);
}

function refined(value: Value, key: string, test: Expression, holds: boolean, where: Where, infer: Inference): Value {
  const again = (part: Expression, known = value, truth = holds) => refined(known, key, part, truth, where, infer);
  if (dottedKey(test) === key) return holds ? present(value) : value;
  switch (test.kind) {
    case "boolean":
      // Both sides of `and` hold when it does, neither side of `or` when it does not.
      return (test.operator === "and") === holds ? again(test.right, again(test.left)) : value;
    case "operation":
      if (test.operator === "not" && test.operands[0]) return again(test.operands[0], value, !holds);
      return comparison(value, key, test, holds);
    case "call":
      return called(value, key, test, holds, where, infer);
    case "walrus":
      return again(test.value);
    default:
      return value;
  }
}

function comparison(
  value: Value,
  key: string,
  test: Extract<Expression, { kind: "operation" }>,
  holds: boolean,
): Value {
  const [left, right] = test.operands;
  if (!left || right?.kind !== "literal" || right.type !== "None" || dottedKey(left) !== key) return value;
  const isNoneThen = /^(is|==)$/.test(test.operator) === holds;
  if (!/^(is|==|is not|!=)$/.test(test.operator)) return value;
  return isNoneThen ? none : present(value);
}

function called(value: Value, key: string, test: Call, holds: boolean, where: Where, infer: Inference): Value {
  const [first, second] = test.args;
  if (!first || dottedKey(first.value) !== key) return value;
  const callee = infer.valueOf(test.callee, where);
  if (callee.kind === "builtin" && callee.name === "isinstance" && second) {
    const types = instances(second.value, where, infer);
    return types ? checked(value, types, holds, infer) : value;
  }
  if (callee.kind === "builtin" && callee.name === "hasattr")
    return isAwaitName(second?.value) ? awaitableOnly(value, holds) : value;
  const guard = guardFunctions[nameOf(callee, infer)];
  return guard ? guard(value, holds) : value;
}

function isAwaitName(node: Expression | undefined): boolean {
  return node?.kind === "literal" && node.text === "__await__";
}

function nameOf(callee: Value, infer: Inference): string {
  if (callee.kind === "fact") return callee.name;
  if (callee.kind === "function") return infer.fullName(callee.definition, callee.where) ?? "";
  return callee.kind === "unknown" ? (callee.name ?? "") : "";
}

/** Functions that tell what they are called with, where they are exported and where they are defined. */
const guardFunctions: Readonly<Record<string, (value: Value, holds: boolean) => Value>> = {
  "asyncio.iscoroutine": coroutineOnly,
  "asyncio.coroutines.iscoroutine": coroutineOnly,
  "inspect.iscoroutine": coroutineOnly,
  "inspect.isawaitable": awaitableOnly,
  "asyncio.isfuture": futureOnly,
  "asyncio.futures.isfuture": futureOnly,
  "asyncio.iscoroutinefunction": coroutineFunctionOnly,
  "asyncio.coroutines.iscoroutinefunction": coroutineFunctionOnly,
  "inspect.iscoroutinefunction": coroutineFunctionOnly,
};

function members(value: Value): readonly Value[] {
  return value.kind === "union" ? value.members : [value];
}

/** The members of which `is` tells the wanted; all of them when that tells nothing. */
function only(value: Value, holds: boolean, is: (member: Value) => boolean | undefined, otherwise: Value): Value {
  const kept = members(value).filter((member) => is(member) !== !holds);
  const certain = kept.filter((member) => is(member) === holds);
  if (!holds) return kept.length > 0 ? union(kept) : value;
  return certain.length > 0 ? union(certain) : otherwise;
}

const untold = () => unknown(prose`it is not told`);
const someCoroutine: Value = { kind: "coroutine", type: "coroutine", result: untold };
const someAwaitable: Value = { kind: "instance", name: "typing.Awaitable", exact: false, result: untold };
const someFuture: Value = { kind: "instance", name: "asyncio.Future", exact: false, result: untold };

function coroutineOnly(value: Value, holds: boolean): Value {
  return only(value, holds, (member) => (isOpen(member) ? undefined : member.kind === "coroutine"), someCoroutine);
}

function awaitableOnly(value: Value, holds: boolean): Value {
  const is = (member: Value) => {
    if (member.kind === "coroutine") return true;
    if (member.kind === "instance")
      return /^(typing\.Awaitable|asyncio\.(Future|Task))$/.test(member.name) || undefined;
    return member.kind === "plain" || member.kind === "sequence" ? false : undefined;
  };
  return only(value, holds, is, someAwaitable);
}

function futureOnly(value: Value, holds: boolean): Value {
  const is = (member: Value) =>
    member.kind === "instance" ? /^asyncio\.(Future|Task)$/.test(member.name) : isOpen(member) ? undefined : false;
  return only(value, holds, is, someFuture);
}

function coroutineFunctionOnly(value: Value, holds: boolean): Value {
  const is = (member: Value) => (member.kind === "function" ? member.definition.isAsync : undefined);
  return only(value, holds, is, { kind: "callable", result: () => someCoroutine });
}

/** Whether it may be more than is known. */
function isOpen(member: Value): boolean {
  return (
    member.kind === "unknown" || member.kind === "object" || member.kind === "instance" || member.kind === "variable"
  );
}

// ---- isinstance

/** Objects of the classes that `isinstance` asks for. */
function instances(node: Expression, where: Where, infer: Inference): readonly Value[] | undefined {
  const nodes = node.kind === "display" ? node.elements : [node];
  const found = nodes.flatMap((each) => members(infer.typeOf(each, where)));
  return found.some((each) => each.kind === "unknown") ? undefined : found;
}

function checked(value: Value, types: readonly Value[], holds: boolean, infer: Inference): Value {
  const all = members(value);
  if (!holds) {
    const kept = all.filter((member) => !types.some((type) => derives(member, type, infer) === true));
    return kept.length > 0 ? union(kept) : value;
  }
  const kept = all.flatMap((member) => types.flatMap((type) => overlapping(member, type, infer)));
  return kept.length > 0 ? union(kept) : union(types);
}

/** What a value is that is of a type, too. */
function overlapping(member: Value, type: Value, infer: Inference): Value[] {
  if (isNone(member)) return [];
  if (member.kind === "unknown" || member.kind === "variable") return [type];
  if (derives(member, type, infer) === true) return [member];
  return derives(type, member, infer) === true ? [type] : [];
}
