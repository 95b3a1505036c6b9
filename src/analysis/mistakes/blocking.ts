// What plain functions called from async code surely do, followed from call to call: block the thread, or run a loop.

import { isCertain } from "../awaiting/certain";
import { type Block, type Call, type Expression, ownBlocks, ownExpressions, subexpressions } from "../code/ast";
import { derives } from "../facts/knowledge";
import type { FileInference as Inference } from "../infer/infer";
import type { FunctionValue } from "../infer/values";
import { code, line, type Prose, prose } from "../prose";
import { frameOf, type Scope, type Where } from "../scopes/scope";
import { isExpected } from "./expected";
import { blocking } from "./facts";
import { type Mistake, mistake, related } from "./mistake";
import { importedName, lastName } from "./origin";
import type { Survey, Unit } from "./survey";
import { valueAt } from "./survey";

/** A function that is surely called, through which others, and what it is that does it. */
interface Chain {
  readonly through: readonly FunctionValue[];
  /** The call at the end. */
  readonly last: Call;
  readonly where: Where;
  readonly name: string;
}

/** Helpers are followed so far down. */
const deepest = 4;

type Test = (node: Call, where: Where, infer: Inference) => string | undefined;

export function* blockingHelpers(survey: Survey): Generator<Mistake> {
  const finder = new Finder(survey.infer, blockingName);
  for (const { unit, node, where, chain } of callsOfHelpers(survey, finder)) {
    // What is awaited is no plain function: another one stands in its place when it runs.
    if (isExpected(where.statement, /^$/) || unit.parents.get(node)?.kind === "await") continue;
    const does = blocking[chain.name] ?? "blocks";
    yield mistake(
      "blocking-helper",
      node,
      prose`${story(chain, where)} calls ${code(`${chain.name}`)}, which ${does}: meanwhile no other task of this loop runs. ${code("asyncio.to_thread")} moves the call into a thread.`,
      ends(chain, where),
    );
  }
}

export function* nestedRuns(survey: Survey): Generator<Mistake> {
  const { infer, units } = survey;
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const { node, where } of unit.calls) {
      const error = runName(node, where, infer);
      if (!error || isExpected(where.statement, /^(?:RuntimeError|Exception|BaseException)$/)) continue;
      yield mistake(
        "nested-run",
        node,
        prose`${code(`${unit.definition?.name}`)} runs in an event loop already, and a thread runs one loop at a time: this raises ${code(error)}. ${instead(node, where)}`,
      );
    }
  }
  const finder = new Finder(infer, runName);
  for (const { node, where, chain } of callsOfHelpers(survey, finder)) {
    if (isExpected(where.statement, /^(?:RuntimeError|Exception|BaseException)$/)) continue;
    yield mistake(
      "nested-run",
      node,
      prose`${story(chain, where)} starts an event loop, and this code runs in one already: it raises ${code(chain.name)}.`,
      ends(chain, where),
    );
  }
}

function instead(node: Call, where: Where): Prose {
  const { tree } = where.scope;
  const [first] = node.args;
  return first && first.name === undefined ? prose`Write ${code(`await ${tree.slice(first.value)}`)}.` : prose``;
}

/** `helper` or `helper`, through `a` and `b`,. */
function story({ through }: Chain, { scope: { tree } }: Where): Prose {
  const [first, ...others] = through;
  const name = code(first?.definition.name ?? "");
  const at =
    first?.where.scope.tree === tree ? prose` (${line(tree.place(first.definition.nameSpan.start).line)})` : undefined;
  if (others.length === 0) return prose`${name}${at}`;
  const rest = others.flatMap(({ definition }, index): Prose => [index > 0 ? ", " : "", code(definition.name)]);
  return prose`${name}${at}, through ${rest},`;
}

function ends(chain: Chain, { scope }: Where) {
  return chain.where.scope.tree === scope.tree ? [related(chain.last, prose`called here`)] : [];
}

// ---- the two ends of a chain

function blockingName(node: Call, where: Where, infer: Inference): string | undefined {
  const name =
    importedName(node.callee, where) ??
    (lastName(node.callee) === "input" ? calleeOfBuiltin(node, where, infer) : undefined);
  if (name === undefined || !Object.hasOwn(blocking, name)) return undefined;
  const [first] = node.args;
  // `sleep(0)` only hands the processor on.
  const isNothing =
    name === "time.sleep" && first !== undefined && /^0(?:\.0*)?$/.test(where.scope.tree.slice(first.value));
  // `select` with a time limit of nothing asks and does not wait.
  const isAsking = name === "select.select" && node.args.length > 3;
  return isNothing || isAsking ? undefined : name;
}

