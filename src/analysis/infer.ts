// What expressions stand for: names through scopes and flow, attributes, calls. Holds what it has found out for as long as
// its trees live.
import {
  type Argument,
  type Attribute,
  type ClassDef,
  type Comprehension,
  contains,
  type Display,
  type Expression,
  type FunctionDef,
  type Lambda,
  type Parameter,
  type Statement,
} from "./ast";
import { applyEffect, awaited, callValue, elementOf } from "./calls";
import { bindToClass, classMember, objectAttribute } from "./classes";
import { additions } from "./filling";
import { type Reach, reachingBefore, reachingEnd } from "./flow";
import { fact, isKnownModule, knownName, memberFact } from "./knowledge";
import type { DefinitionSource } from "./modules";
import { code, prose } from "./prose";
import { type Binding, frameOf, innerScope, moduleScope, type Scope, scopeAt, type Where } from "./scope";
import type { SyntaxTree } from "./syntax";
import { typeOf } from "./types";
import {
  force,
  type Inference,
  type ModuleValue,
  none,
  plainValue,
  present,
  union,
  unknown,
  type Value,
} from "./values";

/** Steps that one question may take before it is given up. */
const budget = 2_000;
const deepest = 60;

/** Python's own names that matter here, and every other capitalised or common one: see `callBuiltin`. */
const builtins = new Set(
  (
    "abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod enumerate " +
    "eval filter float format frozenset getattr globals hasattr hash hex id input int isinstance issubclass iter len list " +
    "locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice " +
    "sorted staticmethod str sum super tuple type vars zip BaseException BaseExceptionGroup Exception ExceptionGroup " +
    "ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError ChildProcessError " +
    "ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError FileExistsError " +
    "FileNotFoundError GeneratorExit ImportError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt " +
    "LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError " +
    "PermissionError ProcessLookupError RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration " +
    "SyntaxError SystemError SystemExit TimeoutError TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError " +
    "ValueError Warning DeprecationWarning RuntimeWarning ResourceWarning UserWarning ZeroDivisionError"
  ).split(" "),
);

export class FileInference implements Inference {
  readonly #source: DefinitionSource;
  readonly #modules = new Map<SyntaxTree, Scope>();
  readonly #memo = new Map<Expression, Value>();
  readonly #definitions = new Map<FunctionDef | ClassDef, Value>();
  readonly #active = new Set<object>();
  /** What a decorator is called with, which no expression of the code says. */
  readonly #standIns = new WeakMap<Expression, Value>();
  readonly #handedOut = new Map<SyntaxTree, readonly Binding[]>();
  #args: ReadonlyMap<Parameter, Value>[] = [];
  #steps = 0;
  #depth = 0;
  #cuts = 0;

  constructor(source: DefinitionSource) {
    this.#source = source;
  }

  /** Starts a question: gives it a budget of its own. */
  begin(): void {
    this.#steps = 0;
  }

  moduleScope(tree: SyntaxTree): Scope {
    const known = this.#modules.get(tree);
    if (known) return known;
    const scope = moduleScope(tree);
    this.#modules.set(tree, scope);
    return scope;
  }

  scopeOf(node: FunctionDef | ClassDef | Lambda, where: Where): Scope {
    const scope = innerScope(where.scope, node);
    if (scope) return scope;
    // A definition inside a comprehension or seen from elsewhere: found by its place.
    return scopeAt(this.moduleScope(where.scope.tree), "bodySpan" in node ? node.bodySpan.start : node.body.start);
  }

  within<T>(args: ReadonlyMap<Parameter, Value>, work: () => T): T {
    this.#args.push(args);
    try {
      return work();
    } finally {
      this.#args.pop();
    }
  }

