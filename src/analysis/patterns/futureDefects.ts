// Defects of futures and tasks: made without a loop, completed from a thread or twice, not kept.
import type { Call, Expression } from "../code/ast";
import { code, prose } from "../prose";
import { type Anatomy, ownAttribute, type Routine, type Step, whereOf } from "./anatomy";
import { fullName } from "./callNames";
import { type Check, defect } from "./check";
import type { Dissected } from "./dissection";
import { calledMethod } from "./handing";
import { isCompletion, isFutureCall, isTaskCall } from "./keeping";

const constructors = /^__(?:init|post_init|new)__$/;

/** `asyncio.Future()` and `get_event_loop()` in the constructor, which may run before any loop does. */
const withoutLoop: Check = ({ parts, infer, of }) =>
  parts.anatomy.calls.flatMap((step) => {
    if (!constructors.test(step.routine.definition.name) || step.routine.outer) return [];
    const name = fullName(step.node.callee, whereOf(step), infer);
    const isFuture = name === "asyncio.Future" && !step.node.args.some((each) => each.name === "loop");
    if (!isFuture && name !== "asyncio.get_event_loop") return [];
    const error = code("RuntimeError: There is no current event loop in thread 'MainThread'.");
    const owner = code(`${of.definition.name}(…)`);
    const instead = isFuture
      ? prose`Make it in ${code("__await__")}, with ${code("asyncio.get_running_loop().create_future()")}.`
      : prose`Ask in ${code("__await__")}, with ${code("asyncio.get_running_loop()")}.`;
    const message = prose`${code(`${name}()`)} takes the loop that is current when ${owner} is called. Called before the loop runs, that is another loop than the one that awaits, and from 3.14 on there is none: ${error} ${instead}`;
    return [defect("future-without-loop", step.node, message)];
  });

// ---- completed by others

/** The futures that the class makes, as code names them: `future`, `self._future`. */
function futures(anatomy: Anatomy): ReadonlySet<string> {
  return new Set(
    anatomy.assignments.flatMap((step) => {
      const { node, routine } = step;
      if (node.kind !== "assign" || !node.value || !isFutureCall(node.value, step, anatomy)) return [];
      return node.targets.map((target) => routine.scope.tree.slice(target));
    }),
  );
}

/** `future.set_result(…)` in a function that a thread runs. */
const fromThread: Check = ({ parts, infer }) => {
  const { anatomy } = parts;
  const made = futures(anatomy);
  const threads = new Set(anatomy.calls.flatMap((step) => startedInThread(step, anatomy, infer)));
  return anatomy.calls.flatMap((step) => {
    const { node, routine } = step;
    if (!threads.has(routine) || !isCompletion(node) || node.callee.kind !== "attribute") return [];
    const { tree } = routine.scope;
    const future = tree.slice(node.callee.object);
    if (!made.has(future)) return [];
    const inside = node.args.map(({ value }) => tree.slice(value)).join(", ");
    const text = `${future}.get_loop().call_soon_threadsafe(${future}.${node.callee.name}${inside ? `, ${inside}` : ""})`;
    const message = prose`${code(routine.definition.name)} runs in a thread of its own, and futures are not thread-safe: the loop sleeps on and does not see that ${code(future)} is done. Write ${code(text)}.`;
    const fix = { title: "Complete it in its loop", edits: [{ start: node.start, end: node.end, text }] };
    return [defect("set-from-thread", node, message, { fix })];
  });
};

const starters = /^threading\.(?:Thread|Timer)$|^asyncio\.to_thread$|\.(?:run_in_executor|submit)$/;

/** The functions of the class that a call hands to a thread. */
function startedInThread(step: Step<Call>, anatomy: Anatomy, infer: Parameters<Check>[0]["infer"]): Routine[] {
  const name = fullName(step.node.callee, whereOf(step), infer) ?? `.${calledMethod(step.node) ?? ""}`;
  if (!starters.test(name)) return [];
  return anatomy.routines.filter(({ definition, outer }) =>
    step.node.args.some(({ value }) =>
      outer
        ? value.kind === "name" && value.id === definition.name && outer === step.routine
        : ownAttribute(value, step.routine) === definition.name,
    ),
  );
}

/** A callback that completes a future and does not ask whether it is done. */
const twice: Check = ({ parts }) => {
  const { anatomy } = parts;
  const made = futures(anatomy);
  const [first] = anatomy.routines.flatMap((routine) => {
    const { tree } = routine.scope;
    return anatomy.calls.flatMap((step) => {
      if (step.routine !== routine) return [];
      const future = completed(step, made);
      // A coroutine runs once: only what is called may be called again.
      const isCallback = (routine.outer !== undefined && !routine.definition.isAsync) || handsOn(step, made);
      if (!future || !isCallback || isGuarded(step, anatomy) || madeIn(future, routine, anatomy)) return [];
      return [{ step, future, text: tree.slice(step.node) }];
    });
  });
  if (!first) return [];
  const message = prose`When this is called again, or after the awaiting task was cancelled, ${code(first.future)} is done already: ${code("asyncio.InvalidStateError: invalid state")}. Ask ${code(`${first.future}.done()`)} first.`;
  return [defect("double-completion", first.step.node, message)];
};

