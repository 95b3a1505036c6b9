// From a value to what awaiting it does, as plain data: one function for each kind.

import { type Expression, subexpressions } from "../code/ast";
import type { Location, Place } from "../code/source";
import type { SyntaxTree } from "../code/syntax";
import { instanceFact, memberFact } from "../facts/knowledge";
import { implementation } from "../infer/behind";
import { awaited } from "../infer/callSite";
import { classMember, resolutionOrder } from "../infer/classes";
import { annotatedResult } from "../infer/types";
import {
  type CoroutineValue,
  describe,
  type FunctionValue,
  force,
  type Inference,
  type InstanceValue,
  isNone,
  type Made,
  type ObjectValue,
  present,
  type Value,
} from "../infer/values";
import { a, capital, code, home, line, oneLine, type Prose, prose, words } from "../prose";
import type { Awaitable, Kind } from "./awaitable";
import { cautionsAt } from "./cautions";
import { chainOf, locationOf, madeByName, qualifiedName } from "./chain";
import { errorProse, typeInMessage } from "./errors";
import { awaitMethod, operandOfAwaitCall } from "./protocol";
import { drivenBy, isOnlyDeclared, methodSuspension, type Suspension, suspensionOf } from "./suspension";

/** What awaiting `found`, the value of `operand`, does. */
export function describeAwait(found: Value, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  // Awaiting None fails, so where the line works it is one of the others.
  const value = present(found);
  switch (value.kind) {
    case "coroutine":
      return ofCoroutine(value, operand, tree, infer);
    case "instance":
      return ofInstance(value, operand, tree, infer);
    case "object":
      return ofObject(value, operand, tree, infer);
    case "union":
      return ofUnion(value.members, operand, tree, infer);
    case "unknown":
      return notTold(value.why, operand, tree);
    case "never":
      return unknownAwaitable(prose`${code(tree.slice(operand))} gives nothing that this file shows.`);
    case "plain":
    case "sequence":
      return value.exact
        ? notAwaitable(a(value.type), operand, tree, value, infer)
        : inexactType(value.type, operand, tree);
    case "function":
      return ofFunction(value, operand, tree, infer);
    case "fact":
      return value.fact.is === "coroutine" && (!value.receiver || isExactInstance(value.receiver))
        ? uncalled(value.name, value, operand, tree, infer)
        : notTold(prose`${code(value.name)} is not called`, operand, tree);
    case "lambda":
      return notAwaitable(prose`a function`, operand, tree, value, infer);
    default:
      return notTold(prose`what it is cannot be followed`, operand, tree);
  }
}

function ofCoroutine(value: CoroutineValue, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  const { of } = value;
  const suspension = suspensionOf(value, infer, operand.start);
  const gives = infer.isBrief ? undefined : givenBy(value, infer);
  const what = of?.kind === "function" ? qualifiedName(of) : of?.kind === "fact" ? of.name : undefined;
  const definition = of?.kind === "function" ? definedAt(of, tree, infer) : undefined;
  const does = of?.kind === "fact" && of.fact.does ? words(of.fact.does) : undefined;
  const made = operand.kind === "call" ? undefined : madeElsewhere(value.made, operand, tree);
  const generator = of?.kind === "fact" ? drivenBy(of) : undefined;
  const generatorAt = generator && definedAt(generator, tree, infer);
  return {
    kind: value.type,
    ...(what !== undefined && { what }),
    runs: "here",
    ...suspensionPart(value, suspension, tree, infer),
    ...(gives !== undefined && { gives }),
    ...(definition && { definition }),
    ...(of?.kind === "function" && isOnlyDeclared(implementation(of, infer)) && { isDeclared: true as const }),
    ...(does && { does }),
    ...(generator && { drives: { what: qualifiedName(generator), ...(generatorAt && { definition: generatorAt }) } }),
    ...(made && { made }),
    cautions: [
      ...coroutineCautions(value, made, infer),
      ...(of?.kind === "fact" ? cautionsAt(of.fact, operand.start, tree, infer) : []),
    ],
  };
}