  valueOf(node: Expression, where: Where): Value {
    const isShared = this.#args.every((args) => args.size === 0);
    const known = isShared ? this.#memo.get(node) : undefined;
    if (known) return known;
    const cut = this.#cuts;
    const value = this.#guarded(node, () => this.#evaluate(node, where));
    // What was cut short on the way may be found when asked for directly.
    if (isShared && this.#cuts === cut) this.#memo.set(node, value);
    return value;
  }

  /** Circles, endless recursion and too long a search end as unknown. */
  #guarded(key: object, work: () => Value): Value {
    this.#steps += 1;
    const isCircle = this.#active.has(key);
    if (isCircle || this.#steps > budget || this.#depth > deepest) {
      this.#cuts += 1;
      return unknown(isCircle ? prose`it depends on itself` : prose`it takes too many steps to find out`);
    }
    this.#active.add(key);
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
      this.#active.delete(key);
    }
  }

  #evaluate(node: Expression, where: Where): Value {
    switch (node.kind) {
      case "name":
        return this.#name(node.id, node.start, where);
      case "attribute":
        return this.#attributeOf(node, where);
      case "call":
        return this.call(this.valueOf(node.callee, where), node.args, node, where);
      case "await":
        return node.operand ? awaited(this.valueOf(node.operand, where)) : unknown(prose`the code is not complete`);
      case "subscript":
        return this.#subscript(node.object, node.index, where);
      case "literal":
        return node.type === "None" ? none : plainValue(node.type === "template" ? "Template" : node.type);
      case "display":
        return this.#display(node, where);
      case "comprehension":
        return this.#comprehension(node, where);
      case "lambda":
        return { kind: "lambda", node, where };
      case "conditional":
        return union([this.valueOf(node.whenTrue, where), this.valueOf(node.whenFalse, where)]);
      case "boolean": {
        const left = this.valueOf(node.left, where);
        // What `or` passes over is false: None is, an awaitable is not.
        return union([node.operator === "or" ? present(left) : left, this.valueOf(node.right, where)]);
      }
      case "operation":
        return operationValue(node.operator, node.operands, (operand) => this.valueOf(operand, where));
      case "walrus":
        return this.valueOf(node.value, where);
      case "yield":
        return unknown(prose`what is sent into a generator cannot be told`);
      case "starred":
        return unknown(prose`a starred value is not followed`);
      case "other":
        return this.#standIns.get(node) ?? unknown(prose`the code does not parse`);
    }
  }

  // ---- names

  #name(name: string, offset: number, where: Where): Value {
    if (name === "__class__") return unknown(prose`${code(name)} is not followed`);
    let at: Where | undefined = where;
    let isInner = false;
    while (at) {
      const { scope }: Where = at;
      const skips: boolean = (scope.kind === "class" && isInner) || this.#isOutsideFirst(scope, offset);
      const found: Value | undefined = skips ? undefined : this.#inScope(name, offset, at);
      if (found) return found;
      at = this.#outwards(name, at, isInner);
      isInner ||= scope.kind !== "class" && !skips;
    }
    if (builtins.has(name)) return this.#builtin(name);
    return unknown(prose`${code(name)} is not defined in this file`);
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
    const foreign = this.#givenTo(scope).filter((binding) => binding.name === name);
    const bindings = [...(scope.bindings.get(name) ?? []), ...foreign];
    const star = scope.stars.length > 0 ? this.#starred(name, scope) : undefined;
    if (bindings.length === 0) return star;
    const reach = this.#reach(name, bindings, foreign, offset, at);
    if (reach.bindings.length === 0 && scope.kind === "class") return undefined;
    const reaching = reach.bindings.length > 0 ? reach.bindings : bindings;
    const value = union(reaching.map((binding) => this.#declaredOr(this.bound(binding), bindings)));
    const isCovered =
      !star || reaching.every((binding) => binding.span.start > (scope.stars.at(-1)?.statement.start ?? 0));
    return isCovered ? value : union([value, star]);
  }

  #reach(name: string, bindings: readonly Binding[], foreign: readonly Binding[], offset: number, at: Where): Reach {
    const { scope, statement } = at;
    if (scope.kind === "comprehension" || scope.kind === "lambda") return { bindings, open: false };
    if (statement && belongsTo(statement, scope)) {
      const reach = reachingBefore(scope, name, statement, offset);
      const parameters = reach.open ? bindings.filter((binding) => binding.kind === "parameter") : [];
      return { bindings: [...reach.bindings, ...parameters, ...foreign], open: reach.open };
    }
    if (scope.kind === "function") return { bindings, open: true };
    // Seen from a function: what stands when the module has run, and whatever a variable held in between.
    const end = reachingEnd(scope, name);
    const isConstant = end.bindings.length === 1 && !end.open;
    const variable = isConstant
      ? []
      : bindings.filter(({ kind }) => kind === "value" || kind === "walrus" || kind === "opaque");
    return { bindings: [...new Set([...end.bindings, ...variable, ...foreign])], open: end.open };
  }

  /** A value that is not told has the type that the name is declared with. */
  #declaredOr(value: Value, bindings: readonly Binding[]): Value {
    const declared = value.kind === "unknown" ? bindings.find((binding) => binding.kind === "declaration") : undefined;
    return declared ? this.bound(declared) : value;
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
    const known = this.#handedOut.get(tree);
    if (known) return known;
    this.#handedOut.set(tree, []);
    const module = this.moduleScope(tree);
    const hasAny = /\b(?:global|nonlocal)\b/.test(tree.text);
    const statements = hasAny ? tree.find(["global_statement", "nonlocal_statement"]) : [];
    const scopes = new Set(statements.map((statement) => frameOf(scopeAt(module, statement.start))));
    const bindings = [...scopes].flatMap((scope) => scope.handedOut);
    this.#handedOut.set(tree, bindings);
    return bindings;
  }

  #starred(name: string, scope: Scope): Value | undefined {
    // Modules may import all of each other.
    if (name.startsWith("_") || this.#active.has(scope)) return undefined;
    this.#active.add(scope);
    try {
      return this.#fromStars(name, scope);
    } finally {
      this.#active.delete(scope);
    }
  }

  #fromStars(name: string, scope: Scope): Value | undefined {
    for (const { module, level } of [...scope.stars].reverse()) {
      const owner = this.module(module, level, scope.tree);
      const member = owner.kind === "module" ? this.#ownMember(owner, name) : undefined;
      if (member) return member;
      // What is not among the names of a module that is read, or is Python's own, does not come from it.
      if (module === "asyncio" || (owner.kind === "module" && owner.scope) || builtins.has(name)) continue;
      const from = code(`${".".repeat(level)}${module}`);
      return unknown(prose`${code(name)} may come from ${from}, all of which is imported`);
    }
    return undefined;
  }

  bound(binding: Binding): Value {
    return this.#guarded(binding, () => this.#bindingValue(binding));
  }

  #bindingValue(binding: Binding): Value {
    const { where } = binding;
    switch (binding.kind) {
      case "value": {
        const value = this.#filled(binding, this.#unpacked(this.valueOf(binding.value, where), binding.path));
        return value.kind === "unknown" && binding.annotation ? this.typeOf(binding.annotation, where) : value;
      }
      case "walrus":
        return this.valueOf(binding.value, where);
      case "declaration":
        return this.typeOf(binding.annotation, where);
      case "item":
        return this.#unpacked(this.#item(this.valueOf(binding.iterable, where), binding.isAsync, where), binding.path);
      case "context":
        return this.#unpacked(this.#entered(this.valueOf(binding.value, where), binding.isAsync, where), binding.path);
      case "parameter":
        return this.#parameter(binding);
      case "function":
      case "class":
        return this.definition(binding.definition, where);
      case "import":
        return this.module(binding.module, 0, where.scope.tree);
      case "from-import":
        return this.#imported(binding);
      case "deleted":
        return unknown(prose`${code(binding.name)} is deleted`);
      case "opaque":
        return unknown(prose`${code(binding.name)} is bound by ${binding.by}`);
    }
  }

  #unpacked(value: Value, path: readonly (number | "*")[]): Value {
    const [step, ...rest] = path;
    if (step === undefined) return value;
    if (value.kind === "sequence") {
      const item = typeof step === "number" ? value.items?.at(step) : undefined;
      return this.#unpacked(
        item
          ? force(item)
          : value.items && step !== "*"
            ? unknown(prose`there are too few values`)
            : force(value.element),
        rest,
      );
    }
    if (value.kind === "union") return union(value.members.map((member) => this.#unpacked(member, path)));
    return value.kind === "unknown" ? value : unknown(prose`how it unpacks is not followed`);
  }

  /** A list that is filled after it is made holds what was put in, too. */
  #filled(binding: Extract<Binding, { kind: "value" }>, value: Value): Value {
    if (value.kind !== "sequence" || binding.path.length > 0) return value;
    const added = additions(binding.name, frameOf(binding.where.scope));
    if (added.length === 0) return value;
    const element = () =>
      union([
        force(value.element),
        ...added.map(({ node, where }) =>
          node ? this.valueOf(node, where) : unknown(prose`${code(binding.name)} is changed`),
        ),
      ]);
    return { kind: "sequence", type: value.type, exact: value.exact, element };
  }

  #item(value: Value, isAsync: boolean, where: Where): Value {
    if (!isAsync) return elementOf(value);
    const iterator = this.#special(value, "__aiter__", where);
    return awaited(this.#special(iterator, "__anext__", where));
  }

  #entered(value: Value, isAsync: boolean, where: Where): Value {
    if (isAsync) return awaited(this.#special(value, "__aenter__", where));
    return this.#special(value, "__enter__", where);
  }

  #special(value: Value, name: string, where: Where): Value {
    const at: Expression = { kind: "other", start: 0, end: 0, children: [] };
    return this.call(this.attribute(value, name, where), [], at, where);
  }

  #parameter(binding: Extract<Binding, { kind: "parameter" }>): Value {
    const { parameter, where, position } = binding;
    const given = this.#args.findLast((args) => args.has(parameter))?.get(parameter);
    if (given) return given;
    const receiver = position === 0 ? this.#receiver(where.scope) : undefined;
    if (receiver && !parameter.annotation) return receiver;
    if (!parameter.annotation) return unknown(prose`${code(parameter.name)} comes from an untyped parameter`);
    const outside = where.scope.parent ? { scope: where.scope.parent, statement: undefined } : where;
    const type = this.typeOf(parameter.annotation, outside);
    if (parameter.star === "*") return { kind: "sequence", type: "tuple", exact: true, element: () => type };
    if (parameter.star === "**") return plainValue("dict");
    return type.kind === "unknown" ? unknown(prose`${code(parameter.name)} is a parameter, and ${type.why}`) : type;
  }

  /** What the first parameter of a method is: an instance, or the class for a class method. */
  #receiver(scope: Scope): Value | undefined {
    const { node, parent } = scope;
    if (parent?.kind !== "class" || !parent.parent || !("kind" in node) || node.kind !== "function") return undefined;
    const definition = parent.node as ClassDef;
    const of = { kind: "class", definition, where: { scope: parent.parent, statement: definition } } as const;
    const effects = node.decorators.map((decorator) => this.valueOf(decorator, { scope: parent, statement: node }));
    const has = (effect: string) =>
      effects.some((value) => value.kind === "fact" && value.fact.is === "decorator" && value.fact.effect === effect);
    if (has("static method")) return undefined;
    return has("class method") || node.name === "__new__" ? of : { kind: "object", of, exact: false };
  }

  // ---- definitions

  definition(definition: FunctionDef | ClassDef, where: Where): Value {
    const known = this.#definitions.get(definition);
    if (known) return known;
    const cut = this.#cuts;
    const value = this.#guarded(definition, () => this.#decorated(definition, where));
    if (this.#cuts === cut) this.#definitions.set(definition, value);
    return value;
  }

  #decorated(definition: FunctionDef | ClassDef, where: Where): Value {
    const bare: Value =
      definition.kind === "class"
        ? { kind: "class", definition, where }
        : { kind: "function", definition, where, effects: implicitEffects(definition, where) };
    return definition.decorators.reduceRight<Value>(
      (value, decorator) => this.#apply(decorator, value, definition, where),
      bare,
    );
  }

  #apply(decorator: Expression, value: Value, definition: FunctionDef | ClassDef, where: Where): Value {
    const by = this.valueOf(decorator, { scope: where.scope, statement: definition });
    const name = code(where.scope.tree.slice(decorator));
    if (by.kind === "fact" && by.fact.is === "decorator") return applyEffect(by.fact.effect, value);
    if (by.kind === "unknown") return this.#foreign(by, name, value, definition);
    const argument: Expression = { kind: "other", start: decorator.start, end: decorator.end, children: [] };
    this.#standIns.set(argument, value);
    const result = this.call(by, [{ value: argument }], decorator, where);
    const why = prose`${code(definition.name)} is decorated with ${name}`;
    return result.kind === "unknown" ? unknown(prose`${why}, and ${result.why}`) : result;
  }

  #foreign(
    by: Extract<Value, { kind: "unknown" }>,
    name: ReturnType<typeof code>,
    value: Value,
    definition: FunctionDef | ClassDef,
  ): Value {
    // pytest's marks give the function itself.
    if (by.name?.startsWith("pytest.mark.")) return value;
    return unknown(prose`${code(definition.name)} is decorated with ${name}, and ${by.why}`);
  }

  // ---- attributes

  #attributeOf(node: Attribute, where: Where): Value {
    const assigned = this.#assignedHere(node, where);
    if (assigned && !assigned.open) return union(assigned.bindings.map((binding) => this.bound(binding)));
    const object = this.valueOf(node.object, where);
    if (object.kind === "module" && isPatched(node, where.scope))
      return unknown(prose`this file replaces ${code(where.scope.tree.slice(node))}`);
    return this.attribute(present(object), node.name, where);
  }

  /** `self.x` right after `self.x = …` in the same function is what was assigned. */
  #assignedHere(node: Attribute, where: Where): Reach | undefined {
    const frame = frameOf(where.scope);
    const key = node.object.kind === "name" ? `${node.object.id}.${node.name}` : "";
    const bindings = frame.bindings.get(key);
    if (!bindings || !where.statement || !belongsTo(where.statement, frame)) return undefined;
    // Another object by the same name has attributes of its own.
    if (node.object.kind === "name" && (frame.bindings.get(node.object.id)?.length ?? 0) > 1) return undefined;

    const reach = reachingBefore(frame, key, where.statement, node.start);
    return reach.bindings.length > 0 ? reach : undefined;
  }

  attribute(object: Value, name: string, where: Where): Value {
    switch (object.kind) {
      case "module":
        return this.#moduleMember(object, name);
      case "object":
        return this.#property(objectAttribute(object, name, this), where);
      case "class": {
        const found = classMember(object, name, this);
        if (found && "owner" in found) return bindToClass(found.value, object);
        return found ?? unknown(prose`${code(object.definition.name)} has no ${code(name)} that its code shows`);
      }
      case "super": {
        const found = classMember(object.of, name, this, object.of.definition);
        if (found && "owner" in found)
          return found.value.kind === "function" ? { ...found.value, receiver: object.receiver } : found.value;
        return found ?? unknown(prose`no base shows ${code(name)}`);
      }
      case "instance":
        return this.#factMember(object.name, name, object);
      case "fact":
        return this.#factMember(object.name, name, object.fact.is === "class" ? undefined : object);
      case "function":
        // `@name.setter` gives the property again.
        if (object.effects.includes("property") && /^(setter|getter|deleter)$/.test(name))
          return { kind: "callable", result: () => object };
        return unknown(prose`attributes of the function ${code(object.definition.name)} are not followed`);
      case "coroutine":
      case "plain":
      case "sequence":
        return unknown(
          prose`methods of ${code(object.kind === "coroutine" ? "coroutine" : object.type)} are not followed`,
        );
      case "union":
        return union(object.members.map((member) => this.attribute(member, name, where)));
      case "unknown":
        return unknown(object.why, object.name === undefined ? undefined : knownName(`${object.name}.${name}`));
      default:
        return unknown(prose`where ${code(name)} comes from is not followed`);
    }
  }

  #property(value: Value, where: Where): Value {
    if (value.kind === "function" && value.effects.includes("property")) {
      const at: Expression = {
        kind: "other",
        start: value.definition.start,
        end: value.definition.start,
        children: [],
      };
      return this.call({ ...value, effects: value.effects.filter((effect) => effect !== "property") }, [], at, where);
    }
    return value.kind === "union" ? union(value.members.map((member) => this.#property(member, where))) : value;
  }

  #factMember(of: string, name: string, receiver: Value | undefined): Value {
    const found = memberFact(of, name);
    if (!found) return unknown(prose`${code(`${of}.${name}`)} is not in the tables`, `${of}.${name}`);
    const value: Value = { kind: "fact", name: found.name, fact: found.fact, ...(receiver && { receiver }) };
    if (found.fact.is !== "attribute") return value;
    const type = found.fact.type;
    return this.#attributeType(type);
  }

  #attributeType(type: string): Value {
    const parts = type.split("|").map((part) => part.trim());
    return union(
      parts.map((part): Value => {
        if (part === "None") return none;
        return part.includes(".") ? { kind: "instance", name: part, exact: true } : plainValue(part);
      }),
    );
  }

  // ---- modules

  module(name: string, level: number, importer: SyntaxTree): Value {
    const tree = this.#source.module(name, level, importer);
    return { kind: "module", name, level, importer, ...(tree && { scope: this.moduleScope(tree) }) };
  }

  #imported(binding: Extract<Binding, { kind: "from-import" }>): Value {
    const { module, level, original, where } = binding;
    const owner = this.module(module, level, where.scope.tree);
    return owner.kind === "module" ? this.#moduleMember(owner, original) : owner;
  }

  #moduleMember(owner: ModuleValue, name: string): Value {
    const member = this.#ownMember(owner, name);
    if (member) return member;
    const inner = owner.name === "" ? name : `${owner.name}.${name}`;
    const module = this.module(inner, owner.level, owner.importer);
    if (module.kind === "module" && module.scope) return module;
    const from = code(`${".".repeat(owner.level)}${owner.name}`);
    return unknown(
      prose`${code(name)} comes from ${from}, another file`,
      owner.level === 0 ? knownName(inner) : undefined,
    );
  }

  /** A name that the tables or the module's own code know. */
  #ownMember(owner: ModuleValue, name: string): Value | undefined {
    const known = owner.level === 0 ? this.#knownMember(owner, name) : undefined;
    if (known || !owner.scope) return known;
    const isThere = owner.scope.bindings.has(name) || this.#starred(name, owner.scope) !== undefined;
    const where = { scope: owner.scope, statement: undefined };
    return isThere ? this.#name(name, Number.POSITIVE_INFINITY, where) : undefined;
  }

  #knownMember(owner: ModuleValue, name: string): Value | undefined {
    const full = knownName(`${owner.name}.${name}`);
    const known = fact(full);
    if (known) return { kind: "fact", name: full, fact: known };
    return isKnownModule(full) ? this.module(full, 0, owner.importer) : undefined;
  }

  // ---- the rest

  call(callee: Value, args: readonly Argument[], at: Expression, where: Where): Value {
    return callValue(callee, args, at, where, this);
  }

  typeOf(annotation: Expression, where: Where): Value {
    return this.#guarded({ annotation }, () => typeOf(annotation, where, this));
  }

  #subscript(node: Expression, index: readonly Expression[], where: Where): Value {
    const object = this.valueOf(node, where);
    if (object.kind === "class" || object.kind === "fact" || object.kind === "builtin") return object;
    if (object.kind === "unknown") return object;
    if (object.kind !== "sequence")
      return unknown(prose`what ${code(where.scope.tree.slice(node))} holds is not followed`);
    const [only] = index;
    const text = only && index.length === 1 ? where.scope.tree.slice(only) : "";
    const item = /^\d+$/.test(text) ? object.items?.[Number(text)] : undefined;
    if (only?.kind === "other") return object.items ? { ...object, items: [] } : object;
    return item ? force(item) : force(object.element);
  }

  #display(node: Display, where: Where): Value {
    const items = node.elements.map((element) => () => this.valueOf(element, where));
    if (node.type === "dict") return { kind: "sequence", type: "dict", exact: true, element: dictKey };
    const isFixed = node.type === "tuple" && !node.elements.some((element) => element.kind === "starred");
    return {
      kind: "sequence",
      type: node.type,
      exact: true,
      ...(isFixed && { items }),
      element: () =>
        union(
          node.elements.map((element) =>
            element.kind === "starred" ? elementOf(this.valueOf(element.value, where)) : this.valueOf(element, where),
          ),
        ),
    };
  }

  #comprehension(node: Comprehension, where: Where): Value {
    const element = node.elements.at(-1);
    const scope = innerScope(where.scope, node);
    const isAsync = node.clauses.some((clause) => clause.isAsync);
    if (!element || !scope) return unknown(prose`the comprehension is not followed`);
    if (node.type === "generator" && isAsync)
      return {
        kind: "instance",
        name: "types.AsyncGeneratorType",
        exact: true,
        result: () => this.valueOf(element, { ...where, scope }),
      };
    const type = node.type === "generator" ? "generator" : node.type;
    if (type === "dict") return { kind: "sequence", type, exact: true, element: dictKey };
    return { kind: "sequence", type, exact: true, element: () => this.valueOf(element, { ...where, scope }) };
  }
}

