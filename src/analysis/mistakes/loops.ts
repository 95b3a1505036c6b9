// Loops that keep the event loop from running, and gathers that start too much at once.

import { isCertain } from "../awaiting/certain";
import { type Call, contains, type Expression, type Statement, type While } from "../code/ast";
import { derives } from "../facts/knowledge";
import type { FileInference as Inference } from "../infer/infer";
import type { FunctionValue } from "../infer/values";
import { code, prose } from "../prose";
import type { Where } from "../scopes/scope";
import { isExpected } from "./expected";
import { opening } from "./facts";
import { type Mistake, mistake } from "./mistake";
import { bindingsOf, calleeName, lastName } from "./origin";
import { mayLeaveBlock } from "./paths";
import { type Found, owners, pausesIn, type Survey, type Unit, valueAt } from "./survey";

// ---- loops without an end

export function* endlessLoops({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const statement of unit.statements) {
      if (statement.kind !== "while" || pausesIn(unit, statement.start, statement.end)) continue;
      const keyword = { start: statement.start, end: statement.test.end };
      const { test } = statement;
      if (isTrue(test) && runsForEver(statement, unit))
        yield mistake(
          "endless-loop",
          keyword,
          prose`This loop awaits nothing and has no way out: once it runs, no other task of the event loop runs again. ${code("await asyncio.sleep(0)")} in it gives them a turn.`,
        );
      const waited = isTrue(test) ? undefined : waitedFor(statement, unit, infer);
      if (waited)
        yield mistake(
          "endless-loop",
          keyword,
          prose`Only the event loop can change what ${code(tree.slice(waited.object))} says, and it does not run while this loop does: it never ends. Write ${code(waited.instead)}.`,
        );
    }
  }
}

function isTrue(test: Expression): boolean {
  if (test.kind !== "literal") return false;
  return (test.type === "bool" && test.end - test.start === "True".length) || test.type === "int";
}

/** Calls by which loops end that have no `break`: they raise when there is nothing more. */
const endingCalls =
  /^(?:next|get_nowait|put_nowait|pop|popleft|popitem|remove|recv\w*|read\w*|send\w*|accept|exit|_exit|throw|close|fail|skip|check\w*|raise\w*|abort|consume|advance|step|run\w*|parse\w*|feed\w*)$/;

function runsForEver(loop: While, unit: Unit): boolean {
  if (mayLeaveBlock(loop.body) || isInTry(loop)) return false;
  return !unit.calls.some(
    ({ node }) => contains(loop.body, node.start) && endingCalls.test(lastName(node.callee) ?? "next"),
  );
}

/** Whether an exception may end the loop and be caught in this function. */
function isInTry(loop: Statement): boolean {
  for (const owner of owners(loop)) if (owner.kind === "try" || owner.kind === "with") return true;
  return false;
}

const waits: Readonly<Record<string, (text: string) => string>> = {
  "asyncio.Event.is_set": (text) => `await ${text}.wait()`,
  "asyncio.Task.done": (text) => `await asyncio.wait([${text}])`,
  "asyncio.Future.done": (text) => `await asyncio.wait([${text}])`,
};

/** `while not event.is_set():` with nothing in the body that could change it. */
function waitedFor(
  { test, body }: While,
  unit: Unit,
  infer: Inference,
): { object: Expression; instead: string } | undefined {
  const asked = test.kind === "operation" && test.operator === "not" ? test.operands[0] : undefined;
  if (asked?.kind !== "call" || asked.callee.kind !== "attribute" || asked.args.length > 0) return undefined;
  const { object, name } = asked.callee;
  const statement = unit.statements.find((each) => each.kind === "while" && each.test === test);
  const value = valueAt(infer, object, { scope: unit.scope, statement });
  const found = value.kind === "instance" ? waits[`${value.name}.${name}`] : undefined;
  const isHarmless = body.statements.every(
    (each) =>
      (each.kind === "jump" && each.keyword === "pass") ||
      (each.kind === "expression" && each.values.every((one) => isHarmlessCall(one, unit, each))),
  );
  if (!found || !isHarmless || !unit.scope) return undefined;
  return { object, instead: found(unit.scope.tree.slice(object)) };
}

