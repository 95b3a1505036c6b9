// Lists, comprehensions, subscripts and operators: what their values hold, as far as awaits care.
import type { Argument, Comprehension, Display, Expression, Operation, Subscript } from "../code/ast";
import { code, prose } from "../prose";
import { innerScope, type Where } from "../scopes/scope";
import { elementOf } from "./callSite";
import { fieldAt, isTypedDict } from "./fields";
import {
  force,
  type Inference,
  type ObjectValue,
  plainValue,
  present,
  type SequenceValue,
  union,
  unknown,
  type Value,
} from "./values";

export function subscriptValue(node: Subscript, where: Where, infer: Inference): Value {
  return itemIn(present(infer.valueOf(node.object, where)), node, where, infer);
}

function itemIn(object: Value, node: Subscript, where: Where, infer: Inference): Value {
  switch (object.kind) {
    case "union":
      return union(object.members.map((member) => itemIn(member, node, where, infer)));
    case "class":
    case "fact":
    case "builtin":
    case "form":
    case "type":
      return { kind: "type", node, where, origin: object };
    case "unknown":
      return object;
    case "sequence":
      return itemOf(object, node, where);
    case "object": {
      const field = fieldOf(object, node, where, infer);
      if (field !== undefined) return infer.attribute(object, field, where);
      return infer.call(infer.attribute(object, "__getitem__", where), itemArguments(node), node, where);
    }
    default:
      return infer.call(infer.attribute(object, "__getitem__", where), itemArguments(node), node, where);
  }
}

/** The field that `point[1]` or `options["name"]` means. */
function fieldOf(object: ObjectValue, node: Subscript, where: Where, infer: Inference): string | undefined {
  const [only] = node.index;
  if (!only || node.index.length !== 1) return undefined;
  if (only.kind === "literal" && only.text !== undefined) return isTypedDict(object, infer) ? only.text : undefined;
  const text = where.scope.tree.slice(only);
  return /^-?\d+$/.test(text) ? fieldAt(object, Number(text), infer) : undefined;
}

function itemArguments(node: Subscript): Argument[] {
  const [only] = node.index;
  return only && node.index.length === 1 && only.kind !== "other" ? [{ value: only }] : [];
}

function itemOf(object: SequenceValue, node: Subscript, where: Where): Value {
  const [only] = node.index;
  const isSlice = only?.kind === "other" || node.index.length !== 1;
  if (object.values) return isSlice ? unknown(prose`what the dict holds there is not followed`) : force(object.values);
  if (object.type === "set" || object.type === "generator")
    return unknown(prose`${code(where.scope.tree.slice(node.object))} has no items by number`);
  const text = only ? where.scope.tree.slice(only) : "";
  const item = /^-?\d+$/.test(text) ? object.items?.at(Number(text)) : undefined;
  if (isSlice) {
    const { items, ...rest } = object;
    return rest;
  }
  return item ? force(item) : force(object.element);
}

export function displayValue(node: Display, where: Where, infer: Inference): Value {
  const items = node.elements.map((element) => infer.later(() => infer.valueOf(element, where)));
  const each = (element: Expression) =>
    element.kind === "starred"
      ? elementOf(infer.valueOf(element.value, where), infer, where)
      : infer.valueOf(element, where);
  const element = infer.later(() => union(node.elements.map(each)));
  if (node.type === "dict") return dictDisplay(node, where, infer, element);
  const isFixed = node.type === "tuple" && !node.elements.some(({ kind }) => kind === "starred");
  return { kind: "sequence", type: node.type, exact: true, ...(isFixed && { items }), element };
}

function dictDisplay(node: Display, where: Where, infer: Inference, values: () => Value): Value {
  const isSpread = node.elements.length !== node.keys.length;
  const untold = () => unknown(prose`what it holds is not followed`);
  const keys = infer.later(() => union(node.keys.map((key) => infer.valueOf(key, where))));
  const isEmpty = node.elements.length === 0;
  return {
    kind: "sequence",
    type: "dict",
    exact: true,
    element: isSpread || isEmpty ? untold : keys,
    values: isSpread || isEmpty ? untold : values,
  };
}

export function comprehensionValue(node: Comprehension, where: Where, infer: Inference): Value {
  const element = node.elements.at(-1);
  const scope = innerScope(where.scope, node);
  const isAsync = node.clauses.some((clause) => clause.isAsync);
  if (!element || !scope) return unknown(prose`the comprehension is not followed`);
  if (node.type === "generator" && isAsync)
    return {
      kind: "instance",
      name: "types.AsyncGeneratorType",
      exact: true,
      result: infer.later(() => infer.valueOf(element, { ...where, scope })),
    };
  const type = node.type === "generator" ? "generator" : node.type;
  const value = infer.later(() => infer.valueOf(element, { ...where, scope }));
  const [key] = node.elements;
  if (type !== "dict" || !key) return { kind: "sequence", type, exact: true, element: value };
  return {
    kind: "sequence",
    type,
    exact: true,
    element: infer.later(() => infer.valueOf(key, { ...where, scope })),
    values: value,
  };
}

/** Operators on plain values give plain values; others may be overloaded. */
export function operationValue(node: Operation, where: Where, infer: Inference): Value {
  const { operator, operands } = node;
  if (operator === "not" || operator === "in" || operator === "is" || operator === "not in" || operator === "is not")
    return plainValue("bool");
  const [left, right] = operands;
  const both = left && right ? [infer.valueOf(left, where), infer.valueOf(right, where)] : [];
  if (operator === "|" && both.some(isType)) return { kind: "type", node, where };
  const isPlain = both.length === 2 && both.every((each) => each.kind === "plain" && each.exact);
  const [first, second] = both;
  if (isPlain && first?.kind === "plain") return plainValue(/^[<>=!]/.test(operator) ? "bool" : first.type);
  const method = operatorMethods[operator];
  if (!first || !second || !right || !method) return unknown(prose`what an operator gives is not followed`);
  if (first.kind === "sequence" && first.type === "list" && second.kind === "sequence" && operator === "+")
    return { ...first, element: () => union([force(first.element), force(second.element)]) };
  if (first.kind === "unknown") return first;
  return infer.call(infer.attribute(first, method, where), [{ value: right }], node, where);
}

const operatorMethods: Readonly<Record<string, string>> = {
  "+": "__add__",
  "-": "__sub__",
  "*": "__mul__",
  "/": "__truediv__",
  "//": "__floordiv__",
  "%": "__mod__",
  "|": "__or__",
  "&": "__and__",
  "<<": "__lshift__",
  ">>": "__rshift__",
  "@": "__matmul__",
};

/** Whether `|` makes a type of it. */
function isType(value: Value): boolean {
  if (value.kind === "fact") return value.fact.is === "class";
  return value.kind === "class" || value.kind === "builtin" || value.kind === "form" || value.kind === "type";
}
