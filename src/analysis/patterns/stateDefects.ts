// Defects of what an object keeps from one await to the next: counters that a second await goes on with, coroutines that
// the first has used up, containers that all instances share.
import type { Assign, Augment, Expression } from "../code/ast";
import { code, line, prose } from "../prose";
import type { Binding } from "../scopes/scope";
import { type Anatomy, ownAttribute, type Routine, type Step, some, whereOf } from "./anatomy";
import { fullName } from "./callNames";
import { type Check, defect } from "./check";
import type { Dissected } from "./dissection";
import { awaitMethods, handed } from "./handing";
import { isCancelled, isTaskCall, keptAttributes } from "./keeping";

/** `while self.left: …; self.left -= 1` with an await in it: the second await finds what the first has left. */
const sharedCounter: Check = ({ parts }) => {
  const told = new Set<string>();
  return parts.assignments.flatMap((step) => {
    const name = changedByItself(step);
    const loop = step.around.findLast(({ statement }) => statement.kind === "while")?.statement;
    if (name === undefined || told.has(name) || loop?.kind !== "while") return [];
    const isAsked = some(loop.test, (node) => ownAttribute(node, step.routine) === name);
    const suspends = parts.awaits.some(({ around }) => around.some((each) => each.statement === loop));
    if (!isAsked || !suspends || isReset(name, parts, step)) return [];
    told.add(name);
    const attribute = code(`${step.routine.self}.${name}`);
    const message = prose`${attribute} counts for all awaits of this object: a second await finds what the first has left, and two at once share the count. Count in a local variable.`;
    const related = [{ span: loop.test, message: prose`The loop goes by it here.` }];
    return [defect("shared-await-state", step.node, message, { related })];
  });
};

/** The attribute that `self.x -= 1` or `self.x = self.x - 1` changes. */
function changedByItself({ node, routine }: Step<Assign | Augment>): string | undefined {
  if (node.kind === "augment") return ownAttribute(node.target, routine);
  const [target] = node.targets;
  const name = ownAttribute(target, routine);
  const isOperation = node.value?.kind === "operation";
  return isOperation && some(node.value, (each) => ownAttribute(each, routine) === name) ? name : undefined;
}

/** Whether the await path sets the attribute anew: not from itself. */
function isReset(name: string, parts: Dissected, but: Step<unknown>): boolean {
  return parts.assignments.some(
    (step) => step.node !== but.node && keptAttributes(step).includes(name) && changedByItself(step) === undefined,
  );
}

/** `__await__` returns self, and `__next__` counts on it. */
const sharedIterator: Check = ({ parts }) => {
  const { anatomy } = parts;
  const returnsSelf = awaitMethods(anatomy).some(({ scope, self }) =>
    scope.returns.some(({ node }) => node.value?.kind === "name" && node.value.id === self),
  );
  if (!returnsSelf) return [];
  const steps = anatomy.assignments.filter(({ routine }) => /^(?:__next__|send)$/.test(routine.definition.name));
  const [first] = steps.filter((step) => {
    const name = changedByItself(step);
    return name !== undefined && step.node.kind === "augment" && !isSetIn(name, awaitMethods(anatomy), anatomy);
  });
  if (!first) return [];
  const name = code(`${first.routine.self}.${changedByItself(first)}`);
  const message = prose`${code("__await__")} returns the object itself, so every await goes on with ${name} where the one before stopped. Return a new iterator for each await.`;
  return [defect("shared-await-state", first.node, message)];
};

function isSetIn(name: string, routines: readonly Routine[], anatomy: Anatomy): boolean {
  return anatomy.assignments.some((step) => routines.includes(step.routine) && keptAttributes(step).includes(name));
}

// ---- used up

const singleUse: Check = ({ parts }) =>
  handedOn(parts).flatMap(({ name, node, routine }) => {
    const bindings = parts.anatomy.routines.flatMap((each) =>
      (each.scope.bindings.get(`${each.self}.${name}`) ?? []).map((binding) => ({ binding, each })),
    );
    const [only] = bindings;
    if (!only || bindings.length !== 1 || !/^__(?:init|post_init)__$/.test(only.each.definition.name)) return [];
    const what = usedUp(only.binding, parts.anatomy);
    if (what === undefined) return [];
    const { tree } = routine.scope;
    const at = tree === only.each.scope.tree ? prose` (${line(tree.place(only.binding.span.start).line)})` : undefined;
    const message = prose`${code(tree.slice(node))} is ${what} that ${code(only.each.definition.name)} makes once${at}, so the first await uses it up and a second one fails. Make it anew in ${code("__await__")}.`;
    return [
      defect("single-use-awaitable", node, message, {
        related: [{ span: only.binding.span, message: prose`Made here, once.` }],
      }),
    ];
  });

/** Attributes that `__await__` hands on or iterates over: `self.x.__await__()`, `yield from self.x`, `return self.x`. */
function handedOn(parts: Dissected): { name: string; node: Expression; routine: Routine }[] {
  const values = [
    ...handed(parts).map(({ operand, routine }) => ({ node: operand, routine })),
    ...awaitMethods(parts.anatomy).flatMap((routine) =>
      routine.scope.returns.flatMap(({ node }) => (node.value ? [{ node: node.value, routine }] : [])),
    ),
  ];
  return values.flatMap(({ node, routine }) => {
    const name = ownAttribute(node, routine);
    return name === undefined ? [] : [{ name, node, routine }];
  });
}

