// What expressions stand for: names through scopes and flow, attributes, calls. Holds what it has found out for as long as
// its trees live.
import type { Argument, Attribute, ClassDef, Expression, FunctionDef, Lambda, Parameter } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { DefinitionSource } from "../modules";
import { code, prose } from "../prose";
import { type Reach, reachingBefore } from "../scopes/flow";
import { type Binding, frameOf, innerScope, type Scope, scopeAt, type Where } from "../scopes/scope";
import { usualMinor } from "../scopes/staticTests";
import { bindingValue } from "./bound";
import { awaited } from "./callSite";
import { callValue } from "./calls";
import { decorated } from "./decorators";
import { comprehensionValue, displayValue, operationValue, subscriptValue } from "./displays";
import { valueElsewhere } from "./elsewhere";
import { settle } from "./generics";
import { memberOf } from "./members";
import { belongsTo, Names } from "./names";
import { narrowed } from "./narrowing";
import { typeOf } from "./types";
import {
  type Environment,
  type FunctionValue,
  force,
  type Inference,
  isTold,
  type LambdaValue,
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
  isBrief = false;
  readonly #names: Names;
  readonly #source: DefinitionSource;
  /** Those of the question that is asked now: their stamps hold until it is answered. */
  readonly #memories = new Map<SyntaxTree, Memory>();
  readonly #kept = new WeakMap<object, Memory>();
  readonly #active = new Set<object>();
  /** Annotations whose types are being worked out: their names are expressions, too. */
  readonly #activeTypes = new Set<object>();
  /** What a decorator is called with, which no expression of the code says. */
  readonly #standIns = new WeakMap<Expression, Value>();
  #env: Environment | undefined;
  #steps = 0;
  #budget = budget;
  #depth = 0;
  #cuts = 0;

  constructor(source: DefinitionSource) {
    this.minor = source.minor;
    this.#source = source;
    this.#names = new Names(this, source);
  }

  /** Starts a question: gives it a budget of its own, a smaller one where many questions are asked. */
  begin(isBrief = false, steps = budget): void {
    this.isBrief = isBrief;
    this.#steps = 0;
    this.#budget = steps;
    this.#memories.clear();
  }

  memory(tree: SyntaxTree): Memory {
    const known = this.#memories.get(tree);
    if (known) return known;
    const stamp = this.#source.stamp?.(tree) ?? tree;
    const memory = this.#kept.get(stamp) ?? newMemory();
    this.#kept.set(stamp, memory);
    this.#memories.set(tree, memory);
    return memory;
  }

  behind(stub: SyntaxTree): Scope | undefined {
    const tree = this.#source.behind?.(stub);
    return tree && this.moduleScope(tree);
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

  within<T>(callee: FunctionValue | LambdaValue, args: ReadonlyMap<Parameter, Value>, work: () => T): T {
    const owner = callee.kind === "lambda" ? callee.node : callee.definition;
    return this.#inside(args.size > 0 ? { owner, args, outer: callee.env } : callee.env, work);
  }

  later<T>(work: () => T): () => T {
    const env = this.#env;
    return () => this.#inside(env, work);
  }

  #inside<T>(env: Environment | undefined, work: () => T): T {
    const before = this.#env;
    this.#env = env;
    try {
      return work();
    } finally {
      this.#env = before;
    }
  }

  /** Whether what code in a scope stands for depends on no call that is followed. */
  #isFree(scope: Scope): boolean {
    for (let env = this.#env; env; env = env.outer)
      for (let at: Scope | undefined = scope; at; at = at.parent) if (at.node === env.owner) return false;
    return true;
  }

  valueOf(node: Expression, where: Where): Value {
    const memory = this.#isFree(where.scope) ? this.memory(where.scope.tree).values : undefined;
    return this.#remembered(memory, node, () => this.#evaluate(node, where));
  }

  #remembered<K extends object>(
    memory: Map<K, Value> | undefined,
    key: K,
    work: () => Value,
    active = this.#active,
  ): Value {
    const known = memory?.get(key);
    if (known) return known;
    const cut = this.#cuts;
    const value = this.#guarded(key, work, active);
    // What was cut short on the way may be found when asked for directly.
    if (this.#cuts === cut) memory?.set(key, value);
    return value;
  }

  /** Circles, endless recursion and too long a search end as unknown. */
  #guarded(key: object, work: () => Value, active: Set<object>): Value {
    this.#steps += 1;
    const isCircle = active.has(key);
    if (isCircle || this.#steps > this.#budget || this.#depth > deepest) {
      this.#cuts += 1;
      return unknown(isCircle ? prose`it depends on itself` : prose`it takes too many steps to find out`);
    }
    active.add(key);
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
      active.delete(key);
    }
  }

  #evaluate(node: Expression, where: Where): Value {
    switch (node.kind) {
      case "name":
        return narrowed(this.#names.lookUp(node.id, node.start, where), node, where, this);
      case "attribute":
        return narrowed(
          this.#orElsewhere(this.#attributeOf(node, where), node.end - node.name.length, where),
          node,
          where,
          this,
        );
      case "call":
        return this.call(this.valueOf(node.callee, where), node.args, node, where);
      case "await":
        return node.operand
          ? awaited(this.valueOf(node.operand, where), this, where)
          : unknown(prose`the code is not complete`);
      case "subscript":
        return subscriptValue(node, where, this);
      case "literal":
        return node.type === "None" ? none : plainValue(node.type === "template" ? "Template" : node.type);
      case "display":
        return displayValue(node, where, this);
      case "comprehension":
        return comprehensionValue(node, where, this);
      case "lambda":
        return { kind: "lambda", node, where, ...(this.#env && { env: this.#env }) };
      case "conditional":
        return union([this.valueOf(node.whenTrue, where), this.valueOf(node.whenFalse, where)]);
      case "boolean": {
        const left = this.valueOf(node.left, where);
        // What `or` passes over is false: None is, an awaitable is not.
        return union([node.operator === "or" ? present(left) : left, this.valueOf(node.right, where)]);
      }
      case "operation":
        return operationValue(node, where, this);
      case "walrus":
        return this.valueOf(node.value, where);
      case "yield":
        return node.from && node.value
          ? delegated(this.valueOf(node.value, where))
          : unknown(prose`what is sent into a generator cannot be told`);
      case "starred":
        return unknown(prose`a starred value is not followed`);
      case "other":
        return this.#standIns.get(node) ?? unknown(prose`the code does not parse`);
    }
  }

  bound(binding: Binding): Value {
    // A class's decorator may name it in its own annotations: `def register(cls: type[Job]) -> type[Job]`.
    if (binding.kind === "class" && this.#active.has(binding))
      return { kind: "class", definition: binding.definition, where: binding.where };
    const known = this.#isFree(binding.where.scope) ? this.memory(binding.where.scope.tree).bindings : undefined;
    return this.#remembered(known, binding, () => bindingValue(binding, this));
  }

  given(parameter: Parameter): Value | undefined {
    for (let env = this.#env; env; env = env.outer) if (env.args.has(parameter)) return env.args.get(parameter);
    return undefined;
  }

  imported(binding: Extract<Binding, { kind: "from-import" }>): Value {
    return this.#orElsewhere(this.#names.imported(binding), binding.span.start, binding.where);
  }

  /** A value that is not told here, or not all of it, may be where another source says that the name is defined. */
  #orElsewhere(value: Value, offset: number, where: Where): Value {
    if (isTold(value)) return value;
    const places = this.#source.definition?.(where.scope.tree, offset);
    const found = places && valueElsewhere(places, this.#source, this);
    return found && isTold(found) ? found : value;
  }

  // ---- definitions

  definition(definition: FunctionDef | ClassDef, where: Where): Value {
    const isFree = this.#isFree(where.scope);
    const memory = isFree ? this.memory(where.scope.tree).definitions : undefined;
    const env = isFree ? undefined : this.#env;
    return this.#remembered(memory, definition, () => decorated(definition, where, env, this));
  }

  standIn(value: Value): Expression {
    const expression: Expression = { kind: "other", start: 0, end: 0, children: [] };
    this.#standIns.set(expression, value);
    return expression;
  }

  // ---- attributes

  #attributeOf(node: Attribute, where: Where): Value {
    const assigned = this.#assignedHere(node, where);
    if (assigned && !assigned.open) return union(assigned.bindings.map((binding) => this.bound(binding)));
    const object = this.valueOf(node.object, where);
    if (object.kind === "module" && isPatched(node, where.scope))
      return unknown(prose`this file replaces ${code(where.scope.tree.slice(node))}`);
    return this.attribute(object, node.name, where);
  }

  /** `self.x` right after `self.x = …` in the same function is what was assigned. */
  #assignedHere(node: Attribute, where: Where): Reach | undefined {
    const frame = frameOf(where.scope);
    const key = node.object.kind === "name" ? `${node.object.id}.${node.name}` : "";
    const bindings = frame.bindings.get(key);
    if (!bindings || !where.statement || !belongsTo(where.statement, frame)) return undefined;
    // Another object by the same name has attributes of its own.
    if (node.object.kind === "name" && (frame.bindings.get(node.object.id)?.length ?? 0) > 1) return undefined;

    const reach = reachingBefore(frame, key, where.statement, node.start, this.minor ?? usualMinor);
    return reach.bindings.length > 0 ? reach : undefined;
  }

  // ---- what others do

  attribute(object: Value, name: string, where: Where): Value {
    return memberOf(present(object), name, where, this);
  }

  module(name: string, level: number, importer: SyntaxTree): Value {
    return this.#names.module(name, level, importer);
  }

  moduleMember(owner: ModuleValue, name: string): Value {
    return this.#names.member(owner, name);
  }

  call(callee: Value, args: readonly Argument[], at: Expression, where: Where): Value {
    // Not each call is an expression's: what protocols ask of methods may come round to the same protocol without end.
    return this.#guarded({}, () => callValue(present(callee), args, at, where, this), this.#active);
  }

  typeOf(annotation: Expression, where: Where): Value {
    return settle(this.openType(annotation, where));
  }

  openType(annotation: Expression, where: Where): Value {
    const memory = this.memory(where.scope.tree).types;
    return this.#remembered(memory, annotation, () => typeOf(annotation, where, this), this.#activeTypes);
  }

  standard(fullName: string): Value | undefined {
    return this.#names.standard(fullName);
  }

  fullName(definition: FunctionDef | ClassDef, { scope }: Where): string | undefined {
    const module = scope.kind === "module" ? this.#source.library?.(scope.tree) : undefined;
    return module === undefined ? undefined : `${module}.${definition.name}`;
  }
}

function newMemory(): Memory {
  return {
    values: new Map(),
    bindings: new Map(),
    types: new Map(),
    definitions: new Map(),
    orders: new Map(),
    exports: new Map(),
  };
}

/** What `yield from` gives: what the generator returns. */
function delegated(value: Value): Value {
  if (value.kind === "sequence" && value.result) return force(value.result);
  return unknown(prose`what the generator returns is not told`);
}

/** Whether code around here assigns to this attribute of a module. */
function isPatched(node: Attribute, scope: Scope | undefined): boolean {
  const key = node.object.kind === "name" ? `${node.object.id}.${node.name}` : undefined;
  return key !== undefined && scope !== undefined && (scope.bindings.has(key) || isPatched(node, scope.parent));
}
