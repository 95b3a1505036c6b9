// What expressions stand for: names through scopes and flow, attributes, calls. Holds what it has found out for as long as
// its trees live.
import type { Argument, Attribute, ClassDef, Expression, FunctionDef, Lambda, Parameter } from "./ast";
import { awaited, elementOf } from "./callSite";
import { callValue } from "./calls";
import { comprehensionValue, displayValue, operationValue, subscriptValue } from "./displays";
import { valueElsewhere } from "./elsewhere";
import { additions } from "./filling";
import { type Reach, reachingBefore } from "./flow";
import { fact, knownName } from "./knowledge";
import { applyEffect } from "./knownCalls";
import { memberOf } from "./members";
import type { DefinitionSource } from "./modules";
import { belongsTo, Names } from "./names";
import { code, prose } from "./prose";
import { type Binding, frameOf, innerScope, type Scope, scopeAt, type Where } from "./scope";
import type { SyntaxTree } from "./syntax";
import { typeOf } from "./types";
import {
  force,
  type Inference,
  type Memory,
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

export class FileInference implements Inference {
  readonly minor: number | undefined;
  readonly #names: Names;
  readonly #source: DefinitionSource;
  /** Those of the question that is asked now: their stamps hold until it is answered. */
  readonly #memories = new Map<SyntaxTree, Memory>();
  readonly #kept = new WeakMap<object, Memory>();
  readonly #active = new Set<object>();
  /** What a decorator is called with, which no expression of the code says. */
  readonly #standIns = new WeakMap<Expression, Value>();
  #args: ReadonlyMap<Parameter, Value>[] = [];
  #steps = 0;
  #depth = 0;
  #cuts = 0;

  constructor(source: DefinitionSource) {
    this.minor = source.minor;
    this.#source = source;
    this.#names = new Names(this, source);
  }

  /** Starts a question: gives it a budget of its own. */
  begin(): void {
    this.#steps = 0;
    this.#memories.clear();
  }

  memory(tree: SyntaxTree): Memory {
    const known = this.#memories.get(tree);
    if (known) return known;
    const stamp = this.#source.stamp?.(tree) ?? tree;
    const memory = this.#kept.get(stamp) ?? { values: new Map(), definitions: new Map(), orders: new Map() };
    this.#kept.set(stamp, memory);
    this.#memories.set(tree, memory);
    return memory;
  }

  addressOf(tree: SyntaxTree): string | undefined {
    return this.#source.address?.(tree);
  }

  moduleScope(tree: SyntaxTree): Scope {
    return this.#names.moduleScope(tree);
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
    const memory = isShared ? this.memory(where.scope.tree).values : undefined;
    const known = memory?.get(node);
    if (known) return known;
    const cut = this.#cuts;
    const value = this.#guarded(node, () => this.#evaluate(node, where));
    // What was cut short on the way may be found when asked for directly.
    if (this.#cuts === cut) memory?.set(node, value);
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
        return this.#names.lookUp(node.id, node.start, where);
      case "attribute":
        return this.#orElsewhere(this.#attributeOf(node, where), node.end - node.name.length, where);
      case "call":
        return this.call(this.valueOf(node.callee, where), node.args, node, where);
      case "await":
        return node.operand ? awaited(this.valueOf(node.operand, where)) : unknown(prose`the code is not complete`);
      case "subscript":
        return subscriptValue(node.object, node.index, where, this);
      case "literal":
        return node.type === "None" ? none : plainValue(node.type === "template" ? "Template" : node.type);
      case "display":
        return displayValue(node, where, this);
      case "comprehension":
        return comprehensionValue(node, where, this);
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
        return this.#orElsewhere(this.#names.imported(binding), binding.span.start, where);
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

  /** A value that is not told here may be told where another source says that the name at `offset` is defined. */
  #orElsewhere(value: Value, offset: number, where: Where): Value {
    if (value.kind !== "unknown") return value;
    const places = this.#source.definition?.(where.scope.tree, offset);
    const found = places && valueElsewhere(places, this);
    return found && found.kind !== "unknown" ? found : value;
  }

  // ---- definitions

  definition(definition: FunctionDef | ClassDef, where: Where): Value {
    const memory = this.memory(where.scope.tree).definitions;
    const known = memory.get(definition);
    if (known) return known;
    const cut = this.#cuts;
    const value = this.#guarded(definition, () => this.#decorated(definition, where));
    if (this.#cuts === cut) memory.set(definition, value);
    return value;
  }

  /** What the tables say of a definition in a stub of the standard library. */
  #known(definition: FunctionDef | ClassDef, { scope }: Where): Value | undefined {
    const module = scope.kind === "module" ? this.#source.library?.(scope.tree) : undefined;
    const name = module === undefined ? undefined : knownName(`${module}.${definition.name}`);
    const known = name === undefined ? undefined : fact(name);
    return name !== undefined && known ? { kind: "fact", name, fact: known } : undefined;
  }

  #decorated(definition: FunctionDef | ClassDef, where: Where): Value {
    const known = this.#known(definition, where);
    if (known) return known;
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

  // ---- what others do

  attribute(object: Value, name: string, where: Where): Value {
    return memberOf(object, name, where, this);
  }

  module(name: string, level: number, importer: SyntaxTree): Value {
    return this.#names.module(name, level, importer);
  }

  moduleMember(owner: ModuleValue, name: string): Value {
    return this.#names.member(owner, name);
  }

  call(callee: Value, args: readonly Argument[], at: Expression, where: Where): Value {
    return callValue(callee, args, at, where, this);
  }

  typeOf(annotation: Expression, where: Where): Value {
    return this.#guarded({ annotation }, () => typeOf(annotation, where, this));
  }
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
