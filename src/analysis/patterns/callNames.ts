// The full name of what code calls: `asyncio.sleep`, `time.monotonic`, whatever it was imported as.
import type { Expression } from "../code/ast";
import type { Inference } from "../infer/values";
import type { Scope, Where } from "../scopes/scope";

/** The full name of a function or class; undefined where it is not certain. */
export function fullName(node: Expression, where: Where, infer: Inference): string | undefined {
  const value = infer.valueOf(node, where);
  switch (value.kind) {
    case "fact":
      return value.name;
    case "builtin":
      return `builtins.${value.name}`;
    case "unknown":
      return value.name ?? importedName(node, where.scope);
    default:
      return importedName(node, where.scope);
  }
}

/** `module.name` through the imports of the file alone: also for modules that are not read. */
function importedName(node: Expression, scope: Scope): string | undefined {
  if (node.kind === "attribute") {
    const object = importedName(node.object, scope);
    return object === undefined ? undefined : `${object}.${node.name}`;
  }
  if (node.kind !== "name") return undefined;
  const names = new Set(
    bindingsOf(node.id, scope).map((binding) => {
      if (binding.kind === "import") return binding.module;
      if (binding.kind === "from-import" && binding.level === 0) return `${binding.module}.${binding.original}`;
      return undefined;
    }),
  );
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

function bindingsOf(name: string, scope: Scope) {
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    const found = each === scope || each.kind !== "class" ? each.bindings.get(name) : undefined;
    if (found) return found;
  }
  return [];
}