function coroutineCautions(value: CoroutineValue, made: Place | undefined, infer: Inference): Prose[] {
  const cautions: Prose[] = [];
  if (value.of?.kind === "function" && value.of.effects.includes("cache"))
    cautions.push(
      prose`${code(value.of.definition.name)} is cached, so a second call gives this very coroutine again, and a coroutine can be awaited once: ${errorProse("awaited twice", infer.minor)}.`,
    );
  if (made && value.type === "generator")
    cautions.push(
      prose`The generator made at ${line(made.line)} has not run until now; a second await finds it at its end, and gives ${code("None")}.`,
    );
  else if (made)
    cautions.push(
      prose`The coroutine made at ${line(made.line)} has not run until now, and can be awaited only once; a second await raises ${errorProse("awaited twice", infer.minor)}.`,
    );
  return cautions;
}

function givenBy(value: CoroutineValue, infer: Inference): string | undefined {
  if (value.of?.kind === "function" && value.type === "coroutine") {
    const annotated = annotatedResult(value.of);
    if (annotated !== undefined && !namesVariable(value.of, infer)) return isAny(annotated) ? undefined : annotated;
  }
  return describe(force(value.result));
}

/** An annotation that tells nothing. */
function isAny(annotation: string): boolean {
  return /^(?:\w+\.)?(?:Any|object)$/.test(annotation);
}

/** Whether the annotation of what it gives says no more than a type variable. */
function namesVariable({ definition, where }: FunctionValue, infer: Inference): boolean {
  const names = (node: Expression): boolean =>
    node.kind === "name" ? isVariable(infer.valueOf(node, where), node.id) : subexpressions(node).some(names);
  return definition.returns !== undefined && names(definition.returns);
}

function isVariable(value: Value, name: string): boolean {
  return value.kind === "variable" || name === "AnyStr";
}

function ofInstance(value: InstanceValue, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  const known = instanceFact(value.name);
  if (!known?.awaitable) return ofOther(value, operand, tree, infer);
  const by = value.by;
  const isNamed = by !== undefined && madeByName(value) !== undefined;
  const gives = describe(awaited(value));
  const made = madeElsewhere(value.made, operand, tree);
  const does = isNamed && by.fact.does ? words(by.fact.does) : undefined;
  const from = isNamed && by.fact.cautions ? by.fact : known;
  return {
    kind: known.awaitable,
    what: isNamed ? by.name : value.name,
    ...(known.awaitable !== "abstract" && { runs: "alongside" as const }),
    ...suspensionPart(value, suspensionOf(value, infer, operand.start), tree, infer),
    ...(gives !== undefined && { gives }),
    ...(made && { made }),
    ...(does && { does }),
    cautions: cautionsAt(from, operand.start, tree, infer),
  };
}

/** An object of a known class that is no awaitable. */
function ofOther(value: InstanceValue, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  if (value.name === "types.AsyncGeneratorType") {
    if (!value.exact) return notTold(prose`a subclass may make it something else`, operand, tree);
    const answer = notAwaitable(prose`an async generator`, operand, tree, value, infer);
    return {
      ...answer,
      cautions: [prose`Iterate over it with ${code("async for")}, or await its ${code("__anext__()")}.`],
    };
  }
  if (!value.exact)
    return notTold(prose`its class ${code(value.name)} is not awaitable, but a subclass may be`, operand, tree);
  const answer = notAwaitable(a(value.name), operand, tree, value, infer);
  const from = value.by?.fact.cautions ? value.by.fact : instanceFact(value.name);
  const cautions = from ? cautionsAt(from, operand.start, tree, infer) : [];
  const entered = memberFact(value.name, "__aenter__") ? [prose`Enter it with ${code("async with")}.`] : [];
  return { ...answer, cautions: [...cautions, ...entered] };
}

