// What an object keeps from one await to the next: results, tasks, futures, containers, what the clock said.
import type { Assign, Augment, Call, Expression, Statement } from "../code/ast";
import { type Anatomy, ownAttribute, type Routine, type Step, some, whereOf } from "./anatomy";
import { fullName } from "./callNames";
import { calls, type Dissected } from "./dissection";
import { calledMethod } from "./handing";
import { isGiven } from "./operations";

export function assigned({ node }: Step<Assign | Augment>): Expression | undefined {
  return node.value;
}

export function targetsOf({ node }: Step<Assign | Augment>): readonly Expression[] {
  return node.kind === "assign" ? node.targets : [node.target];
}

/** Attributes of `self` that an assignment sets. */
export function keptAttributes(step: Step<Assign | Augment>): readonly string[] {
  return targetsOf(step).flatMap((target) => {
    const all = target.kind === "display" ? target.elements : [target];
    return all.flatMap((each) => ownAttribute(each, step.routine) ?? []);
  });
}

export function isKept(
  step: Step<Assign | Augment>,
  anatomy: Anatomy,
  test: (node: Expression, step: Step<unknown>, anatomy: Anatomy) => boolean,
): boolean {
  const value = assigned(step);
  return keptAttributes(step).length > 0 && some(value, (each) => test(each, step, anatomy));
}

export function isTaskCall(
  node: Expression,
  step: Pick<Step<unknown>, "routine" | "statement">,
  anatomy: Anatomy,
): boolean {
  if (node.kind !== "call") return false;
  return (
    calls.task.test(fullName(node.callee, whereOf(step), anatomy.infer) ?? "") || calledMethod(node) === "create_task"
  );
}

/** `self.x = await …`, `self.x = create_task(…)`, `self.x = loop.create_future()`; or a local that holds one. */
export function keepsResult(step: Step<Assign | Augment>, parts: Dissected): boolean {
  if (keptAttributes(step).length === 0 || step.node.kind !== "assign") return false;
  return some(assigned(step), (each) => isResult(each, step, parts));
}

export function isResult(node: Expression, step: Step<Assign | Augment>, parts: Dissected): boolean {
  if (node.kind === "await") return true;
  if (node.kind === "yield") return node.from;
  if (node.kind === "call")
    return (
      isTaskCall(node, step, parts.anatomy) ||
      calls.future.test(fullName(node.callee, whereOf(step), parts.anatomy.infer) ?? "")
    );
  if (node.kind !== "name") return false;
  return (step.routine.scope.bindings.get(node.id) ?? []).some(
    (binding) =>
      binding.kind === "value" &&
      some(
        binding.value,
        (each) =>
          each.kind === "await" ||
          (each.kind === "yield" && each.from) ||
          (each.kind === "call" && isTaskCall(each, step, parts.anatomy)),
      ),
  );
}

/** Whether an `if` asks about the attribute before it is set: `if self._task is None`, `if not self._done`. */
export function isLookedAt(name: string, parts: Dissected): boolean {
  return parts.statements.some(({ node, routine }) => {
    const tests = node.kind === "if" ? node.branches.map(({ test }) => test) : node.kind === "while" ? [node.test] : [];
    return tests.some((test) => some(test, (each) => ownAttribute(each, routine) === name));
  });
}

/** Concurrent awaits wait for one run: a lock around it, or a task or future that all of them await. */
export function sharesInFlight(parts: Dissected): boolean {
  const { anatomy } = parts;
  const locked = parts.statements.some(({ node }) => node.kind === "with" && node.isAsync);
  const shielded = parts.calls.some(({ name }) => calls.shield.test(name ?? ""));
  const shared = parts.awaits.some(({ operand, routine }) =>
    some(operand, (each) => {
      const name = ownAttribute(each, routine);
      return (
        name !== undefined &&
        anatomy.assignments.some(
          (step) =>
            keptAttributes(step).includes(name) &&
            some(assigned(step), (value) => isTaskCall(value, step, anatomy) || isFutureCall(value, step, anatomy)),
        )
      );
    }),
  );
  return locked || shielded || shared;
}

export function isFutureCall(
  node: Expression,
  step: Pick<Step<unknown>, "routine" | "statement">,
  anatomy: Anatomy,
): boolean {
  return (
    node.kind === "call" &&
    (calledMethod(node) === "create_future" ||
      calls.future.test(fullName(node.callee, whereOf(step), anatomy.infer) ?? ""))
  );
}

// ---- containers

/** `self.x[key] = …`; of a function, `x[key] = …` for a name of a function around. */
export function keyed(step: Step<Assign | Augment>, anatomy: Anatomy): boolean {
  return targetsOf(step).some(
    (target) => target.kind === "subscript" && isContainer(target.object, step.routine, anatomy),
  );
}

