// Defects around a failing operation: retries without end or of a cancel, cancels that are lost or renamed.
import type { Block, Expression, Handler, Raise, Statement, Try } from "../code/ast";
import { ownBlocks } from "../code/ast";
import { code, prose } from "../prose";
import { isLoop, ownAttribute, type Routine, type Step, some, whereOf } from "./anatomy";
import { fullName } from "./callNames";
import { type Check, defect } from "./check";
import type { Defect } from "./defect";
import type { Dissected } from "./dissection";
import { calledMethod } from "./handing";
import { leavesAlways, type Retrying, retries } from "./operations";

/** What a handler catches, as far as cancels go. */
function catches(handler: Handler, step: Step<unknown>, parts: Dissected): "cancel" | "everything" | undefined {
  if (handler.types.length === 0) return "everything";
  const types = handler.types.flatMap((type) => (type.kind === "display" ? type.elements : [type]));
  const names = types.map((type) => fullName(type, whereOf(step), parts.anatomy.infer) ?? "");
  if (names.some((name) => /(?:^|\.)CancelledError$/.test(name))) return "cancel";
  return names.includes("builtins.BaseException") ? "everything" : undefined;
}

/** Handlers of a `try` that a cancel comes to, in the order in which Python tries them. */
function cancelHandler(node: Try, step: Step<unknown>, parts: Dissected): Handler | undefined {
  return node.handlers.find((handler) => catches(handler, step, parts) !== undefined);
}

function header(handler: Handler) {
  return { start: handler.start, end: handler.types.at(-1)?.end ?? handler.start + "except".length };
}

const retriesCancel: Check = ({ parts }) =>
  retries(parts).flatMap(({ statement, step }) => {
    const handler = cancelHandler(statement, step, parts);
    if (!handler || leavesAlways(handler.body) || speaksOfCancel(handler, step)) return [];
    const kind = catches(handler, step, parts);
    const [type] = handler.types;
    const { tree } = step.routine.scope;
    const caught = type ? code(`except ${tree.slice(type)}`) : code("except:");
    const message = prose`${caught} catches ${code("CancelledError")} as well, so a cancel is taken for a failed attempt and the operation runs again. Catch ${code("Exception")}.`;
    const fix = kind === "everything" ? { fix: narrowed(handler, tree.slice(header(handler))) } : {};
    return [defect("cancel-retried", header(handler), message, fix)];
  });

function narrowed(handler: Handler, text: string): NonNullable<Defect["fix"]> {
  const span = header(handler);
  const now = handler.types.length === 0 ? `${text} Exception` : text.replace(/BaseException/, "Exception");
  return { title: "Catch Exception", edits: [{ ...span, text: now }] };
}

function speaksOfCancel({ body }: Handler, { routine }: Step<unknown>): boolean {
  return /Cancel/.test(routine.scope.tree.slice(body));
}

// ---- without end

const unbounded: Check = ({ parts }) =>
  retries(parts).flatMap((retrying) => {
    const { loop, step } = retrying;
    if (loop.kind !== "while" || loop.test.kind !== "literal" || hasLimit(step)) return [];
    if (leavesElsewhere(retrying)) return [];
    const message = prose`Nothing ends this loop but success: an operation that always fails is tried for ever, and its error is never seen. Count the attempts and raise the last error.`;
    return [defect("unbounded-retry", { start: loop.start, end: loop.test.end }, message)];
  });

function hasLimit({ around }: Step<unknown>): boolean {
  return around.some(({ statement }) => statement.kind === "with");
}

/** A way out of the loop besides the success of the `try` that retries. */
function leavesElsewhere({ loop, statement }: Retrying): boolean {
  const success = [statement.body, statement.otherwise];
  const leaves = (block: Block): boolean =>
    !success.includes(block) &&
    block.statements.some(
      (each) =>
        each.kind === "return" ||
        each.kind === "raise" ||
        (each.kind === "jump" && each.keyword === "break") ||
        ownBlocks(each).some(leaves) ||
        (each.kind === "try" && each.handlers.some(({ body }) => leaves(body))),
    );
  return leaves(loop.body);
}

// ---- how it ends

