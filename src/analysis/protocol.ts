// What a class's `__await__` does with an await: recognised by its shape, whatever the names. See the protocol: what its
// iterator yields goes to the event loop, what it returns is the value of the await.
import type { Expression, FunctionDef, Statement } from "./ast";
import { isCertain } from "./certain";
import { classMember, isAbstractBody } from "./classes";
import { code, line, type Prose, prose } from "./prose";
import type { Placed, Scope, Where } from "./scope";
import type { FunctionValue, Inference, Value } from "./values";

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
  | { readonly kind: "fails"; readonly why: Prose };

/** How an await of an object goes whose class has this `__await__`. */
export function awaitMethod(method: FunctionValue, owner: string, infer: Inference): AwaitMethod {
  const { definition } = method;
  const scope = infer.scopeOf(definition, method.where);
  const name = prose`${code(`${owner}.__await__`)} (${line(placeOf(definition, scope))})`;
  const isGenerator = scope.yields.length > 0;
  if (definition.isAsync && isGenerator)
    return fails(
      prose`${name} is an async generator function, and Python wants an iterator from it: ${error("TypeError: __await__() returned non-iterator of type 'async_generator'")}.`,
    );
  if (definition.isAsync)
    return fails(
      prose`${name} is an ${code("async def")}, so calling it gives a coroutine where Python wants an iterator: ${error("TypeError: __await__() returned a coroutine")}. Keep the coroutine in a method of its own and write ${code("return self.run().__await__()")}.`,
    );
  return isGenerator ? generatorMethod(definition, scope, name, infer) : plainMethod(definition, scope, name, infer);
}

function placeOf(definition: FunctionDef, scope: Scope): number {
  return scope.tree.place(definition.nameSpan.start).line;
}

function fails(why: Prose): AwaitMethod {
  return { kind: "fails", why };
}

function error(text: string): Prose {
  return [code(text)];
}

// ---- generators