/** Whether an expression is a container that outlives the await: an attribute, or a name of an outer function. */
export function isContainer(node: Expression, routine: Routine, anatomy: Anatomy): boolean {
  if (anatomy.of) return ownAttribute(node, routine) !== undefined || isClassAttribute(node, anatomy);
  return node.kind === "name" && !routine.scope.bindings.has(node.id) && !anatomy.given.has(node.id);
}

export function isClassAttribute(node: Expression, anatomy: Anatomy): boolean {
  return (
    node.kind === "attribute" &&
    node.object.kind === "name" &&
    (node.object.id === anatomy.of?.definition.name || node.object.id === "cls")
  );
}

/** Calls like `self.x.get(key)`. */
export function keyedCalls(parts: Dissected, method: RegExp): readonly Step<Call>[] {
  return parts.calls.filter(
    ({ node, routine }) =>
      node.callee.kind === "attribute" &&
      method.test(node.callee.name) &&
      node.args.length > 0 &&
      isContainer(node.callee.object, routine, parts.anatomy),
  );
}

export function readsByKey(step: Step<Statement>, anatomy: Anatomy): boolean {
  const { node, routine } = step;
  const reads = (value: Expression | undefined) =>
    some(value, (each) => {
      if (each.kind === "subscript") return isContainer(each.object, routine, anatomy);
      return (
        each.kind === "operation" &&
        /^(?:not )?in$/.test(each.operator) &&
        each.operands.slice(1).some((operand) => isContainer(operand, routine, anatomy))
      );
    });
  switch (node.kind) {
    case "if":
      return node.branches.some(({ test }) => reads(test));
    case "while":
      return reads(node.test);
    case "assign":
    case "return":
      return reads(node.value);
    case "expression":
      return node.values.some(reads);
    default:
      return false;
  }
}

// ---- the clock

/** Whether a value is worked out from what the clock says: the call itself, or a name or attribute that holds such a value. */
export function isClocked(
  node: Expression | undefined,
  step: Pick<Step<unknown>, "routine" | "statement">,
  parts: Dissected,
  depth = 0,
): boolean {
  if (depth > 4) return false;
  return some(node, (each) => {
    if (each.kind === "call")
      return parts.calls.some(({ node: call, name }) => call === each && calls.clock.test(name ?? ""));
    if (each.kind === "name")
      return (step.routine.scope.bindings.get(each.id) ?? []).some(
        (binding) =>
          (binding.kind === "value" || binding.kind === "walrus") && isClocked(binding.value, step, parts, depth + 1),
      );
    return false;
  });
}

export function countsDownOrUp({ node, routine, around }: Step<Statement>, anatomy: Anatomy): boolean {
  if (node.kind === "for") {
    const { iterable } = node;
    const isRange =
      iterable.kind === "call" && iterable.callee.kind === "name" && /^(?:range|reversed)$/.test(iterable.callee.id);
    return isRange && some(iterable, (each) => isGiven(each, routine, anatomy));
  }
  const changes = node.kind === "augment" && around.some(({ statement }) => statement.kind === "while");
  if (!changes) return false;
  return around.some(
    ({ statement }) => statement.kind === "while" && some(statement.test, (each) => isSame(each, node.target)),
  );
}

export function isSame(a: Expression, b: Expression): boolean {
  if (a.kind === "name") return b.kind === "name" && a.id === b.id;
  return a.kind === "attribute" && b.kind === "attribute" && a.name === b.name && isSame(a.object, b.object);
}

// ---- futures

export function isCompletion(node: Call): boolean {
  return /^set_(?:result|exception)$/.test(calledMethod(node) ?? "");
}

/** `future.set_result` handed to somebody: a callback, `call_soon_threadsafe`. */
export function passesCompletion({ scope, definition }: Routine): boolean {
  return /\.set_(?:result|exception)\s*[,)]/.test(scope.tree.slice(definition));
}

/** A future that the same function made: `future = loop.create_future(); … return future.__await__()`. */
export function isLocalFuture(operand: Expression, step: Step<unknown>, parts: Dissected): boolean {
  const { anatomy } = parts;
  if (operand.kind !== "name") return isFutureCall(operand, step, anatomy);
  return (step.routine.scope.bindings.get(operand.id) ?? []).some(
    (binding) => binding.kind === "value" && isFutureCall(binding.value, step, anatomy),
  );
}

/** Whether a routine cancels the task that it awaits then: `self._task.cancel()`. */
export function isCancelled(name: string, anatomy: Anatomy, routine: Routine): boolean {
  return anatomy.calls.some(
    (step) =>
      step.routine === routine &&
      step.node.callee.kind === "attribute" &&
      step.node.callee.name === "cancel" &&
      ownAttribute(step.node.callee.object, routine) === name,
  );
}
