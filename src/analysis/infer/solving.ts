// What a call's arguments tell of the type variables in a function's annotations.
import type { Expression } from "../code/ast";
import { prose } from "../prose";
import type { Where } from "../scopes/scope";
import { awaited, elementOf, special } from "./callSite";
import { classMember } from "./classes";
import { inheritedTypes, substitute } from "./generics";
import {
  force,
  type Inference,
  isNone,
  type ObjectValue,
  type SequenceValue,
  type Types,
  union,
  unknown,
  type Value,
} from "./values";

/** Finds out what the variables of `type` stand for where `given` is handed over. */
export function unify(
  type: Value,
  given: Value,
  into: Map<object, () => Value>,
  infer: Inference,
  where: Where,
  depth = 0,
): void {
  if (depth > 8) return;
  const inner = (part: Value, theirs: Value) => unify(part, theirs, into, infer, where, depth + 1);
  switch (type.kind) {
    case "variable":
      if (!into.has(type.key)) into.set(type.key, () => given);
      return;
    case "union":
      unifyUnion(type.members, given, inner);
      return;
    case "coroutine":
      inner(force(type.result), awaited(given, infer, where));
      return;
    case "sequence":
      unifySequence(type, given, inner, infer, where);
      return;
    case "instance":
      if (type.result) inner(force(type.result), resultFor(type.name, given, infer, where));
      return;
    case "callable":
      inner(force(type.result), resultOfCall(given, infer, where));
      return;
    case "class of":
      inner(force(type.instance), instanceOf(given, infer, where));
      return;
    case "object":
      unifyObject(type, given, inner, infer, where);
      return;
    default:
      return;
  }
}

type Unify = (type: Value, given: Value) => void;

/** `Awaitable[T] | T`: a member that says more goes first, and takes what it fits. */
function unifyUnion(members: readonly Value[], given: Value, inner: Unify): void {
  const parts = given.kind === "union" ? given.members : [given];
  const rest = parts.filter((part) => !members.some((member) => fits(member, part)));
  for (const member of members)
    if (member.kind !== "variable") for (const part of parts) if (fits(member, part)) inner(member, part);
  const variable = members.find((member) => member.kind === "variable");
  if (variable) inner(variable, rest.length > 0 ? union(rest) : given);
}

function fits(member: Value, given: Value): boolean {
  if (member.kind === "variable") return false;
  if (isNone(member)) return isNone(given);
  if (member.kind === "instance" && member.name.startsWith("typing."))
    return given.kind === "coroutine" || given.kind === "instance";
  if (member.kind === "callable")
    return /^(function|lambda|callable|class|fact|builtin|class of|type)$/.test(given.kind);
  if (member.kind === "plain") return given.kind === "plain" && given.type === member.type;
  return member.kind === given.kind;
}

function unifySequence(type: SequenceValue, given: Value, inner: Unify, infer: Inference, where: Where): void {
  if (type.items && given.kind === "sequence" && given.items) {
    type.items.forEach((item, index) => {
      const theirs = given.items?.[index];
      if (theirs) inner(force(item), force(theirs));
    });
    return;
  }
  inner(force(type.element), elementOf(given, infer, where));
  if (given.kind !== "sequence") return;
  if (type.values && given.values) inner(force(type.values), force(given.values));
  if (type.result && given.result) inner(force(type.result), force(given.result));
}

function resultFor(name: string, given: Value, infer: Inference, where: Where): Value {
  if (name === "typing.AsyncIterable" || name === "typing.AsyncIterator" || name === "typing.AsyncGenerator") {
    return awaited(special(special(given, "__aiter__", infer, where), "__anext__", infer, where), infer, where);
  }
  if (name === "contextlib.AbstractAsyncContextManager")
    return awaited(special(given, "__aenter__", infer, where), infer, where);
  if (given.kind === "instance" && given.name === name && given.result) return force(given.result);
  return awaited(given, infer, where);
}

function resultOfCall(given: Value, infer: Inference, where: Where): Value {
  return infer.call(given, [], nowhere, where);
}

const nowhere: Expression = { kind: "other", start: 0, end: 0, children: [] };

function instanceOf(given: Value, infer: Inference, where: Where): Value {
  if (given.kind === "class") return { kind: "object", of: given, exact: !given.open };
  if (given.kind === "class of") return force(given.instance);
  if (given.kind === "fact" || given.kind === "builtin" || given.kind === "type")
    return resultOfCall(given, infer, where);
  return given.kind === "unknown" ? given : unknown(prose`which class it is is not told`);
}

function unifyObject(type: ObjectValue, given: Value, inner: Unify, infer: Inference, where: Where): void {
  if (!type.types) return;
  const theirs = given.kind === "object" ? nominalTypes(type, given, infer) : undefined;
  if (theirs) {
    for (const [key, part] of type.types) {
      const found = theirs.get(key);
      if (found) inner(part(), found());
    }
    return;
  }
  unifyProtocol(type, given, inner, infer, where);
}

function nominalTypes(type: ObjectValue, given: ObjectValue, infer: Inference): Types | undefined {
  if (given.of.definition === type.of.definition) return given.types;
  return inheritedTypes(given.of, given.types ?? new Map(), type.of.definition, infer, 0);
}

/** A protocol's methods say what its variables are: what the given object's own methods of those names give. */
function unifyProtocol(type: ObjectValue, given: Value, inner: Unify, infer: Inference, where: Where): void {
  const scope = infer.scopeOf(type.of.definition, type.of.where);
  for (const [name, bindings] of scope.bindings) {
    const method = bindings.at(-1);
    if (method?.kind !== "function" || name === "__init__") continue;
    const wanted = classMember(type.of, name, infer);
    if (!wanted || !("owner" in wanted) || wanted.value.kind !== "function") continue;
    const { returns, isAsync } = method.definition;
    if (!returns) continue;
    const args = method.definition.parameters
      .slice(1)
      .filter((each) => each.star === "" && each.annotation && !each.fallback)
      .map(({ annotation }) => ({ value: infer.standIn(annotation ? infer.typeOf(annotation, method.where) : type) }));
    const found = infer.call(infer.attribute(given, name, where), args, nowhere, where);
    const declared = substitute(infer.openType(returns, method.where), type.types ?? new Map());
    if (found.kind !== "unknown") inner(declared, isAsync ? awaited(found, infer, where) : found);
  }
}
