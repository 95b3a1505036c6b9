// Whether an await gives other tasks a turn: always, maybe or never, where it first would, and on what that depends.
import type { Expression, FunctionDef, Span, Yield } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { instanceFact } from "../facts/knowledge";
import { implementation } from "../infer/behind";
import { classMember, isAbstractBody } from "../infer/classes";
import { entered, left, round } from "../infer/implicit";
import type {
  CoroutineValue,
  FactValue,
  FunctionValue,
  Inference,
  InstanceValue,
  Memory,
  ObjectValue,
  Value,
} from "../infer/values";
import { present } from "../infer/values";
import { code, type Prose, prose, words } from "../prose";
import type { Placed, Scope, Where } from "../scopes/scope";
import type { Suspends } from "./awaitable";
import { type Hindrance, hindrance } from "./certain";
import { awaitMethod, operandOfAwaitCall } from "./protocol";

export interface Suspension {
  readonly suspends: Suspends;
  readonly why?: Prose;
  /** As the knowledge tables say it: "a timer of the event loop". */
  readonly wokenBy?: string;
  /** The await inside that suspends first: one that surely does, where there is one. */
  readonly inner?: InnerAwait;
  /** Set where it is only so if no subclass has a method of its own: "unless a subclass has another `poll`". */
  readonly unless?: Prose;
}

/** An await inside a function or method that is awaited. */
export interface InnerAwait extends Span {
  readonly tree: SyntaxTree;
  /** The text of what is awaited. */
  readonly what: string;
  /** What is awaited; nothing for a `yield` that goes straight to the event loop. */
  readonly value?: Value;
  readonly suspension: Suspension;
  /** What may keep it from being reached. */
  readonly hindrance?: Hindrance;
  /** Nothing else in the function suspends. */
  readonly isAlone: boolean;
  /** The method around it only makes its iterator and returns that: it is not on the way any more when that runs. */
  readonly isHandedOn?: boolean;
  /** Something before it in the function may suspend as well. */
  readonly isLater?: boolean;
}

/** Coroutines are followed so far down. */
const deepest = 6;
/** So many awaits of one function are looked at. */
const widest = 40;

/** How an await of `value` suspends. `at` is where it stands, to tell a future made right there from an older one. */
export function suspensionOf(value: Value, infer: Inference, at: number | undefined, depth = 0): Suspension {
  if (depth > deepest) return cut();
  switch (value.kind) {
    case "coroutine":
      return coroutineSuspension(value, infer, depth);
    case "instance":
      return instanceSuspension(value, at);
    case "object": {
      const found = classMember(value.of, "__await__", infer);
      if (found && "owner" in found && found.value.kind === "function")
        return methodSuspension(found.value, value, infer, depth);
      return { suspends: "maybe" };
    }
    case "union":
      return together(value.members.map((member) => suspensionOf(member, infer, at, depth + 1)));
    default:
      return { suspends: "unknown" };
  }
}

function together(all: readonly Suspension[]): Suspension {
  const [first] = all;
  if (!first || all.some((each) => each.suspends !== first.suspends)) return { suspends: "maybe" };
  const { suspends, wokenBy } = first;
  return { suspends, ...(wokenBy && all.every((each) => each.wokenBy === wokenBy) && { wokenBy }) };
}

function instanceSuspension(value: InstanceValue, at: number | undefined): Suspension {
  const isFresh = value.made !== undefined && value.made.offset === at;
  const made = isFresh ? value.by?.fact : undefined;
  const own = instanceFact(value.name);
  const known = made?.suspends ? made : own;
  if (!known?.suspends) return { suspends: "maybe" };
  const isFuture = known === own && own.awaitable !== "abstract";
  const why = isFuture ? prose`not when it is done already` : known.why && words(known.why);
  const wokenBy = value.by?.fact.wokenBy ?? known.wokenBy;
  return { suspends: known.suspends, ...(why && { why }), ...(wokenBy && { wokenBy }) };
}

