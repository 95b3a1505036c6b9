// Coroutines that are awaited twice, or that nothing can await.
import type { Call, Expression, Span, Statement } from "../code/ast";
import { isAbstractBody } from "../infer/classes";
import type { FileInference as Inference } from "../infer/infer";
import type { CoroutineValue } from "../infer/values";
import { code, line, type Prose, prose } from "../prose";
import { reachingBefore } from "../scopes/flow";
import type { Binding, Where } from "../scopes/scope";
import { isExpected } from "./expected";
import { type Mistake, mistake, related } from "./mistake";
import { lastName } from "./origin";
import { isAlwaysEvaluated, loopAround, runsBefore } from "./paths";
import { type Found, type Survey, type Unit, valueAt } from "./survey";

/** The coroutine that a call makes, where that is certain: of an `async def`, or of a known coroutine function. */
export function coroutineOf(node: Expression, where: Where, infer: Inference): CoroutineValue | undefined {
  const value = node.kind === "call" ? valueAt(infer, node, where) : undefined;
  if (value?.kind !== "coroutine" || value.type !== "coroutine" || !value.of) return undefined;
  const { of } = value;
  if (of.kind === "function" && of.overridable && isAbstractBody(of.definition.body)) return undefined;
  return value;
}

// ---- awaited twice

/** What uses a coroutine up: `await x`, `create_task(x)`. */
type Use = Found & { readonly by: "await" | "task" };

const taskMakers = new Set(["create_task", "ensure_future", "run_coroutine_threadsafe"]);

export function* awaitedTwice({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.definition || unit.awaits.length === 0) continue;
    const uses = usesByName(unit);
    for (const [name, all] of uses) {
      const made = (unit.scope.bindings.get(name) ?? []).filter((binding) => isCoroutineBinding(binding, infer));
      for (const binding of made)
        yield* twice(
          name,
          binding,
          all.filter((use) => isOnly(binding, name, use, unit)),
          unit,
          tree,
        );
    }
  }
}

function usesByName(unit: Unit): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (node: Expression | undefined, use: Use) => {
    if (node?.kind === "name") uses.set(node.id, [...(uses.get(node.id) ?? []), use]);
  };
  for (const each of unit.awaits) add(each.node.operand, { ...each, by: "await" });
  for (const each of unit.calls)
    if (taskMakers.has(lastName(each.node.callee) ?? "")) add(each.node.args[0]?.value, { ...each, by: "task" });
  for (const list of uses.values()) list.sort((a, b) => a.node.start - b.node.start);
  return uses;
}

function isCoroutineBinding(binding: Binding, infer: Inference): boolean {
  return (
    binding.kind === "value" &&
    binding.path.length === 0 &&
    coroutineOf(binding.value, binding.where, infer) !== undefined
  );
}

/** Whether at the use the name is what this binding gave it, on every path. */
function isOnly(binding: Binding, name: string, use: Found, unit: Unit): boolean {
  const { statement, scope } = use.where;
  if (!statement || scope !== unit.scope) return false;
  const reach = reachingBefore(unit.scope, name, statement, use.node.start);
  return reach.bindings.length === 1 && reach.bindings[0] === binding && !reach.open;
}

function* twice(
  name: string,
  binding: Binding,
  uses: readonly Use[],
  unit: Unit,
  tree: Survey["tree"],
): Generator<Mistake> {
  for (const [index, use] of uses.entries()) {
    if (isExpected(use.where.statement, /^(?:RuntimeError|Exception|BaseException)$/)) continue;
    const first = uses.slice(0, index).find((earlier) => runsBefore(earlier, use, unit));
    const at = first && tree.place(first.node.start).line;
    if (first && at !== undefined)
      yield mistake("awaited-twice", use.node, usedUp(name, first, use, at), [
        related(first.node, first.by === "task" ? prose`handed to a task here` : prose`awaited here first`),
        related(binding.span, prose`made here, once`),
      ]);
    else if (repeats(use, binding, unit))
      yield mistake(
        "awaited-twice",
        use.node,
        prose`${code(name)} is made once, before the loop, and awaited in each round: from the second on it raises ${reuse}.`,
        [related(binding.span, prose`made here, once`)],
      );
  }
}

const reuse = code("RuntimeError: cannot reuse already awaited coroutine");

function usedUp(name: string, first: Use, use: Use, at: number): Prose {
  if (first.by === "await" && use.by === "await")
    return prose`${code(name)} is awaited already at ${line(at)}, and a coroutine runs once: this raises ${reuse}.`;
  if (first.by === "task" && use.by === "await")
    return prose`${code(name)} runs in a task since ${line(at)}, and a coroutine runs once: task and await cannot both have it, and one of them raises ${code("RuntimeError")}. Await the task.`;
  const before = first.by === "task" ? prose`runs in a task since` : prose`is awaited already at`;
  return prose`${code(name)} ${before} ${line(at)}, and a coroutine runs once: this task raises ${reuse}.`;
}

/** Whether a loop comes round to the use with the same coroutine. */
function repeats(use: Use, binding: Binding, unit: Unit): boolean {
  const { statement } = use.where;
  const loop = statement && loopAround(statement);
  const { statement: made } = binding.where;
  if (!loop || !statement || !made || !isAlwaysEvaluated(use.node, unit)) return false;
  const isOutside = made.end <= loop.start;
  return isOutside && statement.kind !== "return" && statement.parent === loop.body && comesRound(loop, statement);
}

/** Whether the loop's body may run to its end after a statement of it, with nothing after it that leaves in some case. */
function comesRound(loop: Extract<Statement, { kind: "for" | "while" }>, after: Statement): boolean {
  return loop.body.statements
    .slice(after.index)
    .every(({ kind }) => kind === "expression" || kind === "assign" || kind === "augment");
}

