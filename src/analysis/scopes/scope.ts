// Names and what they may stand for: Python's scopes, every binding in them, and which bindings reach a place.
import {
  type Await,
  type Block,
  type ClassDef,
  type Clause,
  type Comprehension,
  contains,
  type Expression,
  type For,
  type FunctionDef,
  type Lambda,
  ownBlocks,
  ownExpressions,
  type Parameter,
  type Return,
  type Span,
  type Statement,
  subexpressions,
  type With,
  type Yield,
} from "../code/ast";
import type { SyntaxTree } from "../code/syntax";

export type ScopeNode = Block | FunctionDef | ClassDef | Lambda | Comprehension;
export type ScopeKind = "module" | "function" | "class" | "lambda" | "comprehension";

/** Where code stands: names mean there what they mean in `scope`, just before `statement` runs. */
export interface Where {
  readonly scope: Scope;
  /** Undefined for code that runs at no certain statement, such as a class attribute seen from elsewhere. */
  readonly statement: Statement | undefined;
}

interface BindingBase {
  /** The name, or `object.attribute` for an assigned attribute of a plain name. */
  readonly name: string;
  /** Where the text binds it. */
  readonly span: Span;
  readonly where: Where;
}
/** `path` leads into what is unpacked: `[1]` is the second of `a, b = value`; "*" is a starred rest. */
type Path = readonly (number | "*")[];

export type Binding =
  | (BindingBase & {
      readonly kind: "value";
      readonly value: Expression;
      readonly path: Path;
      readonly annotation?: Expression;
    })
  | (BindingBase & { readonly kind: "walrus"; readonly value: Expression })
  | (BindingBase & { readonly kind: "declaration"; readonly annotation: Expression })
  | (BindingBase & {
      readonly kind: "item";
      readonly iterable: Expression;
      readonly path: Path;
      readonly isAsync: boolean;
    })
  | (BindingBase & {
      readonly kind: "context";
      readonly value: Expression;
      readonly path: Path;
      readonly isAsync: boolean;
    })
  | (BindingBase & { readonly kind: "parameter"; readonly parameter: Parameter; readonly position: number })
  | (BindingBase & { readonly kind: "function"; readonly definition: FunctionDef })
  | (BindingBase & { readonly kind: "class"; readonly definition: ClassDef })
  | (BindingBase & { readonly kind: "import"; readonly module: string; readonly whole: boolean })
  | (BindingBase & {
      readonly kind: "from-import";
      readonly module: string;
      readonly level: number;
      readonly original: string;
    })
  | (BindingBase & { readonly kind: "type-alias"; readonly value: Expression })
  | (BindingBase & { readonly kind: "deleted" })
  /** Bound by something whose value is not followed: `except … as`, `case`, `+=`. */
  | (BindingBase & { readonly kind: "opaque"; readonly by: string });

/** An `await` expression, `async` statement or `yield`, and where it stands. */
export interface Placed<T> {
  readonly node: T;
  readonly where: Where;
}

export interface Scope {
  readonly kind: ScopeKind;
  readonly node: ScopeNode;
  readonly tree: SyntaxTree;
  readonly parent: Scope | undefined;
  /** In the order of the text; names that `global` or `nonlocal` hand to another scope are in `handedOut`. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  readonly outer: ReadonlyMap<string, "global" | "nonlocal">;
  readonly handedOut: readonly Binding[];
  /** Modules whose every public name is imported. */
  readonly stars: readonly { readonly module: string; readonly level: number; readonly statement: Statement }[];
  /** Of this scope and the comprehensions in it. */
  readonly awaits: readonly Placed<Await>[];
  /** Statements and comprehension clauses that await without the word. */
  readonly implicitAwaits: readonly Placed<For | With | Clause>[];
  readonly yields: readonly Placed<Yield>[];
  readonly returns: readonly Placed<Return>[];
  /** Scopes of the functions, classes, lambdas and comprehensions directly inside; made when asked for. */
  readonly inner: ReadonlyMap<ScopeNode, () => Scope>;
}

export function moduleScope(tree: SyntaxTree): Scope {
  return collect("module", tree.module, tree, undefined);
}

/** The scope of a function, class, lambda or comprehension that `scope` directly contains. */
export function innerScope(scope: Scope, node: ScopeNode): Scope | undefined {
  return scope.inner.get(node)?.();
}

/** The innermost scope whose code is at an offset. A function's decorators and defaults are the code around it. */
export function scopeAt(module: Scope, offset: number): Scope {
  let scope = module;
  for (;;) {
    const next = innerNodeAt(scope, offset);
    const inner = next && innerScope(scope, next);
    if (!inner) return scope;
    scope = inner;
  }
}

const orders = new WeakMap<Scope, readonly ScopeNode[]>();

