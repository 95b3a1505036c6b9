// All mistakes of a file. Invariant: a report is certain or not made, and this never throws.

import { inferenceFor } from "../awaiting/resolve";
import type { SyntaxTree } from "../code/syntax";
import type { FileInference } from "../infer/infer";
import { type DefinitionSource, noSource } from "../modules";
import { defectsIn } from "../patterns/defects";
import { blockingHelpers, nestedRuns } from "./blocking";
import { coroutineCallbacks } from "./callbacks";
import { awaitsInFinally, swallowedCancels } from "./cancel";
import { awaitedTwice, coroutineInText, neverAwaited } from "./coroutines";
import { resultTooEarly } from "./early";
import { ignoredIn } from "./ignore";
import { lockReentered, threadLockAcrossAwait } from "./locks";
import { endlessLoops, unboundedGathers } from "./loops";
import { type Mistake, mistake, related } from "./mistake";
import { sequentialAwaits } from "./overlap";
import { isRule, type RuleName, ruleNames } from "./rules";
import { asyncSpecialMethods, asyncTests, cachedCoroutines } from "./special";
import { staleWrites } from "./staleWrite";
import { type Survey, survey } from "./survey";

type Check = (survey: Survey, source: DefinitionSource) => Iterable<Mistake>;

const checks: Readonly<Partial<Record<RuleName, Check>>> = {
  "awaited-twice": awaitedTwice,
  "coroutine-in-text": coroutineInText,
  "never-awaited": neverAwaited,
  "thread-lock-across-await": threadLockAcrossAwait,
  "lock-reentered": lockReentered,
  "stale-write": staleWrites,
  "sequential-awaits": ({ tree }, source) => sequentialAwaits(tree, source),
  "unbounded-gather": unboundedGathers,
  "blocking-helper": blockingHelpers,
  "endless-loop": endlessLoops,
  "result-too-early": resultTooEarly,
  "coroutine-as-callback": coroutineCallbacks,
  "nested-run": nestedRuns,
  "async-special-method": asyncSpecialMethods,
  "async-test-never-runs": asyncTests,
  "cached-coroutine": cachedCoroutines,
  "cancel-swallowed": swallowedCancels,
  "await-in-finally": awaitsInFinally,
};

/** The mistakes of a file by `wanted` rules, in the order of the text; those that comments ignore are left out. */
export function mistakesOf(
  tree: SyntaxTree,
  source: DefinitionSource = noSource,
  wanted: readonly RuleName[] = ruleNames,
): Mistake[] {
  // Nothing of asyncio is without one of these words.
  if (!/\basync\b|__await__|\bawaitable/.test(tree.text)) return [];
  const infer: FileInference = inferenceFor(tree, source);
  const laidOut = survey(tree, infer);
  const ignored = ignoredIn(tree);
  const found: Mistake[] = [];
  const add = (mistake: Mistake) => {
    const isKnown = found.some(
      (each) => each.rule === mistake.rule && each.start < mistake.end && mistake.start < each.end,
    );
    if (!isKnown && !ignored.covers(mistake)) found.push(mistake);
  };
  for (const rule of wanted) for (const mistake of checks[rule]?.(laidOut, source) ?? []) add(mistake);
  if (wanted.some((rule) => !checks[rule]))
    for (const { rule, span, message, related: others } of defectsIn(tree, source))
      if (isRule(rule) && wanted.includes(rule))
        add(
          mistake(
            rule,
            span,
            message,
            others.map((each) => related(each.span, each.message)),
          ),
        );
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}
