// What titles of fixes say alike, and where none is offered.
import type { SyntaxTree } from "../code/syntax";

/** What tasks would use at the same time, where nobody can tell whether they may. */
export function sharing(names: readonly string[]): string {
  return names.length === 0 ? "" : ` (all use ${names.join(", ")} at the same time)`;
}

/** A file for another event loop: asyncio's tasks do not run there, or not by its rules. */
export function isForeign(tree: SyntaxTree): boolean {
  return /^[ \t]*(?:import|from)[ \t]+(?:trio|anyio|curio)\b/m.test(tree.text);
}