function ofObject(value: ObjectValue, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  const name = value.of.definition.name;
  const found = classMember(value.of, "__await__", infer);
  const isOwn = found && "owner" in found && !isOfLibrary(found.value);
  if (isOwn) {
    if (found.value.kind === "function")
      return asInherited(ofCustom(value, found.value, operand, tree, infer), value, infer);
    return { kind: "custom", what: name, runs: "here", suspends: "maybe", cautions: [] };
  }
  const base = resolutionOrder(value.of, infer).classes.find(
    (each) => each.kind === "known" && instanceFact(each.name)?.awaitable,
  );
  const inherited = base?.kind === "known" ? instanceFact(base.name) : undefined;
  if (inherited?.awaitable) return { ...inheritedAwait(inherited.awaitable, value, tree) };
  if (found && "owner" in found) return { kind: "custom", what: name, runs: "here", suspends: "maybe", cautions: [] };
  if (found) return notTold(found.why, operand, tree);
  if (!value.exact || mayGainAwait(tree))
    return notTold(prose`${code(name)} shows no ${code("__await__")}, but a subclass may have one`, operand, tree);
  return ofPlainObject(value, operand, tree, infer);
}

/** A method as a stub of the standard library shows it: its tables say what it does. */
function isOfLibrary(value: Value): boolean {
  return value.kind === "function" && value.where.scope.tree.isStub;
}

/** What a base of Python's own makes of an object's class: a task, a future, a coroutine. */
function inheritedKind(value: ObjectValue, infer: Inference): Kind | undefined {
  for (const each of resolutionOrder(value.of, infer).classes) {
    const kind = each.kind === "known" ? instanceFact(each.name)?.awaitable : undefined;
    if (kind) return kind;
  }
  return undefined;
}

function inheritedAwait(kind: Kind, value: ObjectValue, tree: SyntaxTree): Awaitable {
  const definition = tree === value.of.where.scope.tree ? tree.place(value.of.definition.nameSpan.start) : undefined;
  const runs = kind === "task" || kind === "future" ? ({ runs: "alongside" } as const) : {};
  return {
    kind,
    what: value.of.definition.name,
    ...runs,
    suspends: "maybe",
    ...(definition && { definition }),
    cautions: [],
  };
}

/** A class that says it is a `Coroutine`, a `Future` or a `Task` counts as one, though its own `__await__` runs. */
function asInherited(awaitable: Awaitable, value: ObjectValue, infer: Inference): Awaitable {
  const kind = inheritedKind(value, infer);
  return kind && kind !== "abstract" ? { ...awaitable, kind } : awaitable;
}

function ofCustom(
  value: ObjectValue,
  method: FunctionValue,
  operand: Expression,
  tree: SyntaxTree,
  infer: Inference,
): Awaitable {
  const owner = value.of.definition.name;
  const shape = awaitMethod(method, value.of, infer);
  const definition = definedAt(method, tree, infer);
  const base = { kind: "custom", what: owner, ...(definition && { definition }) } as const;
  if (shape.kind === "fails")
    return { ...base, fails: true, suspends: "never", cautions: [], reason: home(shape.why, infer.addressOf(tree)) };
  const inner =
    shape.kind === "delegates" ? describeAwait(shape.to, shape.operand, shape.where.scope.tree, infer) : undefined;
  const suspension = methodSuspension(method, value, infer);
  const gives = generatorResult(method) ?? (isOneReturn(method, infer) ? inner?.gives : undefined);
  const made = operand.kind === "call" ? undefined : madeElsewhere(value.made, operand, tree);
  return {
    ...base,
    runs: "here",
    shape: shape.kind,
    ...suspensionPart(value, suspension, tree, infer),
    ...(suspension.suspends === "unknown" && { suspends: "maybe" as const }),
    ...(gives !== undefined && { gives }),
    ...(inner?.what !== undefined && {
      does: prose`Its ${code("__await__")} hands the await on to ${code(inner.what)}.`,
    }),
    ...(made && { made }),
    // Lines of another file would be taken for this one's.
    cautions: (inner?.cautions ?? []).filter((each) => method.where.scope.tree === tree || !namesLines(each)),
  };
}

