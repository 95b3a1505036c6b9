// A file laid out for the checks: each function with its statements and expressions in the order of the text, walked once.
import {
  type Await,
  type Block,
  type Call,
  type Comprehension,
  contains,
  type Expression,
  type FunctionDef,
  type Lambda,
  type Literal,
  type Name,
  ownBlocks,
  ownExpressions,
  type Statement,
  subexpressions,
  type Yield,
} from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { FileInference } from "../infer/infer";
import type { Value } from "../infer/values";
import { innerScope, type Scope, type Where } from "../scopes/scope";

/** An expression with where it stands. */
export interface Found<T extends Expression = Expression> {
  readonly node: T;
  readonly where: Where;
}

/** The code of one function, or of the module or a class: what runs in one frame. */
export interface Unit {
  readonly scope: Scope;
  /** The function whose body it is. */
  readonly definition?: FunctionDef;
  /** The function or class around it. */
  readonly around?: Unit;
  readonly isAsync: boolean;
  readonly body: Block | undefined;
  readonly statements: readonly Statement[];
  readonly calls: readonly Found<Call>[];
  readonly awaits: readonly Found<Await>[];
  readonly yields: readonly Found<Yield>[];
  readonly names: readonly Found<Name>[];
  readonly comprehensions: readonly Found<Comprehension>[];
  /** f-strings and t-strings. */
  readonly texts: readonly Found<Literal>[];
  /** The expression that directly holds another. */
  readonly parents: ReadonlyMap<Expression, Expression>;
}

export interface Survey {
  readonly tree: SyntaxTree;
  readonly infer: FileInference;
  readonly units: readonly Unit[];
}

/** Deeper scopes are left out: the parser cuts off nesting before. */
const deepest = 100;

export function survey(tree: SyntaxTree, infer: FileInference): Survey {
  const units: Unit[] = [];
  asked.set(infer, new Map());
  addUnits(infer.moduleScope(tree), undefined, units, 0);
  return { tree, infer, units };
}

function addUnits(scope: Scope, around: Unit | undefined, into: Unit[], depth: number): void {
  const unit = scope.kind === "comprehension" ? around : collect(scope, around);
  if (unit && unit !== around) into.push(unit);
  if (depth < deepest) for (const inner of scope.inner.values()) addUnits(inner(), unit, into, depth + 1);
}

type Lists = { -readonly [K in keyof Unit]: Unit[K] extends readonly (infer T)[] ? T[] : Unit[K] };

function collect(scope: Scope, around: Unit | undefined): Unit {
  const { node } = scope;
  const definition = "kind" in node && node.kind === "function" ? node : undefined;
  const parents = new Map<Expression, Expression>();
  const unit: Lists = {
    scope,
    ...(definition && { definition }),
    ...(around && { around }),
    isAsync: definition?.isAsync ?? false,
    body: "kind" in node ? (node.kind === "function" || node.kind === "class" ? node.body : undefined) : node,
    statements: [],
    calls: [],
    awaits: [],
    yields: [],
    names: [],
    comprehensions: [],
    texts: [],
    parents,
  };
  const walker = new Walker(unit, parents);
  if (unit.body) walker.block(unit.body);
  else walker.expression((node as Lambda).body, { scope, statement: undefined });
  return unit;
}

class Walker {
  readonly #unit: Lists;
  readonly #parents: Map<Expression, Expression>;

  constructor(unit: Lists, parents: Map<Expression, Expression>) {
    this.#unit = unit;
    this.#parents = parents;
  }

  block(block: Block): void {
    for (const statement of block.statements) {
      this.#unit.statements.push(statement);
      const where = { scope: this.#unit.scope, statement };
      for (const value of ownExpressions(statement)) this.expression(value, where);
      for (const inner of ownBlocks(statement)) this.block(inner);
    }
  }

  expression(node: Expression, where: Where): void {
    this.#keep(node, where);
    if (node.kind === "comprehension") {
      this.#comprehension(node, where);
      return;
    }
    // A lambda is a unit of its own; its defaults are evaluated here.
    const parts =
      node.kind === "lambda" ? subexpressions(node).filter((part) => part !== node.body) : subexpressions(node);
    for (const part of parts) {
      this.#parents.set(part, node);
      this.expression(part, where);
    }
  }

  #comprehension(node: Comprehension, where: Where): void {
    const first = node.clauses[0]?.iterable;
    const scope = innerScope(where.scope, node) ?? where.scope;
    for (const part of subexpressions(node)) {
      this.#parents.set(part, node);
      this.expression(part, part === first ? where : { scope, statement: where.statement });
    }
  }

  #keep(node: Expression, where: Where): void {
    const unit = this.#unit;
    switch (node.kind) {
      case "call":
        unit.calls.push({ node, where });
        break;
      case "await":
        unit.awaits.push({ node, where });
        break;
      case "yield":
        unit.yields.push({ node, where });
        break;
      case "name":
        unit.names.push({ node, where });
        break;
      case "comprehension":
        unit.comprehensions.push({ node, where });
        break;
      case "literal":
        if (node.parts.length > 0) unit.texts.push({ node, where });
        break;
    }
  }
}

/** What has been asked about the file that was laid out last: several checks ask alike, and what is cut short is not kept. */
const asked = new WeakMap<FileInference, Map<Expression, Value>>();

/** Steps of one question: what takes longer to find out is hardly certain, and a file has thousands of calls. */
const budget = 150;

/** What an expression stands for: a question of its own. */
export function valueAt(infer: FileInference, node: Expression, where: Where): Value {
  const known = asked.get(infer)?.get(node);
  if (known) return known;
  infer.begin(false, budget);
  const value = infer.valueOf(node, where);
  asked.get(infer)?.set(node, value);
  return value;
}

/** The expressions around one, innermost first. */
export function* ancestors(node: Expression, unit: Unit): Generator<Expression> {
  for (let at = unit.parents.get(node); at; at = unit.parents.get(at)) yield at;
}

/** The statements around a statement in its function, innermost first; the statement itself is not one. */
export function* owners(statement: Statement): Generator<Statement> {
  for (let at = statement.parent.owner; at; at = at.parent.owner) yield at;
}

/** Whether code inside `block` may give other tasks a turn: an await, `async for`, `async with`, or a generator's yield. */
export function pausesIn(unit: Unit, from: number, to: number): boolean {
  const span = { start: from, end: to };
  const isIn = ({ node }: { readonly node: { readonly start: number } }) => contains(span, node.start);
  return unit.awaits.some(isIn) || unit.yields.some(isIn) || unit.scope.implicitAwaits.some(isIn);
}