function isHarmlessCall(node: Expression, unit: Unit, statement: Statement): boolean {
  if (node.kind !== "call") return node.kind === "literal";
  return (
    lastName(node.callee) === "print" ||
    lastName(node.callee) === "sleep" ||
    (statement !== unit.statements[0] && /^(?:debug|info|log)$/.test(lastName(node.callee) ?? ""))
  );
}

// ---- gather over anything

export function* unboundedGathers({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units)
    for (const { node, where } of unit.calls) {
      if (lastName(node.callee) !== "gather" || calleeName(node.callee, where, infer) !== "asyncio.gather") continue;
      const many = startedForEach(node, where, infer);
      const opens = many && whatOpens(many.runs, infer);
      if (!many || !opens || isExpected(where.statement, /^$/)) continue;
      const name = code(many.runs.definition.name);
      yield mistake(
        "unbounded-gather",
        node,
        prose`Each ${name} opens ${opens}, and ${code("gather")} starts one for each item of ${code(tree.slice(many.over))} at once, however many there are. A semaphore in ${name} bounds them.`,
      );
    }
}

/** `*[f(x) for x in xs]` or `*(f(x) for x in xs)`, where how many `xs` there are is not written down. */
function startedForEach(
  node: Call,
  where: Where,
  infer: Inference,
): { runs: FunctionValue; over: Expression } | undefined {
  for (const { value } of node.args) {
    const comprehension = value.kind === "starred" && value.value.kind === "comprehension" ? value.value : undefined;
    const [clause, ...more] = comprehension?.clauses ?? [];
    const [element] = comprehension?.elements ?? [];
    if (!comprehension || !clause || !element || more.length > 0 || isCounted(clause.iterable, where)) continue;
    const scope = where.scope.inner.get(comprehension)?.();
    const made = scope && valueAt(infer, element, { scope, statement: where.statement });
    if (made?.kind === "coroutine" && made.of?.kind === "function") return { runs: made.of, over: clause.iterable };
  }
  return undefined;
}

/** Whether the code itself says how many there are: a display, a `range` of literals, a name for either. */
function isCounted(iterable: Expression, { scope }: Where): boolean {
  if (iterable.kind !== "name") return isCountedValue(iterable);
  const bindings = bindingsOf(iterable.id, scope) ?? [];
  return bindings.some((binding) => binding.kind === "value" && isCountedValue(binding.value));
}

function isCountedValue(value: Expression): boolean {
  if (value.kind === "display") return value.elements.every(({ kind }) => kind !== "starred");
  if (value.kind === "comprehension") return value.clauses.every((clause) => isCountedValue(clause.iterable));
  return (
    value.kind === "call" &&
    lastName(value.callee) === "range" &&
    value.args.every((each) => each.value.kind === "literal")
  );
}

/** What a coroutine function surely opens, unless something in it may hold others back. */
function whatOpens({ definition, where }: FunctionValue, infer: Inference): string | undefined {
  const scope = infer.scopeOf(definition, where);
  if (/semaphore|limiter|acquire/i.test(scope.tree.slice(definition))) return undefined;
  const entered = scope.implicitAwaits.flatMap((each): Found[] =>
    "items" in each.node ? each.node.items.map(({ value }) => ({ node: value, where: each.where })) : [],
  );
  if (entered.some((each) => openedBy(each, infer) === undefined)) return undefined;
  const awaited = scope.awaits.flatMap(({ node, where: at }): Found[] =>
    node.operand ? [{ node: node.operand, where: at }] : [],
  );
  const certain = [...awaited, ...entered].find(
    (each) => openedBy(each, infer) !== undefined && isCertain(each.node, definition.body, scope, infer),
  );
  return certain && openedBy(certain, infer);
}

function openedBy({ node, where }: Found, infer: Inference): string | undefined {
  const name = node.kind === "call" ? calleeName(node.callee, where, infer) : undefined;
  return name === undefined ? undefined : (opening[name] ?? opening[loopMethod(name)]);
}

function loopMethod(name: string): string {
  const cut = name.lastIndexOf(".");
  return derives(name.slice(0, cut), "asyncio.AbstractEventLoop")
    ? `asyncio.AbstractEventLoop${name.slice(cut)}`
    : name;
}