/** Methods that run an asynchronous generator up to its next `yield`. */
const rounds = /(?:AsyncGeneratorType\.(?:__anext__|asend)|_AsyncGeneratorContextManager\.__aenter__)$/;

/** The function of the asynchronous generator that a known method drives. */
export function drivenBy({ name, receiver }: FactValue): FunctionValue | undefined {
  const runs = receiver?.kind === "instance" && rounds.test(name) ? receiver.runs : undefined;
  return runs?.kind === "function" ? runs : undefined;
}

function coroutineSuspension(value: CoroutineValue, infer: Inference, depth: number): Suspension {
  const { of } = value;
  if (of?.kind === "fact") {
    const { suspends = "maybe", why, wokenBy } = of.fact;
    const generator = drivenBy(of);
    if (generator) return roundSuspension(functionSuspension(generator, infer, depth));
    return { suspends, ...(why && { why: words(why) }), ...(wokenBy && { wokenBy }) };
  }
  return of?.kind === "function" ? functionSuspension(of, infer, depth) : { suspends: "maybe" };
}

/** From one `yield` to the next: the await that the generator has may lie before or behind. */
function roundSuspension(whole: Suspension): Suspension {
  if (whole.suspends === "never") return whole;
  const { wokenBy, inner } = whole;
  return {
    suspends: "maybe",
    ...(wokenBy && { wokenBy }),
    ...(inner && { inner: { ...inner, hindrance: { kind: "other" } } }),
  };
}

/** Functions whose bodies are being looked at. */
const active = new Set<Scope>();
/** What was found for the question at hand, as far as it was looked. */
const found = new Map<FunctionDef, Suspension>();
/** So many functions are looked at for one question. */
const mostFunctions = 100;
/** How often something was cut short: what comes of that is not kept. */
let cuts = 0;
const kept = new WeakMap<Memory, Map<FunctionDef, Suspension>>();

function cut(): Suspension {
  cuts += 1;
  return { suspends: "maybe" };
}

/** How the body of a coroutine function suspends. */
function functionSuspension(declared: FunctionValue, infer: Inference, depth: number): Suspension {
  const value = implementation(declared, infer);
  const { definition, where } = value;
  if (where.scope.tree.isStub) return { suspends: "maybe" };
  const isOpen = isOverridable(value);
  if (isOnlyDeclared(value))
    return { suspends: "maybe", why: prose`as the object's own version of ${code(definition.name)} decides` };
  const memory = infer.memory(where.scope.tree);
  const known = kept.get(memory) ?? new Map<FunctionDef, Suspension>();
  kept.set(memory, known);
  if (active.size === 0) found.clear();
  const own = known.get(definition) ?? found.get(definition) ?? lookInto(value, known, infer, depth);
  return isOpen ? asWritten(own, definition) : own;
}

/** A method of a protocol or an abstract class: what runs is that of another class. */
export function isOnlyDeclared(value: FunctionValue): boolean {
  return isAbstractBody(value.definition.body) && (isOverridable(value) || isLeftOut(value));
}

/** A subclass of the object's class may have another one. */
function isOverridable({ overridable, receiver }: FunctionValue): boolean {
  return overridable === true || (receiver?.kind === "object" && !receiver.exact);
}

/** A method without code, not even `pass`: a protocol's, an abstract class's. */
function isLeftOut({ definition, where }: FunctionValue): boolean {
  return where.scope.kind === "class" && definition.body.statements.every(({ kind }) => kind !== "jump");
}

/** What is so as long as no subclass has another one. */
function asWritten(own: Suspension, { name }: FunctionDef): Suspension {
  if (own.suspends === "never")
    return { suspends: "maybe", why: prose`only where a subclass has another ${code(name)}` };
  return own.suspends === "always"
    ? { ...own, suspends: "maybe", unless: prose`unless a subclass has another ${code(name)}` }
    : own;
}

