// What a call gives; here of the functions and classes of the code.

import type { Argument, Expression, FunctionDef, Parameter } from "../code/ast";
import { code, prose } from "../prose";
import type { Scope, Where } from "../scopes/scope";
import { bindArguments, solve } from "./arguments";
import { callBuiltin } from "./builtins";
import { awaited, type CallSite, elementOf, madeAt } from "./callSite";
import { classMember, isAbstractBody } from "./classes";
import { callClass, callType } from "./construct";
import { callForm } from "./forms";
import { settle, substitute } from "./generics";
import { callFact } from "./knownCalls";
import { callOverloads } from "./overloads";
import { unify } from "./solving";
import {
  type CallableValue,
  type CoroutineValue,
  type FunctionValue,
  force,
  type Inference,
  inexact,
  isNone,
  type LambdaValue,
  never,
  none,
  union,
  unknown,
  type Value,
} from "./values";

/** What `callee(args)` gives; `at` is the call. */
export function callValue(
  callee: Value,
  args: readonly Argument[],
  at: Expression,
  where: Where,
  infer: Inference,
): Value {
  const site = { args, at, where };
  switch (callee.kind) {
    case "function":
      return callFunction(callee, site, infer);
    case "fact":
      return callFact(callee, site, infer);
    case "class":
      return callClass(callee, site, infer);
    case "object": {
      const found = classMember(callee.of, "__call__", infer);
      if (found && "owner" in found) return infer.call(receive(found.value, callee), args, at, where);
      return unknown(prose`${code(callee.of.definition.name)} shows no ${code("__call__")}`);
    }
    case "lambda":
      return callLambda(callee, site, infer);
    case "callable":
      return callCallable(callee, site, infer);
    case "class of":
      return inexactObject(force(callee.instance));
    case "type":
      return callType(callee, site, infer);
    case "form":
      return callForm(callee, site, infer);
    case "instance":
    case "sequence":
    case "plain":
      return infer.call(infer.attribute(callee, "__call__", where), args, at, where);
    case "builtin":
      return callBuiltin(callee.name, site, infer);
    case "union":
      return union(callee.members.map((member) => infer.call(member, args, at, where)));
    case "unknown":
      return unknown(callee.why);
    case "never":
      return never;
    default:
      return unknown(prose`${code(where.scope.tree.slice(at))} calls something that is not followed`);
  }
}

function receive(value: Value, receiver: Value): Value {
  if (value.kind === "union") return union(value.members.map((member) => receive(member, receiver)));
  return value.kind === "function" && !value.receiver ? { ...value, receiver } : value;
}

/** A `Callable[[T], …]` is told by its arguments what T is. */
function callCallable(callee: CallableValue, site: CallSite, infer: Inference): Value {
  const result = force(callee.result);
  const positional = site.args.filter(({ name, value }) => name === undefined && value.kind !== "starred");
  if (!callee.parameters) return result;
  const found = new Map<object, () => Value>();
  callee.parameters.forEach((parameter, index) => {
    const node = positional[index]?.value;
    if (node) unify(force(parameter), infer.valueOf(node, site.where), found, infer, site.where);
  });
  return settle(substitute(result, found));
}

/** `type[C]()`: of C or a subclass. */
function inexactObject(instance: Value): Value {
  return instance.kind === "variable" ? instance : inexact(instance);
}

// ---- functions of the code

