// The full name of what an expression names, as the imports in sight say it: `requests.get`, `asyncio.CancelledError`.
import type { Expression } from "../code/ast";
import type { Scope } from "../scopes/scope";

/** Undefined where a part of it is anything but an import, or may be another one. */
export function dottedName(node: Expression, scope: Scope): string | undefined {
  if (node.kind === "attribute") {
    const object = dottedName(node.object, scope);
    return object && `${object}.${node.name}`;
  }
  return node.kind === "name" ? imported(node.id, scope) : undefined;
}

function imported(id: string, from: Scope): string | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    if (scope.outer.has(id)) return undefined;
    const bindings = scope.bindings.get(id);
    if (!bindings) continue;
    const names = new Set(bindings.map(nameOf));
    const [only] = names;
    return names.size === 1 ? only : undefined;
  }
  return undefined;
}

type Binding = NonNullable<ReturnType<Scope["bindings"]["get"]>>[number];

function nameOf(binding: Binding): string | undefined {
  if (binding.kind === "import") return binding.module;
  return binding.kind === "from-import" && binding.level === 0 ? `${binding.module}.${binding.original}` : undefined;
}