function lookInto(
  value: FunctionValue,
  known: Map<FunctionDef, Suspension>,
  infer: Inference,
  depth: number,
): Suspension {
  const scope = infer.scopeOf(value.definition, value.where);
  if (active.has(scope) || found.size > mostFunctions) return cut();
  // Asked for directly it would come out the same again.
  const isDirect = active.size === 0;
  active.add(scope);
  const before = cuts;
  try {
    const suspension = bodySuspension(value, scope, infer, depth);
    found.set(value.definition, suspension);
    if (isDirect || cuts === before) known.set(value.definition, suspension);
    return suspension;
  } finally {
    active.delete(scope);
  }
}

/** An await of a body; `node` is what must be evaluated for it, none where that is never certain. */
interface Found extends Span {
  readonly node: Span | undefined;
  readonly what: string;
  readonly value?: Value;
  readonly suspension: Suspension;
}

function bodySuspension(value: FunctionValue, scope: Scope, infer: Inference, depth: number): Suspension {
  const { definition } = value;
  // `types.coroutine` on a plain function: what it gives is driven, wherever that comes from.
  if (!definition.isAsync && scope.yields.length === 0) return { suspends: "maybe" };
  const name = code(definition.name);
  const all = awaitsIn(scope, definition.isAsync, infer, depth);
  if (all.length === 0) return { suspends: "never", why: prose`${name} awaits nothing` };
  const suspending = all.filter(({ suspension }) => suspension.suspends !== "never");
  if (suspending.length === 0)
    return scope.awaits.length <= widest
      ? { suspends: "never", why: prose`nothing that ${name} awaits does` }
      : { suspends: "maybe" };
  return firstOf(suspending, value, scope, infer);
}

