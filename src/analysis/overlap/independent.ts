// Awaits that run one after another though none uses what another gives: what could overlap, and what stands against it.
// Invariant: between the parts of what is found there is no data flow, as far as the code shows it, and where the code does
// not show it nothing is found. Work known to depend on its order (streams, queues, locks, pacing) is never found.

import { inferenceFor } from "../awaiting/resolve";
import { type Block, type Call, contains, type Expression, ownBlocks, type Span, type Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { type Inference, keeping } from "../infer/values";
import { type DefinitionSource, noSource } from "../modules";
import { frameOf, type Scope, scopeAt, type Where } from "../scopes/scope";
import { type Surrounding, surroundingOf } from "../scopes/surrounding";
import { isCaptured } from "../scopes/uses";
import { changesOf, conflict, type Touch } from "./footprint";
import { type Rounds, roundsOf } from "./rounds";
import { type Work, workOf } from "./work";

/** One statement that awaits work, and maybe keeps what it gives. */
export interface Unit extends Work {
  readonly statement: Statement;
  /** Empty where the result is dropped. */
  readonly targets: readonly Expression[];
  readonly annotation?: Expression;
}

/** Statements one behind the other. */
export interface Run {
  readonly kind: "run";
  readonly units: readonly Unit[];
  readonly scope: Scope;
  /** Variables that more than one of them hands on to code that cannot be read: it might change them. */
  readonly shared: readonly string[];
  /** An `except` of this function is around it: what it catches must stay what is raised. */
  readonly guarded: boolean;
  /** Nothing is shared, and either the results are kept or all of the code could be read: worth telling unasked. */
  readonly sure: boolean;
}

export type Overlap = Run | Rounds;

/** Functions with more awaits are not looked at. */
const mostAwaits = 300;
/** A run ends after so many statements. */
const longestRun = 12;

/** Everything in a file that runs one after another and need not. */
export function overlaps(tree: SyntaxTree, source: DefinitionSource = noSource): Overlap[] {
  const infer = inferenceFor(tree, source);
  const module = infer.moduleScope(tree);
  const awaits = tree.find(["await"]).filter((node) => node.named);
  const frames = new Set(awaits.map((node) => frameOf(scopeAt(module, node.start))));
  return [...frames].flatMap((scope) => {
    infer.begin();
    return overlapsOf(scope, infer);
  });
}

/** What the code at an offset is part of: the run, or the loop. */
export function overlapAt(tree: SyntaxTree, offset: number, source: DefinitionSource = noSource): Overlap | undefined {
  const infer = inferenceFor(tree, source);
  return overlapIn(frameOf(scopeAt(infer.moduleScope(tree), offset)), offset, infer);
}

/** The same, in a function whose scope is known. */
export function overlapIn(scope: Scope, offset: number, infer: Inference): Overlap | undefined {
  return overlapsOf(scope, infer).find((each) => spansOf(each).some((span) => contains(span, offset)));
}

/** The code that an overlap is made of. */
export function spansOf(overlap: Overlap): readonly Span[] {
  return overlap.kind === "run" ? overlap.units.map(({ statement }) => statement) : [overlap.statement];
}

const kept = keeping<Scope, readonly Overlap[]>();

function overlapsOf(scope: Scope, infer: Inference): readonly Overlap[] {
  return kept(infer.memory(scope.tree), scope, () => inFunction(scope, infer));
}

function inFunction(scope: Scope, infer: Inference): readonly Overlap[] {
  const { node, awaits } = scope;
  const isAsync = "kind" in node && node.kind === "function" && node.isAsync;
  return isAsync && awaits.length <= mostAwaits ? inBlock(node.body, scope, infer) : [];
}

function inBlock(block: Block, scope: Scope, infer: Inference): Overlap[] {
  const awaitsHere = scope.awaits.some(({ node }) => contains(block, node.start));
  if (!awaitsHere) return [];
  const place = surroundingOf(block, scope, infer);
  const own = place.kind === "ordered" ? [] : ownOverlaps(block, place, scope, infer);
  const inner = block.statements.flatMap(ownBlocks).flatMap((each) => inBlock(each, scope, infer));
  return [...own, ...inner];
}

function ownOverlaps(block: Block, place: Surrounding, scope: Scope, infer: Inference): Overlap[] {
  const found: Overlap[] = [];
  let run: Candidate[] = [];
  const end = () => {
    if (run.length > 1) found.push(runOf(run, place, scope));
    run = [];
  };
  for (const statement of block.statements) {
    const unit = hasNeighbour(statement) ? unitOf(statement, scope, infer) : undefined;
    if (!unit || run.length >= longestRun || run.some((each) => dependence(each, unit) === "changed")) end();
    if (unit) run.push(unit);
    const rounds = roundsOf(statement, scope, infer);
    if (rounds) found.push({ ...rounds, guarded: place.kind === "guarded" });
  }
  end();
  return found;
}

/** Whether the statement before or after awaits as well: what stands alone need not be looked at. */
function hasNeighbour({ parent, index }: Statement): boolean {
  return [index - 1, index + 1].some((each) => awaitedBy(parent.statements[each])?.kind === "await");
}

interface Candidate extends Unit {
  readonly changes: readonly Touch[];
  readonly text: string;
}

function unitOf(statement: Statement, scope: Scope, infer: Inference): Candidate | undefined {
  const where: Where = { scope, statement };
  const work = workOf(awaitedBy(statement), where, infer);
  if (!work) return undefined;
  const targets = statement.kind === "assign" ? statement.targets : [];
  if (targets.some((target) => isSeenElsewhere(target, scope))) return undefined;
  const annotation = statement.kind === "assign" ? statement.annotation : undefined;
  const changes = targets.flatMap((target) => changesOf(target, where, infer));
  const text = scope.tree.slice(work.call);
  return { ...work, statement, targets, changes, text, ...(annotation && { annotation }) };
}

function awaitedBy(statement: Statement | undefined): Expression | undefined {
  if (statement?.kind === "assign") return statement.value;
  return statement?.kind === "expression" && statement.values.length === 1 ? statement.values[0] : undefined;
}

/** Names that `global` or `nonlocal` hands to other code, and those that a function in here can see. */
function isSeenElsewhere(target: Expression, scope: Scope): boolean {
  if (target.kind === "display") return target.elements.some((element) => isSeenElsewhere(element, scope));
  if (target.kind === "starred") return isSeenElsewhere(target.value, scope);
  return target.kind === "name" && (scope.outer.has(target.id) || isCaptured(target.id, scope));
}

/** What stands between two units: a change or an order that is meant, what both hand on, or nothing. */
function dependence(before: Candidate, unit: Candidate): "changed" | readonly string[] {
  if (isOrderMeant(before, unit)) return "changed";
  const used = conflict(before.changes, [...unit.footprint.touches, ...unit.changes]);
  return used.length > 0 ? "changed" : conflict(before.footprint.touches, unit.footprint.touches);
}

/** Work without a result is done for what it does: `start` then `stop`, and the same again, are in that order on purpose. */
function isOrderMeant(before: Candidate, unit: Candidate): boolean {
  if (before.targets.length > 0 && unit.targets.length > 0) return false;
  const isSame = nameOf(before.call) === nameOf(unit.call) && nameOf(unit.call) !== undefined;
  return !isSame || before.text === unit.text;
}

function nameOf({ callee }: Call): string | undefined {
  if (callee.kind === "name") return callee.id;
  return callee.kind === "attribute" ? callee.name : undefined;
}

function runOf(run: readonly Candidate[], place: Surrounding, scope: Scope): Run {
  const pairs = run.flatMap((one, index) => run.slice(index + 1).map((other) => dependence(one, other)));
  const shared = [...new Set(pairs.flatMap((each) => (each === "changed" ? [] : each)))];
  const isKept = run.every(({ targets }) => targets.length > 0);
  const isRead = run.every(({ footprint }) => footprint.contained);
  const sure = shared.length === 0 && (isKept || isRead);
  return { kind: "run", units: run, scope, shared, guarded: place.kind === "guarded", sure };
}
