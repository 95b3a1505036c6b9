// What running code touches beyond its own variables, as far as it can be read: two pieces of work may overlap when
// neither changes what the other one touches. What is not read is not told: see `Touch` for what stands in for it.
import {
  type Argument,
  type Block,
  type Call,
  type Expression,
  type FunctionDef,
  ownBlocks,
  ownExpressions,
  type Statement,
  subexpressions,
} from "../code/ast";
import { isAbstractBody } from "../infer/classes";
import type { FunctionValue, Inference, Value } from "../infer/values";
import { type Binding, frameOf, innerScope, type Scope, type Where } from "../scopes/scope";
import { isShareable, originOf } from "./shareable";

/**
 * `reads` looks at it, `changes` rebinds it or calls a method of it that may change it, `hands on` gives it to code
 * that is not read, which might do either.
 */
export type Grade = "reads" | "hands on" | "changes";

/** A variable, or an attribute of what it holds. `shallow`: which object it is, whatever that holds. */
export interface Touch extends Located {
  readonly grade: Grade;
  readonly shallow?: true;
}

interface Located {
  /** The variable, one text for each variable of the program. */
  readonly root: string;
  readonly path: readonly string[];
  /** As the code writes it, for sentences. */
  readonly text: string;
}

export interface Footprint {
  readonly touches: readonly Touch[];
  /** All of its code was read: it calls nothing but functions of the code, Python's own and asyncio's. */
  readonly contained: boolean;
  /** Too much code to read, or it depends on the task that it runs in. */
  readonly unclear: boolean;
}

/** Functions are followed so deep, and so many expressions are looked at for one footprint. */
const deepest = 4;
const widest = 1_000;

const none: ReadonlySet<string> = new Set();

/**
 * What evaluating an expression touches, with the functions of the code that it calls and those that it hands on.
 * `fresh` are variables that hold another thing each time.
 */
export function footprint(node: Expression, where: Where, infer: Inference, fresh = none): Footprint {
  const walk = new Walk(infer);
  walk.evaluate(node, where, { scope: frameOf(where.scope), given: undefined, fresh, depth: 0 });
  return walk;
}

/** What binding a target changes. */
export function changesOf(target: Expression, where: Where, infer: Inference): readonly Touch[] {
  const walk = new Walk(infer);
  walk.assign(target, where, { scope: frameOf(where.scope), given: undefined, fresh: none, depth: 0 });
  return walk.touches;
}

/** What stands between two footprints: a certain change, or the texts of what both hand on to code that is not read. */
export function conflict(a: readonly Touch[], b: readonly Touch[]): "changed" | readonly string[] {
  const shared = new Set<string>();
  const roots = new Set(b.map((touch) => touch.root));
  for (const one of a.filter((touch) => roots.has(touch.root)))
    for (const other of b) {
      if ((one.grade === "reads" && other.grade === "reads") || !areRelated(one, other)) continue;
      if (one.grade === "changes" || other.grade === "changes") return "changed";
      shared.add(one.path.length <= other.path.length ? one.text : other.text);
    }
  return [...shared];
}

function areRelated(a: Touch, b: Touch): boolean {
  const isBelow = (a.shallow && b.path.length > a.path.length) || (b.shallow && a.path.length > b.path.length);
  const length = Math.min(a.path.length, b.path.length);
  return a.root === b.root && !isBelow && a.path.slice(0, length).every((step, index) => step === b.path[index]);
}

/** A function while its code is read. `given` is where its parameters come from; undefined for the code asked about. */
interface Frame {
  readonly scope: Scope;
  readonly given: ReadonlyMap<string, Located> | undefined;
  readonly fresh: ReadonlySet<string>;
  readonly depth: number;
}

const ids = new WeakMap<Scope, number>();
let lastId = 0;

function idOf(scope: Scope): number {
  const id = ids.get(scope) ?? ++lastId;
  ids.set(scope, id);
  return id;
}

