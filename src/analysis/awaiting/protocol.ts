// What a class's `__await__` does with an await: recognised by its shape, whatever the names. See the protocol: what its
// iterator yields goes to the event loop, what it returns is the value of the await.
import type { ClassDef, Expression, FunctionDef, Span, Statement } from "../code/ast";
import type { Location } from "../code/source";
import { implementation } from "../infer/behind";
import { fallsOff } from "../infer/calls";
import { classMember, isAbstractBody } from "../infer/classes";
import type { ClassValue, FunctionValue, Inference, Value } from "../infer/values";
import { code, type Prose, placed, prose } from "../prose";
import type { Placed, Scope, Where } from "../scopes/scope";
import { isCertain } from "./certain";
import { type AwaitError, type ErrorParts, errorProse, reprOf } from "./errors";

/** `certain`: whenever it returns at all, not just on some way through its code. */
export type AwaitMethod =
  /** Hands the await on: awaiting the object awaits `to`. */
  | {
      readonly kind: "delegates";
      readonly to: Value;
      readonly operand: Expression;
      readonly where: Where;
      readonly certain: boolean;
    }
  /** Yields nothing but None: so many turns of the loop. */
  | { readonly kind: "turns"; readonly certain: boolean }
  /** Yields nothing at all. */
  | { readonly kind: "straight" }
  /** An iterator of its own, or one that is not followed. */
  | { readonly kind: "iterator" }
  | Failing;

/** Each await fails. `at` is the code that is wrong; `rewrite` is what to write there instead, where that is certain. */
export interface Failing {
  readonly kind: "fails";
  readonly why: Prose;
  readonly how: "no iterator" | "yields a value" | "yields a future";
  readonly at: Span;
  readonly rewrite?: string;
}

/** The method in sentences, and how Python words its errors. */
interface Told {
  readonly name: Prose;
  readonly says: (error: AwaitError, parts?: ErrorParts) => Prose;
}

/** How an await of an object goes whose class, `owner`, has this `__await__`. */
export function awaitMethod(declared: FunctionValue, owner: ClassValue, infer: Inference): AwaitMethod {
  const method = implementation(declared, infer);
  const { definition } = method;
  const scope = infer.scopeOf(definition, method.where);
  if (scope.tree.isStub) return { kind: "iterator" };
  const told: Told = {
    name: prose`${code(`${owner.definition.name}.__await__`)} (${placed(placeOf(definition, scope, infer))})`,
    says: (error, parts) => errorProse(error, infer.minor, { owner: typeName(owner), ...parts }),
  };
  const isGenerator = scope.yields.length > 0;
  if (definition.isAsync && isGenerator) {
    const text = told.says("no iterator", { type: "async_generator" });
    return fails(
      prose`${told.name} is an async generator function, and Python wants an iterator from it: ${text}.`,
      definition.nameSpan,
    );
  }
  if (definition.isAsync)
    return fails(
      prose`${told.name} is an ${code("async def")}, so calling it gives a coroutine where Python wants an iterator: ${told.says("coroutine returned")}. Keep the coroutine in a method of its own and write ${code("return self.run().__await__()")}.`,
      definition.nameSpan,
    );
  return isGenerator ? generatorMethod(definition, scope, told, infer) : plainMethod(definition, scope, told, infer);
}

/** A class as messages name it from 3.15 on: `Outer.Inner`, `make.<locals>.Local`. Its module is not known here. */
export function typeName(of: ClassValue): string {
  const names = [of.definition.name];
  for (let scope: Scope | undefined = of.where.scope; scope; scope = scope.parent) {
    if (scope.kind === "function") names.unshift((scope.node as FunctionDef).name, "<locals>");
    if (scope.kind === "class") names.unshift((scope.node as ClassDef).name);
  }
  return names.join(".");
}

/** With its file, even if that is the one that is looked at: whoever shows it takes it `home`. */
function placeOf(definition: FunctionDef, { tree }: Scope, infer: Inference): Location {
  const file = infer.addressOf(tree);
  return { ...tree.place(definition.nameSpan.start), ...(file !== undefined && { file }) };
}

function fails(why: Prose, at: Span, rewrite?: string, how: Failing["how"] = "no iterator"): Failing {
  return { kind: "fails", why, how, at: { start: at.start, end: at.end }, ...(rewrite !== undefined && { rewrite }) };
}

// ---- generators

