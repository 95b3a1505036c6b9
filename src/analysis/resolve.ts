// From an await site to what is awaited there. Invariant: never throws and never guesses; it answers `unknown` with a
// reason.
import type { Awaitable } from "./awaitable";
import type { AwaitSite } from "./awaits";
import { type DefinitionSource, noSource } from "./modules";
import { prose } from "./prose";
import type { SyntaxTree } from "./syntax";

/** What `site` waits for. `source` gives the modules that the file imports. */
export function resolve(_site: AwaitSite, _tree: SyntaxTree, _source: DefinitionSource = noSource): Awaitable {
  return { kind: "unknown", suspends: "unknown", cautions: [], reason: prose`Nothing is known about it.` };
}
