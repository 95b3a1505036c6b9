// Functions that are defined several times with `@overload`.
import type { FunctionDef } from "../code/ast";
import type { Binding } from "../scopes/scope";
import type { FunctionValue, Inference, Value } from "./values";

/** The function with the overloads that stand before its definition, or that it is the last of. */
export function withOverloads(value: Value, binding: Extract<Binding, { kind: "function" }>, infer: Inference): Value {
  if (value.kind !== "function" || value.overloads) return value;
  const { scope } = binding.where;
  const all = scope.bindings.get(binding.name) ?? [];
  const others = all.slice(0, all.indexOf(binding)).filter((each) => each.kind === "function");
  if (others.length === 0 || !others.some(({ definition }) => saysOverload(definition, scope.tree))) return value;
  const isLast = saysOverload(binding.definition, scope.tree);
  const overloads: FunctionValue[] = [];
  for (const each of isLast ? [...others, binding] : others) {
    const found = saysOverload(each.definition, scope.tree) ? infer.definition(each.definition, each.where) : undefined;
    if (found?.kind === "function" && found.effects.includes("overload"))
      overloads.push({ ...found, effects: found.effects.filter((effect) => effect !== "overload") });
  }
  return overloads.length > 0 ? { ...value, overloads } : value;
}

/** A quick look at the text: most functions have no overloads. */
function saysOverload(definition: FunctionDef, tree: Binding["where"]["scope"]["tree"]): boolean {
  return definition.decorators.some((decorator) => tree.slice(decorator).endsWith("overload"));
}
