// What names mean: Python's scopes, the bindings that reach a place, modules and what they hold.
import { type ClassDef, type Comprehension, contains, type Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { fact, isKnownModule, knownName } from "../facts/knowledge";
import type { Absence, DefinitionSource } from "../modules";
import { code, prose } from "../prose";
import { type Reach, reachingBefore, reachingEnd } from "../scopes/flow";
import { type Binding, frameOf, moduleScope, type Scope, scopeAt, type Where } from "../scopes/scope";
import { usualMinor } from "../scopes/staticTests";
import { builtinNames } from "./builtins";
import { typingForm } from "./forms";
import { ownTypeParameters } from "./generics";
import { type Inference, type ModuleValue, union, unknown, type Value } from "./values";

/** The text alone decides what its scopes are, and what functions hand out of theirs. */
const modules = new WeakMap<SyntaxTree, Scope>();
const handedOut = new WeakMap<SyntaxTree, readonly Binding[]>();

const absences: Readonly<Record<Absence, string>> = {
  compiled: "which is compiled, so that its code cannot be read",
  missing: "which is not found",
  unread: "which cannot be read",
};

/** Looks names up for one inference. */
export class Names {
  readonly #infer: Inference;
  readonly #source: DefinitionSource;
  readonly #minor: number;
  readonly #starring = new Set<Scope>();
  /** Any tree that was met: the standard library is the same for all. */
  #last: SyntaxTree | undefined;

  constructor(infer: Inference, source: DefinitionSource) {
    this.#infer = infer;
    this.#source = source;
    this.#minor = source.minor ?? usualMinor;
  }

  moduleScope(tree: SyntaxTree): Scope {
    this.#last = tree;
    const known = modules.get(tree);
    if (known) return known;
    const scope = moduleScope(tree);
    modules.set(tree, scope);
    return scope;
  }

  /** What a name means at a place; `offset` is where the text uses it. */
  lookUp(name: string, offset: number, where: Where): Value {
    if (name === "__class__") return unknown(prose`${code(name)} is not followed`);
    let at: Where | undefined = where;
    let isInner = false;
    while (at) {
      const { scope }: Where = at;
      const skips: boolean = (scope.kind === "class" && isInner) || this.#isOutsideFirst(scope, offset);
      const found: Value | undefined = skips ? undefined : this.#inScope(name, offset, at);
      const value: Value | undefined = found ?? this.#typeParameter(name, at);
      if (value) return value;
      at = this.#outwards(name, at, isInner);
      isInner ||= scope.kind !== "class" && !skips;
    }
    if (builtinNames.has(name)) return this.#builtin(name);
    return unknown(prose`${code(name)} is not defined in this file`);
  }

  /** `T` in `def f[T]`, in its annotations and in its body. */
  #typeParameter(name: string, at: Where): Value | undefined {
    const { scope, statement } = at;
    const { node } = scope;
    if (statement && "typeParameters" in statement) {
      const found = ownTypeParameters(statement, at, this.#infer).find((each) => each.name === name);
      if (found) return found;
    }
    const isDefinition = "kind" in node && (node.kind === "function" || node.kind === "class");
    if (!isDefinition || !scope.parent || node.typeParameters.length === 0) return undefined;
    const around = { scope: scope.parent, statement: node };
    return ownTypeParameters(node, around, this.#infer).find((each) => each.name === name);
  }

  #builtin(name: string): Value {
    const known = fact(`builtins.${name}`);
    return known?.is === "decorator"
      ? { kind: "fact", name: `builtins.${name}`, fact: known }
      : { kind: "builtin", name };
  }

  /** The first iterable of a comprehension is evaluated outside of it. */
  #isOutsideFirst(scope: Scope, offset: number): boolean {
    const first = scope.kind === "comprehension" ? (scope.node as Comprehension).clauses[0] : undefined;
    return first !== undefined && contains(first.iterable, offset);
  }

  /** A comprehension or class body runs where it stands; a function, and what is in it, some time later. */
  #outwards(name: string, at: Where, isInner: boolean): Where | undefined {
    const { scope } = at;
    if (!scope.parent) return undefined;
    if (scope.outer.get(name) === "global") return { scope: this.moduleScope(scope.tree), statement: undefined };
    if (scope.kind === "comprehension") return { scope: scope.parent, statement: at.statement };
    const statement = scope.kind === "class" && !isInner ? (scope.node as ClassDef) : undefined;
    return { scope: scope.parent, statement };
  }

  #inScope(name: string, offset: number, at: Where): Value | undefined {
    const { scope } = at;
    if (scope.outer.has(name)) return undefined;
    const canonical = scope.kind === "module" && scope.bindings.has(name) ? this.#canonical(name, scope) : undefined;
    if (canonical) return canonical;
    const foreign = this.#givenTo(scope).filter((binding) => binding.name === name);
    const bindings = [...(scope.bindings.get(name) ?? []), ...foreign];
    const star = scope.stars.length > 0 ? this.#starred(name, scope) : undefined;
    if (bindings.length === 0) return star;
    const reach = this.#reach(name, bindings, foreign, offset, at);
    if (reach.bindings.length === 0 && scope.kind === "class") return undefined;
    const reaching = reach.bindings.length > 0 ? reach.bindings : bindings;
    const value = union(reaching.map((binding) => this.#declaredOr(this.#infer.bound(binding), bindings)));
    const isCovered =
      !star || reaching.every((binding) => binding.span.start > (scope.stars.at(-1)?.statement.start ?? 0));
    return isCovered ? value : union([value, star]);
  }

  #reach(name: string, bindings: readonly Binding[], foreign: readonly Binding[], offset: number, at: Where): Reach {
    const { scope, statement } = at;
    if (scope.kind === "comprehension" || scope.kind === "lambda") return { bindings, open: false };
    if (statement && belongsTo(statement, scope)) {
      const reach = reachingBefore(scope, name, statement, offset, this.#minor);
      const parameters = reach.open ? bindings.filter((binding) => binding.kind === "parameter") : [];
      return { bindings: [...reach.bindings, ...parameters, ...foreign], open: reach.open };
    }
    if (scope.kind === "function") return { bindings, open: true };
    // Seen from a function: what stands when the module has run, and whatever a variable held in between.
    const end = reachingEnd(scope, name, this.#minor);
    const isConstant = end.bindings.length === 1 && !end.open;
    const variable = isConstant
      ? []
      : bindings.filter(({ kind }) => kind === "value" || kind === "walrus" || kind === "opaque");
    return { bindings: [...new Set([...end.bindings, ...variable, ...foreign])], open: end.open };
  }

  /** A value that is not told has the type that the name is declared with. */
  #declaredOr(value: Value, bindings: readonly Binding[]): Value {
    const declared = value.kind === "unknown" ? bindings.find((binding) => binding.kind === "declaration") : undefined;
    return declared ? this.#infer.bound(declared) : value;
  }

  /** Bindings that functions make in this scope with `global` or `nonlocal`. */
  #givenTo(scope: Scope): readonly Binding[] {
    return this.#allHandedOut(scope.tree).filter((binding) => {
      const keyword = binding.where.scope.outer.get(binding.name);
      if (keyword === "global") return scope.kind === "module";
      return scope.kind === "function" && isInside(binding.where.scope, scope);
    });
  }

  #allHandedOut(tree: SyntaxTree): readonly Binding[] {
    const known = handedOut.get(tree);
    if (known) return known;
    handedOut.set(tree, []);
    const module = this.moduleScope(tree);
    const hasAny = /\b(?:global|nonlocal)\b/.test(tree.text);
    const statements = hasAny ? tree.find(["global_statement", "nonlocal_statement"]) : [];
    const scopes = new Set(statements.map((statement) => frameOf(scopeAt(module, statement.start))));
    const bindings = [...scopes].flatMap((scope) => scope.handedOut);
    handedOut.set(tree, bindings);
    return bindings;
  }

  #starred(name: string, scope: Scope): Value | undefined {
    // Modules may import all of each other.
    if (this.#starring.has(scope)) return undefined;
    this.#starring.add(scope);
    try {
      return this.#fromStars(name, scope);
    } finally {
      this.#starring.delete(scope);
    }
  }

  /** The last one that has the name; those of branches may come before it or not. */
  #fromStars(name: string, scope: Scope): Value | undefined {
    const found: Value[] = [];
    for (const star of [...scope.stars].reverse()) {
      const value = this.#fromStar(star, name, scope);
      if (value) found.push(value);
      if (value && !star.statement.parent.owner) break;
    }
    return found.length > 0 ? union(found) : undefined;
  }

  #fromStar({ module, level }: Scope["stars"][number], name: string, scope: Scope): Value | undefined {
    if (this.#source.lacks?.(module, level, scope.tree, name)) return undefined;
    const owner = this.module(module, level, scope.tree);
    const all = owner.kind === "module" && owner.scope ? exportedNames(owner.scope) : undefined;
    if (all ? !all.has(name) : name.startsWith("_")) return undefined;
    const member = owner.kind === "module" ? this.#ownMember(owner, name) : undefined;
    if (member) return member;
    // What is not among the names of a module that is read, or is Python's own, does not come from it.
    if (module === "asyncio" || (owner.kind === "module" && owner.scope) || builtinNames.has(name)) return undefined;
    const from = code(`${".".repeat(level)}${module}`);
    return unknown(prose`${code(name)} may come from ${from}, all of which is imported`);
  }

  /** What the tables know of a name of the standard library, in the library's own code. */
  #canonical(name: string, scope: Scope): Value | undefined {
    const module = this.#source.library?.(scope.tree);
    if (module === undefined) return undefined;
    if (module === "builtins") return builtinNames.has(name) ? this.#builtin(name) : undefined;
    const full = knownName(`${module}.${name}`);
    const known = fact(full);
    return typingForm(full) ?? (known && { kind: "fact", name: full, fact: known });
  }

  /** A definition of the standard library by its full name, found without the tables. */
  standard(fullName: string): Value | undefined {
    const importer = this.#last;
    const parts = fullName.split(".");
    const module = parts.slice(0, -1).join(".");
    const tree = importer && this.#source.module(module, 0, importer);
    const binding = tree && this.#exported(tree, parts.at(-1) ?? "");
    return binding && this.#infer.bound(binding);
  }

  #exported(tree: SyntaxTree, name: string): Binding | undefined {
    const { exports } = this.#infer.memory(tree);
    if (!exports.has(name)) exports.set(name, this.#definition(tree, name, 0));
    return exports.get(name);
  }

  /** The function or class that a module binds to a name, however often it is handed on. */
  #definition(tree: SyntaxTree, name: string, depth: number): Binding | undefined {
    if (depth > 8) return undefined;
    const scope = this.moduleScope(tree);
    const binding = reachingEnd(scope, name, this.#minor).bindings.at(-1) ?? scope.bindings.get(name)?.at(-1);
    if (binding?.kind === "function" || binding?.kind === "class") return binding;
    if (binding?.kind === "from-import") {
      const next = this.#source.module(binding.module, binding.level, tree);
      return next && this.#definition(next, binding.original, depth + 1);
    }
    for (const { module, level } of binding ? [] : scope.stars) {
      const next = this.#source.lacks?.(module, level, tree, name)
        ? undefined
        : this.#source.module(module, level, tree);
      const found = next && this.#definition(next, name, depth + 1);
      if (found) return found;
    }
    return undefined;
  }

  /** The module that an import in `importer` means. */
  module(name: string, level: number, importer: SyntaxTree): Value {
    const tree = this.#source.module(name, level, importer);
    return { kind: "module", name, level, importer, ...(tree && { scope: this.moduleScope(tree) }) };
  }

  /** What `from … import …` binds. */
  imported(binding: Extract<Binding, { kind: "from-import" }>): Value {
    const { module, level, original, where } = binding;
    const owner = this.module(module, level, where.scope.tree);
    // `from . import name` in a package's own file means its module of that name: nothing is bound to the name yet.
    if (owner.kind === "module" && owner.scope?.tree === where.scope.tree) {
      const inner = this.module(module === "" ? original : `${module}.${original}`, level, where.scope.tree);
      if (inner.kind === "module" && inner.scope) return inner;
    }
    return owner.kind === "module" ? this.member(owner, original) : owner;
  }

  /** `owner.name`, for a module. */
  member(owner: ModuleValue, name: string): Value {
    const member = this.#ownMember(owner, name);
    if (member) return member;
    const inner = owner.name === "" ? name : `${owner.name}.${name}`;
    const module = this.module(inner, owner.level, owner.importer);
    if (module.kind === "module" && module.scope) return module;
    const from = code(`${".".repeat(owner.level)}${owner.name}`);
    return unknown(
      prose`${code(name)} comes from ${from}, ${this.#absence(owner)}`,
      owner.level === 0 ? knownName(inner) : undefined,
    );
  }

  /** Why a module does not say what a name of it is. */
  #absence({ name, level, importer, scope }: ModuleValue): string {
    if (scope) return "whose code does not show it";
    const why = this.#source.absence?.(name, level, importer);
    return why === undefined ? "another file" : absences[why];
  }

  /** A name that the tables or the module's own code know. */
  #ownMember(owner: ModuleValue, name: string): Value | undefined {
    const known = owner.level === 0 ? this.#knownMember(owner, name) : undefined;
    if (known || !owner.scope) return known;
    const isThere = owner.scope.bindings.has(name) || this.#starred(name, owner.scope) !== undefined;
    const where = { scope: owner.scope, statement: undefined };
    return isThere ? this.lookUp(name, Number.POSITIVE_INFINITY, where) : undefined;
  }

  #knownMember(owner: ModuleValue, name: string): Value | undefined {
    const full = knownName(`${owner.name}.${name}`);
    const form = typingForm(full);
    if (form) return form;
    const known = fact(full);
    if (known) return { kind: "fact", name: full, fact: known };
    return isKnownModule(full) ? this.module(full, 0, owner.importer) : undefined;
  }
}