function callFunction(callee: FunctionValue, site: CallSite, infer: Inference): Value {
  if (callee.overloads) return callOverloaded(callee, callee.overloads, site, infer);
  const { definition } = callee;
  const made = madeAt(site);
  if (callee.effects.includes("async context")) return contextManager(asyncManager, callee, site, infer);
  if (callee.effects.includes("context")) return contextManager(manager, callee, site, infer);
  const isGenerator = isGeneratorFunction(callee, infer);
  if (definition.isAsync && isGenerator) {
    const result = infer.later(() => generated(callee, site, infer));
    return {
      kind: "instance",
      name: "types.AsyncGeneratorType",
      exact: !callee.overridable,
      made,
      runs: callee,
      result,
    };
  }
  if (definition.isAsync) return coroutineOf(callee, "coroutine", site, infer);
  if (isGenerator && callee.effects.includes("coroutine")) return coroutineOf(callee, "generator", site, infer);
  if (isGenerator) return generatorOf(callee, site, infer);
  const found = returned(callee, site, infer);
  // What a method gives may be something else in a subclass.
  const result = callee.overridable ? inexact(found) : found;
  return callee.effects.includes("coroutine") ? wrapped(result, callee, site) : result;
}

/** What runs is the implementation; overloads only say more about what it gives. A stub has nothing else. */
function callOverloaded(
  { overloads: _, ...callee }: FunctionValue,
  overloads: readonly FunctionValue[],
  site: CallSite,
  infer: Inference,
): Value {
  const all = overloads.map((each) => ({
    ...each,
    ...(callee.receiver && { receiver: callee.receiver }),
    ...(callee.overridable && { overridable: true }),
  }));
  if (callee.effects.includes("overload")) return callOverloads(all, site, infer);
  if (!callee.definition.isAsync) return callOverloads(all, site, infer);
  const made = callFunction(callee, site, infer);
  if (made.kind !== "coroutine" || !all.every(({ definition }) => definition.isAsync)) return made;
  return { ...made, result: infer.later(() => awaited(callOverloads(all, site, infer), infer, site.where)) };
}

function generatorOf(callee: FunctionValue, site: CallSite, infer: Inference): Value {
  return {
    kind: "sequence",
    type: "generator",
    exact: !callee.overridable,
    element: infer.later(() => generated(callee, site, infer)),
    result: infer.later(() => returned(callee, site, infer)),
  };
}

/** `types.coroutine` also makes awaitable a generator that a plain function returns. */
function wrapped(result: Value, callee: FunctionValue, site: CallSite): Value {
  const isGenerator = result.kind === "sequence" && result.type === "generator";
  if (!isGenerator)
    return result.kind === "coroutine"
      ? result
      : unknown(prose`${code(callee.definition.name)} gives something that is not followed`);
  return {
    kind: "coroutine",
    type: "generator",
    of: callee,
    made: madeAt(site),
    result: () => unknown(prose`it is not told`),
  };
}

const asyncManager = "contextlib._AsyncGeneratorContextManager";
const manager = "contextlib._GeneratorContextManager";

function contextManager(name: string, callee: FunctionValue, site: CallSite, infer: Inference): Value {
  const result = infer.later(() => generated(callee, site, infer));
  return { kind: "instance", name, exact: true, made: madeAt(site), runs: callee, result };
}

function coroutineOf(
  of: FunctionValue,
  type: CoroutineValue["type"],
  site: CallSite,
  infer: Inference,
): CoroutineValue {
  const result = infer.later(() => returned(of, site, infer));
  return { kind: "coroutine", type, of, made: madeAt(site), args: site.args, result };
}

export function isGeneratorFunction(value: FunctionValue, infer: Inference): boolean {
  return !value.where.scope.tree.isStub && infer.scopeOf(value.definition, value.where).yields.length > 0;
}

/** What a function returns: its annotation, else its `return` statements with the call's arguments put in. */
export function returned(callee: FunctionValue, site: CallSite, infer: Inference): Value {
  const { definition, where } = callee;
  const name = code(definition.name);
  const isGenerator = isGeneratorFunction(callee, infer);
  if (definition.returns) {
    const declared = declaredResult(callee, definition.returns, site, infer);
    if (isGenerator && declared.kind === "sequence" && declared.result) return force(declared.result);
    if (isNone(declared) && !isGenerator && givesNothing(callee, infer)) return none;
    if (declared.kind !== "unknown" && !isGenerator) return declared;
    if (!isGenerator && declared.kind === "unknown")
      return unknown(prose`${name} says what it returns, but ${declared.why}`);
  }
  if (where.scope.tree.isStub) return unknown(prose`the stub of ${name} does not say what it returns`);
  if (callee.overridable && isAbstractBody(definition.body)) return unknown(prose`${name} is left to subclasses`);
  const scope = infer.scopeOf(definition, where);
  const bound = bindArguments(callee, site, infer);
  return infer.within(callee, bound, () => union(returnValues(definition, scope, infer)));
}

