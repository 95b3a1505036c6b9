// What is wrong with a class of awaitables: each check names a defect only where it certainly is one.

import { inferenceFor } from "../awaiting/resolve";
import type { ClassDef } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { type ClassValue, type Inference, keeping } from "../infer/values";
import { type DefinitionSource, noSource } from "../modules";
import type { Scope } from "../scopes/scope";
import { anatomyOfClass } from "./anatomy";
import { cacheChecks } from "./cacheDefects";
import { callbackChecks } from "./callbackDefects";
import type { Check } from "./check";
import type { Defect } from "./defect";
import { dissected } from "./dissection";
import { futureChecks } from "./futureDefects";
import { protocolChecks } from "./protocolDefects";
import { patternOfClass } from "./recognise";
import { retryChecks } from "./retryDefects";
import { stateChecks } from "./stateDefects";
import { timeChecks } from "./timeDefects";

const checks: readonly Check[] = [
  ...protocolChecks,
  ...stateChecks,
  ...retryChecks,
  ...timeChecks,
  ...cacheChecks,
  ...futureChecks,
  ...callbackChecks,
];

/** The defects of all classes of a file that have an `__await__`, in the order of the text. */
export function defectsIn(tree: SyntaxTree, source: DefinitionSource = noSource): readonly Defect[] {
  if (!tree.text.includes("__await__")) return [];
  const infer = inferenceFor(tree, source);
  const found = classesOf(infer.moduleScope(tree)).flatMap((of) => defectsOf(of, infer));
  return found.filter(({ elsewhere }) => !elsewhere).sort((a, b) => a.span.start - b.span.start);
}

const found = keeping<ClassDef, readonly Defect[]>();

/** The defects of one class, in its own text; those of inherited code are told where that is. */
export function defectsOf(of: ClassValue, infer: Inference): readonly Defect[] {
  return found(infer.memory(of.where.scope.tree), of.definition, () => computeDefects(of, infer));
}

function computeDefects(of: ClassValue, infer: Inference): readonly Defect[] {
  const subject = { parts: dissected(anatomyOfClass(of, infer)), of, infer, pattern: patternOfClass(of, infer) };
  const { definition } = of;
  const isOwn = ({ span }: Defect) => definition.start <= span.start && span.end <= definition.end;
  return checks.flatMap((check) => check(subject)).filter(isOwn);
}

/** Whether a class speaks of `__await__` itself, not only a class in it. */
function isAboutAwait(scope: Scope): boolean {
  let own = "";
  let from = scope.node.start;
  for (const { start, end } of innerClasses(scope)) {
    own += scope.tree.text.slice(from, start);
    from = end;
  }
  return (own + scope.tree.text.slice(from, scope.node.end)).includes("__await__");
}

/** The classes in a scope and in its functions, in the order of the text. */
function innerClasses({ inner }: Scope): ClassDef[] {
  const found = [...inner].flatMap(([node, scope]) =>
    "kind" in node && node.kind === "class" ? [node] : innerClasses(scope()),
  );
  return found.sort((a, b) => a.start - b.start);
}

function classesOf(module: Scope): ClassValue[] {
  const all: ClassValue[] = [];
  const pending: Scope[] = [module];
  for (let scope = pending.pop(); scope; scope = pending.pop())
    for (const [node, inner] of scope.inner) {
      if (!("kind" in node) || (node.kind !== "class" && node.kind !== "function")) continue;
      if (!scope.tree.slice(node).includes("__await__")) continue;
      if (node.kind === "class" && isAboutAwait(inner()))
        all.push({ kind: "class", definition: node, where: { scope, statement: node } });
      pending.push(inner());
    }
  return all;
}
