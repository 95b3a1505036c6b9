// How `__await__` hands the await on, and what stands around what it awaits: layers, contexts, clean-up, checks.
import type { Assign, Augment, Call, Expression, Handler, Statement, Try } from "../code/ast";
import type { ClassValue } from "../infer/values";
import { type Anatomy, type Awaited, loopAround, ownAttribute, type Routine, type Step, some } from "./anatomy";
import { fullName } from "./callNames";
import type { Dissected, Named } from "./dissection";
import { assigned, isKept, isTaskCall, keptAttributes, targetsOf } from "./keeping";
import { isGiven, isGivenCall, operations } from "./operations";

export function awaitMethods(anatomy: Anatomy): readonly Routine[] {
  return anatomy.routines.filter(({ definition, outer }) => definition.name === "__await__" && !outer);
}

/** What `__await__` itself hands the await on to. */
export function handed({ anatomy, awaits }: Dissected): readonly Awaited[] {
  const methods = new Set(awaitMethods(anatomy));
  return awaits.filter(({ routine }) => methods.has(routine));
}

/**
 * The routine that `self.name(…)` or `name(…)`, a function defined inside, calls, if it is an `async def`; the call may have
 * been kept in a name first.
 */
export function ownMethodCalled(node: Expression, routine: Routine, anatomy: Anatomy): Routine | undefined {
  if (node.kind === "name") {
    const [binding, other] = routine.scope.bindings.get(node.id) ?? [];
    const isCall = binding?.kind === "value" && binding.value.kind === "call" && binding.path.length === 0 && !other;
    return isCall ? ownMethodCalled(binding.value, routine, anatomy) : undefined;
  }
  if (node.kind !== "call") return undefined;
  const name = ownAttribute(node.callee, routine);
  const inner = node.callee.kind === "name" ? node.callee.id : undefined;
  return anatomy.routines.find(
    ({ definition, outer }) =>
      definition.isAsync && (outer ? outer === routine && definition.name === inner : definition.name === name),
  );
}

export function isOwnIterator(anatomy: Anatomy, method: string): boolean {
  const has = (name: string) => anatomy.routines.some(({ definition, outer }) => !outer && definition.name === name);
  return awaitMethods(anatomy).some(({ scope, self }) =>
    scope.returns.some(({ node, where }) => {
      if (node.value?.kind === "name" && node.value.id === self) return has(method);
      const value = node.value && anatomy.infer.valueOf(node.value, where);
      return value?.kind === "object" && hasMethod(value.of, method, anatomy);
    }),
  );
}

export function hasMethod(of: ClassValue, name: string, anatomy: Anatomy): boolean {
  return (
    anatomy.infer
      .scopeOf(of.definition, of.where)
      .bindings.get(name)
      ?.some(({ kind }) => kind === "function") ?? false
  );
}

export function isTypesCoroutine({ of, routines, infer, tree }: Anatomy): boolean {
  const [first] = routines;
  if (of || !first?.scope.parent || first.scope.tree !== tree || first.definition.isAsync) return false;
  const where = { scope: first.scope.parent, statement: first.definition };
  return (
    first.scope.yields.length > 0 &&
    first.definition.decorators.some((each) => fullName(each, where, infer) === "types.coroutine")
  );
}

export function givesGiven({ anatomy }: Dissected): boolean {
  const returned = anatomy.path.flatMap(({ scope, self }) =>
    scope.returns.map(({ node }) => ({ value: node.value, self })),
  );
  return returned.some(
    ({ value, self }) =>
      value !== undefined &&
      some(
        value,
        (each) =>
          each.kind === "attribute" &&
          each.object.kind === "name" &&
          each.object.id === self &&
          anatomy.given.has(each.name),
      ),
  );
}

// ---- wrapping, contexts, clean-up, checks

/** `x = each(x)` or `x = wrap(each, x)`, `each` from what was given and `x` surely something to call. */
export function wraps(step: Step<Assign | Augment>, parts: Dissected): boolean {
  const value = assigned(step);
  const [target] = targetsOf(step);
  const loop = loopAround(step)?.statement;
  if (value?.kind !== "call" || target?.kind !== "name" || loop?.kind !== "for") return false;
  const item = loop.target.kind === "name" ? loop.target.id : undefined;
  const takes = (id: string | undefined) => value.args.some((each) => isName(each.value, id));
  const isWrapped = (isName(value.callee, item) || takes(item)) && takes(target.id);
  const { anatomy } = parts;
  return (
    isWrapped &&
    some(loop.iterable, (node) => isGiven(node, step.routine, anatomy)) &&
    isCallable(target.id, step, parts)
  );
}

function isName(node: Expression, id: string | undefined): boolean {
  return node.kind === "name" && node.id === id;
}

