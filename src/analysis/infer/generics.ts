// Type variables: where they stand in a value, what stands for them there, and how a call's arguments tell.
import type { ClassDef, Expression, FunctionDef, TypeAlias } from "../code/ast";
import { code, prose } from "../prose";
import type { Where } from "../scopes/scope";
import {
  type ClassValue,
  force,
  type Inference,
  inexact,
  keeping,
  type ObjectValue,
  type SequenceValue,
  type Types,
  union,
  unknown,
  type Value,
  type VariableValue,
} from "./values";

/** `Self` is a type variable of every class: the receiver stands for it. */
export const selfVariable: VariableValue = { kind: "variable", name: "Self", key: { name: "Self" } };

/** The value with what stands for its type variables in their places. Those that `types` lacks stay. */
export function substitute(value: Value, types: Types): Value {
  const replace = (variable: VariableValue) => {
    const found = types.get(variable.key)?.();
    return found ? promised(found) : variable;
  };
  return types.size === 0 ? value : mapVariables(value, replace);
}

/**
 * The value without type variables: what a variable is bound to stands for it, else nothing is known. Those of a callable
 * with parameters stay: its arguments tell.
 */
export function settle(value: Value): Value {
  const replace = (variable: VariableValue): Value => {
    const bound = variable.bound ? settle(force(variable.bound)) : undefined;
    return bound ?? unknown(prose`its type is a type variable, ${code(variable.name)}`);
  };
  return mapVariables(value, replace, true);
}

/** An object as a type promises it: of its class or a subclass. */
function promised(value: Value): Value {
  return value.kind === "function" ? value : inexact(value);
}

function mapVariables(value: Value, replace: (variable: VariableValue) => Value, isLast = false): Value {
  const inside = (each: Value) => mapVariables(each, replace, isLast);
  const later = (part: () => Value) => () => inside(force(part));
  switch (value.kind) {
    case "variable":
      return replace(value);
    case "union":
      return union(value.members.map(inside));
    case "object":
      return value.types ? { ...value, types: mapTypes(value.types, later) } : value;
    case "sequence":
      return mapSequence(value, later);
    case "instance":
    case "coroutine":
      return value.result ? { ...value, result: later(value.result) } : value;
    case "callable":
      if (!value.parameters) return { ...value, result: later(value.result) };
      return isLast ? value : { ...value, result: later(value.result), parameters: value.parameters.map(later) };
    case "class of":
      return classOf(later(value.instance));
    default:
      return value;
  }
}

function mapSequence(value: SequenceValue, later: (part: () => Value) => () => Value): SequenceValue {
  return {
    ...value,
    element: later(value.element),
    ...(value.items && { items: value.items.map(later) }),
    ...(value.values && { values: later(value.values) }),
    ...(value.result && { result: later(value.result) }),
  };
}

function mapTypes(types: Types, later: (part: () => Value) => () => Value): Types {
  return new Map([...types].map(([key, part]) => [key, later(part)]));
}

/** The class whose instances are told: itself where it is one of the code. */
export function classOf(instance: () => Value): Value {
  return { kind: "class of", instance };
}

// ---- parameters of classes

const parametersOf = keeping<ClassDef, readonly VariableValue[]>();

/** The type variables that a class takes, in order. */
export function typeParameters(of: ClassValue, infer: Inference): readonly VariableValue[] {
  return parametersOf(infer.memory(of.where.scope.tree), of.definition, () => findParameters(of, infer));
}

function findParameters(of: ClassValue, infer: Inference): readonly VariableValue[] {
  const own = ownTypeParameters(of.definition, of.where, infer);
  if (own.length > 0) return own;
  const subscripts = of.definition.bases.flatMap(({ name, value }) =>
    name === undefined && value.kind === "subscript" ? [value] : [],
  );
  const where = { ...of.where, statement: of.definition };
  const generic = subscripts.find(({ object }) => isGeneric(infer.valueOf(object, where)));
  const found = new Map<object, VariableValue>();
  for (const subscript of generic ? [generic] : subscripts)
    for (const node of subscript.index) collectVariables(node, where, infer, found);
  return [...found.values()];
}

