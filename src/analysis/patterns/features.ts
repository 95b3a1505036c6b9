// What a class or function does, as features that do not depend on any name of the user's: what the patterns are told by.
import { loopAround, some } from "./anatomy";
import { calls, type Dissected } from "./dissection";
import {
  awaitMethods,
  awaitsOwnTask,
  calledMethod,
  checksResult,
  cleansUp,
  folds,
  givesGiven,
  handed,
  isOwnIterator,
  isTypesCoroutine,
  onlyRuns,
  ownMethodCalled,
  startsAhead,
  wraps,
} from "./handing";
import {
  assigned,
  countsDownOrUp,
  isClocked,
  isCompletion,
  isKept,
  isLocalFuture,
  isLookedAt,
  isTaskCall,
  keepsResult,
  keptAttributes,
  keyed,
  keyedCalls,
  passesCompletion,
  readsByKey,
  sharesInFlight,
} from "./keeping";
import {
  callbacks,
  handsCallback,
  isGiven,
  isGivenCall,
  isWork,
  limitsOperation,
  operationCalls,
  operations,
  retries,
  sleepsOf,
} from "./operations";

export type Feature =
  | "iterates itself"
  | "sends itself"
  | "hands to own coroutine"
  | "hands to given call"
  | "is its own generator"
  | "makes a future"
  | "completes a future"
  | "awaits a future made here"
  | "keeps a task"
  | "keeps a result"
  | "looks first"
  | "shares in flight"
  | "keeps by key"
  | "finds by key"
  | "reads the clock"
  | "remembers the clock"
  | "sleeps"
  | "sleeps a given time"
  | "sleeps by the clock"
  | "sleeps in a loop"
  | "counts"
  | "calls an operation"
  | "runs an operation"
  | "retries"
  | "limits an operation"
  | "wraps in a loop"
  | "sets a context variable"
  | "runs in a context"
  | "leaves the loop"
  | "cleans up on cancel"
  | "checks the result"
  | "calls back"
  | "calls back in a loop"
  | "awaits itself"
  | "has plain methods"
  | "gives what it was given"
  | "starts a task ahead"
  | "awaits its task itself"
  | "only runs an operation"
  | "is called"
  | "is a coroutine of types";

export function featuresOf(parts: Dissected): ReadonlySet<Feature> {
  return new Set((Object.keys(tests) as Feature[]).filter((feature) => tests[feature](parts)));
}

// ---- the features