/** Whether a statement is one of a scope's own code, however deep in blocks. */
export function belongsTo(statement: Statement, scope: Scope): boolean {
  let block = statement.parent;
  while (block.owner) block = block.owner.parent;
  const { node } = scope;
  if (!("kind" in node)) return block === node;
  return (node.kind === "function" || node.kind === "class") && block === node.body;
}

function isInside(scope: Scope, around: Scope): boolean {
  return scope.parent !== undefined && (scope.parent === around || isInside(scope.parent, around));
}

const exported = new WeakMap<Scope, ReadonlySet<string> | "untold">();

/** The names that `__all__` lists, where it is written as one list. */
function exportedNames(scope: Scope): ReadonlySet<string> | undefined {
  const known = exported.get(scope) ?? listedNames(scope) ?? "untold";
  exported.set(scope, known);
  return known === "untold" ? undefined : known;
}

function listedNames(scope: Scope): ReadonlySet<string> | undefined {
  const bindings = scope.bindings.get("__all__") ?? [];
  const [only] = bindings;
  if (bindings.length !== 1 || only?.kind !== "value" || only.value.kind !== "display") return undefined;
  if (/__all__\s*\.|__all__\s*\[/.test(scope.tree.text)) return undefined;
  const names = only.value.elements.map((each) => (each.kind === "literal" ? each.text : undefined));
  return names.some((name) => name === undefined) ? undefined : new Set(names as string[]);
}
