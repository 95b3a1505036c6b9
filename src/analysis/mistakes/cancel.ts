// Cancels that get lost: a handler that swallows CancelledError, clean-up that a second cancel cuts short.
import { type Block, contains, type Expression, type Handler, type Statement, type Try } from "../code/ast";
import type { FileInference as Inference } from "../infer/infer";
import type { CoroutineValue } from "../infer/values";
import { code, prose } from "../prose";
import type { Where } from "../scopes/scope";

import { isExpected } from "./expected";
import { maySuspend } from "./locks";
import { type Mistake, mistake, related } from "./mistake";
import { calleeName, importedName, lastName } from "./origin";
import { alwaysLeaves, loopAround, statementsIn } from "./paths";
import { owners, pausesIn, type Survey, type Unit, valueAt } from "./survey";

const cancels = new Set([
  "asyncio.CancelledError",
  "asyncio.exceptions.CancelledError",
  "concurrent.futures.CancelledError",
]);

export function* swallowedCancels({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync || !usesAsyncio.test(tree.text)) continue;
    for (const statement of unit.statements) {
      if (statement.kind !== "try" || isExpected(statement, /^$/)) continue;
      const caught = catchingHandler(statement, unit, infer);
      const pause = caught && pauseIn(statement.body, unit, infer);
      if (!caught || !pause || isMeant(statement, caught, unit, infer)) continue;
      const on = goesOn(statement, caught, unit);
      if (!on) continue;
      yield mistake(
        "cancel-swallowed",
        { start: caught.start, end: headerEnd(caught) },
        prose`A cancel of this task arrives at the await as ${code("CancelledError")}, which ${headerText(caught, tree)} catches, and ${on}. Re-raise it.`,
        [related(pause, prose`the cancel arrives here`)],
      );
    }
  }
}

function headerText({ types }: Handler, tree: Survey["tree"]) {
  const [type] = types;
  return code(type ? `except ${tree.slice(type)}` : "except");
}

/** The end of `except …:`. */
function headerEnd({ start, types, body }: Handler): number {
  return types.at(-1)?.end ?? Math.min(start + "except".length, body.start);
}

/** The first handler that a CancelledError ends in. */
function catchingHandler({ handlers, parent, ...rest }: Try, unit: Unit, infer: Inference): Handler | undefined {
  const where = { scope: unit.scope, statement: { ...rest, handlers, parent } as Try };
  return handlers.find(({ types }) => types.length === 0 || types.some((type) => catches(type, where, infer)));
}

function catches(type: Expression, where: Where, infer: Inference): boolean {
  if (type.kind === "display") return type.elements.some((element) => catches(element, where, infer));
  const name = importedName(type, where);
  if (name !== undefined) return cancels.has(name);
  return type.kind === "name" && type.id === "BaseException";
}

/** The first await of the body at which the task may be suspended. Those of an inner `try` count as well. */
function pauseIn(body: Block, unit: Unit, infer: Inference): { start: number; end: number } | undefined {
  const awaits = unit.awaits
    .filter((each) => contains(body, each.node.start) && maySuspend(each, infer))
    .map(({ node }) => ({ start: node.start, end: node.end }));
  const implicit = unit.scope.implicitAwaits
    .filter(({ node }) => contains(body, node.start) && "body" in node)
    .map(({ node }) => ({ start: node.start, end: node.start + "async".length }));
  return [...awaits, ...implicit].sort((a, b) => a.start - b.start)[0];
}

