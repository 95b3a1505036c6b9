// Defects of results that are kept: each awaiter runs the operation, a failure stays, keys are texts.
import type { Expression } from "../code/ast";
import { code, prose } from "../prose";
import { type Anatomy, ownAttribute, type Step, some, whereOf } from "./anatomy";
import { fullName } from "./callNames";
import { type Check, defect } from "./check";
import type { Dissected } from "./dissection";
import { isContainer, isTaskCall, keptAttributes } from "./keeping";

type Assigned = Dissected["assignments"][number];

/** Found nothing, awaited the operation, stored its result: meanwhile others have found nothing, too. */
const noSingleFlight: Check = ({ parts, pattern }) => {
  if (pattern?.prefix !== "aw-cached" && pattern?.prefix !== "aw-once") return [];
  const { anatomy } = parts;
  const isGuarded =
    parts.statements.some(({ node }) => node.kind === "with" && node.isAsync) ||
    parts.calls.some(({ node, name }) => /\.acquire$/.test(name ?? "") || methodOf(node) === "acquire") ||
    parts.calls.some(
      (step) => isTaskCall(step.node, step, anatomy) || /create_future$|^asyncio\.Future$/.test(step.name ?? ""),
    );
  const store = parts.assignments.find(
    (step) => isStore(step, anatomy) && isAwaitedValue(step.node.value, step, parts),
  );
  if (isGuarded || !store || refusesTwice(store, parts)) return [];
  const awaited = parts.awaits.find(({ operand, routine }) => routine === store.routine && operand.kind === "call");
  const target = store.node.kind === "assign" ? store.node.targets[0] : undefined;
  const message = prose`Awaits that come before ${code(store.routine.scope.tree.slice(target ?? store.node))} is set each run the operation themselves. Keep the running task and let all await that, or hold an ${code("asyncio.Lock")}.`;
  const related = awaited ? [{ span: awaited.node, message: prose`Others come in while this one waits.` }] : [];
  return [defect("no-single-flight", store.node, message, { related })];
};

/** `if self.x: raise …`: who comes second is refused, not served. */
function refusesTwice(store: Assigned, parts: Dissected): boolean {
  const names = keptAttributes(store);
  return parts.statements.some(
    ({ node, routine }) =>
      node.kind === "if" &&
      node.branches.some(
        ({ test, body }) =>
          body.statements.at(-1)?.kind === "raise" &&
          some(test, (each) => names.includes(ownAttribute(each, routine) ?? "")),
      ),
  );
}

function methodOf(node: Expression): string | undefined {
  return node.kind === "call" && node.callee.kind === "attribute" ? node.callee.name : undefined;
}

/** `self.x[key] = …`, or `self.x = …`. */
function isStore(step: Assigned, anatomy: Anatomy): boolean {
  return keyedTarget(step, anatomy) !== undefined || keptAttributes(step).length > 0;
}

function keyedTarget({ node, routine }: Assigned, anatomy: Anatomy) {
  const targets = node.kind === "assign" ? node.targets : [node.target];
  return targets.find((target) => target.kind === "subscript" && isContainer(target.object, routine, anatomy));
}

function isAwaitedValue(value: Expression | undefined, step: Step<unknown>, parts: Dissected): boolean {
  return (
    some(value, (node) => {
      if (node.kind === "await") return true;
      if (node.kind !== "name") return false;
      const bound = step.routine.scope.bindings.get(node.id) ?? [];
      return bound.some(
        ({ kind, ...rest }) =>
          (kind === "value" || kind === "walrus") &&
          "value" in rest &&
          some(rest.value as Expression, (each) => each.kind === "await"),
      );
    }) && parts.awaits.length > 0
  );
}

