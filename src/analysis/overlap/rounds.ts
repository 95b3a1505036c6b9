// Loops whose rounds wait for one another though none uses what another gives.
import type { Assign, Comprehension, Expression, For, Statement } from "../code/ast";
import type { Inference } from "../infer/values";
import { innerScope, type Scope, type Where } from "../scopes/scope";
import { isCaptured, isUsedAfter, uses } from "../scopes/uses";
import { conflict, footprint } from "./footprint";
import { isForeseeable, isPlain, type Work, workOf } from "./work";

/** What becomes of the results: nothing, a list that the rounds append to, or the list that a comprehension makes. */
export type Results =
  | { readonly kind: "dropped" }
  | { readonly kind: "appended"; readonly name: string; readonly made: Assign }
  | { readonly kind: "comprehension"; readonly node: Comprehension };

/** A `for` statement, or the statement whose value is a comprehension. */
export interface Rounds extends Work {
  readonly kind: "loop";
  readonly statement: Statement;
  readonly results: Results;
  readonly scope: Scope;
  /** As for `Run`. */
  readonly shared: readonly string[];
  readonly guarded: boolean;
  readonly sure: boolean;
}

/** The loop that a statement is; undefined where its rounds may depend on one another. */
export function roundsOf(statement: Statement, scope: Scope, infer: Inference): Omit<Rounds, "guarded"> | undefined {
  return statement.kind === "for" ? ofFor(statement, scope, infer) : ofComprehension(statement, scope, infer);
}

// ---- for statements

function ofFor(statement: For, scope: Scope, infer: Inference): Omit<Rounds, "guarded"> | undefined {
  const names = namesOf(statement.target);
  const [first] = statement.body.statements;
  if (statement.isAsync || statement.otherwise || !names || !first) return undefined;
  const round = roundOf(statement, first);
  if (!round || names.some((name) => isUsedAfter(name, statement, scope))) return undefined;
  const where = { scope, statement: first };
  const work = workOf(round.value, where, infer, new Set(names));
  if (!work || !names.some((name) => uses(work.call, name))) return undefined;
  const { results } = round;
  const isKept = results.kind === "appended";
  if (isKept && (uses(work.call, results.name) || uses(statement.iterable, results.name))) return undefined;
  if (isKept && (isCaptured(results.name, scope) || scope.outer.has(results.name))) return undefined;
  if (round.name !== undefined && isUsedAfter(round.name, statement, scope)) return undefined;
  const shared = sharedBy(work, statement.iterable, { scope, statement }, infer);
  if (!shared) return undefined;
  const sure = shared.length === 0 && (isKept || work.footprint.contained);
  return { ...work, kind: "loop", statement, results, scope, shared, sure };
}

interface Round {
  readonly value: Expression;
  readonly results: Results;
  /** A variable that holds the result between the await and the `append`. */
  readonly name?: string;
}

/** `await f(x)`, `results.append(await f(x))`, or `result = await f(x)` and `results.append(result)`. */
function roundOf(loop: For, first: Statement): Round | undefined {
  const { statements } = loop.body;
  const [, second] = statements;
  if (statements.length > 2) return undefined;
  if (second) {
    const name = first.kind === "assign" && first.targets.length === 1 ? first.targets[0] : undefined;
    const appended = appendedIn(loop, second);
    if (first.kind !== "assign" || !first.value || name?.kind !== "name" || !appended) return undefined;
    const isSame = appended.value.kind === "name" && appended.value.id === name.id;
    return isSame ? { value: first.value, results: appended.results, name: name.id } : undefined;
  }
  const only = first.kind === "expression" && first.values.length === 1 ? first.values[0] : undefined;
  if (only?.kind === "await") return { value: only, results: { kind: "dropped" } };
  return appendedIn(loop, first);
}