/** Whether a name is called, made by `partial`, or declared as something to call. */
function isCallable(name: string, { routine }: Step<unknown>, { calls: all }: Dissected): boolean {
  if (all.some((step) => step.routine === routine && isName(step.node.callee, name))) return true;
  const { tree, bindings } = routine.scope;
  return (bindings.get(name) ?? []).some((binding) => {
    if (binding.kind === "parameter" && binding.parameter.annotation)
      return /\b(?:Callable|Awaitable)\b/.test(tree.slice(binding.parameter.annotation));
    return binding.kind === "value" && /^(?:functools\.)?partial\(/.test(tree.slice(binding.value));
  });
}

/** `functools.reduce(lambda inner, each: each(inner), …)`. */
export function folds({ node, name }: Named<Step<Call>>): boolean {
  const [first] = node.args;
  if (name !== "functools.reduce" || first?.value.kind !== "lambda") return false;
  return first.value.body.kind === "call";
}

export function calledMethod(node: Expression): string | undefined {
  return node.kind === "call" && node.callee.kind === "attribute" ? node.callee.name : undefined;
}

export function isCancelHandler(handler: Handler, routine: Routine, statement: Statement, anatomy: Anatomy): boolean {
  const types = handler.types.flatMap((type) => (type.kind === "display" ? type.elements : [type]));
  return types.some((type) =>
    /(?:^|\.)CancelledError$/.test(fullName(type, { scope: routine.scope, statement }, anatomy.infer) ?? ""),
  );
}

/** A handler of cancels, or a `finally`, that awaits. */
export function cleansUp(node: Try, routine: Routine, parts: Dissected): boolean {
  const inside = (part: "handler" | "last", handler?: Handler) =>
    [...parts.awaits, ...parts.calls].some(({ around }) =>
      around.some((each) => each.statement === node && each.part === part && each.handler === handler),
    );
  const waits = parts.awaits.some(({ around }) =>
    around.some((each) => each.statement === node && each.part === "body"),
  );
  const onCancel = node.handlers.some(
    (handler) => isCancelHandler(handler, routine, node, parts.anatomy) && inside("handler", handler),
  );
  const atEnd =
    node.last !== undefined &&
    parts.awaits.some(({ around }) => around.some((each) => each.statement === node && each.part === "last"));
  return waits && (onCancel || atEnd);
}

/** An `if` about what the operation gave, in which an error is raised; or a given function called with it, whose error is. */
export function checksResult({ node, routine }: Step<Statement>, parts: Dissected): boolean {
  if (node.kind === "try") return parsesResult(node, routine, parts);
  if (node.kind !== "if") return false;
  const results = new Set(resultNames(routine, parts));
  return node.branches.some(
    ({ test, body }) =>
      some(test, (each) => each.kind === "name" && results.has(each.id)) &&
      body.statements.some(({ kind }) => kind === "raise"),
  );
}

export function parsesResult(node: Try, routine: Routine, parts: Dissected): boolean {
  const results = new Set(resultNames(routine, parts));
  const parses = parts.calls.some(
    (step) =>
      step.around.some((each) => each.statement === node && each.part === "body") &&
      isGivenCall(step.node, routine, parts.anatomy) &&
      step.node.args.some(({ value }) => value.kind === "name" && results.has(value.id)),
  );
  return parses && node.handlers.some(({ body }) => body.statements.some(({ kind }) => kind === "raise"));
}

export function resultNames(routine: Routine, parts: Dissected): readonly string[] {
  const awaited = new Set(operations(parts).map(({ node }) => node));
  return [...routine.scope.bindings].flatMap(([name, bindings]) =>
    bindings.some(
      (binding) =>
        (binding.kind === "value" || binding.kind === "walrus") && some(binding.value, (each) => awaited.has(each)),
    )
      ? [name]
      : [],
  );
}

// ---- tasks, and nothing else

/** The constructor or a method that callers use makes the task: it runs before anybody awaits. */
export function startsAhead(anatomy: Anatomy): boolean {
  return anatomy.assignments.some((step) => {
    const { definition } = step.routine;
    const isOfAwaits = definition.isAsync && anatomy.path.includes(step.routine);
    const isAhead =
      /^__(?:init|post_init|new)__$/.test(definition.name) || !(definition.name.startsWith("_") || isOfAwaits);
    return isAhead && isKept(step, anatomy, isTaskCall);
  });
}

/** `await self._task`, with nothing between that keeps a cancel from it. */
export function awaitsOwnTask({ anatomy, awaits }: Dissected): boolean {
  return awaits.some(({ operand, routine }) => {
    const name = ownAttribute(operand, routine);
    return (
      name !== undefined &&
      anatomy.assignments.some((step) => keptAttributes(step).includes(name) && isKept(step, anatomy, isTaskCall))
    );
  });
}

/** Each await calls what was given and gives its result, and that is all. */
export function onlyRuns(parts: Dissected): boolean {
  const all = operations(parts);
  const others = parts.awaits.filter(
    (step) => !all.includes(step) && !ownMethodCalled(step.operand, step.routine, parts.anatomy),
  );
  const isPlain = parts.statements.every(
    ({ node }) =>
      node.kind === "return" || node.kind === "assign" || node.kind === "expression" || node.kind === "function",
  );
  return all.length === 1 && others.length === 0 && isPlain && all.every(({ operand }) => operand.kind === "call");
}