/** `for … in range(self.attempts)` with nothing behind it: zero attempts give None. */
const unchecked: Check = ({ parts }) =>
  retries(parts).flatMap(({ loop, step, statement }) => {
    if (loop.kind !== "for" || loop.otherwise || loop.iterable.kind !== "call") return [];
    const { routine } = step;
    const { statements } = loop.parent;
    const behind = statements.slice(loop.index + 1);
    const isRange = /^range\b/.test(routine.scope.tree.slice(loop.iterable.callee));
    const name = loop.iterable.args.flatMap(({ value }) => ownAttribute(value, routine) ?? []).at(-1);
    if (!isRange || name === undefined || loop.parent.owner || statement.last) return [];
    const endsInNone = behind.every((each) => each.kind === "return" && (!each.value || isNone(each.value)));
    if (!endsInNone || isChecked(name, loop, parts)) return [];
    const message = prose`With ${code(`${routine.self}.${name}`)} at zero or below the loop never runs and the await gives ${code("None")}, as if that were the result. Check it in ${code("__init__")}, or raise behind the loop.`;
    return [defect("attempts-unchecked", loop.iterable, message)];
  });

function isNone(node: { readonly kind: string; readonly type?: string }): boolean {
  return node.kind === "literal" && node.type === "None";
}

/** Whether code outside of the loop asks about it and raises. */
function isChecked(name: string, loop: Statement, { anatomy }: Dissected): boolean {
  return anatomy.statements.some(
    ({ node, routine, around }) =>
      node.kind === "if" &&
      !around.some(({ statement }) => statement === loop) &&
      new RegExp(`\\b${name}\\b`).test(node.branches.map(({ test }) => routine.scope.tree.slice(test)).join(" ")) &&
      node.branches.some(({ body }) => body.statements.some(({ kind }) => kind === "raise")),
  );
}

const causeLost: Check = ({ parts }) =>
  retries(parts).flatMap(({ loop, step }) => {
    const raise = loop.parent.statements.slice(loop.index + 1).find((each): each is Raise => each.kind === "raise");
    if (loop.parent.owner || raise?.values.length !== 1 || raise.values[0]?.kind !== "call") return [];
    const { tree } = step.routine.scope;
    // `raise X from error` has its cause among the values; an error put into the new one is told, too.
    const kept = loop.parent.owner === undefined && mentionsKept(raise, step.routine);
    if (kept) return [];
    const message = prose`${code(tree.slice(raise))} stands outside of the ${code("except")}, so it has no cause: the error of the last attempt is lost. Keep it and write ${code("from")} it.`;
    return [defect("cause-lost", raise, message)];
  });

/** Whether the new error holds a name that a handler has bound to the caught one. */
function mentionsKept(raise: Raise, { scope }: Routine): boolean {
  return some(raise.values[0], (node) => {
    if (node.kind !== "name") return false;
    return (scope.bindings.get(node.id) ?? []).some(
      (binding) =>
        (binding.kind === "opaque" && binding.by === "an except clause") ||
        (binding.kind === "value" &&
          some(binding.value, (value) => value.kind === "name" && isCaught(value.id, scope))),
    );
  });
}

function isCaught(name: string, scope: Routine["scope"]): boolean {
  return (scope.bindings.get(name) ?? []).some(
    (binding) => binding.kind === "opaque" && binding.by === "an except clause",
  );
}

// ---- cancels

const swallowed: Check = ({ parts }) =>
  tries(parts).flatMap(({ node, step, handler }) => {
    const isRetry = retries(parts).some(({ statement }) => statement === node);
    if (isRetry || speaks(handler.body, "raise") || keepsError(handler, step) || awaitsCancelled(node, parts))
      return [];
    const { tree } = step.routine.scope;
    const caught = code(tree.slice(header(handler)));
    const message = prose`${caught} takes a cancel and goes on: the task stays alive, and the timeout, task group or shutdown that asked for its end waits in vain. End the handler with ${code("raise")}.`;
    return [defect("cancel-swallowed", header(handler), message, { elsewhere: true })];
  });

/** Whether a handler puts the error somewhere: who has it may raise it later. */
function keepsError({ name, body }: Handler, { routine }: Step<unknown>): boolean {
  const text = routine.scope.tree.slice(body);
  return /\bexc_info\b/.test(text) || (name !== undefined && new RegExp(`\\b${name}\\b`).test(text));
}

