// What a hover at a place of a file tells: the one question that editors ask.

import { resolve } from "../awaiting/resolve";
import type { Span } from "../code/ast";
import { type AwaitSite, awaitAt } from "../code/awaits";
import type { SyntaxTree } from "../code/syntax";
import { type DefinitionSource, noSource } from "../modules";
import { patternAt } from "../patterns/hover";
import { code } from "../prose";
import { type Explanation, explain, mostLines } from "./explain";
import { overlapHint } from "./overlapHint";
import { startAt } from "./starts";

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
  if (site) return explainSite(site, tree, source);
  return explainDefinition(tree, offset, source) ?? startAt(tree, offset, source);
}

function explainSite(site: AwaitSite, tree: SyntaxTree, source: DefinitionSource): Explained {
  const awaitable = resolve(site, tree, source);
  const hint = awaitable.fails ? undefined : overlapHint(site, tree, source);
  const explanation = explain(site, hint ? { ...awaitable, cautions: [hint, ...awaitable.cautions] } : awaitable);
  return { span: { start: site.start, end: site.end }, explanation, site };
}

/** A class with `__await__`, or the method itself: which pattern it is, and what is wrong with it. */
function explainDefinition(tree: SyntaxTree, offset: number, source: DefinitionSource): Explained | undefined {
  if (!tree.text.includes("__await__")) return undefined;
  const found = patternAt(tree, offset, source);
  if (!found) return undefined;
  const wrong = found.defects.map(({ message }) => message);
  const told = found.sentences.filter((sentence) => !wrong.includes(sentence));
  const [headline, ...body] = found.pattern ? told : [[code(tree.slice(found))], ...told];
  const cautions = wrong.slice(0, mostLines - 1 - body.length);
  return { span: { start: found.start, end: found.end }, explanation: { headline: headline ?? [], body, cautions } };
}
