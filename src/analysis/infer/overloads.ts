// Calls of functions with `@overload`: the overloads that the arguments fit.

import type { Expression, Parameter } from "../code/ast";
import { prose } from "../prose";
import { filled, receiverCount } from "./arguments";
import type { CallSite } from "./callSite";
import { isAssignable } from "./subtypes";
import { type FunctionValue, force, type Inference, isNone, union, unknown, type Value } from "./values";

type Verdict = "yes" | "maybe" | "no";

/** What the call gives: as the first overload says that surely fits, or as any of those say that may. */
export function callOverloads(overloads: readonly FunctionValue[], site: CallSite, infer: Inference): Value {
  const fitting: FunctionValue[] = [];
  for (const each of overloads) {
    const verdict = fits(each, site, infer);
    if (verdict !== "no") fitting.push(each);
    if (verdict === "yes") break;
  }
  if (fitting.length === 0) return unknown(prose`none of its overloads fits`);
  return union(fitting.map((each) => infer.call(each, site.args, site.at, site.where)));
}

function fits(callee: FunctionValue, site: CallSite, infer: Inference): Verdict {
  const isOpen = site.args.some(({ value }) => value.kind === "starred");
  const places = filled(callee, site.args);
  const taken = new Set(places.map(({ parameter }) => parameter));
  const parameters = callee.definition.parameters.slice(receiverCount(callee));
  const spare = parameters.some((each) => each.star === "**");
  const named = site.args.filter((each) => each.name !== undefined && each.value.kind !== "starred");
  if (!spare && !named.every((each) => parameters.some(({ name, star }) => star === "" && name === each.name)))
    return "no";
  const positional = site.args.filter((each) => each.name === undefined && each.value.kind !== "starred");
  const room = parameters.some((each) => each.star === "*")
    ? Number.POSITIVE_INFINITY
    : parameters.filter(({ star, isKeywordOnly }) => star === "" && !isKeywordOnly).length;
  if (positional.length > room) return "no";
  const isMissing = parameters.some((each) => each.star === "" && !each.fallback && !isMark(each) && !taken.has(each));
  if (isMissing && !isOpen) return "no";
  const verdicts = places.map(({ parameter, node }) => accepts(parameter, node, callee, site, infer));
  if (verdicts.includes("no")) return "no";
  return isOpen || verdicts.includes("maybe") ? "maybe" : "yes";
}

/** `/` and a bare `*` take nothing. */
function isMark(parameter: Parameter): boolean {
  return parameter.name === "" || parameter.name === "/";
}

function accepts(
  parameter: Parameter,
  node: Expression,
  callee: FunctionValue,
  site: CallSite,
  infer: Inference,
): Verdict {
  const { annotation } = parameter;
  if (!annotation) return "yes";
  const literal = literalVerdict(annotation, node, callee, site);
  if (literal) return literal;
  return matches(infer.openType(annotation, callee.where), infer.valueOf(node, site.where), infer);
}

/** `Literal[True]` against what is written in the call. */
function literalVerdict(
  annotation: Expression,
  node: Expression,
  callee: FunctionValue,
  site: CallSite,
): Verdict | undefined {
  if (annotation.kind !== "subscript") return undefined;
  const { tree } = callee.where.scope;
  if (!/^(typing\.|typing_extensions\.|t\.)?Literal$/.test(tree.slice(annotation.object))) return undefined;
  if (node.kind !== "literal") return "maybe";
  const written = site.where.scope.tree.slice(node).replaceAll("'", '"');
  const options = annotation.index.flatMap((each) => (each.kind === "display" ? each.elements : [each]));
  return options.some((option) => tree.slice(option).replaceAll("'", '"') === written) ? "yes" : "no";
}

/** Whether a value is of a type: "no" only where it certainly is not. */
function matches(type: Value, given: Value, infer: Inference): Verdict {
  if (type.kind === "variable") return type.bound ? matches(force(type.bound), given, infer) : "yes";
  if (given.kind === "unknown" || given.kind === "variable") return "maybe";
  if (given.kind === "union") return all(given.members.map((member) => matches(type, member, infer)));
  if (type.kind === "union") return any(type.members.map((member) => matches(member, given, infer)));
  if (isNone(type) || isNone(given))
    return isNone(type) && isNone(given)
      ? "yes"
      : isObject(type)
        ? "yes"
        : type.kind === "unknown" || type.kind === "object" || type.kind === "instance"
          ? "maybe"
          : "no";
  if (isObject(type)) return "yes";
  if (type.kind === "plain") return plainVerdict(type.type, given);
  if (type.kind === "callable") return callableVerdict(given);
  if (type.kind === "coroutine" || (type.kind === "instance" && type.name === "typing.Awaitable"))
    return given.kind === "coroutine" ? "yes" : given.kind === "plain" || given.kind === "sequence" ? "no" : "maybe";
  if (given.kind === "function" || given.kind === "lambda" || given.kind === "class") return "maybe";
  const found = isAssignable(given, type, infer);
  return found === undefined ? "maybe" : found ? "yes" : "no";
}

function isObject(type: Value): boolean {
  return type.kind === "plain" && type.type === "object";
}

const apart = new Set(["str", "bytes", "int", "float", "bool"]);

function plainVerdict(type: string, given: Value): Verdict {
  switch (given.kind) {
    case "plain":
      if (
        given.type === type ||
        (given.type === "bool" && type === "int") ||
        (given.type === "int" && type === "float")
      )
        return "yes";
      return apart.has(type) && apart.has(given.type) ? "no" : "maybe";
    case "coroutine":
    case "function":
    case "lambda":
    case "sequence":
      return apart.has(type) ? "no" : "maybe";
    default:
      return "maybe";
  }
}

function callableVerdict(given: Value): Verdict {
  if (given.kind === "function" || given.kind === "lambda" || given.kind === "callable" || given.kind === "class")
    return "yes";
  return given.kind === "plain" || given.kind === "sequence" || given.kind === "coroutine" ? "no" : "maybe";
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.every((each) => each === "yes")) return "yes";
  return verdicts.every((each) => each === "no") ? "no" : "maybe";
}

function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("yes")) return "yes";
  return verdicts.includes("maybe") ? "maybe" : "no";
}