/** A task kept by key that nobody takes out: its error is given to everybody from then on. */
const failureCached: Check = ({ parts, pattern }) => {
  if (pattern?.prefix !== "aw-cached") return [];
  const { anatomy } = parts;
  return parts.assignments.flatMap((step) => {
    const target = keyedTarget(step, anatomy);
    if (target?.kind !== "subscript") return [];
    const isTask = some(step.node.value, (node) => isTaskCall(node, step, anatomy));
    const isError = isCaught(step.node.value, step);
    if ((!isTask && !isError) || isTakenOut(target.object, anatomy)) return [];
    const what = isTask ? "task" : "error";
    const message = prose`The ${what} stays in ${code(step.routine.scope.tree.slice(target.object))} when the operation failed, and each later await gets that error again. Take it out when it fails.`;
    return [defect("failure-cached", step.node, message)];
  });
};

function isCaught(value: Expression | undefined, step: Step<unknown>): boolean {
  const handler = step.around.find(({ part }) => part === "handler")?.handler;
  return handler?.name !== undefined && some(value, (node) => node.kind === "name" && node.id === handler.name);
}

/** `del self.x[key]`, `self.x.pop(key)`, `self.x.clear()`, or a look at how the task ended. */
function isTakenOut(container: Expression, anatomy: Anatomy): boolean {
  const text = anatomy.tree.slice(container);
  const isIt = (node: Expression) =>
    anatomy.tree.slice(node) === text || (ownName(node) !== undefined && ownName(node) === ownName(container));
  const byCall = anatomy.calls.some(
    ({ node }) =>
      node.callee.kind === "attribute" &&
      ((/^(?:pop|popitem|clear|__delitem__)$/.test(node.callee.name) && isIt(node.callee.object)) ||
        /^(?:exception|cancelled)$/.test(node.callee.name)),
  );
  const byDelete = anatomy.statements.some(
    ({ node }) =>
      node.kind === "delete" && node.targets.some((target) => target.kind === "subscript" && isIt(target.object)),
  );
  // A callback may do it: `task.add_done_callback(…)`, a lambda among them.
  return byCall || byDelete || anatomy.calls.some(({ node }) => methodOf(node) === "add_done_callback");
}

function ownName(node: Expression): string | undefined {
  return node.kind === "attribute" ? node.name : undefined;
}

/** `json.dumps(args, default=str)` as a key: equal texts for different things. */
const textKeys: Check = ({ parts }) => {
  const keys = parts.calls.filter(({ name, node }) => {
    const fallback = node.args.find((each) => each.name === "default")?.value;
    return name === "json.dumps" && fallback?.kind === "name" && /^(?:str|repr)$/.test(fallback.id);
  });
  const isKey = parts.anatomy.calls.length > 0 && parts.assignments.some((step) => keyedTarget(step, parts.anatomy));
  const [first] = keys;
  if (!first || !isKey) return [];
  const message = prose`${code("default=str")} makes a key of whatever an object prints: two that print alike share an entry, and one that prints its address never finds its own. Use the arguments themselves, in a tuple.`;
  return [defect("text-keys", first.node, message)];
};

// ---- a callable asked what it is

const functionKind: Check = ({ parts, infer }) =>
  parts.calls.flatMap((step) => {
    const name = fullName(step.node.callee, whereOf(step), infer);
    if (name !== "asyncio.iscoroutinefunction" && name !== "inspect.iscoroutinefunction") return [];
    const [first] = step.node.args;
    const given = first && ownAttribute(first.value, step.routine);
    if (!first || (given === undefined && first.value.kind !== "name")) return [];
    const deprecated = name.startsWith("asyncio.") ? prose` (${code("DeprecationWarning")} from 3.14 on)` : prose``;
    const what = code(step.routine.scope.tree.slice(first.value));
    const message = prose`${code(name)}${deprecated} is false for a lambda, a partial of an object or a callable object that gives a coroutine, and then nobody awaits what ${what} gives. Ask the result: ${code("inspect.isawaitable")}.`;
    return [defect("tests-function-kind", step.node, message)];
  });

export const cacheChecks: readonly Check[] = [noSingleFlight, failureCached, textKeys, functionKind];