function calleeOfBuiltin({ callee }: Call, where: Where, infer: Inference): string | undefined {
  const value = callee.kind === "name" ? valueAt(infer, callee, where) : undefined;
  return value?.kind === "builtin" ? `builtins.${value.name}` : undefined;
}

/** The error of a call that runs an event loop. */
function runName(node: Call, where: Where, infer: Inference): string | undefined {
  const last = lastName(node.callee);
  if (last === "run")
    return importedName(node.callee, where) === "asyncio.run"
      ? "RuntimeError: asyncio.run() cannot be called from a running event loop"
      : undefined;
  if (last !== "run_until_complete" && last !== "run_forever") return undefined;
  const { callee } = node;
  const value = callee.kind === "attribute" ? valueAt(infer, callee.object, where) : undefined;
  if (value?.kind !== "instance" || !derives(value.name, "asyncio.AbstractEventLoop")) return undefined;
  const isOwn = value.by?.name === "asyncio.get_running_loop" || value.by?.name === "asyncio.get_event_loop";
  return isOwn
    ? "RuntimeError: This event loop is already running"
    : "RuntimeError: Cannot run the event loop while another loop is running";
}

// ---- following calls

function* callsOfHelpers(
  { units, infer }: Survey,
  finder: Finder,
): Generator<{ unit: Unit; node: Call; where: Where; chain: Chain }> {
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const { node, where } of unit.calls) {
      const value = valueAt(infer, node.callee, where);
      const chain = value.kind === "function" ? finder.from(value, 0) : undefined;
      if (chain) yield { unit, node, where, chain };
    }
  }
}

/** Finds what a function surely calls; remembers each function's answer. */
class Finder {
  readonly #infer: Inference;
  readonly #test: Test;
  readonly #known = new Map<FunctionValue["definition"], Chain | undefined>();

  constructor(infer: Inference, test: Test) {
    this.#infer = infer;
    this.#test = test;
  }

  from(value: FunctionValue, depth: number): Chain | undefined {
    const { definition } = value;
    if (this.#known.has(definition)) return this.#known.get(definition);
    if (depth > deepest || !isFollowed(value)) return undefined;
    this.#known.set(definition, undefined);
    const found = this.#inBody(value, depth);
    this.#known.set(definition, found);
    return found;
  }

  #inBody(value: FunctionValue, depth: number): Chain | undefined {
    const { definition } = value;
    const scope = this.#infer.scopeOf(definition, value.where);
    if (scope.yields.length > 0) return undefined;
    for (const { node, where } of certainCalls(definition.body, scope)) {
      if (!isCertain(node, definition.body, scope, this.#infer)) continue;
      const name = this.#test(node, where, this.#infer);
      if (name) return { through: [value], last: node, where, name };
      const next = valueAt(this.#infer, node.callee, where);
      const chain = next.kind === "function" ? this.from(next, depth + 1) : undefined;
      if (chain) return { ...chain, through: [value, ...chain.through] };
    }
    return undefined;
  }
}

/** Plain functions. A method counts as its class has it: a subclass that replaces it does so knowing what it does. */
function isFollowed({ definition, effects }: FunctionValue): boolean {
  const isPlain = effects.every(
    (effect) => effect === "keep" || effect === "static method" || effect === "class method",
  );
  return !definition.isAsync && isPlain;
}

/** Calls that stand in a function's statements: a few kinds of them surely run, which `isCertain` decides. */
function* certainCalls(body: Block, scope: Scope): Generator<{ node: Call; where: Where }> {
  for (const statement of body.statements) {
    const where = { scope: frameOf(scope), statement };
    const pending: Expression[] = [...ownExpressions(statement)];
    for (let node = pending.shift(); node; node = pending.shift()) {
      if (node.kind === "call") yield { node, where };
      if (node.kind !== "lambda" && node.kind !== "comprehension") pending.push(...subexpressions(node));
    }
    for (const block of ownBlocks(statement)) yield* certainCalls(block, scope);
  }
}
