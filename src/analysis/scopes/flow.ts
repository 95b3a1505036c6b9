// Which bindings of a name reach a place: a walk backwards over structured code. It may name a binding too many (a loop
// that never comes round), never one too few.
import type { Block, Expression, Span, Statement } from "../code/ast";
import type { Binding, Scope } from "./scope";
import { staticTest } from "./staticTests";

// `minor` leaves branches out that are not for that version of Python 3, or not for a type checker.

/** What can be bound at a place. `open`: some path comes from the start of the scope without binding the name. */
export interface Reach {
  readonly bindings: readonly Binding[];
  readonly open: boolean;
}

const nothing: Reach = { bindings: [], open: true };

/** The bindings of a name in a scope that reach the point of `statement` where the code at `offset` is evaluated. */
export function reachingBefore(
  scope: Scope,
  name: string,
  statement: Statement,
  offset: number,
  minor?: number,
): Reach {
  const flow = flowOf(scope, name, minor);
  const own = flow.ownBefore(statement, offset);
  return own.open ? join(own, flow.before(statement)) : own;
}

/** The bindings of a name that stand when a module's or class's code has run to its end. */
export function reachingEnd(scope: Scope, name: string, minor?: number): Reach {
  const { node } = scope;
  const body = !("kind" in node) ? node : node.kind === "class" ? node.body : undefined;
  return body ? flowOf(scope, name, minor).exit(body) : nothing;
}

const flows = new WeakMap<Scope, Map<string, Flow>>();

function flowOf(scope: Scope, name: string, minor: number | undefined): Flow {
  const key = minor === undefined ? name : `${name} ${minor}`;
  const known = flows.get(scope) ?? new Map<string, Flow>();
  flows.set(scope, known);
  // A declaration without a value binds nothing.
  const flow =
    known.get(key) ??
    new Flow(
      (scope.bindings.get(name) ?? []).filter(({ kind }) => kind !== "declaration"),
      (test) => (minor === undefined ? undefined : staticTest(test, scope.tree, minor)),
    );
  known.set(key, flow);
  return flow;
}

/** All bindings of one name in one scope, ordered and by statement. */
class Flow {
  readonly #bindings: readonly Binding[];
  readonly #byStatement = new Map<Statement | undefined, Binding[]>();

  readonly #decided: (test: Expression) => boolean | undefined;

  constructor(bindings: readonly Binding[], decided: (test: Expression) => boolean | undefined) {
    this.#decided = decided;
    this.#bindings = [...bindings].sort((a, b) => a.span.start - b.span.start);
    for (const binding of this.#bindings) {
      const list = this.#byStatement.get(binding.where.statement);
      if (list) list.push(binding);
      else this.#byStatement.set(binding.where.statement, [binding]);
    }
  }

  /** What the statement itself has bound before it evaluates the code at `offset`: `with a as x, x.b():`, `:=`. */
  ownBefore(statement: Statement, offset: number): Reach {
    const own = this.#own(statement).filter((binding) => binding.span.end <= offset);
    const settled = statement.kind === "with" ? own.filter((binding) => binding.kind === "context") : [];
    if (settled.length > 0) return { bindings: settled.slice(-1), open: false };
    const looped = statement.kind === "while" ? this.#anywhere(statement.body).bindings : [];
    return { bindings: [...own.filter((binding) => binding.kind === "walrus"), ...looped], open: true };
  }

  before(statement: Statement): Reach {
    return this.#upTo(statement.parent, statement.index, () => this.#entry(statement.parent));
  }

  /** What the code of a block, begun at its start, leaves bound when it ends without jumping away. */
  exit(block: Block): Reach {
    return jumps(block) ? { bindings: [], open: false } : this.#upTo(block, block.statements.length, () => nothing);
  }