class Walk implements Footprint {
  readonly touches: Touch[] = [];
  unclear = false;
  contained = true;
  readonly #infer: Inference;
  readonly #followed = new Set<FunctionDef>();
  #steps = 0;

  constructor(infer: Inference) {
    this.#infer = infer;
  }

  evaluate(node: Expression, where: Where, frame: Frame): void {
    this.#steps += 1;
    if (this.#steps > widest) this.unclear = true;
    if (this.unclear) return;
    switch (node.kind) {
      case "call":
        this.#call(node, where, frame);
        return;
      case "name":
      case "attribute":
      case "subscript":
        this.#touch(locate(node, where.scope, frame), "reads");
        for (const part of insideOf(node)) this.evaluate(part, where, frame);
        return;
      case "lambda":
      case "comprehension": {
        const inner = innerScope(where.scope, node) ?? where.scope;
        for (const part of subexpressions(node)) this.evaluate(part, { ...where, scope: inner }, frame);
        return;
      }
      default:
        for (const part of subexpressions(node)) this.evaluate(part, where, frame);
    }
  }

  assign(target: Expression, where: Where, frame: Frame): void {
    switch (target.kind) {
      case "display":
        for (const element of target.elements) this.assign(element, where, frame);
        return;
      case "starred":
        this.assign(target.value, where, frame);
        return;
      case "name":
      case "attribute":
        this.#touch(locate(target, where.scope, frame, true), "changes");
        if (target.kind === "attribute") this.#object(target.object, where, frame);
        return;
      case "subscript":
        this.#touch(locate(target.object, where.scope, frame), "changes");
        for (const part of subexpressions(target)) this.evaluate(part, where, frame);
        return;
      default:
        this.evaluate(target, where, frame);
    }
  }

  #touch(located: Located | undefined, grade: Grade): void {
    if (located) this.touches.push({ ...located, grade });
  }

  // ---- calls

  #call(node: Call, where: Where, frame: Frame): void {
    const { callee, args } = node;
    const values = membersOf(this.#infer.valueOf(callee, where));
    const isLibrary = callee.kind === "attribute" && isShareable(callee.object, where, this.#infer);
    const functions = isLibrary ? [] : values.filter((value) => value.kind === "function" && isRead(value));
    this.#object(callee.kind === "attribute" ? callee.object : callee, where, frame);
    for (const { value } of args) this.evaluate(value, where, frame);
    if (values.some(dependsOnTask)) this.unclear = true;
    if (functions.length === values.length) {
      for (const value of functions)
        if (value.kind === "function") this.#follow(value, this.#given(value, node, where, frame), frame.depth);
      return;
    }
    if (!values.every(isWellKnown)) this.contained = false;
    if (callee.kind === "attribute") this.#receiver(callee.object, callee.name, where, frame);
    this.#handOn(args, values, where, frame);
  }

  /** Something that an attribute is taken from: which object it is counts, not what it holds. */
  #object(object: Expression, where: Where, frame: Frame): void {
    const located = locate(object, where.scope, frame);
    if (!located) this.evaluate(object, where, frame);
    else {
      this.touches.push({ ...located, grade: "reads", shallow: true });
      for (const part of insideOf(object)) this.evaluate(part, where, frame);
    }
  }

