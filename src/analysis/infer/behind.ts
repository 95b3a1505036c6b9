// Stubs say of what type things are; what runs, and where it is defined, lies in the source behind them.
import type { ClassDef, FunctionDef } from "../code/ast";
import type { Scope, Where } from "../scopes/scope";
import type { FunctionValue, Inference } from "./values";

/** The function that runs when `value` is called: of the source, where `value` is only declared in a stub. */
export function implementation(value: FunctionValue, infer: Inference): FunctionValue {
  const { scope } = value.where;
  const source = scope.tree.isStub ? infer.behind(scope.tree) : undefined;
  const around = source && sameScope(scope, source);
  const found = around && lastDefinition(value.definition.name, around);
  return found?.definition.kind === "function" ? { ...value, definition: found.definition, where: found.where } : value;
}

/** The scope in the source that has the names of a stub's scope: of the module, or of classes in it. */
function sameScope(scope: Scope, module: Scope): Scope | undefined {
  if (scope.kind === "module") return module;
  const { parent, node } = scope;
  const around = scope.kind === "class" && parent ? sameScope(parent, module) : undefined;
  const found = around && lastDefinition((node as ClassDef).name, around);
  return found?.definition.kind === "class" ? around?.inner.get(found.definition)?.() : undefined;
}

/** What defines a name last; undefined where something else than a definition binds it too. */
function lastDefinition(
  name: string,
  scope: Scope,
): { readonly definition: FunctionDef | ClassDef; readonly where: Where } | undefined {
  const bindings = scope.bindings.get(name) ?? [];
  const last = bindings.at(-1);
  const isPlain = bindings.every(({ kind }) => kind === "function" || kind === "class");
  return isPlain && (last?.kind === "function" || last?.kind === "class") ? last : undefined;
}
