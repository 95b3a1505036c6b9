// What names mean that the tables of awaitables do not list: the dotted name of an imported thing, by its imports alone.
import type { Expression } from "../code/ast";
import { knownName } from "../facts/knowledge";
import type { FileInference as Inference } from "../infer/infer";
import type { FunctionValue, Value } from "../infer/values";
import { type Binding, keyOf, type Scope, type Where } from "../scopes/scope";
import { valueAt } from "./survey";

/** `subprocess.run` for `run` after `from subprocess import run`. Undefined where anything else may be meant. */
export function importedName(node: Expression, where: Where): string | undefined {
  switch (node.kind) {
    case "name": {
      const bindings = bindingsOf(node.id, where.scope);
      const names = new Set(bindings?.map(originOf));
      const [only] = names;
      return names.size === 1 && only !== undefined ? knownName(only) : undefined;
    }
    case "attribute": {
      const owner = isReplaced(node, where.scope) ? undefined : importedName(node.object, where);
      return owner === undefined ? undefined : knownName(`${owner}.${node.name}`);
    }
    default:
      return undefined;
  }
}

/** The bindings of the innermost scope that binds the name, in Python's order of looking. */
export function bindingsOf(name: string, from: Scope): readonly Binding[] | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    if (scope !== from && scope.kind === "class") continue;
    const found = scope.outer.has(name) ? undefined : scope.bindings.get(name);
    if (found) return found;
  }
  return undefined;
}

function originOf(binding: Binding): string | undefined {
  if (binding.kind === "import") return binding.module;
  return binding.kind === "from-import" && binding.level === 0 ? `${binding.module}.${binding.original}` : undefined;
}

/** Whether code around here assigns to the attribute. */
function isReplaced(node: Expression, from: Scope): boolean {
  const key = keyOf(node);
  if (key === undefined) return false;
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) if (scope.bindings.has(key)) return true;
  return false;
}

/** The last part of what is called or named: `create_task` of `loop.create_task`. */
export function lastName(node: Expression): string | undefined {
  if (node.kind === "name") return node.id;
  return node.kind === "attribute" ? node.name : undefined;
}

/** The name of what a call calls: that of the tables, else what its imports say. */
export function calleeName(callee: Expression, where: Where, infer: Inference): string | undefined {
  const imported = importedName(callee, where);
  if (imported !== undefined) return imported;
  const value = valueAt(infer, callee, where);
  return value.kind === "fact" ? value.name : undefined;
}

/** Whether a value is certainly an `async def` that was not called, and not an async generator. */
export function isCoroutineFunction(value: Value, infer: Inference): value is FunctionValue {
  if (value.kind !== "function" || !value.definition.isAsync) return false;
  const isPlain = value.effects.every((effect) => effect !== "async context" && effect !== "property");
  return isPlain && infer.scopeOf(value.definition, value.where).yields.length === 0;
}