/** Everything that a function awaits, in the order of the text. */
function awaitsIn(scope: Scope, isAsync: boolean, infer: Inference, depth: number): Found[] {
  const yields = isAsync ? [] : scope.yields.map((each) => foundYield(each, infer, depth));
  const awaits = scope.awaits.slice(0, widest).map(({ node, where }): Found => {
    const { operand } = node;
    if (!operand) return { ...spanOf(node), node, what: "", suspension: { suspends: "unknown" } };
    return { ...foundValue(infer.valueOf(operand, where), operand, where, infer, depth), ...spanOf(node), node };
  });
  const implicit = scope.implicitAwaits.slice(0, widest).flatMap((each) => foundImplicit(each, infer, depth));
  return [...yields, ...awaits, ...implicit].sort((a, b) => a.start - b.start);
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

function foundValue(value: Value, operand: Expression, where: Where, infer: Inference, depth: number): Found {
  const awaited = present(value);
  return {
    ...spanOf(operand),
    node: operand,
    what: where.scope.tree.slice(operand),
    value: awaited,
    suspension: suspensionOf(awaited, infer, operand.start, depth + 1),
  };
}

/** `async with` awaits for each manager where it enters and where it leaves, `async for` in each round. */
function foundImplicit({ node, where }: Scope["implicitAwaits"][number], infer: Inference, depth: number): Found[] {
  if (!("items" in node)) {
    const { next } = round(present(infer.valueOf(node.iterable, where)), node.iterable, where, infer);
    const found = foundValue(next, node.iterable, where, infer, depth);
    // A comprehension's later parts are not reached in each case.
    return [{ ...found, node: "body" in node ? node.iterable : undefined }];
  }
  return node.items.flatMap((item, index) => {
    const manager = present(infer.valueOf(item.value, where));
    const first = foundValue(entered(manager, item.value, where, infer), item.value, where, infer, depth);
    const last = foundValue(left(manager, item.value, where, infer), item.value, where, infer, depth);
    const entering = index === 0 ? item.value : undefined;
    return [
      { ...first, node: entering },
      { ...last, start: node.end, end: node.end, node: undefined },
    ];
  });
}

/** In a generator-based coroutine each `yield` suspends, and `yield from` does what an await does. */
function foundYield({ node, where }: Placed<Yield>, infer: Inference, depth: number): Found {
  const what = where.scope.tree.slice(node);
  if (!node.from) return { ...spanOf(node), node, what, suspension: { suspends: "always" } };
  if (!node.value) return { ...spanOf(node), node, what, suspension: { suspends: "unknown" } };
  const operand = operandOfAwaitCall(node.value) ?? node.value;
  return { ...foundValue(infer.valueOf(operand, where), operand, where, infer, depth), ...spanOf(node), node };
}

/** How a body suspends that has these suspending awaits: by one that is surely reached, else maybe. */
function firstOf(suspending: readonly Found[], value: FunctionValue, scope: Scope, infer: Inference): Suspension {
  const { body } = value.definition;
  const stops = (each: Found): Hindrance | undefined =>
    each.node ? hindrance(each.node, body, scope, infer) : { kind: "other" };
  const certain = suspending.find((each) => each.suspension.suspends === "always" && !stops(each));
  const shown = certain ?? suspending[0];
  if (!shown) return { suspends: "maybe" };
  const stop = certain ? undefined : stops(shown);
  const { start, end, what, suspension } = shown;
  return {
    suspends: certain ? "always" : "maybe",
    ...(suspension.wokenBy && { wokenBy: suspension.wokenBy }),
    inner: {
      start,
      end,
      tree: scope.tree,
      what,
      ...(shown.value && { value: shown.value }),
      suspension,
      ...(stop && { hindrance: stop }),
      isAlone: suspending.length === 1,
      isLater: shown !== suspending[0],
    },
  };
}

/** `self.run()` in the `__await__` of an object whose class is certain: no subclass has another `run`. */
function ofExact(value: Value, { of, exact }: ObjectValue, infer: Inference): Value {
  if (!exact || value.kind !== "coroutine" || value.of?.kind !== "function") return value;
  const { overridable: _, receiver, ...method } = value.of;
  const own = classMember(of, method.definition.name, infer);
  const isOwn = own && "owner" in own && own.value.kind === "function" && own.value.definition === method.definition;
  return receiver?.kind === "object" && isOwn
    ? { ...value, of: { ...method, receiver: { ...receiver, exact } } }
    : value;
}

/** How awaiting an object suspends whose class has this `__await__`. */
export function methodSuspension(method: FunctionValue, of: ObjectValue, infer: Inference, depth = 0): Suspension {
  const shape = awaitMethod(method, of.of, infer);
  switch (shape.kind) {
    case "delegates": {
      const value = ofExact(present(shape.to), of, infer);
      const { tree } = shape.where.scope;
      const suspension = suspensionOf(value, infer, shape.operand.start, depth + 1);
      const suspends = suspension.suspends === "always" && !shape.certain ? "maybe" : suspension.suspends;
      const { why, wokenBy } = suspension;
      const inner = { ...spanOf(shape.operand), tree, what: tree.slice(shape.operand), value, suspension };
      const isHandedOn = infer.scopeOf(method.definition, method.where).yields.length === 0;
      const stop = shape.certain ? {} : { hindrance: { kind: "other" } as const };
      return {
        suspends,
        ...(why && { why }),
        ...(wokenBy && { wokenBy }),
        inner: { ...inner, ...stop, isAlone: true, isHandedOn },
      };
    }
    case "turns":
      return shape.certain
        ? { suspends: "always", why: prose`for a turn of the loop at each ${code("yield")}` }
        : { suspends: "maybe", why: prose`for a turn of the loop at each ${code("yield")} that it comes to` };
    case "straight":
      return { suspends: "never", why: prose`its iterator yields nothing` };
    case "fails":
      return { suspends: "never" };
    case "iterator":
      return { suspends: "maybe" };
  }
}