/** The node of the inner scope whose code is at an offset: inner scopes lie side by side. */
function innerNodeAt(scope: Scope, offset: number): ScopeNode | undefined {
  const order = orders.get(scope) ?? [...scope.inner.keys()].sort((a, b) => codeOf(a).start - codeOf(b).start);
  orders.set(scope, order);
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const node = order[middle];
    if (node && codeOf(node).start <= offset) low = middle + 1;
    else high = middle;
  }
  const before = order[low - 1];
  return before && contains(codeOf(before), offset) ? before : undefined;
}

function codeOf(node: ScopeNode): Span {
  if (!("kind" in node)) return node;
  if (node.kind === "function" || node.kind === "class") return node.bodySpan;
  return node.kind === "lambda" ? node.body : node;
}

/** The function, class or module whose frame runs this scope's code: comprehensions run in the one around them. */
export function frameOf(scope: Scope): Scope {
  return scope.kind === "comprehension" && scope.parent ? frameOf(scope.parent) : scope;
}

// ---- collecting

function collect(kind: ScopeKind, node: ScopeNode, tree: SyntaxTree, parent: Scope | undefined): Scope {
  const collector = new Collector(kind, node, tree, parent);
  collector.run();
  return collector;
}

/** A scope while it is filled, and the scope itself afterwards. */
class Collector implements Scope {
  readonly bindings = new Map<string, Binding[]>();
  readonly outer = new Map<string, "global" | "nonlocal">();
  readonly handedOut: Binding[] = [];
  readonly stars: Scope["stars"][number][] = [];
  readonly awaits: Placed<Await>[] = [];
  readonly implicitAwaits: Placed<For | With | Clause>[] = [];
  readonly yields: Placed<Yield>[] = [];
  readonly returns: Placed<Return>[] = [];
  readonly inner = new Map<ScopeNode, () => Scope>();
  #statement: Statement | undefined;

  constructor(
    readonly kind: ScopeKind,
    readonly node: ScopeNode,
    readonly tree: SyntaxTree,
    readonly parent: Scope | undefined,
  ) {}

  run(): void {
    const { node } = this;
    if (!("kind" in node)) {
      this.#block(node);
      return;
    }
    switch (node.kind) {
      case "function":
        this.#parameters(node.parameters);
        this.#block(node.body);
        return;
      case "class":
        this.#block(node.body);
        return;
      case "lambda":
        this.#parameters(node.parameters);
        this.#expression(node.body);
        return;
      case "comprehension":
        this.#comprehension(node);
        return;
    }
  }

  /** Comprehensions add what they await and bind with `:=` to the frame around them. */
  adopt(statement: Statement | undefined, into: Collector): void {
    this.#statement = statement;
    this.run();
    into.awaits.push(...this.awaits);
    into.implicitAwaits.push(...this.implicitAwaits);
    into.yields.push(...this.yields);
  }

