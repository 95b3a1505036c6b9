// Operations: what a class or function was given to run, how it calls, awaits and retries it, and what it calls back.
import {
  type Block,
  type Call,
  type Expression,
  type For,
  type Statement,
  subexpressions,
  type Try,
  type While,
} from "../code/ast";
import { type Anatomy, type Awaited, loopAround, ownAttribute, type Routine, type Step, some } from "./anatomy";
import { calls, type Dissected, type Named } from "./dissection";

/** Whether an expression is the given thing itself: `self.operation`, or the function's parameter. */
export function isGiven(node: Expression, routine: Routine, anatomy: Anatomy): boolean {
  const name = anatomy.of ? ownAttribute(node, routine) : node.kind === "name" ? node.id : undefined;
  return name !== undefined && anatomy.given.has(name);
}

export function isGivenCall(node: Expression, routine: Routine, anatomy: Anatomy): boolean {
  return node.kind === "call" && isGiven(node.callee, routine, anatomy);
}

/** Awaits of what was given, or of what a call of it gives; through `wait_for`, a task or a name as well. */
export function operations(parts: Dissected): readonly Awaited[] {
  return parts.awaits.filter((step) => isOperation(step.operand, step, parts));
}

export function isOperation(operand: Expression, step: Awaited, parts: Dissected, depth = 0): boolean {
  if (depth > 4) return false;
  const { anatomy } = parts;
  const { routine } = step;
  if (isGiven(operand, routine, anatomy) || isGivenCall(operand, routine, anatomy)) return true;
  if (operand.kind === "call" && isWrapper(operand, parts))
    return operand.args.slice(0, 1).some(({ value }) => isOperation(value, step, parts, depth + 1));
  if (operand.kind === "display" || operand.kind === "starred")
    return subexpressions(operand).some((each) => isOperation(each, step, parts, depth + 1));
  // `given = self.operation()` and then `await given`.
  if (operand.kind !== "name") return false;
  const bound = routine.scope.bindings.get(operand.id) ?? [];
  return (
    bound.some((binding) => binding.kind === "value" && isOperation(binding.value, step, parts, depth + 1)) ||
    bound.some(
      (binding) => binding.kind === "item" && some(binding.iterable, (each) => isGiven(each, routine, anatomy)),
    )
  );
}

/** `wait_for`, `shield`, `gather` and the like run what they are handed. */
export function isWrapper(call: Call, parts: Dissected): boolean {
  return parts.calls.some(({ node, name }) => node === call && calls.wrapper.test(name ?? ""));
}

/** Calls of a given function whose result nobody awaits or keeps: `self.on_progress(…)` as a statement of its own. */
export function callbacks(parts: Dissected): readonly Step<Call>[] {
  return parts.calls.filter(
    (step) =>
      isGivenCall(step.node, step.routine, parts.anatomy) &&
      step.statement.kind === "expression" &&
      step.statement.values.includes(step.node),
  );
}

/** Whether an operation is handed a `lambda` that calls another given function: `self.load(lambda n: self.tell(n))`. */
export function handsCallback({ calls, anatomy }: Dissected): boolean {
  return calls.some(
    ({ node, routine }) =>
      isGivenCall(node, routine, anatomy) &&
      node.args.some(({ value }) => value.kind === "lambda" && isGivenCall(value.body, routine, anatomy)),
  );
}

/** Calls of a given function whose result is used. */
export function operationCalls(parts: Dissected): readonly Step<Call>[] {
  const told = new Set(callbacks(parts).map(({ node }) => node));
  return parts.calls.filter(({ node, routine }) => !told.has(node) && isGivenCall(node, routine, parts.anatomy));
}

export function sleepsOf(parts: Dissected): readonly Step<Call>[] {
  return parts.calls.filter(({ name }) => calls.sleep.test(name ?? ""));
}