function namesLines(text: Prose): boolean {
  return text.some((piece) => typeof piece !== "string" && piece.kind === "line");
}

/** `T` of `-> Generator[Any, None, T]`. */
function generatorResult(method: FunctionValue): string | undefined {
  const returns = method.definition.returns;
  if (returns?.kind !== "subscript") return undefined;
  const last = returns.index.flatMap((each) => (each.kind === "display" ? each.elements : [each])).at(2);
  return last && oneLine(method.where.scope.tree.slice(last)).replace(/^(["'])(.*)\1$/, "$2");
}

/** Whether the method's only result is what it delegates to: `return X.__await__()`, `return (yield from …)`. */
function isOneReturn(method: FunctionValue, infer: Inference): boolean {
  const { returns } = infer.scopeOf(method.definition, method.where);
  const [only] = returns;
  const value = returns.length === 1 ? only?.node.value : undefined;
  return value !== undefined && (operandOfAwaitCall(value) !== undefined || value.kind === "yield");
}

/** An object whose class certainly has no `__await__`. */
function ofPlainObject(value: ObjectValue, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  const name = code(value.of.definition.name);
  const answer = notAwaitable(
    prose`an object of ${name}, which has no ${code("__await__")}`,
    operand,
    tree,
    value,
    infer,
  );
  const scope = infer.scopeOf(value.of.definition, value.of.where);
  const onInstance = [...scope.inner.values()].some((inner) =>
    [...inner().bindings.keys()].some((key) => key.endsWith(".__await__")),
  );
  return onInstance
    ? {
        ...answer,
        cautions: [prose`Set on the instance it does not count: Python looks ${code("__await__")} up on the class.`],
      }
    : answer;
}

/** Code that puts `__await__` on a class from outside. */
function mayGainAwait(tree: SyntaxTree): boolean {
  return /\b(?!self\b)\w+\.__await__\s*=(?!=)|['"]__await__['"]/.test(tree.text);
}

function ofFunction(value: FunctionValue, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  if (value.overridable)
    return notTold(prose`a subclass may make ${code(value.definition.name)} a property`, operand, tree);
  if (
    value.effects.length > 0 &&
    !value.effects.every((effect) => effect === "static method" || effect === "class method" || effect === "cache")
  )
    return notTold(prose`what its decorator makes of it is not followed`, operand, tree);
  return value.definition.isAsync
    ? uncalled(value.definition.name, value, operand, tree, infer)
    : notAwaitable(prose`a function`, operand, tree, value, infer);
}

function uncalled(name: string, value: Value, operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  const call = code(`await ${tree.slice(operand)}()`);
  const type = pythonType(value);
  const raises = type === undefined ? "" : prose`: ${errorProse("not awaitable", infer.minor, { type })}`;
  return {
    ...failing("not-awaitable", prose`${code(name)} is a function that was not called${raises}. ${call} calls it.`),
    what: name,
  };
}

function notAwaitable(what: Prose, operand: Expression, tree: SyntaxTree, value: Value, infer: Inference): Awaitable {
  const type = pythonType(value);
  const raises = type === undefined ? "" : prose`: ${errorProse("not awaitable", infer.minor, { type })}`;
  const named = value.kind === "instance" ? value.name : value.kind === "plain" ? value.type : type;
  const reason = prose`${code(tree.slice(operand))} is ${what}, so the await fails${raises}.`;
  return { ...failing("not-awaitable", reason), ...(named !== undefined && { what: named }) };
}

function isExactInstance(value: Value): boolean {
  return value.kind === "instance" && value.exact;
}

/** The name of the value's type in Python's messages; undefined where it depends on more than is known. */
export function pythonType(value: Value): string | undefined {
  switch (value.kind) {
    case "plain":
    case "sequence":
      return typeInMessage(value.type);
    case "instance":
      return typeInMessage(value.name);
    case "object":
      return value.of.definition.name;
    case "function":
      if (value.effects.includes("cache")) return "functools._lru_cache_wrapper";
      return value.receiver && !value.effects.includes("static method") ? "method" : "function";
    case "fact":
      if (value.name.startsWith("builtins.")) return "builtin_function_or_method";
      return value.receiver ? "method" : "function";
    case "lambda":
      return "function";
    case "coroutine":
      return value.type;
    default:
      return undefined;
  }
}

/** An await that certainly raises. */
export function failing(kind: Kind, reason: Prose): Awaitable {
  return { kind, fails: true, suspends: "never", cautions: [], reason };
}

function inexactType(type: string, operand: Expression, tree: SyntaxTree): Awaitable {
  const what = type === "None" ? [code(type)] : a(type);
  return notTold(prose`it is ${what} as far as the code tells, which cannot be awaited`, operand, tree);
}

/** `why` is a clause: the sentence ends with what cannot be told. */
export function notTold(why: Prose, operand: Expression, tree: SyntaxTree): Awaitable {
  return unknownAwaitable(prose`${capital(why)}, so what ${code(tree.slice(operand))} is cannot be told.`);
}

function ofUnion(members: readonly Value[], operand: Expression, tree: SyntaxTree, infer: Inference): Awaitable {
  const all = members.filter((member) => !isNone(member)).map((member) => describeAwait(member, operand, tree, infer));
  const lost = all.find((each) => each.kind === "unknown");
  const [first] = all;
  if (lost) return lost;
  if (!first) return unparsed();
  const isSame = all.every((each) => each.kind === first.kind && each.what === first.what);
  if (isSame && all.every(({ definition }) => isAt(definition, first.definition))) return first;
  const kind = all.every((each) => each.kind === first.kind) ? first.kind : "union";
  if (kind === "not-awaitable")
    return {
      ...failing(
        "union",
        prose`${code(tree.slice(operand))} is one of several things, and none of them can be awaited.`,
      ),
      others: all,
    };
  const suspends = all.every((each) => each.suspends === first.suspends) ? first.suspends : "maybe";
  const runs = all.every((each) => each.runs === first.runs) ? first.runs : undefined;
  const what = isSame ? first.what : undefined;
  return { kind, ...(what !== undefined && { what }), suspends, ...(runs && { runs }), cautions: [], others: all };
}

function isAt(one: Location | undefined, other: Location | undefined): boolean {
  return one?.line === other?.line && one?.column === other?.column && one?.file === other?.file;
}

// ---- parts

function suspensionPart(
  value: Value,
  suspension: Suspension,
  tree: SyntaxTree,
  infer: Inference,
): Pick<Awaitable, "suspends" | "suspendsWhy" | "wokenBy" | "chain"> {
  const { suspends, why, wokenBy } = suspension;
  const chain = infer.isBrief ? undefined : chainOf(value, suspension, tree, infer);
  return {
    suspends,
    ...(why && { suspendsWhy: why }),
    ...(wokenBy && { wokenBy: words(wokenBy) }),
    ...(chain && { chain }),
  };
}

function definedAt(value: FunctionValue, tree: SyntaxTree, infer: Inference): Location | undefined {
  const { definition, where } = implementation(value, infer);
  return locationOf(definition.nameSpan.start, where.scope.tree, tree, infer);
}

/** Where the object was made, if that is not the await itself. */
function madeElsewhere(made: Made | undefined, operand: Expression, tree: SyntaxTree): Place | undefined {
  const isHere = made?.tree === tree && operand.start <= made.offset && made.offset < operand.end;
  return made?.tree === tree && !isHere ? tree.place(made.offset) : undefined;
}

export function unparsed(): Awaitable {
  return unknownAwaitable(prose`The code here is not complete, or nested too deeply to be read.`);
}

export function unknownAwaitable(reason: Prose): Awaitable {
  return { kind: "unknown", suspends: "unknown", cautions: [], reason };
}
