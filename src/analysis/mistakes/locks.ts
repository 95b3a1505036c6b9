// Locks: a thread's lock held while the task is suspended, and an asyncio.Lock that its holder waits for.

import { isCertain } from "../awaiting/certain";
import { suspensionOf } from "../awaiting/suspension";
import type { Expression, FunctionDef, With } from "../code/ast";
import { contains } from "../code/ast";
import type { FileInference as Inference } from "../infer/infer";
import { type FunctionValue, present } from "../infer/values";
import { code, line, prose } from "../prose";
import { keyOf, type Where } from "../scopes/scope";
import { isExpected } from "./expected";
import { type Mistake, mistake, related } from "./mistake";
import type { Found, Survey, Unit } from "./survey";
import { valueAt } from "./survey";

const threadLocks = new Set([
  "threading._Lock",
  "threading.Lock",
  "threading._RLock",
  "threading.RLock",
  "threading.Condition",
  "threading.Semaphore",
  "threading.BoundedSemaphore",
]);

type Taking = With & { readonly kind: "with" };

function* withs(unit: Unit): Generator<Taking> {
  for (const statement of unit.statements) if (statement.kind === "with") yield statement;
}

// ---- a thread's lock across an await

export function* threadLockAcrossAwait({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const statement of withs(unit)) {
      if (statement.isAsync) continue;
      const lock = statement.items.find(({ value }) => isThreadLock(value, { scope: unit.scope, statement }, infer));
      const pause = lock && firstPause(unit, statement, infer);
      if (!lock || !pause || isExpected(statement, /^$/)) continue;
      const key = keyOf(lock.value);
      if (key !== undefined && releases(key, statement, unit)) continue;
      const text = code(tree.slice(lock.value));
      const at = line(tree.place(pause.start).line);
      yield mistake(
        "thread-lock-across-await",
        lock.value,
        prose`${text} is a lock of ${code("threading")}, and it stays taken while the await at ${at} waits. ${outcome(lock.value, { scope: unit.scope, statement }, infer)} Tasks share ${code("asyncio.Lock")}.`,
        [related(pause, prose`the task may be suspended here, with the lock taken`)],
      );
    }
  }
}

/** Locks that a thread which has them gets again. */
const reentrant = new Set(["threading._RLock", "threading.RLock", "threading.Condition"]);

function outcome(node: Expression, where: Where, infer: Inference): string {
  const value = valueAt(infer, node, where);
  return value.kind === "instance" && reentrant.has(value.name)
    ? "All tasks of this loop run in one thread, which has the lock: others get it, too, and it protects nothing from them."
    : "A task of this loop that wants it stops the whole loop, so that this one never gives it back.";
}

function isThreadLock(node: Expression, where: Where, infer: Inference): boolean {
  const value = valueAt(infer, node, where);
  return value.kind === "instance" && threadLocks.has(value.name);
}

/** The first place in the body at which the task may be suspended; awaits that certainly never do are not one. */
function firstPause(unit: Unit, { body }: With, infer: Inference): { start: number; end: number } | undefined {
  const awaits = unit.awaits.filter(
    ({ node }) =>
      contains(body, node.start) &&
      maySuspend(
        {
          node,
          where: unit.awaits.find((each) => each.node === node)?.where ?? { scope: unit.scope, statement: undefined },
        },
        infer,
      ),
  );
  const implicit = unit.scope.implicitAwaits.filter(({ node }) => contains(body, node.start));
  return [
    ...awaits.map(({ node }) => ({ start: node.start, end: node.end })),
    ...implicit.map(({ node }) => ({ start: node.start, end: node.start + "async".length })),
  ].sort((a, b) => a.start - b.start)[0];
}

/** Whether an await may suspend, as far as the analysis tells: one of an unknown kind is taken to. */
export function maySuspend({ node, where }: Unit["awaits"][number], infer: Inference): boolean {
  if (!node.operand) return false;
  const value = present(valueAt(infer, node.operand, where));
  return suspensionOf(value, infer, node.operand.start).suspends !== "never";
}

// ---- an asyncio.Lock taken again

export function* lockReentered({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const outer of withs(unit))
      for (const { value: lock } of outer.items) {
        const key = keyOf(lock);
        if (!key || !outer.isAsync || !isAsyncioLock(lock, { scope: unit.scope, statement: outer }, infer)) continue;
        if (isRebound(key, outer, unit)) continue;
        yield* again(key, lock, outer, unit, { units, infer, tree });
      }
  }
}