  /** A method that is not read, called on something. */
  #receiver(object: Expression, method: string, where: Where, frame: Frame): void {
    const located = locate(object, where.scope, frame);
    const value = this.#infer.valueOf(object, where);
    const origin = value.kind === "unknown" ? originOf(object, where.scope, this.#infer) : undefined;
    if ((isContextVariable(value) || origin === contextVariable) && method !== "get") this.unclear = true;
    if (!this.#isFree(object, where))
      this.#touch(located, isContainer(value) && looks.has(method) ? "reads" : "changes");
  }

  #handOn(args: readonly Argument[], callees: readonly Value[], where: Where, frame: Frame): void {
    const isPure = callees.every((value) => value.kind === "builtin" && !takesCode.has(value.name));
    for (const argument of args) {
      const node = argument.value.kind === "starred" ? argument.value.value : argument.value;
      const value = this.#infer.valueOf(node, where);
      for (const member of membersOf(value))
        if (member.kind === "function" && isRead(member)) this.#follow(member, new Map(), frame.depth);
      if (!isPure && !this.#isFree(node, where)) this.#touch(locate(node, where.scope, frame), "hands on");
    }
  }

  /** Where the parameters of a function come from in this call. What is annotated as unchangeable needs no tracking. */
  #given(value: FunctionValue, node: Call, where: Where, frame: Frame): Map<string, Located> {
    const given = new Map<string, Located>();
    const { parameters } = value.definition;
    const offset = value.receiver && !value.effects.includes("static method") ? 1 : 0;
    const self = offset === 1 && node.callee.kind === "attribute" ? node.callee.object : undefined;
    const put = (parameter: (typeof parameters)[number] | undefined, from: Expression) => {
      const located = parameter && locate(from, where.scope, frame);
      if (!located || this.#isFree(from, where)) return;
      if (parameter.annotation && isInert(this.#infer.typeOf(parameter.annotation, value.where))) return;
      given.set(parameter.name, located);
    };
    if (self) put(parameters[0], self);
    node.args.forEach((argument, index) => {
      const named = parameters.find((each) => each.name === argument.name);
      put(argument.name === undefined ? parameters[index + offset] : named, argument.value);
    });
    return given;
  }

  /** Whether nothing that is done with what an expression gives is in anybody's way. */
  #isFree(node: Expression, where: Where): boolean {
    return isInert(this.#infer.valueOf(node, where)) || isShareable(node, where, this.#infer);
  }

  #follow(value: FunctionValue, given: ReadonlyMap<string, Located>, depth: number): void {
    const { definition } = value;
    if (this.#followed.has(definition)) return;
    if (depth >= deepest) {
      this.contained = false;
      return;
    }
    this.#followed.add(definition);
    const scope = this.#infer.scopeOf(definition, value.where);
    this.#block(definition.body, scope, { scope, given, fresh: none, depth: depth + 1 });
    // The same function with other arguments is read again; only a circle is cut.
    this.#followed.delete(definition);
  }

  // ---- statements

  #block(block: Block, scope: Scope, frame: Frame): void {
    for (const statement of block.statements) {
      if (this.unclear) return;
      this.#statement(statement, { scope, statement }, frame);
      for (const inner of ownBlocks(statement)) this.#block(inner, scope, frame);
    }
  }

  #statement(statement: Statement, where: Where, frame: Frame): void {
    const targets = targetsOf(statement);
    for (const target of targets) this.assign(target, where, frame);
    for (const value of ownExpressions(statement)) if (!targets.includes(value)) this.evaluate(value, where, frame);
  }
}

function targetsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "assign":
    case "delete":
      return statement.targets;
    case "augment":
    case "for":
      return [statement.target];
    case "with":
      return statement.items.flatMap(({ target }) => (target ? [target] : []));
    default:
      return [];
  }
}

/** Parts of a chain of attributes and subscripts that are evaluated and no part of its path. */
function insideOf(node: Expression): readonly Expression[] {
  if (node.kind === "attribute") return insideOf(node.object);
  if (node.kind === "subscript") return [...insideOf(node.object), ...node.index];
  return node.kind === "name" ? [] : [node];
}

// ---- where things are

/** The variable that a chain of attributes begins with. What only this run of the function holds is undefined. */
function locate(node: Expression, scope: Scope, frame: Frame, bare = false, depth = 0): Located | undefined {
  if (depth > 20) return undefined;
  switch (node.kind) {
    case "name":
      return locateName(node.id, scope, frame, bare, depth);
    case "attribute": {
      const object = locate(node.object, scope, frame, false, depth + 1);
      return object && { ...object, path: [...object.path, node.name], text: `${object.text}.${node.name}` };
    }
    case "subscript":
      return locate(node.object, scope, frame, false, depth + 1);
    case "await":
      return undefined;
    default:
      return undefined;
  }
}