/** Whether the code knows what it catches: it looks at it, hands it on, or it cancelled somebody itself. */
function isMeant(statement: Try, handler: Handler, unit: Unit, infer: Inference): boolean {
  const { tree } = unit.scope;
  const isExplicit = handler.types.some((type) => namesCancel(type, unit, statement, infer));
  const calls = unit.calls.filter(({ node }) => contains(handler.body, node.start));
  if (calls.some(({ node }) => handsOn.test(lastName(node.callee) ?? ""))) return true;
  if (handler.name !== undefined && isHandedOn(handler.name, handler, unit)) return true;
  for (const inner of statementsIn(handler.body)) if (inner.kind === "raise") return true;
  // Who cancels a task and waits for it catches the task's cancel, not its own. A cancel of ours is asked about.
  const text = tree.slice(unit.definition ?? statement);
  const before = tree.text.slice(unit.definition?.start ?? 0, statement.end);
  if (/\.cancel(?:_\w+)?\(|\.aclose\(|\.cancelled\(|\.cancelling\(|\.uncancel\(/.test(before)) return true;
  if (/\.cancelling\(|\.uncancel\(/.test(text)) return true;
  return isExplicit && waitsForOthers(statement, unit, infer);
}

/** `asyncio` by name: elsewhere a cancel may be another exception, or come from other things than tasks. */
const usesAsyncio = /^\s*(?:import|from)\s+(?:[\w., ]*,\s*)?asyncio\b/m;

const handsOn =
  /^(?:set_exception|exc_info|exit|_exit|abort|print_exc_and_exit|cancel|throw|athrow|uncancel|cancelling|cancelled|reraise|fail|skip|feed_exception|set_result|connection_lost)$/;
const tells =
  /^(?:print|debug|info|warning|warn|error|exception|critical|log|str|repr|type|isinstance|format|print_exc|format_exc)$/;

function namesCancel(type: Expression, unit: Unit, statement: Statement, infer: Inference): boolean {
  if (type.kind === "display") return type.elements.some((element) => namesCancel(element, unit, statement, infer));
  const name = importedName(type, { scope: unit.scope, statement });
  return name !== undefined && cancels.has(name);
}

/** Whether the exception goes anywhere but into a log: kept, returned, handed to a call. */
function isHandedOn(name: string, handler: Handler, unit: Unit): boolean {
  return unit.names.some(({ node }) => {
    if (node.id !== name || !contains(handler.body, node.start)) return false;
    const around = unit.parents.get(node);
    if (around?.kind === "call") return !tells.test(lastName(around.callee) ?? "");
    return around?.kind !== "literal" && around?.kind !== "attribute";
  });
}

/** A body that awaits tasks and futures: their own cancel is what the handler may be for. */
function waitsForOthers({ body }: Try, unit: Unit, infer: Inference): boolean {
  return unit.awaits.some(({ node, where }) => {
    if (!contains(body, node.start) || !node.operand) return false;
    const value = valueAt(infer, node.operand, where);
    const known =
      value.kind === "coroutine" ||
      (value.kind === "instance" &&
        value.by !== undefined &&
        !/\.(?:create_task|ensure_future|create_future|gather|shield|run_in_executor|wrap_future)$/.test(
          value.by.name,
        ));
    const isShield =
      node.operand.kind === "call" && /^(?:shield|gather|wait_for|wait)$/.test(lastName(node.operand.callee) ?? "");
    return !known || isShield || (value.kind === "coroutine" && isWaiting(value, infer));
  });
}

/** Whether a coroutine function waits for what it does not start itself: a task, by a name or an attribute. */
function isWaiting({ of }: CoroutineValue, infer: Inference): boolean {
  if (of?.kind !== "function") return false;
  const { awaits } = infer.scopeOf(of.definition, of.where);
  return awaits.some(({ node }) => node.operand?.kind === "name" || node.operand?.kind === "attribute");
}

/** How it goes on after the handler; undefined where the code may mean that. */
function goesOn(statement: Try, handler: Handler, unit: Unit): string | undefined {
  const loop = loopAround(statement);
  const staysInLoop = !leavesFunction(handler.body) && (!alwaysLeaves(handler.body) || endsWithContinue(handler.body));
  if (loop && staysInLoop && isEndless(loop, statement))
    return "the loop goes on: the task cannot be cancelled here, and who cancels it (a timeout, a task group, the end of a program) waits in vain";
  const isBroad = handler.types.length === 0 || handler.types.some((type) => lastName(type) === "BaseException");
  if (!isBroad) return undefined;
  const lost = "a timeout or a task group that cancelled it does not learn that the work was cut short";
  if (givesValue(handler.body.statements.at(-1))) return `the function returns as after any other error: ${lost}`;
  return restAfter(statement, handler).some((each) => matters(each, unit))
    ? `the function goes on as after any other error: ${lost}`
    : undefined;
}

/**
 * The code that follows a handler in its function; that of loops around comes again. Where it waits for nothing and gives
 * nothing, the function ends on the spot, as cancelled work should.
 */
function restAfter(statement: Try, { body }: Handler): readonly Statement[] {
  const last = body.statements.at(-1);
  if (last?.kind === "return" || last?.kind === "raise") return [];
  const rest: Statement[] = [];
  let isBroken = last?.kind === "jump" && last.keyword === "break";
  for (const at of [statement, ...owners(statement)]) {
    const isLoop = at.kind === "for" || at.kind === "while";
    if (isLoop && !isBroken) rest.push(at);
    if (isLoop) isBroken = false;
    else if (isBroken) continue;
    const following = at.parent.statements.slice(at.index + 1);
    const again = following.findIndex((each) => each.kind === "raise" && each.values.length === 0);
    rest.push(...(again < 0 ? following : following.slice(0, again)));
    // Clean-up in a handler that ends with `raise`: the first error goes on.
    if (again >= 0) return rest;
  }
  return rest;
}

function matters(statement: Statement, unit: Unit): boolean {
  if (pausesIn(unit, statement.start, statement.end)) return true;
  const all = [...statementsIn({ start: statement.start, end: statement.end, statements: [statement] })];
  return all.some((each) => each.kind === "raise" || givesValue(each));
}

function givesValue(statement: Statement | undefined): boolean {
  if (statement?.kind !== "return" || !statement.value) return false;
  return !(statement.value.kind === "literal" && statement.value.type === "None");
}

/** Whether the handler may leave the function, or its loop. */
function leavesFunction(body: Block): boolean {
  for (const statement of statementsIn(body))
    if (statement.kind === "return" || (statement.kind === "jump" && statement.keyword === "break")) return true;
  return false;
}

function endsWithContinue(body: Block): boolean {
  const last = body.statements.at(-1);
  return last?.kind === "jump" && last.keyword === "continue";
}

/** `while True` and other loops that come back to the `try` whatever happened. */
function isEndless(loop: Statement, statement: Try): boolean {
  if (loop.kind !== "while") return false;
  const { test } = loop;
  const isTrue =
    test.kind === "literal" &&
    (test.type === "int" || (test.type === "bool" && test.end - test.start === "True".length));
  const isOwn = statement.parent === loop.body;
  return isTrue && isOwn && !loop.body.statements.slice(statement.index + 1).some((each) => leavesLoop(each));
}

function leavesLoop(statement: Statement): boolean {
  return alwaysLeaves({ start: statement.start, end: statement.end, statements: [statement] });
}

// ---- clean-up that is cut short

const shields = new Set(["asyncio.shield", "asyncio.wait_for", "asyncio.timeout"]);

export function* awaitsInFinally({ units, infer }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const statement of unit.statements) {
      if (statement.kind !== "try" || !statement.last) continue;
      const { last } = statement;
      const awaits = unit.awaits.filter((each) => each.where.statement?.parent === last && maySuspend(each, infer));
      const bare = awaits.filter(
        ({ node, where }) =>
          !(node.operand?.kind === "call" && shields.has(calleeName(node.operand.callee, where, infer) ?? "")),
      );
      const [first, second] = bare;
      if (!first || !second) continue;
      yield mistake(
        "await-in-finally",
        first.node,
        prose`When the task is cancelled a second time while it waits here, the rest of this ${code("finally")} does not run. ${code("asyncio.shield")} around one clean-up coroutine lets it end.`,
        [related(second.node, prose`is left undone then`)],
      );
    }
  }
}