  #block(block: Block): void {
    for (const statement of block.statements) this.#visit(statement);
  }

  #visit(statement: Statement): void {
    this.#statement = statement;
    for (const value of ownExpressions(statement)) this.#expression(value);
    this.#bind(statement);
    for (const block of ownBlocks(statement)) this.#block(block);
  }

  #bind(statement: Statement): void {
    switch (statement.kind) {
      case "assign":
        this.#assign(statement.targets, statement.value, statement.annotation);
        return;
      case "augment":
        this.#target(statement.target, (base) => ({ ...base, kind: "opaque", by: "an augmented assignment" }));
        return;
      case "delete":
        for (const target of statement.targets) this.#target(target, (base) => ({ ...base, kind: "deleted" }));
        return;
      case "return":
        this.returns.push({ node: statement, where: this.#where() });
        return;
      case "for": {
        const { iterable, isAsync } = statement;
        if (isAsync) this.implicitAwaits.push({ node: statement, where: this.#where() });
        this.#target(statement.target, (base, path) => ({ ...base, kind: "item", iterable, path, isAsync }));
        return;
      }
      case "with":
        if (statement.isAsync) this.implicitAwaits.push({ node: statement, where: this.#where() });
        for (const { value, target } of statement.items) {
          const { isAsync } = statement;
          if (target) this.#target(target, (base, path) => ({ ...base, kind: "context", value, path, isAsync }));
        }
        return;
      case "try":
        for (const { name, body } of statement.handlers)
          if (name) this.#add({ ...this.#base(name, body), kind: "opaque", by: "an except clause" });
        return;
      case "match":
        for (const each of statement.cases)
          for (const name of each.captures) this.#add({ ...this.#base(name, each), kind: "opaque", by: "a match" });
        return;
      case "import":
        for (const each of statement.names) {
          const bound = each.alias ?? each.name.split(".")[0] ?? "";
          this.#add({
            ...this.#base(bound, each),
            kind: "import",
            module: each.alias ? each.name : bound,
            whole: !each.alias,
          });
        }
        return;
      case "from-import":
        this.#fromImport(statement);
        return;
      case "outer":
        for (const name of statement.names) this.outer.set(name, statement.keyword);
        return;
      case "function":
        this.inner.set(statement, this.#deferred("function", statement));
        this.#add({
          ...this.#base(statement.name, statement.nameSpan),
          kind: "function",
          definition: statement,
        });
        return;
      case "class":
        this.inner.set(statement, this.#deferred("class", statement));
        this.#add({ ...this.#base(statement.name, statement.nameSpan), kind: "class", definition: statement });
        return;
      case "type-alias":
        if (statement.value)
          this.#add({ ...this.#base(statement.name, statement), kind: "type-alias", value: statement.value });
        return;
      default:
        return;
    }
  }

  #fromImport(statement: Extract<Statement, { kind: "from-import" }>): void {
    const { module, level } = statement;
    for (const each of statement.names) {
      if (each.name === "*") this.stars.push({ module, level, statement });
      const base = this.#base(each.alias ?? each.name, each);
      if (each.name !== "*") this.#add({ ...base, kind: "from-import", module, level, original: each.name });
    }
  }

  #assign(targets: readonly Expression[], value: Expression | undefined, annotation: Expression | undefined): void {
    for (const target of targets)
      this.#target(target, (base, path) => {
        if (value) return { ...base, kind: "value", value, path, ...(annotation && { annotation }) };
        return annotation
          ? { ...base, kind: "declaration", annotation }
          : { ...base, kind: "opaque", by: "an assignment" };
      });
  }

  #target(target: Expression, make: (base: BindingBase, path: Path) => Binding, path: Path = []): void {
    if (target.kind === "display") {
      const star = target.elements.findIndex((element) => element.kind === "starred");
      target.elements.forEach((element, index) => {
        const step = star < 0 || index < star ? index : index === star ? "*" : index - target.elements.length;
        this.#target(element.kind === "starred" ? element.value : element, make, [...path, step]);
      });
      return;
    }
    const name = keyOf(target);
    if (name) this.#add(make(this.#base(name, target), path));
  }

  #parameters(parameters: readonly Parameter[]): void {
    parameters.forEach((parameter, position) => {
      this.#add({ ...this.#base(parameter.name, parameter), kind: "parameter", parameter, position });
    });
  }

  #comprehension(node: Comprehension): void {
    for (const clause of node.clauses) {
      const { target, iterable, isAsync } = clause;
      if (isAsync) this.implicitAwaits.push({ node: clause, where: this.#where() });
      this.#target(target, (base, path) => ({ ...base, kind: "item", iterable, path, isAsync }));
    }
    for (const value of subexpressions(node)) this.#expression(value);
  }

  #expression(node: Expression): void {
    switch (node.kind) {
      case "lambda":
        for (const value of subexpressions(node)) if (value !== node.body) this.#expression(value);
        this.inner.set(node, this.#deferred("lambda", node));
        return;
      case "comprehension": {
        const inner = new Collector("comprehension", node, this.tree, this);
        inner.adopt(this.#statement, this);
        this.inner.set(node, () => inner);
        return;
      }
      case "await":
        this.awaits.push({ node, where: this.#where() });
        break;
      case "yield":
        this.yields.push({ node, where: this.#where() });
        break;
      case "walrus":
        this.#frame().#add({ ...this.#base(node.target.id, node.target), kind: "walrus", value: node.value });
        break;
    }
    for (const value of subexpressions(node)) this.#expression(value);
  }

  #frame(): Collector {
    return this.kind === "comprehension" && this.parent instanceof Collector ? this.parent.#frame() : this;
  }

  #deferred(kind: ScopeKind, node: ScopeNode): () => Scope {
    let made: Scope | undefined;
    return () => {
      made ??= collect(kind, node, this.tree, this);
      return made;
    };
  }

  #add(binding: Binding): void {
    const list = this.outer.has(binding.name) ? this.handedOut : this.bindings.get(binding.name);
    if (list) list.push(binding);
    else this.bindings.set(binding.name, [binding]);
  }

  #base(name: string, span: Span): BindingBase {
    return { name, span: { start: span.start, end: span.end }, where: this.#where() };
  }

  #where(): Where {
    return { scope: this, statement: this.#statement };
  }
}

/** The key that bindings go by: a plain name, or an attribute of one. */
export function keyOf(node: Expression): string | undefined {
  if (node.kind === "name") return node.id;
  return node.kind === "attribute" && node.object.kind === "name" ? `${node.object.id}.${node.name}` : undefined;
}
