// What a hover at a place of a file tells: the one question that editors ask.
import type { Span } from "./ast";
import { type AwaitSite, awaitAt } from "./awaits";
import { type Explanation, explain } from "./explain";
import { type DefinitionSource, noSource } from "./modules";
import { resolve } from "./resolve";
import type { SyntaxTree } from "./syntax";

/** An explanation and the text that it is about. */
export interface Explained {
  readonly span: Span;
  readonly explanation: Explanation;
  /** The await site, if it is one: it has steps, too. */
  readonly site?: AwaitSite;
}

/** Explains what is at an offset; undefined where there is nothing of ours. Never throws. */
export function explainAt(
  tree: SyntaxTree,
  offset: number,
  source: DefinitionSource = noSource,
): Explained | undefined {
  const site = awaitAt(tree, offset);
  if (!site) return undefined;
  return { span: { start: site.start, end: site.end }, explanation: explain(site, resolve(site, tree, source)), site };
}