  #upTo(block: Block, end: number, entry: () => Reach): Reach {
    let reach = nothing;
    for (let index = end - 1; index >= 0 && reach.open; index--) {
      const statement = block.statements[index];
      if (statement && this.#touches(statement)) reach = join(reach, this.#through(statement));
    }
    return reach.open ? join(reach, entry()) : reach;
  }

  /** What is bound where a block begins. */
  #entry(block: Block): Reach {
    const { owner } = block;
    if (!owner) return nothing;
    const around = () => this.before(owner);
    switch (owner.kind) {
      case "for":
      case "while": {
        const targets = this.#own(owner).filter((binding) => binding.kind === "item");
        if (block === owner.body && targets.length > 0) return { bindings: targets, open: false };
        return join(join(this.#anywhere(owner.body), { bindings: this.#own(owner), open: true }), around());
      }
      case "with": {
        const own = this.#own(owner).filter((binding) => binding.kind === "context");
        return own.length > 0 ? { bindings: own.slice(-1), open: false } : join(this.#header(owner), around());
      }
      case "try":
        return after(this.#tryEntry(owner, block), around);
      case "match": {
        const own = this.#own(owner).filter((binding) => within(binding.span, caseOf(owner, block)));
        return own.length > 0 ? { bindings: own, open: false } : join(this.#header(owner), around());
      }
      default:
        return join(this.#header(owner), around());
    }
  }

  #tryEntry(statement: Extract<Statement, { kind: "try" }>, block: Block): Reach {
    if (block === statement.body) return nothing;
    const body = this.#anywhere(statement.body);
    if (block === statement.otherwise) return this.exit(statement.body);
    const handler = statement.handlers.find((each) => each.body === block);
    if (handler) {
      const own = this.#own(statement).filter((binding) => binding.kind === "opaque" && handler.name === binding.name);
      return own.length > 0 ? { bindings: own, open: false } : body;
    }
    const parts = [...statement.handlers.map((each) => each.body), statement.otherwise].filter(
      (part) => part !== undefined,
    );
    return parts.reduce((reach, part) => join(reach, this.#anywhere(part)), body);
  }

  /** What holds after a statement ran to its end, as far as the statement itself decides. */
  #through(statement: Statement): Reach {
    switch (statement.kind) {
      case "if": {
        const bodies = this.#bodies(statement);
        const exits = bodies.map((body) => (body ? this.exit(body) : nothing));
        return exits.reduce(either, this.#headerOnly(statement));
      }
      case "for":
      case "while": {
        const exit = breaks(statement.body) ? this.#anywhere(statement.body) : open(this.exit(statement.body));
        const last = statement.otherwise ? this.exit(statement.otherwise) : nothing;
        return either(either(exit, last), { bindings: this.#own(statement), open: true });
      }
      case "with": {
        const own = this.#own(statement);
        const body = this.exit(statement.body);
        // A context manager may swallow an exception anywhere in its body.
        const cut = body.open ? body : open(join(body, this.#anywhere(statement.body)));
        const settled = own.some((binding) => binding.kind === "context");
        return settled && cut.open ? { bindings: [...cut.bindings, ...own], open: false } : cut;
      }
      case "try": {
        const done = statement.otherwise
          ? after(this.exit(statement.otherwise), () => this.exit(statement.body))
          : this.exit(statement.body);
        const handled = statement.handlers.map((handler) =>
          after(this.exit(handler.body), () => open(this.#anywhere(statement.body))),
        );
        const all = handled.reduce(either, done);
        return statement.last ? after(this.exit(statement.last), () => all) : all;
      }
      case "match": {
        const exits = statement.cases.map((each) => {
          const own = this.#own(statement).filter((binding) => within(binding.span, each));
          return after(this.exit(each.body), () => ({ bindings: own, open: own.length === 0 }));
        });
        return exits.reduce(either, this.#headerOnly(statement));
      }
      default: {
        const own = this.#own(statement);
        const firm = own.filter((binding) => binding.kind !== "walrus");
        const last = firm.at(-1);
        if (!last)
          return { bindings: own, open: own.length === 0 || own.every((binding) => binding.kind === "walrus") };
        return { bindings: last.kind === "deleted" ? [] : [last], open: false };
      }
    }
  }

  /** Those that may run; undefined stands for the way past all of them. */
  #bodies({ branches, otherwise }: Extract<Statement, { kind: "if" }>): readonly (Block | undefined)[] {
    const bodies: (Block | undefined)[] = [];
    for (const { test, body } of branches) {
      const decided = this.#decided(test);
      if (decided !== false) bodies.push(body);
      if (decided) return bodies;
    }
    return [...bodies, otherwise];
  }

  /** `:=` in the conditions of a statement: it may have run or not. */
  #header(statement: Statement): Reach {
    return { bindings: this.#own(statement).filter((binding) => binding.kind === "walrus"), open: true };
  }

  /** A start for `either`: whether the way past the header is open is up to the branches. */
  #headerOnly(statement: Statement): Reach {
    return { ...this.#header(statement), open: statement.kind === "match" };
  }

  #anywhere(block: Block): Reach {
    const bindings = this.#bindings.slice(this.#indexFrom(block.start), this.#indexFrom(block.end));
    return { bindings: bindings.filter((binding) => within(binding.span, block)), open: true };
  }

  #own(statement: Statement): readonly Binding[] {
    return this.#byStatement.get(statement) ?? [];
  }

  #touches(statement: Statement): boolean {
    const first = this.#bindings[this.#indexFrom(statement.start)];
    return first !== undefined && first.span.start < statement.end;
  }

  /** Index of the first binding that starts at `offset` or later. */
  #indexFrom(offset: number): number {
    let low = 0;
    let high = this.#bindings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bindings[middle]?.span.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What the later code leaves, and what the earlier does where the later lets it through. */
function after(later: Reach, earlier: () => Reach): Reach {
  return later.open ? join(later, earlier()) : later;
}

function join(later: Reach, earlier: Reach): Reach {
  return { bindings: [...new Set([...later.bindings, ...earlier.bindings])], open: earlier.open };
}

function either(a: Reach, b: Reach): Reach {
  return { bindings: [...new Set([...a.bindings, ...b.bindings])], open: a.open || b.open };
}

function open(reach: Reach): Reach {
  return { ...reach, open: true };
}

function within(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function caseOf(statement: Extract<Statement, { kind: "match" }>, block: Block): Span {
  return statement.cases.find((each) => each.body === block) ?? block;
}

/** Whether a block always leaves by return, raise, break or continue. */
export function jumps(block: Block): boolean {
  return block.statements.some((statement) => {
    switch (statement.kind) {
      case "return":
      case "raise":
        return true;
      case "jump":
        return statement.keyword !== "pass";
      case "if":
        return (
          statement.otherwise !== undefined &&
          jumps(statement.otherwise) &&
          statement.branches.every(({ body }) => jumps(body))
        );
      case "try":
        return (
          (statement.last !== undefined && jumps(statement.last)) ||
          (jumps(statement.body) && statement.handlers.every((handler) => jumps(handler.body)))
        );
      default:
        return false;
    }
  });
}

/** Whether a loop's body has a `break` or `continue` of its own. */
function breaks(block: Block): boolean {
  return block.statements.some((statement) => {
    if (statement.kind === "jump") return statement.keyword !== "pass";
    if (statement.kind === "if")
      return [...statement.branches.map(({ body }) => body), statement.otherwise].some((body) => body && breaks(body));
    if (statement.kind === "with") return breaks(statement.body);
    if (statement.kind === "try")
      return [statement.body, ...statement.handlers.map(({ body }) => body), statement.otherwise, statement.last].some(
        (body) => body && breaks(body),
      );
    return statement.kind === "match" && statement.cases.some(({ body }) => breaks(body));
  });
}