function dictKey(): Value {
  return unknown(prose`keys of a dict are not followed`);
}

function operationValue(operator: string, operands: readonly Expression[], value: (node: Expression) => Value): Value {
  if (operator === "not" || operator === "in" || operator === "is" || operator === "not in" || operator === "is not")
    return plainValue("bool");
  const [left, right] = operands;
  const both = left && right ? [value(left), value(right)] : [];
  const isPlain = both.length === 2 && both.every((each) => each.kind === "plain" && each.exact);
  const [first] = both;
  if (isPlain && first?.kind === "plain") return plainValue(/^[<>=!]/.test(operator) ? "bool" : first.type);
  return unknown(prose`what an operator gives is not followed`);
}

/** Special methods that are class methods or static methods without saying so. */
function implicitEffects(definition: FunctionDef, where: Where): ("static method" | "class method")[] {
  if (where.scope.kind !== "class") return [];
  if (definition.name === "__new__") return ["static method"];
  return definition.name === "__init_subclass__" || definition.name === "__class_getitem__" ? ["class method"] : [];
}

/** Whether code around here assigns to this attribute of a module. */
function isPatched(node: Attribute, scope: Scope | undefined): boolean {
  const key = node.object.kind === "name" ? `${node.object.id}.${node.name}` : undefined;
  return key !== undefined && scope !== undefined && (scope.bindings.has(key) || isPatched(node, scope.parent));
}

function belongsTo(statement: Statement, scope: Scope): boolean {
  let block = statement.parent;
  while (block.owner) block = block.owner.parent;
  const { node } = scope;
  if (!("kind" in node)) return block === node;
  return (node.kind === "function" || node.kind === "class") && block === node.body;
}

function isInside(scope: Scope, around: Scope): boolean {
  return scope.parent !== undefined && (scope.parent === around || isInside(scope.parent, around));
}