/** A limit around an operation: `wait_for` of one, `asyncio.wait` with a time, a block of `asyncio.timeout` with one in it. */
export function limitsOperation(step: Named<Step<Call>>, parts: Dissected): boolean {
  const { node, name = "", routine, statement } = step;
  const isWait = name === "asyncio.wait" && node.args.some((each) => each.name === "timeout");
  // Clean-up has limits of its own: those do not count.
  if ((!calls.limit.test(name) && !isWait) || isCleanUp(step) || isCalledByCleanUp(routine, parts)) return false;
  if (statement.kind === "with" && statement.items.some(({ value }) => value === node))
    return operations(parts).some((each) => each.around.some((outer) => outer.statement === statement));
  const first = node.args[0]?.value;
  return first !== undefined && isOperation(first, { ...step, operand: first, routine }, parts);
}

const isCleanUp = ({ around }: Step<unknown>): boolean =>
  around.some(({ part }) => part === "handler" || part === "last");

function isCalledByCleanUp({ definition }: Routine, parts: Dissected): boolean {
  const callers = parts.calls.filter(
    ({ node: { callee } }) => callee.kind === "attribute" && callee.name === definition.name,
  );
  return callers.length > 0 && callers.every(isCleanUp);
}

/** Whether a value comes from an operation: its call, an await of it, the result of its task, or a name that holds that. */
export function isWork(value: Expression | undefined, step: Step<unknown>, parts: Dissected, depth = 0): boolean {
  return some(value, (node) => {
    if (node.kind === "call")
      return isGivenCall(node, step.routine, parts.anatomy) || /\.result$/.test(calleeText(node, step));
    if (node.kind !== "name" || depth > 2) return false;
    return (step.routine.scope.bindings.get(node.id) ?? []).some(
      (binding) => binding.kind === "value" && isWork(binding.value, step, parts, depth + 1),
    );
  });
}

function calleeText(node: Call, { routine }: Step<unknown>): string {
  return routine.scope.tree.slice(node.callee);
}

// ---- retrying

export interface Retrying {
  readonly statement: Try;
  readonly loop: For | While;
  readonly step: Step<Statement>;
}

/** A `try` in a loop with an await or an operation in it: success leaves the loop, and some error lets it go on. */
export function retries(parts: Dissected): readonly Retrying[] {
  return parts.statements.flatMap((step) => {
    const { node } = step;
    const loop = node.kind === "try" ? loopAround(step)?.statement : undefined;
    if (node.kind !== "try" || (loop?.kind !== "for" && loop?.kind !== "while")) return [];
    const isIn = ({ around }: Step<unknown>) => around.some((each) => each.statement === node && each.part === "body");
    const runs = [...parts.awaits, ...operationCalls(parts)].some((each) => isIn(each));
    const goesOn = node.handlers.some(({ body }) => !leavesAlways(body));
    const succeeds = leavesAlways(node.body) || (node.otherwise !== undefined && leavesAlways(node.otherwise));
    return runs && goesOn && succeeds && isPaced(loop, parts) ? [{ statement: node, loop, step }] : [];
  });
}

/** Counts its rounds or sleeps in them: other loops around a `try` wait until something is ready, or try one after another. */
function isPaced(loop: For | While, parts: Dissected): boolean {
  const inLoop = ({ around }: Step<unknown>) => around.some(({ statement }) => statement === loop);
  if (sleepsOf(parts).some(inLoop)) return true;
  if (loop.kind === "for")
    return parts.calls.some(({ node, name }) => node === loop.iterable && counted.test(name ?? ""));
  return parts.assignments.some((step) => step.node.kind === "augment" && inLoop(step));
}

const counted = /^builtins\.(?:range|enumerate)$|^itertools\.(?:count|repeat)$/;

/** Whether a block always ends in `return`, `raise` or `break`. */
export function leavesAlways(block: Block): boolean {
  return block.statements.some((statement) => {
    if (statement.kind === "return" || statement.kind === "raise") return true;
    if (statement.kind === "jump") return statement.keyword === "break";
    if (statement.kind === "if")
      return (
        statement.otherwise !== undefined &&
        leavesAlways(statement.otherwise) &&
        statement.branches.every(({ body }) => leavesAlways(body))
      );
    return statement.kind === "with" && leavesAlways(statement.body);
  });
}
