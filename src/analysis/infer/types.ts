// From annotations to values: what an object of the annotated type is. An annotation promises a class, not that class
// alone, so nothing here is exact. Type variables stay in it.
import type { Expression } from "../code/ast";
import { code, oneLine, prose } from "../prose";
import type { Where } from "../scopes/scope";
import { formType, instanceType, isTreated } from "./forms";
import { asClass, collectVariables, ownTypeParameters, substitute, typeArguments } from "./generics";
import {
  type FunctionValue,
  type Inference,
  inexact,
  none,
  type TypeValue,
  union,
  unknown,
  type Value,
  type VariableValue,
} from "./values";

/** An instance of the annotated type. */
export function typeOf(annotation: Expression, where: Where, infer: Inference): Value {
  switch (annotation.kind) {
    case "literal":
      return literalType(annotation.type, annotation.text, where, infer);
    case "operation":
      return annotation.operator === "|"
        ? union(annotation.operands.map((operand) => infer.openType(operand, where)))
        : untyped(annotation, where);
    case "subscript":
      return generic(annotation.object, annotation.index, where, infer);
    case "name":
    case "attribute":
      return generic(annotation, [], where, infer);
    case "starred":
    case "display":
      return unknown(prose`its type stands for several`);
    case "call":
      return namedType(infer.valueOf(annotation, where), annotation, [], where, infer);
    default:
      return untyped(annotation, where);
  }
}

/** A promise, not a proof. */
const declaredNone: Value = inexact(none);

function literalType(type: string, text: string | undefined, where: Where, infer: Inference): Value {
  if (type === "None") return declaredNone;
  const forward = type === "str" && text !== undefined ? where.scope.tree.parseExpression(text) : undefined;
  return forward ? typeOf(forward, where, infer) : unknown(prose`its annotation is not a type`);
}

function untyped(annotation: Expression, where: Where): Value {
  return unknown(prose`its type ${code(where.scope.tree.slice(annotation))} does not say`);
}

function generic(base: Expression, index: readonly Expression[], where: Where, infer: Inference): Value {
  return namedType(infer.valueOf(base, where), base, index, where, infer);
}

/** A name as it is written, also in an annotation that is a text: that one's offsets are its own. */
function nameOf(node: Expression): string | undefined {
  if (node.kind === "name") return node.id;
  const object = node.kind === "attribute" ? nameOf(node.object) : undefined;
  return object === undefined || node.kind !== "attribute" ? undefined : `${object}.${node.name}`;
}

/** The type that a name stands for, which `base` writes, with its type arguments. */
function namedType(
  value: Value,
  base: Expression,
  index: readonly Expression[],
  where: Where,
  infer: Inference,
): Value {
  const args = index.flatMap((each) => (each.kind === "display" && each.type === "tuple" ? each.elements : [each]));
  const text = code(nameOf(base) ?? where.scope.tree.slice(base));
  const argument = (position: number): Value => {
    const node = args.at(position);
    return node ? infer.openType(node, where) : unknown(prose`its type ${text} does not say of what`);
  };
  switch (value.kind) {
    case "class": {
      const types = index.length > 0 ? typeArguments(value, index, where, infer) : undefined;
      return { kind: "object", of: value, exact: false, ...(types && { types }) };
    }
    case "builtin": {
      const of = isTreated(value.name) ? undefined : asClass(value, infer);
      if (of) return namedType(of, base, index, where, infer);
      return instanceType(`builtins.${value.name}`, args, argument) ?? unknown(prose`${text} is not a type`);
    }
    case "fact":
    case "form": {
      const full = value.name;
      return (
        formType(full, args, argument, (node) => infer.openType(node, where)) ??
        instanceType(full, args, argument) ??
        unknown(prose`${text} is not a type`)
      );
    }
    case "type":
      return alias(value, args, where, infer);
    case "variable":
      return value;
    case "class of": // what a decorator is declared to give: `def register(cls: type[Job]) -> type[Job]`
      return inexact(value.instance());
    case "union":
      return union(value.members.map((member) => namedType(member, base, index, where, infer)));
    case "plain":
      return value.type === "None" ? declaredNone : unknown(prose`its type ${text} is not followed`);
    case "unknown":
      return unknown(prose`its type is ${text}, and ${value.why}`);
    default:
      return unknown(prose`its type ${text} is not followed`);
  }
}

/** `Handler`, `Handler[int]`: the type that it is another name for. */
function alias(value: TypeValue, args: readonly Expression[], where: Where, infer: Inference): Value {
  const open = infer.openType(value.node, value.where);
  if (args.length === 0) return open;
  const variables = aliasVariables(value, infer);
  return substitute(
    open,
    new Map(
      variables.flatMap((variable, position): [object, () => Value][] => {
        const node = args[position];
        return node ? [[variable.key, () => infer.openType(node, where)]] : [];
      }),
    ),
  );
}

function aliasVariables({ node, where }: TypeValue, infer: Inference): readonly VariableValue[] {
  const { statement } = where;
  if (statement?.kind === "type-alias" && statement.value === node && statement.typeParameters.length > 0)
    return ownTypeParameters(statement, where, infer);
  const found = new Map<object, VariableValue>();
  collectVariables(node, where, infer, found);
  return [...found.values()];
}

/** The annotation of what a function gives, as the user wrote it. */
export function annotatedResult(value: FunctionValue): string | undefined {
  const { returns } = value.definition;
  if (!returns) return undefined;
  const text = oneLine(value.where.scope.tree.slice(returns));
  return /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
}
