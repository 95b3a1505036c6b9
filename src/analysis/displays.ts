// Lists, comprehensions, subscripts and operators: what their values hold, as far as awaits care.
import type { Comprehension, Display, Expression } from "./ast";
import { elementOf } from "./callSite";
import { code, prose } from "./prose";
import { innerScope, type Where } from "./scope";
import { force, type Inference, plainValue, union, unknown, type Value } from "./values";

export function subscriptValue(node: Expression, index: readonly Expression[], where: Where, infer: Inference): Value {
  const object = infer.valueOf(node, where);
  if (object.kind === "class" || object.kind === "fact" || object.kind === "builtin") return object;
  if (object.kind === "unknown") return object;
  if (object.kind !== "sequence")
    return unknown(prose`what ${code(where.scope.tree.slice(node))} holds is not followed`);
  const [only] = index;
  const text = only && index.length === 1 ? where.scope.tree.slice(only) : "";
  const item = /^\d+$/.test(text) ? object.items?.[Number(text)] : undefined;
  if (only?.kind === "other") return object.items ? { ...object, items: [] } : object;
  return item ? force(item) : force(object.element);
}

export function displayValue(node: Display, where: Where, infer: Inference): Value {
  const items = node.elements.map((element) => () => infer.valueOf(element, where));
  if (node.type === "dict") return { kind: "sequence", type: "dict", exact: true, element: dictKey };
  const isFixed = node.type === "tuple" && !node.elements.some((element) => element.kind === "starred");
  return {
    kind: "sequence",
    type: node.type,
    exact: true,
    ...(isFixed && { items }),
    element: () =>
      union(
        node.elements.map((element) =>
          element.kind === "starred" ? elementOf(infer.valueOf(element.value, where)) : infer.valueOf(element, where),
        ),
      ),
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
      result: () => infer.valueOf(element, { ...where, scope }),
    };
  const type = node.type === "generator" ? "generator" : node.type;
  if (type === "dict") return { kind: "sequence", type, exact: true, element: dictKey };
  return { kind: "sequence", type, exact: true, element: () => infer.valueOf(element, { ...where, scope }) };
}

function dictKey(): Value {
  return unknown(prose`keys of a dict are not followed`);
}

/** Operators on plain values give plain values; others may be overloaded. */
export function operationValue(
  operator: string,
  operands: readonly Expression[],
  value: (node: Expression) => Value,
): Value {
  if (operator === "not" || operator === "in" || operator === "is" || operator === "not in" || operator === "is not")
    return plainValue("bool");
  const [left, right] = operands;
  const both = left && right ? [value(left), value(right)] : [];
  const isPlain = both.length === 2 && both.every((each) => each.kind === "plain" && each.exact);
  const [first] = both;
  if (isPlain && first?.kind === "plain") return plainValue(/^[<>=!]/.test(operator) ? "bool" : first.type);
  return unknown(prose`what an operator gives is not followed`);
}
