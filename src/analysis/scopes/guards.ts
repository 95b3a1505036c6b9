// Conditions that hold where code stands: `if isinstance(x, C):` in its body, `if x is None: return` behind it.
import {
  type Block,
  contains,
  type Expression,
  ownBlocks,
  ownExpressions,
  type Span,
  type Statement,
  subexpressions,
} from "../code/ast";
import { jumps } from "./flow";
import { frameOf, type Scope } from "./scope";

/** A condition that is known to hold, or not to, in a part of the text. */
export interface Guard {
  readonly test: Expression;
  readonly holds: boolean;
  readonly start: number;
  readonly end: number;
}

/** The conditions of a frame by the names that they speak of, and its loops. */
interface Guards {
  readonly guards: ReadonlyMap<string, readonly Guard[]>;
  readonly loops: readonly Span[];
}

const known = new WeakMap<Scope, Guards>();

/** What is known at `offset` of the variable or attribute by this dotted name, from the outside in. */
export function guardsAt(scope: Scope, key: string, offset: number): readonly Guard[] {
  const frame = frameOf(scope);
  const all = known.get(frame) ?? collect(frame);
  known.set(frame, all);
  const guards = all.guards.get(key)?.filter((each) => contains(each, offset)) ?? [];
  if (guards.length === 0) return guards;
  const bound = boundAt(frame, key, offset);
  return guards.filter((guard) => !bound.some((at) => ends(guard, at, offset, all.loops)));
}

/** Where the name, or what it is an attribute of, gets a value. The value itself is worked out before. */
function boundAt(frame: Scope, key: string, offset: number): readonly number[] {
  const parts = key.split(".");
  return parts.flatMap((_, index) =>
    (frame.bindings.get(parts.slice(0, index + 1).join(".")) ?? []).map((binding) =>
      "value" in binding && contains(binding.value, offset) ? binding.value.end : binding.span.start,
    ),
  );
}

/** Whether a new value at `at` may have come between the condition and `offset`: before it, or round a loop. */
function ends(guard: Guard, at: number, offset: number, loops: readonly Span[]): boolean {
  if (!contains(guard, at)) return false;
  if (at < offset) return true;
  return loops.some((loop) => loop.start >= guard.start && contains(loop, at) && contains(loop, offset));
}

/** The dotted name of a variable or attribute. */
export function dottedKey(node: Expression): string | undefined {
  if (node.kind === "name") return node.id;
  if (node.kind === "walrus") return node.target.id;
  const object = node.kind === "attribute" ? dottedKey(node.object) : undefined;
  return object !== undefined && node.kind === "attribute" ? `${object}.${node.name}` : undefined;
}

function collect(frame: Scope): Guards {
  const collector = new GuardCollector(frame.tree.text);
  const { node } = frame;
  if (!("kind" in node)) collector.block(node);
  else if (node.kind === "function" || node.kind === "class") collector.block(node.body);
  else if (node.kind === "lambda") collector.expression(node.body);
  return collector;
}

class GuardCollector implements Guards {
  readonly guards = new Map<string, Guard[]>();
  readonly loops: Span[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  block(block: Block): void {
    for (const statement of block.statements) {
      for (const node of ownExpressions(statement)) this.expression(node);
      this.#statement(statement, block.end);
      for (const inner of ownBlocks(statement)) this.block(inner);
    }
  }

  /** Conditions inside expressions: `a if test else b`, `test and a`, `… for … if test`. */
  expression(node: Expression): void {
    switch (node.kind) {
      case "conditional":
        this.#add(node.test, true, node.whenTrue);
        this.#add(node.test, false, node.whenFalse);
        break;
      case "boolean":
        this.#add(node.left, node.operator === "and", node.right);
        break;
      case "comprehension":
        for (const clause of node.clauses)
          for (const condition of clause.conditions) for (const each of node.elements) this.#add(condition, true, each);
        break;
      case "lambda":
        return;
    }
    for (const inner of subexpressions(node)) this.expression(inner);
  }

  #statement(statement: Statement, end: number): void {
    if (statement.kind === "for" || statement.kind === "while") this.loops.push(statement);
    const behind = { start: statement.end, end };
    switch (statement.kind) {
      case "if":
        this.#if(statement, behind);
        return;
      case "while":
        this.#add(statement.test, true, statement.body);
        return;
      case "expression": {
        const [only] = statement.values;
        const test =
          only?.kind === "other" && this.#text.startsWith("assert", statement.start) ? only.children[0] : undefined;
        if (test) this.#add(test, true, behind);
        return;
      }
      default:
        return;
    }
  }

  #if(statement: Extract<Statement, { kind: "if" }>, behind: { start: number; end: number }): void {
    const { branches, otherwise } = statement;
    branches.forEach(({ test, body }, index) => {
      this.#add(test, true, body);
      for (const later of branches.slice(index + 1)) {
        this.#add(test, false, later.body);
        this.#add(test, false, later.test);
      }
      if (otherwise) this.#add(test, false, otherwise);
      if (branches.slice(0, index + 1).every((each) => jumps(each.body))) this.#add(test, false, behind);
    });
    const [only] = branches;
    if (only && branches.length === 1 && otherwise && jumps(otherwise)) this.#add(only.test, true, behind);
  }

  #add(test: Expression, holds: boolean, { start, end }: { start: number; end: number }): void {
    for (const key of keysIn(test)) {
      const list = this.guards.get(key);
      const guard = { test, holds, start, end };
      if (list) list.push(guard);
      else this.guards.set(key, [guard]);
    }
  }
}

/** The names that a condition speaks of. */
function keysIn(test: Expression): ReadonlySet<string> {
  const keys = new Set<string>();
  const search = (node: Expression): void => {
    const key = dottedKey(node);
    if (key !== undefined) keys.add(key);
    if (node.kind !== "lambda" && node.kind !== "comprehension")
      for (const inner of subexpressions(node)) search(inner);
  };
  search(test);
  return keys;
}