const tests: Readonly<Record<Feature, (parts: Dissected) => boolean>> = {
  "iterates itself": ({ anatomy }) => isOwnIterator(anatomy, "__next__"),
  "sends itself": ({ anatomy }) => isOwnIterator(anatomy, "send"),
  "hands to own coroutine": (parts) =>
    handed(parts).some(({ operand, routine }) => ownMethodCalled(operand, routine, parts.anatomy)),
  "hands to given call": (parts) =>
    handed(parts).some((step) => isGivenCall(step.operand, step.routine, parts.anatomy)),
  "is its own generator": ({ anatomy }) => awaitMethods(anatomy).some(({ scope }) => scope.yields.length > 0),
  "makes a future": (parts) => parts.calls.some(({ name }) => calls.future.test(name ?? "")),
  "completes a future": ({ anatomy }) =>
    anatomy.calls.some(({ node }) => isCompletion(node)) || anatomy.routines.some(passesCompletion),
  "awaits a future made here": (parts) => parts.awaits.some((step) => isLocalFuture(step.operand, step, parts)),
  "keeps a task": ({ anatomy }) => anatomy.assignments.some((step) => isKept(step, anatomy, isTaskCall)),
  "keeps a result": (parts) => parts.assignments.some((step) => keepsResult(step, parts)),
  "looks first": (parts) =>
    parts.assignments.some((step) => keptAttributes(step).some((name) => isLookedAt(name, parts))),
  "shares in flight": (parts) => sharesInFlight(parts),
  "keeps by key": (parts) =>
    parts.assignments.some((step) => keyed(step, parts.anatomy) && isWork(step.node.value, step, parts)) ||
    keyedCalls(parts, /^(?:setdefault|update|__setitem__)$/).some((step) =>
      step.node.args.some(({ value }) => isWork(value, step, parts)),
    ),
  "finds by key": (parts) =>
    keyedCalls(parts, /^(?:get|setdefault|pop)$/).length > 0 ||
    parts.statements.some((step) => readsByKey(step, parts.anatomy)),
  "reads the clock": (parts) => parts.calls.some(({ name }) => calls.clock.test(name ?? "")),
  "remembers the clock": (parts) =>
    parts.assignments.some((step) => keptAttributes(step).length > 0 && isClocked(assigned(step), step, parts)),
  sleeps: (parts) => sleepsOf(parts).length > 0,
  "sleeps a given time": (parts) =>
    sleepsOf(parts).some((step) =>
      some(step.node.args[0]?.value, (each) => isGiven(each, step.routine, parts.anatomy)),
    ),
  "sleeps by the clock": (parts) =>
    sleepsOf(parts).some((step) => step.node.args.some(({ value }) => isClocked(value, step, parts))),
  "sleeps in a loop": (parts) => sleepsOf(parts).some((step) => loopAround(step) !== undefined),
  counts: (parts) => parts.statements.some((step) => countsDownOrUp(step, parts.anatomy)),
  "calls an operation": (parts) => operationCalls(parts).length > 0,
  "runs an operation": (parts) => operations(parts).length > 0,
  retries: (parts) => retries(parts).length > 0,
  "limits an operation": (parts) => parts.calls.some((step) => limitsOperation(step, parts)),
  "wraps in a loop": (parts) =>
    parts.assignments.some((step) => wraps(step, parts)) || parts.calls.some((step) => folds(step)),
  "sets a context variable": (parts) =>
    parts.calls.some(({ node }) => calledMethod(node) === "set") &&
    parts.calls.some(({ node }) => calledMethod(node) === "reset" && node.args.length === 1),
  "runs in a context": (parts) =>
    parts.calls.some(
      ({ name, node }) => calls.context.test(name ?? "") || node.args.some((each) => each.name === "context"),
    ),
  "leaves the loop": (parts) =>
    parts.calls.some(({ name, node }) => calls.thread.test(name ?? "") || calledMethod(node) === "run_in_executor"),
  "cleans up on cancel": (parts) =>
    parts.statements.some(({ node, routine }) => node.kind === "try" && cleansUp(node, routine, parts)),
  "checks the result": (parts) => parts.statements.some((step) => checksResult(step, parts)),
  "calls back": (parts) => callbacks(parts).length > 0 || handsCallback(parts),
  "calls back in a loop": (parts) => callbacks(parts).some((step) => loopAround(step) !== undefined),
  "awaits itself": ({ anatomy }) =>
    anatomy.awaits.some(
      ({ operand, routine }) =>
        operand.kind === "name" &&
        operand.id === routine.self &&
        routine.definition.name !== "__await__" &&
        !/^__a(?:enter|exit|iter|next)__$/.test(routine.definition.name),
    ),
  "has plain methods": ({ anatomy }) =>
    anatomy.routines.some(({ definition, outer }) => !outer && !definition.isAsync && !definition.name.startsWith("_")),
  "gives what it was given": (parts) => givesGiven(parts),
  "starts a task ahead": ({ anatomy }) => startsAhead(anatomy),
  "awaits its task itself": (parts) => awaitsOwnTask(parts),
  "only runs an operation": (parts) => onlyRuns(parts),
  "is called": ({ anatomy }) => awaitMethods(anatomy).length === 0,
  "is a coroutine of types": ({ anatomy }) => isTypesCoroutine(anatomy),
};