function generatorMethod(definition: FunctionDef, scope: Scope, told: Told, infer: Inference): AwaitMethod {
  const reached = scope.yields
    .filter((each) => !isDead(each, definition))
    .map((each) => ({ ...each, certain: isCertain(each.node, definition.body, scope, infer) }));
  const delegated: AwaitMethod[] = [];
  for (const { node, where, certain } of reached) {
    if (node.from) {
      const shape = node.value && delegation(node.value, where, told, infer);
      if (shape?.kind === "fails" && certain) return shape;
      if (shape) delegated.push(shape.kind === "delegates" ? { ...shape, certain } : shape);
      continue;
    }
    const bad = node.value ? badYield(node.value, where, told, infer) : undefined;
    if (bad) return certain ? bad : { kind: "iterator" };
    if (node.value && !isNoneLiteral(node.value)) return { kind: "iterator" };
  }
  const plainYields = reached.filter(({ node }) => !node.from);
  const [only] = delegated;
  if (only?.kind === "delegates" && delegated.length === 1 && plainYields.length === 0) return only;
  if (delegated.length > 0) return { kind: "iterator" };
  return plainYields.length > 0
    ? { kind: "turns", certain: plainYields.some(({ certain }) => certain) }
    : { kind: "straight" };
}

/** A `yield` that is never reached only makes the function a generator: after a `return`, or under `if False`. */
function isDead(placed: Placed<{ readonly start: number }>, definition: FunctionDef): boolean {
  const top = definition.body.statements.findIndex(
    (statement) => statement.start <= placed.node.start && placed.node.start < statement.end,
  );
  const before = definition.body.statements.slice(0, Math.max(top, 0));
  return (
    before.some((statement) => statement.kind === "return" || statement.kind === "raise") ||
    isNeverTrue(definition.body.statements[top], placed.node.start)
  );
}

function isNeverTrue(statement: Statement | undefined, offset: number): boolean {
  if (statement?.kind !== "if") return false;
  const branch = statement.branches.find(({ body }) => body.start <= offset && offset < body.end);
  const text = branch?.test.kind === "literal" && branch.test.end - branch.test.start === "False".length;
  return text === true && branch?.test.kind === "literal" && branch.test.type === "bool";
}

function isNoneLiteral(node: Expression): boolean {
  return node.kind === "literal" && node.type === "None";
}

function badYield(node: Expression, where: Where, told: Told, infer: Inference): AwaitMethod | undefined {
  const value = infer.valueOf(node, where);
  const text = where.scope.tree.slice(node);
  if (value.kind === "instance" && (value.name === "asyncio.Future" || value.name === "asyncio.Task"))
    return fails(
      prose`${told.name} yields a future by hand: ${told.says("future yielded")}. Write ${code(`yield from ${text}.__await__()`)}.`,
      node,
      undefined,
      "yields a future",
    );
  if (node.kind !== "literal" || node.type === "None") return undefined;
  return fails(
    prose`${told.name} yields ${code(text)}. What an ${code("__await__")} iterator yields goes to the event loop, not to whoever awaits, and asyncio accepts only futures: ${badYieldText(text, told)}. The value of an await is what the iterator returns.`,
    node,
    undefined,
    "yields a value",
  );
}

function badYieldText(text: string, told: Told): Prose {
  const value = reprOf(text);
  return value === undefined ? told.says("bad yield of some value") : told.says("bad yield", { value });
}

function delegation(node: Expression, where: Where, told: Told, infer: Inference): AwaitMethod {
  const awaitedNode = operandOfAwaitCall(node);
  if (awaitedNode)
    return { kind: "delegates", to: infer.valueOf(awaitedNode, where), operand: awaitedNode, where, certain: true };
  const value = infer.valueOf(node, where);
  if (value.kind === "instance" && (value.name === "asyncio.Future" || value.name === "asyncio.Task"))
    return { kind: "delegates", to: value, operand: node, where, certain: true };
  if (value.kind === "coroutine" && value.type === "coroutine")
    return fails(
      prose`${told.name} says ${code(`yield from ${where.scope.tree.slice(node)}`)}, which a plain generator may not do with a coroutine: ${told.says("coroutine in a generator")}. Write ${code(".__await__()")} behind it.`,
      node,
      `${where.scope.tree.slice(node)}.__await__()`,
    );
  return { kind: "iterator" };
}

/** `E` of `E.__await__()`. */
export function operandOfAwaitCall(node: Expression): Expression | undefined {
  const isCall =
    node.kind === "call" &&
    node.args.length === 0 &&
    node.callee.kind === "attribute" &&
    node.callee.name === "__await__";
  return isCall && node.callee.kind === "attribute" ? node.callee.object : undefined;
}

// ---- functions that return an iterator