/** `except CancelledError: raise TimeoutError`: a cancel from outside becomes something else. */
const renamed: Check = ({ parts }) =>
  tries(parts).flatMap(({ step, handler }) => {
    const [first] = handler.body.statements;
    const value = first?.kind === "raise" ? first.values[0] : undefined;
    if (first?.kind !== "raise" || !value || catches(handler, step, parts) !== "cancel") return [];
    const raised = value.kind === "call" ? value.callee : value;
    const { tree } = step.routine.scope;
    if ((value.kind === "name" && value.id === handler.name) || /Cancel/.test(tree.slice(raised))) return [];
    // What an attribute or a variable holds may be a cancel.
    if (!isClass(raised, step, parts)) return [];
    const message = prose`Every cancel of this task comes here, so that of an outer timeout or a shutdown becomes ${code(tree.slice(raised))} and the task cannot be cancelled. Let ${code("CancelledError")} pass, and tell a time limit by ${code("TimeoutError")}.`;
    return [defect("timeout-taken-for-cancel", first, message)];
  });

function isClass(node: Expression, step: Step<unknown>, { anatomy }: Dissected): boolean {
  if (ownAttribute(node, step.routine) !== undefined) return false;
  const { kind } = anatomy.infer.valueOf(node, whereOf(step));
  return kind === "class" || kind === "builtin" || fullName(node, whereOf(step), anatomy.infer) !== undefined;
}

/** Each `try` on the path with an await in it, and the handler that a cancel comes to. */
function tries(parts: Dissected): { node: Try; step: Step<unknown>; handler: Handler }[] {
  return parts.statements.flatMap((step) => {
    const { node } = step;
    if (node.kind !== "try") return [];
    const handler = cancelHandler(node, step, parts);
    const waits = parts.awaits.some(({ around }) =>
      around.some((each) => each.statement === node && each.part === "body"),
    );
    return handler && waits ? [{ node, step, handler }] : [];
  });
}

function speaks({ statements }: Block, kind: string): boolean {
  return statements.some(
    (each) =>
      each.kind === kind ||
      ownBlocks(each).some((block) => speaks(block, kind)) ||
      (each.kind === "try" && each.handlers.some(({ body }) => speaks(body, kind))),
  );
}

/** Who cancels a task and awaits it then takes the task's own `CancelledError`. */
function awaitsCancelled(node: Try, parts: Dissected): boolean {
  const cancelled = parts.calls.filter(({ node: call }) => calledMethod(call) === "cancel");
  return parts.awaits.some(
    ({ around, operand, routine }) =>
      around.some((each) => each.statement === node && each.part === "body") &&
      cancelled.some(
        (step) =>
          step.routine === routine &&
          step.node.callee.kind === "attribute" &&
          some(
            operand,
            (each) =>
              routine.scope.tree.slice(each) ===
              routine.scope.tree.slice((step.node.callee as { object: typeof operand }).object),
          ),
      ),
  );
}

/** An await in the handler of a cancel that the next cancel ends. */
const unshielded: Check = ({ parts, pattern }) => {
  if (pattern?.prefix !== "aw-cancellable") return [];
  return parts.awaits.flatMap((step) => {
    const inside = step.around.find(
      ({ part, handler, statement }) =>
        part === "handler" && handler && statement.kind === "try" && catches(handler, step, parts) === "cancel",
    );
    if (!inside || isBounded(step.operand, step, parts)) return [];
    const text = step.routine.scope.tree.slice(step.operand);
    const message = prose`A second cancel, that of a shutdown for one, ends ${code(text)} halfway. Shield it or give it a time limit: ${code(`await asyncio.wait_for(${text}, 5)`)}.`;
    return [defect("clean-up-unshielded", step.node, message)];
  });
};

function isBounded(operand: Dissected["awaits"][number]["operand"], step: Step<unknown>, parts: Dissected): boolean {
  const names = /^asyncio\.(?:shield|wait_for|wait|gather)$|^anyio\./;
  const call = parts.calls.find(({ node }) => node === operand);
  const isWrapped = operand.kind !== "call" || names.test(call?.name ?? "");
  return isWrapped || step.around.some(({ statement }) => statement.kind === "with" || isLoop(statement));
}

export const retryChecks: readonly Check[] = [
  retriesCancel,
  unbounded,
  unchecked,
  causeLost,
  swallowed,
  renamed,
  unshielded,
];
