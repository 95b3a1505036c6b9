// Defects around what runs beside the operation: progress that is made up or ends it, a context that stays set.
import type { Expression } from "../code/ast";
import { code, prose } from "../prose";
import { loopAround, ownAttribute, type Step, some, whereOf } from "./anatomy";
import { type Check, defect } from "./check";
import type { Dissected } from "./dissection";
import { calledMethod } from "./handing";
import { callbacks, operations, sleepsOf } from "./operations";

/** The numbers come from a loop of sleeps, and the operation runs somewhere else. */
const simulated: Check = ({ parts }) => {
  const [first] = callbacks(parts).filter((step) => {
    const loop = loopAround(step)?.statement;
    if (!loop) return false;
    const inLoop = ({ around }: Step<unknown>) => around.some((each) => each.statement === loop);
    const sleeps = sleepsOf(parts).filter(inLoop);
    const others = parts.awaits.filter((each) => inLoop(each) && !sleeps.some(({ node }) => node === each.operand));
    const runs = operations(parts).some((each) => !inLoop(each));
    return sleeps.length > 0 && others.length === 0 && runs && step.node.args.length > 0 && isCounted(step, parts);
  });
  if (!first) return [];
  const message = prose`These numbers come from a loop of sleeps, not from the operation: they say nothing about how far it is. Let the operation report: hand it the callback.`;
  return [defect("simulated-progress", first.node, message)];
};

/** Whether the arguments are worked out from the loop's own counters alone. */
function isCounted(
  step: Step<{ readonly args: readonly { readonly value: Expression }[] }>,
  parts: Dissected,
): boolean {
  return step.node.args.every(
    ({ value }) => !some(value, (node) => node.kind === "attribute" && !isNumber(node, step, parts)),
  );
}

/** An attribute that the class only counts with: `self.steps`. */
function isNumber(node: Expression, { routine }: Step<unknown>, { anatomy }: Dissected): boolean {
  const name = ownAttribute(node, routine);
  return name !== undefined && anatomy.given.has(name);
}

/** A callback for progress outside of any `try`: its error ends the operation. */
const breaksAwait: Check = ({ parts, pattern }) => {
  if (pattern?.prefix !== "aw-progress") return [];
  const [first] = callbacks(parts).filter(
    ({ around }) =>
      !around.some(({ statement, part }) => part === "body" && (statement.kind === "try" || statement.kind === "with")),
  );
  if (!first) return [];
  const name = code(first.routine.scope.tree.slice(first.node.callee));
  const message = prose`An error that ${name} raises ends the operation, though it only tells how far that is. Catch ${code("Exception")} around it and log it.`;
  return [defect("callback-breaks-await", first.node, message)];
};

/** `variable.set(…)`, an await, and a `reset` that an error passes by. */
const notRestored: Check = ({ parts, infer }) =>
  parts.calls.flatMap((step) => {
    const { node, routine } = step;
    if (calledMethod(node) !== "reset" || node.callee.kind !== "attribute" || node.args.length !== 1) return [];
    const { tree } = routine.scope;
    const variable = tree.slice(node.callee.object);
    const set = parts.calls.find(
      (each) =>
        calledMethod(each.node) === "set" &&
        each.routine === routine &&
        each.node.callee.kind === "attribute" &&
        tree.slice(each.node.callee.object) === variable,
    );
    const isToken = set && node.args[0] && holdsTokenOf(node.args[0].value, set.node, routine);
    const isSafe = step.around.some(({ part }) => part === "last");
    const waits = parts.awaits.some(
      (each) =>
        each.routine === routine &&
        set !== undefined &&
        set.node.end <= each.node.start &&
        each.node.start < node.start,
    );
    if (!set || !isToken || isSafe || !waits || infer.valueOf(node.callee.object, whereOf(step)).kind === "module")
      return [];
    const message = prose`An error or a cancel of the await before passes this by, and ${code(variable)} keeps the value for all that the task does afterwards. Put it into ${code("finally")}.`;
    return [
      defect("context-not-restored", node, message, { related: [{ span: set.node, message: prose`Set here.` }] }),
    ];
  });

function holdsTokenOf(node: Expression, set: Expression, { scope }: Dissected["calls"][number]["routine"]): boolean {
  if (node.kind !== "name") return false;
  return (scope.bindings.get(node.id) ?? []).some((binding) => binding.kind === "value" && binding.value === set);
}

export const callbackChecks: readonly Check[] = [simulated, breaksAwait, notRestored];