/** The future that a call completes itself, or hands on to be completed: `call_soon_threadsafe(future.set_result, …)`. */
function completed({ node, routine }: Step<Call>, made: ReadonlySet<string>): string | undefined {
  const { tree } = routine.scope;
  if (isCompletion(node) && node.callee.kind === "attribute") {
    const future = tree.slice(node.callee.object);
    return made.has(future) ? future : undefined;
  }
  return node.args.map(({ value }) => completion(value, routine)).find((each) => each !== undefined && made.has(each));
}

function completion(value: Expression, { scope }: Routine): string | undefined {
  return value.kind === "attribute" && /^set_(?:result|exception)$/.test(value.name)
    ? scope.tree.slice(value.object)
    : undefined;
}

function handsOn(step: Step<Call>, made: ReadonlySet<string>): boolean {
  // What `call_soon` is handed runs at once: hardly anybody comes before it.
  return !isCompletion(step.node) && calledMethod(step.node) !== "call_soon" && completed(step, made) !== undefined;
}

/** A look at the future anywhere around: in the routine itself, or in a function of ours that gets it handed. */
function isGuarded({ node, routine, around }: Step<Call>, anatomy: Anatomy): boolean {
  const text = routine.scope.tree.slice(routine.definition);
  if (routine.outer && /\.(?:done|cancelled)\(\)/.test(text)) return true;
  if (around.some(({ statement }) => statement.kind === "try" || statement.kind === "with")) return true;
  if (/\.(?:done|cancelled)\(\)/.test(around.map(({ statement }) => routine.scope.tree.slice(statement)).join(" ")))
    return true;
  // Handed to a function of ours that asks, or that hands it on to one that does.
  const asking = anatomy.routines.filter(({ definition, scope }) =>
    /\.(?:done|cancelled)\(\)/.test(scope.tree.slice(definition)),
  );
  const handing = anatomy.routines.filter(({ definition, scope }) =>
    asking.some((each) => new RegExp(`\\b${each.definition.name}\\b`).test(scope.tree.slice(definition))),
  );
  const names = [...asking, ...handing].map(({ definition }) => definition.name);
  return [...node.args.map(({ value }) => value), node.callee].some(
    (value) => value.kind === "name" && names.includes(value.id),
  );
}

/** Completed right where it is made: nobody can have cancelled it. */
function madeIn(future: string, routine: Routine, anatomy: Anatomy): boolean {
  const isHere = anatomy.assignments.some(
    (step) =>
      step.routine === routine &&
      step.node.kind === "assign" &&
      step.node.targets.some((target) => routine.scope.tree.slice(target) === future) &&
      step.node.value !== undefined &&
      isFutureCall(step.node.value, step, anatomy),
  );
  const isDirect = anatomy.calls.some(
    (step) =>
      step.routine === routine &&
      isCompletion(step.node) &&
      step.node.callee.kind === "attribute" &&
      routine.scope.tree.slice(step.node.callee.object) === future,
  );
  return isHere && isDirect;
}

// ---- tasks

const notKept: Check = ({ parts }) =>
  parts.anatomy.calls.flatMap((step) => {
    const isBare = step.statement.kind === "expression" && step.statement.values.includes(step.node);
    const isGroup =
      step.node.callee.kind === "attribute" &&
      calledMethod(step.node) === "create_task" &&
      !isLoopOrModule(step, parts);
    if (!isBare || isGroup || !isTaskCall(step.node, step, parts.anatomy)) return [];
    const message = prose`Nobody keeps the task, and the event loop holds it only weakly: it may vanish before it is done, and its error is never seen. Keep it, on ${code("self")} for one.`;
    return [defect("task-not-kept", step.node, message, { elsewhere: true })];
  });

/** `asyncio.create_task`, or that of an event loop: a task group keeps its tasks itself. */
function isLoopOrModule({ node, routine, statement }: Step<Call>, { anatomy }: Dissected): boolean {
  const name = fullName(node.callee, whereOf({ routine, statement }), anatomy.infer);
  return name !== undefined && /^asyncio\.(?:create_task|ensure_future)$|EventLoop\.create_task$/.test(name);
}

export const futureChecks: readonly Check[] = [withoutLoop, fromThread, twice, notKept];