/** `bare`: the variable itself, not what it was set to. */
function locateName(id: string, scope: Scope, frame: Frame, bare: boolean, depth: number): Located | undefined {
  const owner = ownerOf(id, scope);
  if (!owner || (frame.fresh.has(id) && frameOf(owner) === frame.scope)) return undefined;
  const own: Located = { root: `${idOf(owner)}:${id}`, path: [], text: id };
  if (frameOf(owner) !== frame.scope && owner.kind !== "lambda") return own;
  const bindings = owner.bindings.get(id) ?? [];
  const [only] = bindings;
  const from = !bare && bindings.length === 1 && only ? aliased(only) : undefined;
  if (from) return locate(from, only?.where.scope ?? owner, frame, false, depth + 1) ?? (frame.given ? undefined : own);
  if (!frame.given) return own;
  return only?.kind === "parameter" && bindings.length === 1 ? frame.given.get(id) : undefined;
}

/** What a variable is another name for, or an item of. */
function aliased(binding: Binding): Expression | undefined {
  switch (binding.kind) {
    case "value":
      return binding.value;
    case "item":
      return binding.iterable;
    default:
      return undefined;
  }
}

/** The scope whose variable a name is; undefined for Python's own names. */
function ownerOf(id: string, from: Scope): Scope | undefined {
  let isInner = false;
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    if (scope.outer.get(id) === "global") return moduleOf(scope);
    const isSkipped = (scope.kind === "class" && isInner) || scope.outer.has(id);
    if (!isSkipped && scope.bindings.has(id)) return scope;
    isInner ||= scope.kind !== "class";
  }
  return undefined;
}

function moduleOf(scope: Scope): Scope {
  return scope.parent ? moduleOf(scope.parent) : scope;
}

// ---- values

/** Types whose objects never change. */
const unchanging = new Set("str int float complex bool bytes None range ellipsis frozenset Template".split(" "));
/** Methods of the built-in containers that only look. */
const looks = new Set(
  "get items keys values copy index count isdisjoint issubset issuperset union difference".split(" "),
);
const containers = new Set("list dict set tuple frozenset deque defaultdict Counter OrderedDict".split(" "));
/** Built-in functions that run what they are given, or change it. */
const takesCode = new Set("map filter next setattr delattr anext iter".split(" "));

/** Whether the function's code is there: not in a stub or a protocol. */
function isRead(value: FunctionValue): boolean {
  return !isAbstractBody(value.definition.body);
}

function membersOf(value: Value): readonly Value[] {
  return value.kind === "union" ? value.members : [value];
}

/** Whether nothing that is done with a value changes what others see. */
export function isInert(value: Value): boolean {
  switch (value.kind) {
    case "plain":
      return unchanging.has(value.type);
    case "union":
      return value.members.every(isInert);
    case "module":
    case "fact":
    case "builtin":
    case "function":
    case "lambda":
    case "class":
    case "never":
      return true;
    default:
      return false;
  }
}

function isContainer(value: Value): boolean {
  if (value.kind === "sequence") return true;
  return value.kind === "plain"
    ? containers.has(value.type)
    : value.kind === "union" && value.members.every(isContainer);
}

const contextVariable = "contextvars.ContextVar";

function isContextVariable(value: Value): boolean {
  const name = value.kind === "instance" || value.kind === "unknown" ? value.name : undefined;
  return name === contextVariable;
}

/** Python's own functions and asyncio's, and methods of plain values: what they do is known. */
function isWellKnown(value: Value): boolean {
  return value.kind === "builtin" || value.kind === "fact" || value.kind === "plain" || value.kind === "class";
}

/** Code that asks for its task means another one when it is run in a task of its own. */
function dependsOnTask(value: Value): boolean {
  const name = value.kind === "fact" || value.kind === "unknown" ? value.name : undefined;
  return name === "asyncio.current_task" || name === "contextvars.copy_context";
}
