// Defects of waiting: by a clock that jumps, for a moment that others wait for too, not at all for a delay of zero.
import { code, prose } from "../prose";
import { loopAround, ownAttribute, type Step, some, whereOf } from "./anatomy";
import { fullName } from "./callNames";
import { type Check, defect } from "./check";
import type { Dissected } from "./dissection";
import { isClocked, keptAttributes } from "./keeping";
import { isGiven, sleepsOf } from "./operations";

const wallClock: Check = ({ parts }) => {
  const reads = parts.calls.filter(({ name }) => name === "time.time");
  const isKept = parts.assignments.some((step) => isStored(step) && isClocked(step.node.value, step, wall(parts)));
  const [first] = reads.filter((step) => isReckonedWith(step, parts));
  if (!first || !isKept) return [];
  const message = prose`${code("time.time()")} jumps when the clock is set, by hand or by the network: the wait becomes too long, or none at all. ${code("asyncio.get_running_loop().time()")} only goes on.`;
  return [defect("wall-clock", first.node, message)];
};

/** The same code where only `time.time` is a clock. */
function wall(parts: Dissected): Dissected {
  return { ...parts, calls: parts.calls.filter(({ name }) => name === "time.time") };
}

/** `self.x = …` and `self.x[key] = …`. */
function isStored(step: Dissected["assignments"][number]): boolean {
  if (keptAttributes(step).length > 0) return true;
  const targets = step.node.kind === "assign" ? step.node.targets : [step.node.target];
  return targets.some(
    (target) =>
      target.kind === "subscript" && some(target.object, (node) => ownAttribute(node, step.routine) !== undefined),
  );
}

/** Whether the time read is subtracted or compared, at once or by the name that it gets. */
function isReckonedWith(step: Dissected["calls"][number], parts: Dissected): boolean {
  const holders = new Set(
    parts.assignments.flatMap(({ node, routine }) => {
      const [target] = node.kind === "assign" ? node.targets : [];
      return routine === step.routine &&
        node.value &&
        some(node.value, (each) => each === step.node) &&
        target?.kind === "name"
        ? [target.id]
        : [];
    }),
  );
  return [...parts.statements].some(({ node, routine }) => {
    if (routine !== step.routine) return false;
    const values = valuesOf(node);
    return values.some((value) =>
      some(
        value,
        (each) =>
          each.kind === "operation" &&
          /^(?:-|<|>|<=|>=)$/.test(each.operator) &&
          some(each, (inner) => inner === step.node || (inner.kind === "name" && holders.has(inner.id))),
      ),
    );
  });
}

function valuesOf(node: Dissected["statements"][number]["node"]) {
  switch (node.kind) {
    case "assign":
    case "augment":
    case "return":
      return node.value ? [node.value] : [];
    case "if":
      return node.branches.map(({ test }) => test);
    case "while":
      return [node.test];
    case "expression":
      return node.values;
    default:
      return [];
  }
}

/** The time of the last await is read, waited for, and only then written: others have read it meanwhile. */
const unreserved: Check = ({ parts, pattern }) => {
  if (pattern?.prefix !== "aw-ratelimit" || parts.statements.some(({ node }) => node.kind === "with" && node.isAsync))
    return [];
  const waits = sleepsOf(parts).filter((step) => step.node.args.some(({ value }) => isClocked(value, step, parts)));
  const writes = parts.assignments.filter(
    (step) => keptAttributes(step).length > 0 && isClocked(step.node.value, step, parts),
  );
  const [wait] = waits;
  const [write] = writes;
  if (!wait || !write || writes.some((each) => isBefore(each, wait))) return [];
  const [name] = keptAttributes(write);
  const attribute = code(`${write.routine.self}.${name}`);
  const message = prose`${attribute} is written only after the wait, so awaits that come meanwhile read the old one, wait for the same moment and go on together. Hold an ${code("asyncio.Lock")} around both, or reserve the moment before the wait.`;
  return [
    defect("unreserved-slot", write.node, message, {
      related: [{ span: wait.node, message: prose`Others come in here.` }],
    }),
  ];
};

function isBefore(a: Step<unknown>, b: Step<unknown>): boolean {
  return a.routine === b.routine && a.statement.start < b.statement.start && loopAround(a) === undefined;
}

/** `if self.delay > 0: await asyncio.sleep(self.delay)`. */
const skipsZero: Check = ({ parts, pattern }) => {
  if (pattern?.prefix !== "aw-timed" || parts.awaits.length > 1 + (parts.anatomy.path.length > 1 ? 1 : 0)) return [];
  return sleepsOf(parts).flatMap((step) => {
    const guard = step.around.at(-1);
    if (guard?.statement.kind !== "if" || guard.statement.otherwise || guard.statement.branches.length > 1) return [];
    const [branch] = guard.statement.branches;
    const { test } = branch ?? {};
    const isPositive =
      (test?.kind === "operation" &&
        test.operator === ">" &&
        isGiven(test.operands[0] ?? test, step.routine, parts.anatomy)) ||
      (test !== undefined && isGiven(test, step.routine, parts.anatomy));
    const name = fullName(step.node.callee, whereOf(step), parts.anatomy.infer);
    if (!isPositive || !test || name !== "asyncio.sleep") return [];
    const delay = code(step.routine.scope.tree.slice(step.node.args[0]?.value ?? test));
    const message = prose`With ${delay} at zero this await never suspends, so in a loop of such awaits no other task gets a turn. ${code("asyncio.sleep")} gives one for zero and less by itself: leave the ${code("if")} out.`;
    return [defect("skips-zero-delay", test, message)];
  });
};

export const timeChecks: readonly Check[] = [wallClock, unreserved, skipsZero];
