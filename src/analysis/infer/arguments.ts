// The arguments of a call and the parameters of the function that is called: which goes where, and what that tells of the
// function's type variables.
import type { Argument, Expression, Parameter } from "../code/ast";
import type { Where } from "../scopes/scope";
import type { CallSite } from "./callSite";
import { substitute, typeParameters, typesFor } from "./generics";
import { unify } from "./solving";
import type { ClassValue, FunctionValue, Inference, ObjectValue, Types, Value } from "./values";

/** A parameter and what a call puts there. */
interface Filled {
  readonly parameter: Parameter;
  readonly node: Expression;
}

/** The parameters that a call fills one by one. After `*args` in the call no place is certain. */
export function filled(callee: FunctionValue, args: readonly Argument[]): readonly Filled[] {
  const parameters = callee.definition.parameters.slice(receiverCount(callee));
  const star = args.findIndex((each) => each.name === undefined && each.value.kind === "starred");
  const positional = args.slice(0, star < 0 ? args.length : star).filter((each) => each.name === undefined);
  const rest = parameters.find((each) => each.star === "*");
  const byPlace = parameters.filter((each) => each.star === "" && !each.isKeywordOnly);
  const places = positional.flatMap(({ value }, index) => {
    const parameter = byPlace[index] ?? rest;
    return parameter ? [{ parameter, node: value }] : [];
  });
  const names = args.flatMap(({ name, value }) => {
    const parameter =
      name === undefined ? undefined : parameters.find((each) => each.star === "" && each.name === name);
    return parameter ? [{ parameter, node: value }] : [];
  });
  return [...places, ...names];
}

/** How many parameters the receiver takes. */
export function receiverCount(callee: FunctionValue): 0 | 1 {
  return callee.receiver && !callee.effects.includes("static method") ? 1 : 0;
}

/** Values of a call's arguments for the function's body. */
export function bindArguments(callee: FunctionValue, site: CallSite, infer: Inference): ReadonlyMap<Parameter, Value> {
  const bound = new Map<Parameter, Value>();
  const [first] = callee.definition.parameters;
  if (receiverCount(callee) === 1 && first && callee.receiver) bound.set(first, callee.receiver);
  for (const { parameter, node } of filled(callee, site.args))
    if (parameter.star === "") bound.set(parameter, infer.valueOf(node, site.where));
  return bound;
}

/** What the type variables of a function stand for in a call, those of its class among them. */
export function solve(callee: FunctionValue, site: CallSite, infer: Inference): Types {
  const found = new Map<object, () => Value>();
  const receiver = receiverTypes(callee, infer);
  const [first] = callee.definition.parameters;
  if (receiverCount(callee) === 1 && first?.annotation && callee.receiver)
    unify(infer.openType(first.annotation, callee.where), callee.receiver, found, infer, site.where);
  for (const { parameter, node } of filled(callee, site.args)) {
    if (!parameter.annotation || !mayVary(parameter.annotation, callee.where)) continue;
    const type = substitute(infer.openType(parameter.annotation, callee.where), receiver);
    unify(type, infer.valueOf(node, site.where), found, infer, site.where);
  }
  // A class method tells of the class's own variables, which stand in `Self`.
  const known = [...receiver].map(([key, part]): [object, () => Value] => [key, () => substitute(part(), found)]);
  return new Map([...known, ...found]);
}

/** A quick look: most annotations are names of classes, which tell nothing of a variable. */
function mayVary(annotation: Expression, where: Where): boolean {
  return (
    annotation.kind !== "name" || !/^(str|int|bool|bytes|float|object|None)$/.test(where.scope.tree.slice(annotation))
  );
}

/** What the type variables of the class stand for that a method was taken from. */
export function receiverTypes(callee: FunctionValue, infer: Inference): Types {
  const { receiver, where } = callee;
  const { node } = where.scope;
  if (where.scope.kind !== "class" || !receiver) return new Map();
  if (receiver.kind === "object") return typesFor(receiver, node, infer);
  if (receiver.kind === "class") return typesFor(genericObject(receiver, infer), node, infer);
  return new Map();
}

/** An object of a class whose type variables stand for themselves. */
export function genericObject(of: ClassValue, infer: Inference): ObjectValue {
  const types: Types = new Map(typeParameters(of, infer).map((each) => [each.key, () => each]));
  return { kind: "object", of, exact: false, ...(types.size > 0 && { types }) };
}