function isGeneric(value: Value): boolean {
  const name = value.kind === "fact" || value.kind === "form" ? value.name : "";
  return name === "typing.Generic" || name === "typing.Protocol";
}

/** The type variables that an annotation names. */
export function collectVariables(
  node: Expression,
  where: Where,
  infer: Inference,
  into: Map<object, VariableValue>,
): void {
  if (node.kind === "name" || node.kind === "attribute") {
    const value = infer.valueOf(node, where);
    if (value.kind === "variable" && value !== selfVariable) into.set(value.key, value);
  } else if (node.kind === "literal") {
    const forward = node.text === undefined ? undefined : where.scope.tree.parseExpression(node.text);
    if (forward) collectVariables(forward, where, infer, into);
  } else for (const part of partsOf(node)) collectVariables(part, where, infer, into);
}

function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "subscript":
      return [node.object, ...node.index];
    case "display":
      return node.elements;
    case "operation":
      return node.operands;
    case "starred":
      return [node.value];
    case "other":
      return node.children;
    default:
      return [];
  }
}

const ownVariables = new WeakMap<object, readonly VariableValue[]>();

/** Those of `class C[T]`, `def f[T]` and `type A[T]`. */
export function ownTypeParameters(
  definition: FunctionDef | ClassDef | TypeAlias,
  where: Where,
  infer: Inference,
): readonly VariableValue[] {
  const known =
    ownVariables.get(definition) ??
    definition.typeParameters.map((each): VariableValue => {
      const { name, isPack, bound } = each;
      const at = { ...where, statement: definition };
      return {
        kind: "variable",
        name,
        key: each,
        ...(isPack && { isPack: true }),
        ...(bound && { bound: () => infer.typeOf(bound, at) }),
      };
    });
  ownVariables.set(definition, known);
  return known;
}

/** What a class's type variables stand for in `C[a, b]`. */
export function typeArguments(
  of: ClassValue,
  index: readonly Expression[],
  where: Where,
  infer: Inference,
): Types | undefined {
  const parameters = typeParameters(of, infer);
  if (parameters.length === 0 || parameters.some((each) => each.isPack)) return undefined;
  const nodes = index.flatMap((each) => (each.kind === "display" && each.type === "tuple" ? each.elements : [each]));
  return new Map(
    parameters.map((parameter, position) => {
      const node = nodes[position];
      const untold = unknown(prose`it is not told what ${code(of.definition.name)} is of`);
      return [parameter.key, () => (node ? infer.openType(node, where) : untold)];
    }),
  );
}

// ---- from a class to its bases

/** What the type variables of `owner`, the class of `object` or one of its bases, stand for. */
export function typesFor(object: ObjectValue, owner: object, infer: Inference): Types {
  const own = object.types ?? nothingKnown;
  const found = object.of.definition === owner ? own : inheritedTypes(object.of, own, owner, infer, 0);
  return new Map([...(found ?? nothingKnown), [selfVariable.key, () => object]]);
}

const nothingKnown: Types = new Map();

/** The same for a base, as the classes between tell. */
export function inheritedTypes(
  of: ClassValue,
  types: Types,
  owner: object,
  infer: Inference,
  depth: number,
): Types | undefined {
  if (depth > 30) return undefined;
  for (const { name, value: node } of of.definition.bases) {
    if (name !== undefined) continue;
    const where = { ...of.where, statement: of.definition };
    const base = asClass(infer.valueOf(node, where), infer);
    if (!base) continue;
    const open = node.kind === "subscript" ? typeArguments(base, node.index, where, infer) : undefined;
    const theirs: Types = new Map(
      [...(open ?? nothingKnown)].map(([key, part]) => [key, () => substitute(part(), types)]),
    );
    const found = base.definition === owner ? theirs : inheritedTypes(base, theirs, owner, infer, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** The definition of a class, of those of the tables too. */
export function asClass(value: Value, infer: Inference): ClassValue | undefined {
  switch (value.kind) {
    case "class":
      return value;
    case "type":
      return value.origin && asClass(value.origin, infer);
    case "fact":
    case "form":
    case "builtin": {
      const found = infer.standard(value.kind === "builtin" ? `builtins.${value.name}` : value.name);
      return found?.kind === "class" ? found : undefined;
    }
    default:
      return undefined;
  }
}
