// What a hover at a place of a file tells: the one question that editors ask.

import { describeAwait } from "../awaiting/describe";
import { inferenceFor, resolve } from "../awaiting/resolve";
import type { Span } from "../code/ast";
import { type AwaitSite, awaitAt } from "../code/awaits";
import type { SyntaxTree } from "../code/syntax";
import type { ClassValue } from "../infer/values";
import { type DefinitionSource, noSource } from "../modules";
import { awaitMethodAt, patternAt } from "../patterns/hover";
import { code, type Prose, prose } from "../prose";
import { type Explanation, explain, going, mostLines } from "./explain";
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

/** A class with `__await__`, or the method itself: which pattern it is, what is wrong with it, what an await of it does. */
function explainDefinition(tree: SyntaxTree, offset: number, source: DefinitionSource): Explained | undefined {
  if (!tree.text.includes("__await__")) return undefined;
  const found = patternAt(tree, offset, source);
  const method = awaitMethodAt(tree, offset, source);
  const at = found ?? method;
  if (!at) return undefined;
  const span = { start: at.start, end: at.end };
  const done = method && explainMethod(method.of, span, tree, source);
  const name = method
    ? prose`${code("def __await__")} of ${code(method.of.definition.name)}`
    : [code(tree.slice(span))];
  const gives = done?.gives === undefined ? "" : prose` → ${code(done.gives)}`;
  if (!found) return done && { span, explanation: { headline: prose`${name}${gives}`, body: done.body, cautions: [] } };
  const wrong = found.defects.map(({ message }) => message);
  const told = found.sentences.filter((sentence) => !wrong.includes(sentence));
  const [headline = [], ...body] = found.pattern ? told : [prose`${name} ✗`, ...told];
  const all = [...(done?.body ?? []), ...body];
  const cautions = wrong.slice(0, mostLines - 1 - all.length);
  return { span, explanation: { headline, body: all, cautions } };
}

/** What an await of an object does whose class has the `__await__` here; nothing where that is not told or fails. */
function explainMethod(
  of: ClassValue,
  { start, end }: Span,
  tree: SyntaxTree,
  source: DefinitionSource,
): { readonly body: readonly Prose[]; readonly gives?: string } | undefined {
  const operand = { kind: "name", id: of.definition.name, start, end } as const;
  const object = { kind: "object", of, exact: false } as const;
  const awaitable = describeAwait(object, operand, tree, inferenceFor(tree, source));
  if (awaitable.fails || awaitable.kind === "unknown" || awaitable.shape === "iterator") return undefined;
  return { body: going(awaitable), ...(awaitable.gives !== undefined && { gives: awaitable.gives }) };
}