function isAsyncioLock(node: Expression, where: Where, infer: Inference): boolean {
  const value = valueAt(infer, node, where);
  return value.kind === "instance" && value.name === "asyncio.Lock";
}

function isRebound(key: string, { body }: With, unit: Unit): boolean {
  const names = [key, key.split(".")[0] ?? key];
  return names.some((name) => (unit.scope.bindings.get(name) ?? []).some(({ span }) => contains(body, span.start)));
}

/** Where the body takes the lock again: by itself, or by a method that surely does. */
function* again(key: string, lock: Expression, outer: With, unit: Unit, { infer, tree }: Survey): Generator<Mistake> {
  if (releases(key, outer, unit) || isExpected(outer, /^(?:TimeoutError|Exception)$/)) return;
  const name = code(key);
  const taken = related(lock, prose`taken here`);
  const at = line(tree.place(lock.start).line);
  for (const inner of withs(unit))
    for (const { value } of inner.items)
      if (
        inner !== outer &&
        inner.isAsync &&
        contains(outer.body, inner.start) &&
        keyOf(value) === key &&
        !isLimited(inner, outer, unit)
      )
        yield mistake(
          "lock-reentered",
          value,
          prose`This task took ${name} at ${at} and waits here until it gives it back: for ever. ${code("asyncio.Lock")} is not reentrant.`,
          [taken],
        );
  for (const each of unit.awaits) {
    if (!contains(outer.body, each.node.start) || isLimited(each.where.statement, outer, unit)) continue;
    const called = takenBy(key, each, infer);
    if (called)
      yield mistake(
        "lock-reentered",
        each.node,
        prose`This task took ${name} at ${at}, and ${code(called.name)} waits for it: for ever. ${code("asyncio.Lock")} is not reentrant.`,
        [taken, ...(called.isHere ? [related(called.at, prose`taken again here`)] : [])],
      );
  }
}

/** Whether the body gives the lock back itself. */
function releases(key: string, { body }: With, unit: Unit): boolean {
  return unit.calls.some(
    ({ node }) =>
      contains(body, node.start) &&
      node.callee.kind === "attribute" &&
      node.callee.name === "release" &&
      keyOf(node.callee.object) === key,
  );
}

/** A time limit between the two: the wait ends. */
function isLimited(statement: { readonly start: number } | undefined, outer: With, unit: Unit): boolean {
  if (!statement) return true;
  return unit.statements.some(
    (each) =>
      each.kind === "with" &&
      each !== outer &&
      contains(outer.body, each.start) &&
      contains(each.body, statement.start) &&
      each.items.some(
        ({ value }) => value.kind === "call" && /timeout|fail_after|move_on/.test(textOfCallee(value.callee)),
      ),
  );
}

function textOfCallee(node: Expression): string {
  return node.kind === "attribute" ? node.name : node.kind === "name" ? node.id : "";
}

/** The method of the same object that an await runs, where that surely takes `self.lock`. */
function takenBy(
  key: string,
  { node, where }: Found,
  infer: Inference,
): { name: string; at: Expression; isHere: boolean } | undefined {
  const operand = node.kind === "await" ? node.operand : undefined;
  const [self, attribute] = key.split(".");
  if (operand?.kind !== "call" || operand.callee.kind !== "attribute" || attribute === undefined) return undefined;
  const { object } = operand.callee;
  if (object.kind !== "name" || object.id !== self) return undefined;
  const method = valueAt(infer, operand.callee, where);
  if (method.kind !== "function" || !method.definition.isAsync || !method.receiver) return undefined;
  const at = surelyTakes(method, attribute, infer);
  return at && { name: method.definition.name, at, isHere: method.where.scope.tree === where.scope.tree };
}

function surelyTakes(method: FunctionValue, attribute: string, infer: Inference): Expression | undefined {
  const { definition } = method;
  const self = definition.parameters[0]?.name;
  const scope = infer.scopeOf(definition, method.where);
  if (scope.yields.length > 0) return undefined;
  for (const { node } of scope.implicitAwaits) {
    if (!("items" in node)) continue;
    const first = node.items[0]?.value;
    if (
      first &&
      keyOf(first) === `${self}.${attribute}` &&
      isFirst(node, definition) &&
      isCertain(first, definition.body, scope, infer)
    )
      return first;
  }
  return undefined;
}

/** Only a lock that is taken at the top of the body: nothing before it may give the caller's lock back. */
function isFirst(node: With, definition: FunctionDef): boolean {
  return (
    node.parent === definition.body &&
    node.parent.statements.slice(0, node.index).every(({ kind }) => kind === "expression" || kind === "assign")
  );
}
