// What decorators make of functions and classes: they are called with them, never told by their names.
import type { ClassDef, Expression, FunctionDef } from "../code/ast";
import { code, type Prose, prose } from "../prose";
import type { Where } from "../scopes/scope";
import { applyEffect } from "./knownCalls";
import { type Environment, type Inference, unknown, type Value } from "./values";

/** What a definition stands for, its decorators applied from the innermost on. */
export function decorated(
  definition: FunctionDef | ClassDef,
  where: Where,
  env: Environment | undefined,
  infer: Inference,
): Value {
  const bare: Value =
    definition.kind === "class"
      ? { kind: "class", definition, where }
      : { kind: "function", definition, where, effects: implicitEffects(definition, where), ...(env && { env }) };
  return definition.decorators.reduceRight<Value>(
    (value, decorator) => apply(decorator, value, definition, where, infer),
    bare,
  );
}

function apply(
  decorator: Expression,
  value: Value,
  definition: FunctionDef | ClassDef,
  where: Where,
  infer: Inference,
): Value {
  const by = infer.valueOf(decorator, { scope: where.scope, statement: definition });
  const why = prose`${code(definition.name)} is decorated with ${code(where.scope.tree.slice(decorator))}`;
  if (by.kind === "fact" && by.fact.is === "decorator") return applyEffect(by.fact.effect, value);
  if (by.kind === "unknown") return foreign(by.why, by.name, value, why);
  const result = infer.call(by, [{ value: infer.standIn(value) }], decorator, where);
  if (result.kind === "unknown") return unknown(prose`${why}, and ${result.why}`);
  return isOwnType(result, definition) ? value : result;
}

/** Whether a decorator of a class is declared to give that class. Asked now: later its name would mean the answer. */
function isOwnType(result: Value, definition: FunctionDef | ClassDef): boolean {
  if (result.kind !== "class of") return false;
  const instance = result.instance();
  return instance.kind === "object" && instance.of.definition === definition;
}

function foreign(reason: Prose, name: string | undefined, value: Value, why: Prose): Value {
  // pytest's marks give the function itself.
  if (name?.startsWith("pytest.mark.")) return value;
  return unknown(prose`${why}, and ${reason}`);
}

/** Special methods that are class methods or static methods without saying so. */
function implicitEffects(definition: FunctionDef, where: Where): ("static method" | "class method")[] {
  if (where.scope.kind !== "class") return [];
  if (definition.name === "__new__") return ["static method"];
  return definition.name === "__init_subclass__" || definition.name === "__class_getitem__" ? ["class method"] : [];
}