function plainMethod(definition: FunctionDef, scope: Scope, told: Told, infer: Inference): AwaitMethod {
  if (isAbstractBody(definition.body) && !endsInPass(definition)) return { kind: "iterator" };
  const answers = scope.returns.map(({ node, where }) =>
    node.value ? returnedIterator(node.value, where, told, infer) : nothing(told, node),
  );
  if (answers.length === 0 && (!fallsOff(definition) || raises(definition, scope))) return { kind: "iterator" };
  if (answers.length === 0) return nothing(told, definition.nameSpan);
  const failing = answers.find((answer) => answer.kind === "fails");
  if (failing) return answers.every((answer) => answer.kind === "fails") ? failing : { kind: "iterator" };
  const [only] = answers;
  return only && answers.length === 1 ? only : { kind: "iterator" };
}

/** A body that stops at `1 / 0`, as tests have it. */
function raises({ body }: FunctionDef, { tree }: Scope): boolean {
  return body.statements.some((each) => each.kind === "expression" && /^\d+\s*\/\/?\s*0$/.test(tree.slice(each)));
}

/** `pass` alone is a body that returns None; `...`, a text or a `raise` leave the method to subclasses. */
function endsInPass(definition: FunctionDef): boolean {
  return definition.body.statements.at(-1)?.kind === "jump";
}

function nothing(told: Told, at: Span): Failing {
  return fails(
    prose`${told.name} returns nothing, and Python wants an iterator from it: ${told.says("no iterator", { type: "NoneType" })}.`,
    at,
  );
}

function returnedIterator(node: Expression, where: Where, told: Told, infer: Inference): AwaitMethod {
  const text = where.scope.tree.slice(node);
  const awaitedNode = operandOfAwaitCall(node);
  if (awaitedNode)
    return { kind: "delegates", to: infer.valueOf(awaitedNode, where), operand: awaitedNode, where, certain: true };
  const value = infer.valueOf(node, where);
  if (isNoneLiteral(node)) return nothing(told, node);
  if (value.kind === "coroutine")
    return fails(
      prose`${told.name} returns the coroutine ${code(text)} itself where Python wants an iterator: ${told.says("coroutine returned")}. Write ${code(`return ${text}.__await__()`)}.`,
      node,
      `${text}.__await__()`,
    );
  if (node.kind === "call" && node.callee.kind === "name" && node.callee.id === "iter" && value.kind === "sequence")
    return iterated(node.args[0]?.value, text, where, told);
  if (value.kind === "sequence" && value.exact && value.type === "generator")
    return generatorReturned(node, where, told, infer);
  if (
    value.kind === "sequence" &&
    value.exact &&
    ["list", "tuple", "set", "dict"].includes(value.type) &&
    (node.kind === "display" || node.kind === "comprehension")
  )
    return fails(
      prose`${told.name} returns ${code(text)}, and Python wants an iterator from it: ${told.says("no iterator", { type: value.type })}.`,
      node,
    );
  if (node.kind === "literal")
    return fails(
      prose`${told.name} returns ${code(text)}, and Python wants an iterator from it: ${told.says("no iterator", { type: node.type })}.`,
      node,
    );
  return { kind: "iterator" };
}

/** `return iter([1, 2])`: the loop gets 1 first. */
function iterated(node: Expression | undefined, text: string, where: Where, told: Told): AwaitMethod {
  if (node?.kind !== "display") return { kind: "iterator" };
  const first = (node.type === "dict" ? node.keys : node.elements)[0];
  if (!first) return { kind: "straight" };
  if (first.kind !== "literal") return { kind: "iterator" };
  if (first.type === "None") return { kind: "turns", certain: true };
  return fails(
    prose`${told.name} returns ${code(text)}. What an ${code("__await__")} iterator yields goes to the event loop, not to whoever awaits, and asyncio accepts only futures: ${badYieldText(where.scope.tree.slice(first), told)}. The value of an await is what the iterator returns.`,
    node,
    undefined,
    "yields a value",
  );
}

/** `return self._steps()` with a generator function: its shape counts. */
function generatorReturned(node: Expression, where: Where, told: Told, infer: Inference): AwaitMethod {
  const callee = node.kind === "call" ? infer.valueOf(node.callee, where) : undefined;
  if (callee?.kind !== "function") return { kind: "iterator" };
  const scope = infer.scopeOf(callee.definition, callee.where);
  const name = prose`${code(callee.definition.name)} (${placed(placeOf(callee.definition, scope, infer))})`;
  return generatorMethod(callee.definition, scope, { ...told, name }, infer);
}

/** The `__await__` that Python would call for an object of the class. */
export function findAwaitMethod(
  of: Extract<Value, { kind: "class" }>,
  infer: Inference,
): ReturnType<typeof classMember> {
  return classMember(of, "__await__", infer);
}
