// Defects of `__await__` itself: what it returns and yields, what it is set on, whether it blocks.

import { awaitMethod, type Failing } from "../awaiting/protocol";
import type { Call, FunctionDef, Statement, While } from "../code/ast";
import { classMember, isAbstractBody } from "../infer/classes";
import type { ClassValue, FunctionValue, Inference } from "../infer/values";
import { code, home, prose } from "../prose";
import type { Scope } from "../scopes/scope";
import { ownAttribute, type Routine, type Step, some, whereOf } from "./anatomy";
import { blocks } from "./blocking";
import { fullName } from "./callNames";
import { type Check, defect } from "./check";
import type { Defect, DefectRule } from "./defect";
import { awaitMethods } from "./handing";
import { keptAttributes } from "./keeping";

const rules: Readonly<Record<Failing["how"], DefectRule>> = {
  "no iterator": "await-not-iterator",
  "yields a value": "await-yields-values",
  "yields a future": "await-yields-future",
};

const failing: Check = ({ of, infer }) => {
  const found = classMember(of, "__await__", infer);
  if (!found || !("owner" in found) || found.value.kind !== "function") return [];
  // No code at all: a stand-in for a test of the type, or for subclasses.
  const { body } = found.value.definition;
  if (isAbstractBody(body) || body.statements.every(hasNoEffect)) return [];
  const shape = awaitMethod(found.value, of, infer);
  if (shape.kind !== "fails") return [];
  const isCertain = shape.how === "no iterator" || speaksOfAsyncio(of);
  const fix = rewritten(shape, found.value.definition, of, infer);
  const message = home(shape.why, infer.addressOf(found.value.where.scope.tree));
  return [defect(rules[shape.how], shape.at, message, { ...(fix && { fix }), ...(!isCertain && { elsewhere: true }) })];
};

/** `1 / 0` on a line of its own: code whose value nobody uses is there to raise. */
function hasNoEffect(statement: Statement): boolean {
  return (
    statement.kind === "expression" && statement.values.every(({ kind }) => /^(?:operation|literal|name)$/.test(kind))
  );
}

/** Other event loops than asyncio's take other things than futures. */
function speaksOfAsyncio({ where }: ClassValue): boolean {
  return /^\s*(?:import|from)\s+asyncio\b/m.test(where.scope.tree.text);
}

function rewritten(shape: Failing, method: FunctionDef, of: ClassValue, infer: Inference): Defect["fix"] | undefined {
  if (shape.rewrite !== undefined)
    return { title: `Write ${shape.rewrite}`, edits: [{ ...shape.at, text: shape.rewrite }] };
  const scope = infer.scopeOf(of.definition, of.where);
  const self = method.parameters[0]?.name;
  if (!method.isAsync || scope.bindings.has("_run") || self === undefined || method.decorators.length > 0)
    return undefined;
  const { tree } = of.where.scope;
  const indent = " ".repeat(tree.place(method.start).column);
  const deeper = indent + " ".repeat(Math.max(tree.place(method.body.start).column - indent.length, 4));
  const text = `def __await__(${self}):\n${deeper}return ${self}._run().__await__()\n\n${indent}`;
  return {
    title: "Keep the coroutine in _run",
    edits: [
      { start: method.start, end: method.start, text },
      { ...method.nameSpan, text: "_run" },
    ],
  };
}

const onInstance: Check = ({ parts, of, infer }) => {
  if (classMember(of, "__await__", infer) !== undefined) return [];
  const owner = code(of.definition.name);
  return parts.anatomy.assignments.flatMap((step) => {
    if (!keptAttributes(step).includes("__await__")) return [];
    const message = prose`${code("__await__")} is set on the instance. Python looks it up on the class, and ${owner} has none: ${code("await")} fails.`;
    return [defect("await-on-instance", step.node, message)];
  });
};

// ---- blocking

/** Blocking calls of `__await__`, of the plain functions that it calls, and of those that they call. */
const blocking: Check = ({ parts, infer }) => {
  const { anatomy } = parts;
  const found: Defect[] = [];
  const seen = new Set<Routine>();
  const pending = [...awaitMethods(anatomy)];
  for (let routine = pending.pop(); routine; routine = pending.pop()) {
    if (seen.has(routine)) continue;
    seen.add(routine);
    for (const step of anatomy.calls) {
      if (step.routine !== routine) continue;
      const called = routineCalled(step, anatomy.routines);
      if (called) pending.push(called);
      else found.push(...blockingCall(step, infer));
    }
  }
  return found;
};