/** What a statement appends to the list that was made empty just before the loop. */
function appendedIn(loop: For, statement: Statement): Round | undefined {
  const call = statement.kind === "expression" && statement.values.length === 1 ? statement.values[0] : undefined;
  if (call?.kind !== "call" || call.callee.kind !== "attribute" || call.callee.name !== "append") return undefined;
  const [argument, ...more] = call.args;
  const list = call.callee.object;
  const made = loop.parent.statements[loop.index - 1];
  if (list.kind !== "name" || !argument || argument.name !== undefined || more.length > 0) return undefined;
  if (argument.value.kind === "starred" || made?.kind !== "assign" || !isEmptyList(made, list.id)) return undefined;
  return { value: argument.value, results: { kind: "appended", name: list.id, made } };
}

function isEmptyList({ targets, value }: Assign, name: string): boolean {
  const [target, ...more] = targets;
  if (more.length > 0 || target?.kind !== "name" || target.id !== name) return false;
  return value?.kind === "display" && value.type === "list" && value.elements.length === 0;
}

// ---- comprehensions

function ofComprehension(statement: Statement, scope: Scope, infer: Inference): Omit<Rounds, "guarded"> | undefined {
  const node = statement.kind === "assign" || statement.kind === "return" ? statement.value : undefined;
  if (node?.kind !== "comprehension" || node.type !== "list" || node.clauses.length !== 1) return undefined;
  const [clause] = node.clauses;
  const inner = innerScope(scope, node);
  const names = clause && namesOf(clause.target);
  if (!clause || clause.isAsync || !inner || !names || !clause.conditions.every(isPlain)) return undefined;
  const work = workOf(node.elements[0], { scope: inner, statement }, infer, new Set(names));
  if (!work || !names.some((name) => uses(work.call, name))) return undefined;
  if (!clause.conditions.every((each) => isForeseeable(each, { scope: inner, statement }, infer))) return undefined;
  const shared = sharedBy(work, clause.iterable, { scope, statement }, infer);
  if (!shared) return undefined;
  return {
    ...work,
    kind: "loop",
    statement,
    results: { kind: "comprehension", node },
    scope,
    shared,
    sure: shared.length === 0,
  };
}

// ---- what both ask

/** The names that a target binds; undefined where it binds anything else. */
function namesOf(target: Expression): readonly string[] | undefined {
  if (target.kind === "name") return [target.id];
  if (target.kind !== "display") return undefined;
  const parts = target.elements.map((element) => namesOf(element.kind === "starred" ? element.value : element));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** What the rounds hand on to code that is not read; undefined where one changes what another looks at. */
function sharedBy(work: Work, iterable: Expression, where: Where, infer: Inference): readonly string[] | undefined {
  if (!isPlain(iterable) || !isGivenAtOnce(iterable, where, infer)) return undefined;
  const { touches } = work.footprint;
  const iterated = footprint(iterable, where, infer);
  if (iterated.unclear || conflict(iterated.touches, touches) === "changed") return undefined;
  const shared = conflict(touches, touches);
  return shared === "changed" ? undefined : shared;
}

/** Built-in functions whose items do not depend on when they are asked for. */
const views = new Set("enumerate list range reversed set sorted tuple zip".split(" "));

/** Whether all items are there when the loop begins: not made one by one by code that runs in between. */
function isGivenAtOnce(node: Expression, where: Where, infer: Inference): boolean {
  switch (node.kind) {
    case "name":
    case "attribute":
    case "subscript":
    case "literal":
    case "display":
      return infer.valueOf(node, where).kind !== "instance";
    case "call": {
      const callee = infer.valueOf(node.callee, where);
      const isView = callee.kind === "builtin" && views.has(callee.name);
      const isItems = node.callee.kind === "attribute" && /^(items|keys|values)$/.test(node.callee.name);
      return (isView || isItems) && node.args.every(({ value }) => isGivenAtOnce(value, where, infer));
    }
    case "operation":
      return node.operands.every((operand) => isGivenAtOnce(operand, where, infer));
    default:
      return false;
  }
}