/** Whether a function's own code returns no value, as its annotation says. */
function givesNothing({ definition, where }: FunctionValue, infer: Inference): boolean {
  if (where.scope.tree.isStub || isAbstractBody(definition.body)) return false;
  return infer.scopeOf(definition, where).returns.every(({ node }) => !node.value || isNoneLiteral(node.value));
}

function isNoneLiteral(node: Expression): boolean {
  return node.kind === "literal" && node.type === "None";
}

/** The annotation, with what the receiver and the arguments tell of its type variables. */
function declaredResult(callee: FunctionValue, annotation: Expression, site: CallSite, infer: Inference): Value {
  const open = infer.openType(annotation, callee.where);
  return settle(substitute(open, solve(callee, site, infer)));
}

function returnValues(definition: FunctionDef, scope: Scope, infer: Inference): Value[] {
  const values = scope.returns.map(({ node, where }) => (node.value ? infer.valueOf(node.value, where) : none));
  return fallsOff(definition) ? [...values, none] : values;
}

/** Whether the end of the body may be reached: only the plainest ways of never reaching it count. */
export function fallsOff(definition: FunctionDef): boolean {
  return !endsAlways(definition.body.statements.at(-1));
}

function endsAlways(statement: FunctionDef["body"]["statements"][number] | undefined): boolean {
  switch (statement?.kind) {
    case "return":
    case "raise":
      return true;
    case "if":
      return (
        statement.otherwise !== undefined &&
        [...statement.branches.map((branch) => branch.body), statement.otherwise].every((body) =>
          endsAlways(body.statements.at(-1)),
        )
      );
    case "with":
      return endsAlways(statement.body.statements.at(-1));
    case "try":
      return (
        (statement.last !== undefined && endsAlways(statement.last.statements.at(-1))) ||
        (endsAlways((statement.otherwise ?? statement.body).statements.at(-1)) &&
          statement.handlers.every((handler) => endsAlways(handler.body.statements.at(-1))))
      );
    case "while":
      return statement.test.kind === "literal" && statement.test.type === "bool" && !statement.otherwise;
    default:
      return false;
  }
}

/** What a generator yields, of any kind. */
export function generated(callee: FunctionValue, site: CallSite, infer: Inference): Value {
  const { definition, where } = callee;
  if (definition.returns) {
    const declared = elementOf(declaredResult(callee, definition.returns, site, infer), infer, where);
    if (declared.kind !== "unknown" || where.scope.tree.isStub) return declared;
  }
  const { yields } = infer.scopeOf(definition, where);
  const bound = bindArguments(callee, site, infer);
  return infer.within(callee, bound, () =>
    union(
      yields.map(({ node, where: at }) => {
        if (!node.value) return none;
        const value = infer.valueOf(node.value, at);
        return node.from ? elementOf(value, infer, at) : value;
      }),
    ),
  );
}

function callLambda(callee: LambdaValue, site: CallSite, infer: Inference): Value {
  const scope = infer.scopeOf(callee.node, callee.where);
  const bound = new Map<Parameter, Value>();
  const positional = site.args.filter((each) => each.name === undefined);
  const isOpen = site.args.some((each) => each.value.kind === "starred");
  callee.node.parameters.forEach((parameter, index) => {
    const node = positional[index]?.value;
    if (node && !isOpen && parameter.star === "") bound.set(parameter, infer.valueOf(node, site.where));
  });
  return infer.within(callee, bound, () =>
    infer.valueOf(callee.node.body, { scope, statement: callee.where.statement }),
  );
}