/** A routine of the class that a call runs at once, or as a coroutine that is awaited. */
function routineCalled({ node, routine }: Step<Call>, routines: readonly Routine[]): Routine | undefined {
  const name = ownAttribute(node.callee, routine);
  const inner = node.callee.kind === "name" ? node.callee.id : undefined;
  return routines.find(({ definition, outer }) =>
    outer ? outer === routine && definition.name === inner : definition.name === name,
  );
}

function blockingCall(step: Step<Call>, infer: Inference): Defect[] {
  const where = whereOf(step);
  const { definition } = step.routine;
  const direct = blocks(step.node, fullName(step.node.callee, where, infer), where.scope.tree);
  const isAsync = definition.isAsync;
  if (direct !== undefined) {
    const message = prose`${code(direct.name)} in ${code(definition.name)} ${direct.does}, and until then no other task runs, no timer fires and no cancel arrives. ${direct.instead}`;
    return [defect("await-blocks", step.node, message, isAsync ? { elsewhere: true } : {})];
  }
  const value = infer.valueOf(step.node.callee, where);
  const chain = value.kind === "function" ? blockingInside(value, infer, 0) : undefined;
  if (!chain || value.kind !== "function") return [];
  const related =
    chain.scope.tree === where.scope.tree ? [{ span: chain.call, message: prose`It ${chain.does} here.` }] : [];
  const message = prose`${code(value.definition.name)}, which ${code(definition.name)} calls, ${chain.does} in ${code(chain.name)}: until then no other task runs, no timer fires and no cancel arrives. ${chain.instead}`;
  return [defect("await-blocks", step.node, message, { related, ...(isAsync && { elsewhere: true as const }) })];
}

interface Blocking extends NonNullable<ReturnType<typeof blocks>> {
  readonly call: Call;
  readonly scope: Scope;
}

/** The first blocking call at the top of a plain function's body, or of a function that it calls there. */
function blockingInside(value: FunctionValue, infer: Inference, depth: number): Blocking | undefined {
  const { definition, effects } = value;
  if (depth > 3 || definition.isAsync || effects.length > 0 || value.where.scope.tree.isStub) return undefined;
  const scope = infer.scopeOf(definition, value.where);
  if (scope.yields.length > 0) return undefined;
  for (const statement of definition.body.statements) {
    const values =
      statement.kind === "expression"
        ? statement.values
        : statement.kind === "return" || statement.kind === "assign"
          ? [statement.value]
          : [];
    for (const node of values) {
      if (node?.kind !== "call") continue;
      const where = { scope, statement };
      const direct = blocks(node, fullName(node.callee, where, infer), scope.tree);
      if (direct) return { ...direct, call: node, scope };
      const next = infer.valueOf(node.callee, where);
      const inner = next.kind === "function" ? blockingInside(next, infer, depth + 1) : undefined;
      if (inner) return inner;
    }
  }
  return undefined;
}

// ---- polling

/** `while not ready: yield`: run again at once, as often as the loop can. */
const busyLoop: Check = ({ parts }) =>
  parts.statements.flatMap(({ node, routine }) => {
    if (node.kind !== "while" || routine.definition.name !== "__await__" || !onlyYields(node)) return [];
    const message = prose`${code("yield")} in a loop asks to be run again at once, so until ${code(routine.scope.tree.slice(node.test))} is false this task takes every turn that it can get and the processor never rests. Wait for an ${code("asyncio.Event")} or a future.`;
    return [defect("await-busy-loop", { start: node.start, end: node.test.end }, message)];
  });

function onlyYields({ test, body }: While): boolean {
  const isTrue = test.kind === "literal";
  return (
    !isTrue &&
    body.statements.every(
      (each) =>
        each.kind === "expression" &&
        each.values.every(
          (value) => value.kind === "yield" && !value.from && !some(value.value, ({ kind }) => kind !== "literal"),
        ),
    )
  );
}

export const protocolChecks: readonly Check[] = [failing, onInstance, blocking, busyLoop];