function generatorMethod(definition: FunctionDef, scope: Scope, name: Prose, infer: Inference): AwaitMethod {
  const reached = scope.yields
    .filter((each) => !isDead(each, definition))
    .map((each) => ({ ...each, certain: isCertain(each.node, definition.body, scope, infer) }));
  const delegated: AwaitMethod[] = [];
  for (const { node, where, certain } of reached) {
    if (node.from) {
      const shape = node.value && delegation(node.value, where, name, infer);
      if (shape?.kind === "fails" && certain) return shape;
      if (shape) delegated.push(shape.kind === "delegates" ? { ...shape, certain } : shape);
      continue;
    }
    const bad = node.value ? badYield(node.value, where, name, infer) : undefined;
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

function badYield(node: Expression, where: Where, name: Prose, infer: Inference): AwaitMethod | undefined {
  const value = infer.valueOf(node, where);
  const text = where.scope.tree.slice(node);
  if (value.kind === "instance" && (value.name === "asyncio.Future" || value.name === "asyncio.Task"))
    return fails(
      prose`${name} yields a future by hand: ${error(`RuntimeError: yield was used instead of yield from in task`)}. Write ${code(`yield from ${text}.__await__()`)}.`,
    );
  if (node.kind !== "literal" || node.type === "None") return undefined;
  return fails(
    prose`${name} yields ${code(text)}. What an ${code("__await__")} iterator yields goes to the event loop, not to whoever awaits, and asyncio accepts only futures: ${error(`RuntimeError: Task got bad yield: ${text}`)}. The value of an await is what the iterator returns.`,
  );
}

function delegation(node: Expression, where: Where, name: Prose, infer: Inference): AwaitMethod {
  const awaitedNode = operandOfAwaitCall(node);
  if (awaitedNode)
    return { kind: "delegates", to: infer.valueOf(awaitedNode, where), operand: awaitedNode, where, certain: true };
  const value = infer.valueOf(node, where);
  if (value.kind === "instance" && (value.name === "asyncio.Future" || value.name === "asyncio.Task"))
    return { kind: "delegates", to: value, operand: node, where, certain: true };
  if (value.kind === "coroutine" && value.type === "coroutine")
    return fails(
      prose`${name} says ${code(`yield from ${where.scope.tree.slice(node)}`)}, which a plain generator may not do with a coroutine: ${error("TypeError: cannot 'yield from' a coroutine object in a non-coroutine generator")}. Write ${code(".__await__()")} behind it.`,
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

function plainMethod(definition: FunctionDef, scope: Scope, name: Prose, infer: Inference): AwaitMethod {
  if (isAbstractBody(definition.body) && !endsInPass(definition)) return { kind: "iterator" };
  const answers = scope.returns.map(({ node, where }) =>
    node.value ? returnedIterator(node.value, where, name, infer) : nothing(name),
  );
  if (answers.length === 0) return nothing(name);
  const failing = answers.find((answer) => answer.kind === "fails");
  if (failing) return answers.every((answer) => answer.kind === "fails") ? failing : { kind: "iterator" };
  const [only] = answers;
  return only && answers.length === 1 ? only : { kind: "iterator" };
}

/** `pass` alone is a body that returns None; `...`, a text or a `raise` leave the method to subclasses. */
function endsInPass(definition: FunctionDef): boolean {
  return definition.body.statements.at(-1)?.kind === "jump";
}

function nothing(name: Prose): AwaitMethod {
  return fails(
    prose`${name} returns nothing, and Python wants an iterator from it: ${error("TypeError: __await__() returned non-iterator of type 'NoneType'")}.`,
  );
}

function returnedIterator(node: Expression, where: Where, name: Prose, infer: Inference): AwaitMethod {
  const text = where.scope.tree.slice(node);
  const awaitedNode = operandOfAwaitCall(node);
  if (awaitedNode)
    return { kind: "delegates", to: infer.valueOf(awaitedNode, where), operand: awaitedNode, where, certain: true };
  const value = infer.valueOf(node, where);
  if (isNoneLiteral(node)) return nothing(name);
  if (value.kind === "coroutine" && value.type === "coroutine")
    return fails(
      prose`${name} returns the coroutine ${code(text)} itself where Python wants an iterator: ${error("TypeError: __await__() returned a coroutine")}. Write ${code(`return ${text}.__await__()`)}.`,
    );
  if (node.kind === "call" && node.callee.kind === "name" && node.callee.id === "iter" && value.kind === "sequence")
    return iterated(node.args[0]?.value, text, where, name);
  if (value.kind === "sequence" && value.exact && value.type === "generator")
    return generatorReturned(node, where, infer);
  if (
    value.kind === "sequence" &&
    value.exact &&
    ["list", "tuple", "set", "dict"].includes(value.type) &&
    (node.kind === "display" || node.kind === "comprehension")
  )
    return fails(
      prose`${name} returns ${code(text)}, and Python wants an iterator from it: ${error(`TypeError: __await__() returned non-iterator of type '${value.type}'`)}.`,
    );
  if (node.kind === "literal")
    return fails(
      prose`${name} returns ${code(text)}, and Python wants an iterator from it: ${error(`TypeError: __await__() returned non-iterator of type '${node.type}'`)}.`,
    );
  return { kind: "iterator" };
}

/** `return iter([1, 2])`: the loop gets 1 first. */
function iterated(node: Expression | undefined, text: string, where: Where, name: Prose): AwaitMethod {
  if (node?.kind !== "display") return { kind: "iterator" };
  const first = (node.type === "dict" ? node.keys : node.elements)[0];
  if (!first) return { kind: "straight" };
  if (first.kind !== "literal") return { kind: "iterator" };
  if (first.type === "None") return { kind: "turns", certain: true };
  return fails(
    prose`${name} returns ${code(text)}. What an ${code("__await__")} iterator yields goes to the event loop, not to whoever awaits, and asyncio accepts only futures: ${error(`RuntimeError: Task got bad yield: ${where.scope.tree.slice(first)}`)}. The value of an await is what the iterator returns.`,
  );
}

/** `return self._steps()` with a generator function: its shape counts. */
function generatorReturned(node: Expression, where: Where, infer: Inference): AwaitMethod {
  const callee = node.kind === "call" ? infer.valueOf(node.callee, where) : undefined;
  if (callee?.kind !== "function") return { kind: "iterator" };
  const scope = infer.scopeOf(callee.definition, callee.where);
  const name = prose`${code(callee.definition.name)} (${line(placeOf(callee.definition, scope))})`;
  return generatorMethod(callee.definition, scope, name, infer);
}

/** The `__await__` that Python would call for an object of the class. */
export function findAwaitMethod(
  of: Extract<Value, { kind: "class" }>,
  infer: Inference,
): ReturnType<typeof classMember> {
  return classMember(of, "__await__", infer);
}