// ---- never awaited

const textMakers = new Set(["builtins.str", "builtins.repr", "builtins.print", "builtins.format", "builtins.ascii"]);

/** `f"{fetch()}"`, `str(fetch())`, `print(fetch())`. */
export function* coroutineInText({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    for (const { node, where } of unit.texts) for (const part of node.parts) yield* shown(part, where, infer, tree);
    for (const { node, where } of unit.calls) {
      if (!textMakers.has(`builtins.${lastName(node.callee)}`) || node.callee.kind !== "name") continue;
      const callee = valueAt(infer, node.callee, where);
      if (callee.kind !== "builtin") continue;
      for (const { value, name } of node.args) if (name === undefined) yield* shown(value, where, infer, tree);
    }
  }
}

function* shown(part: Expression, where: Where, infer: Inference, tree: Survey["tree"]): Generator<Mistake> {
  const made = coroutineOf(part, where, infer);
  if (!made || isExpected(where.statement, /^$/)) return;
  const text = tree.slice(part);
  yield mistake(
    "coroutine-in-text",
    part,
    prose`The text says ${code(`<coroutine object ${nameOf(made)} at 0x…>`)}, and ${code(nameOf(made))} never runs: ${code(`await ${text}`)} gives its result.`,
  );
}

function nameOf({ of }: CoroutineValue): string {
  if (of?.kind === "fact") return of.name.split(".").at(-1) ?? of.name;
  return of?.kind === "function" ? of.definition.name : "coroutine";
}

export function* neverAwaited(survey: Survey): Generator<Mistake> {
  for (const unit of survey.units) {
    yield* lostInName(unit, survey);
    yield* lostResult(unit, survey);
    yield* lostInTruth(unit, survey);
  }
}

/** `job = fetch()` where nothing mentions `job` again. */
function* lostInName(unit: Unit, { infer, tree, units }: Survey): Generator<Mistake> {
  const { definition, scope } = unit;
  if (!definition) return;
  for (const [name, bindings] of scope.bindings) {
    const [binding] = bindings;
    if (bindings.length !== 1 || binding?.kind !== "value" || name.includes(".") || scope.outer.has(name)) continue;
    if (binding.path.length > 0 || binding.value.kind !== "call" || isAssignedTwice(binding.where.statement)) continue;
    // What costs most comes last: nearly every name is used.
    if (mentions(name, definition, units) !== 1 || looksAround.test(tree.slice(definition))) continue;
    const made = coroutineOf(binding.value, binding.where, infer);
    if (!made || isExpected(binding.where.statement, /^$/)) continue;
    yield mistake(
      "never-awaited",
      binding.value,
      prose`${code(name)} holds the coroutine of ${code(nameOf(made))} and nothing uses ${code(name)}: ${code(nameOf(made))} never runs. Write ${code(`await ${tree.slice(binding.value)}`)}.`,
    );
  }
}

function isAssignedTwice(statement: Statement | undefined): boolean {
  return statement?.kind === "assign" && statement.targets.length > 1;
}

/** How often the code of a function, and of what is defined in it, names something. */
function mentions(name: string, { start, end }: Span, units: readonly Unit[]): number {
  const inside = units.filter(({ scope }) => start <= scope.node.start && scope.node.end <= end);
  return inside.reduce((sum, { names }) => sum + names.filter(({ node }) => node.id === name).length, 0);
}

const looksAround = /\b(?:locals|vars|eval|exec)\b/;

/** `await start()` on a line of its own, where `start` gives another coroutine. */
function* lostResult(unit: Unit, { infer, tree }: Survey): Generator<Mistake> {
  for (const { node, where } of unit.awaits) {
    const { statement } = where;
    if (statement?.kind !== "expression" || !statement.values.includes(node) || !node.operand) continue;
    const outer = coroutineOf(node.operand, where, infer);
    const value = outer && valueAt(infer, node, where);
    if (!outer || value?.kind !== "coroutine" || value.type !== "coroutine" || !value.of) continue;
    if (outer.of?.kind !== "function" || outer.of.definition.returns) continue;
    yield mistake(
      "never-awaited",
      node,
      prose`${code(tree.slice(node.operand))} gives a coroutine of ${code(nameOf(value))}, which is dropped: ${code(nameOf(value))} never runs. ${code(nameOf(outer))} lacks an ${code("await")} in its ${code("return")}.`,
    );
  }
}

const truths = new Set(["any", "all"]);

/** `any(check(x) for x in xs)`: a coroutine is always true. */
function* lostInTruth(unit: Unit, { infer }: Survey): Generator<Mistake> {
  for (const { node, where } of unit.calls) {
    const found = truthOf(node, where, infer);
    if (!found) continue;
    const { element, made, by } = found;
    yield mistake(
      "never-awaited",
      element,
      prose`A coroutine is always true: ${code(by)} does not ask ${code(nameOf(made))}, which never runs. Write ${code("await")} before it.`,
    );
  }
}

function truthOf(
  node: Call,
  where: Where,
  infer: Inference,
): { element: Expression; made: CoroutineValue; by: string } | undefined {
  const by = node.callee.kind === "name" ? node.callee.id : "";
  const argument = truths.has(by) && node.args.length === 1 ? node.args[0]?.value : undefined;
  if (argument?.kind !== "comprehension" || valueAt(infer, node.callee, where).kind !== "builtin") return undefined;
  const [element] = argument.elements;
  const inner = where.scope.inner.get(argument)?.();
  const made = element && inner && coroutineOf(element, { scope: inner, statement: where.statement }, infer);
  return made && element ? { element, made, by } : undefined;
}