/** What the binding gives, if it can be driven only once and is made here. */
function usedUp(binding: Binding, { infer }: Anatomy): string | undefined {
  if (binding.kind !== "value" || binding.value.kind !== "call" || binding.path.length > 0) return undefined;
  const { callee } = binding.value;
  if (callee.kind === "attribute" && callee.name === "__await__") return "an iterator";
  const value = infer.valueOf(binding.value, binding.where);
  if (value.kind === "coroutine" && value.type === "coroutine" && value.of?.kind === "function") return "a coroutine";
  return value.kind === "sequence" && value.exact && value.type === "generator" ? "a generator" : undefined;
}

// ---- shared by all

const container = /^(?:collections\.)?(?:builtins\.)?(?:dict|list|set|defaultdict|OrderedDict|deque|Counter)$/;

const classLevel: Check = ({ parts, of, infer }) => {
  const scope = infer.scopeOf(of.definition, of.where);
  return [...scope.bindings].flatMap(([name, bindings]) => {
    const [only] = bindings;
    if (bindings.length !== 1 || only?.kind !== "value" || only.annotation !== undefined) return [];
    const changed = parts.assignments.find((step) => changesInPlace(step, name)) ?? callThatFills(parts, name);
    const isOwn = parts.anatomy.assignments.some((step) => keptAttributes(step).includes(name));
    if (!isContainer(only.value, only.where, parts) || !changed || isOwn) return [];
    const owner = code(of.definition.name);
    const message = prose`${code(name)} is made once, in the class body: all instances of ${owner} share it, with what any of them puts in. Make it in ${code("__init__")}.`;
    return [
      defect("class-level-state", only.span, message, {
        related: [{ span: changed.node, message: prose`Changed here.` }],
      }),
    ];
  });
};

function isContainer(value: Expression, where: Binding["where"], { anatomy }: Dissected): boolean {
  if (value.kind === "display") return value.type !== "tuple";
  return value.kind === "call" && container.test(fullName(value.callee, where, anatomy.infer) ?? "");
}

/** `self.x[key] = …`. */
function changesInPlace({ node, routine }: Step<Assign | Augment>, name: string): boolean {
  const targets = node.kind === "assign" ? node.targets : [node.target];
  return targets.some((target) => target.kind === "subscript" && ownAttribute(target.object, routine) === name);
}

function callThatFills({ calls }: Dissected, name: string) {
  const fills = /^(?:append|add|setdefault|update|insert|extend|appendleft)$/;
  return calls.find(
    ({ node, routine }) =>
      node.callee.kind === "attribute" &&
      fills.test(node.callee.name) &&
      ownAttribute(node.callee.object, routine) === name,
  );
}

// ---- shared tasks

/** `await self._task` by several: a cancel of one awaiter cancels the task, and with it all others. */
const cancelShared: Check = ({ parts, pattern }) => {
  if (!/^aw-(?:once|lazy-task|cached)$/.test(pattern?.prefix ?? "")) return [];
  const { anatomy } = parts;
  const [first] = parts.awaits.flatMap((step) => {
    const name = ownAttribute(step.operand, step.routine);
    if (name === undefined) return [];
    const isTask = anatomy.assignments.some(
      (each) =>
        keptAttributes(each).includes(name) &&
        some(each.node.value, (node) => isTaskCall(node, each, anatomy) && !setsUp(node, each, anatomy)),
    );
    return isTask && !isCancelled(name, anatomy, step.routine) ? [{ step, name }] : [];
  });
  if (!first) return [];
  const { operand, routine } = first.step;
  const task = code(routine.scope.tree.slice(operand));
  const message = prose`All awaiters wait for ${task} itself: when one of them is cancelled, the task is, and every other gets ${code("CancelledError")} too. Await ${code(`asyncio.shield(${routine.scope.tree.slice(operand)})`)}.`;
  return [defect("cancel-shared", operand, message, shieldFix(first.step, anatomy))];
};

/** A task of a method that returns the object itself: who makes it awaits it once, for it to be ready. */
function setsUp(node: Expression, { routine }: Step<unknown>, { routines }: Anatomy): boolean {
  const made = node.kind === "call" ? node.args[0]?.value : undefined;
  const name = made?.kind === "call" ? ownAttribute(made.callee, routine) : undefined;
  const method = routines.find(({ definition, outer }) => !outer && definition.name === name);
  return (
    method !== undefined &&
    method.scope.returns.length > 0 &&
    method.scope.returns.every(({ node: { value } }) => value?.kind === "name" && value.id === method.self)
  );
}

function shieldFix({ operand, routine, statement }: Step<unknown> & { operand: Expression }, anatomy: Anatomy) {
  const { tree } = routine.scope;
  const asyncio: Expression = { kind: "name", id: "asyncio", start: operand.start, end: operand.start };
  const isImported = fullName(asyncio, whereOf({ routine, statement }), anatomy.infer) === "asyncio";
  const text = `asyncio.shield(${tree.slice(operand)})`;
  return isImported
    ? {
        fix: {
          title: "Shield it from the cancel of one awaiter",
          edits: [{ start: operand.start, end: operand.end, text }],
        },
      }
    : {};
}

export const stateChecks: readonly Check[] = [sharedCounter, sharedIterator, singleUse, classLevel, cancelShared];
