// Whether an await gives other tasks a turn: always, maybe or never, and where it first would.
import type { Expression, Yield } from "./ast";
import type { Suspends } from "./awaitable";
import { isCertain } from "./certain";
import { classMember, isAbstractBody } from "./classes";
import { instanceFact } from "./knowledge";
import { code, type Prose, plain, prose, words } from "./prose";
import { awaitMethod, operandOfAwaitCall } from "./protocol";
import type { Placed, Scope, Where } from "./scope";
import type { ClassValue, CoroutineValue, FunctionValue, Inference, InstanceValue, Value } from "./values";
import { present } from "./values";

export interface Suspension {
  readonly suspends: Suspends;
  readonly why?: Prose;
  readonly wokenBy?: Prose;
  /** The await inside that suspends first, in the file of the coroutine. */
  readonly first?: { readonly offset: number; readonly what: string };
}

/** Coroutines are followed so far down. */
const deepest = 6;
/** So many awaits of one function are looked at. */
const widest = 40;

/** How an await of `value` suspends. `at` is where it stands, to tell a future made right there from an older one. */
export function suspensionOf(value: Value, infer: Inference, at: number | undefined, depth = 0): Suspension {
  if (depth > deepest) return { suspends: "maybe" };
  switch (value.kind) {
    case "coroutine":
      return coroutineSuspension(value, infer, depth);
    case "instance":
      return instanceSuspension(value, at);
    case "object": {
      const found = classMember(value.of, "__await__", infer);
      if (found && "owner" in found && found.value.kind === "function")
        return methodSuspension(found.value, value.of, infer, depth);
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
  const isShared = wokenBy && all.every((each) => each.wokenBy && plain(each.wokenBy) === plain(wokenBy));
  return { suspends, ...(isShared && { wokenBy }) };
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
  return { suspends: known.suspends, ...(why && { why }), ...(wokenBy && { wokenBy: words(wokenBy) }) };
}

function coroutineSuspension(value: CoroutineValue, infer: Inference, depth: number): Suspension {
  const { of } = value;
  if (of?.kind === "fact") {
    const { suspends = "maybe", why, wokenBy } = of.fact;
    return { suspends, ...(why && { why: words(why) }), ...(wokenBy && { wokenBy: words(wokenBy) }) };
  }
  return of?.kind === "function" ? functionSuspension(of, infer, depth) : { suspends: "maybe" };
}

const active = new Set<Scope>();

/** How the body of a coroutine function suspends. */
function functionSuspension(value: FunctionValue, infer: Inference, depth: number): Suspension {
  const scope = infer.scopeOf(value.definition, value.where);
  if (active.has(scope)) return { suspends: "maybe" };
  active.add(scope);
  try {
    return bodySuspension(value, scope, infer, depth);
  } finally {
    active.delete(scope);
  }
}

function bodySuspension(value: FunctionValue, scope: Scope, infer: Inference, depth: number): Suspension {
  const body = value.definition.body;
  if (value.overridable && isAbstractBody(body))
    return { suspends: "maybe", why: prose`as the class does that fills it in` };
  const yields = value.definition.isAsync
    ? []
    : scope.yields.map((each) => ({ ...each, found: yieldSuspension(each.node, each.where, infer, depth) }));
  const awaits = scope.awaits.slice(0, widest).map((each) => {
    const { operand } = each.node;
    const found = operand
      ? suspensionOf(present(infer.valueOf(operand, each.where)), infer, operand.start, depth + 1)
      : { suspends: "unknown" as const };
    return { ...each, found };
  });
  const implicit = scope.implicitAwaits.map((each) => ({ ...each, found: { suspends: "maybe" } as Suspension }));
  const all = [...yields, ...awaits, ...implicit].sort((a, b) => a.node.start - b.node.start);
  if (all.length === 0) return { suspends: "never", why: prose`${code(value.definition.name)} awaits nothing` };
  const suspending = all.filter(({ found }) => found.suspends !== "never");
  const [first] = suspending;
  if (!first) {
    const isWhole = scope.awaits.length <= widest;
    return isWhole
      ? { suspends: "never", why: prose`nothing that ${code(value.definition.name)} awaits does` }
      : { suspends: "maybe" };
  }
  const certain = suspending.find(
    (each) => each.found.suspends === "always" && isCertain(each.node, body, scope, infer),
  );
  const shown = certain ?? first;
  return {
    suspends: certain ? "always" : "maybe",
    ...(shown.found.wokenBy && { wokenBy: shown.found.wokenBy }),
    first: { offset: shown.node.start, what: textOf(shown, scope) },
  };
}

/** In a generator-based coroutine each `yield` suspends, and `yield from` does what an await does. */
function yieldSuspension(node: Yield, where: Where, infer: Inference, depth: number): Suspension {
  if (!node.from) return { suspends: "always" };
  if (!node.value) return { suspends: "unknown" };
  const operand = operandOfAwaitCall(node.value) ?? node.value;
  return suspensionOf(present(infer.valueOf(operand, where)), infer, operand.start, depth + 1);
}

function textOf(
  placed: Placed<{ readonly start: number; readonly end: number; readonly operand?: Expression }>,
  scope: Scope,
): string {
  const { node } = placed;
  return node.operand ? scope.tree.slice(node.operand) : (scope.tree.slice(node).split("\n")[0] ?? "");
}

/** How awaiting an object suspends whose class has this `__await__`. */
export function methodSuspension(method: FunctionValue, owner: ClassValue, infer: Inference, depth = 0): Suspension {
  const shape = awaitMethod(method, owner, infer);
  switch (shape.kind) {
    case "delegates": {
      const found = suspensionOf(present(shape.to), infer, shape.operand.start, depth + 1);
      return found.suspends === "always" && !shape.certain ? { ...found, suspends: "maybe" } : found;
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
