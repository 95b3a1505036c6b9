// What a call gives; here of the functions and classes of the code.
import type { Argument, Expression, FunctionDef, Parameter } from "./ast";
import { callBuiltin } from "./builtins";
import { type CallSite, madeAt } from "./callSite";
import { classMember, isAbstractBody } from "./classes";
import { callFact } from "./knownCalls";
import { code, prose } from "./prose";
import type { Scope, Where } from "./scope";
import {
  type CoroutineValue,
  type FunctionValue,
  force,
  type Inference,
  inexact,
  type LambdaValue,
  type Made,
  never,
  none,
  plainValue,
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
      return callLambda(callee, infer);
    case "callable":
      return force(callee.result);
    case "builtin":
      return callBuiltin(callee.name, site, infer);
    case "union":
      return union(callee.members.map((member) => infer.call(member, args, at, where)));
    case "unknown":
      // The names of typing that are no classes keep their names.
      return unknown(callee.why, callee.name === "typing.TypeVar" ? "typing.TypeVar()" : undefined);
    case "never":
      return never;
    default:
      return unknown(prose`${code(where.scope.tree.slice(at))} calls something that is not followed`);
  }
}

function receive(value: Value, receiver: Value): Value {
  return value.kind === "function" ? { ...value, receiver } : value;
}

// ---- functions of the code

function callFunction(callee: FunctionValue, site: CallSite, infer: Inference): Value {
  const { definition } = callee;
  const made = madeAt(site);
  if (callee.effects.includes("async context")) return contextManager(callee, made, infer);
  if (callee.effects.includes("context")) return plainValue("context manager");
  const isGenerator = isGeneratorFunction(callee, infer);
  if (definition.isAsync && isGenerator) {
    const result = () => generated(callee, infer);
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
  if (isGenerator)
    return { kind: "sequence", type: "generator", exact: !callee.overridable, element: () => generated(callee, infer) };
  const found = returned(callee, site, infer);
  // What a method gives may be something else in a subclass.
  const result = callee.overridable ? inexact(found) : found;
  return callee.effects.includes("coroutine") ? wrapped(result, callee, site) : result;
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

function contextManager(callee: FunctionValue, made: Made, infer: Inference): Value {
  const name = "contextlib._AsyncGeneratorContextManager";
  return { kind: "instance", name, exact: true, made, runs: callee, result: () => generated(callee, infer) };
}

function coroutineOf(
  of: FunctionValue,
  type: CoroutineValue["type"],
  site: CallSite,
  infer: Inference,
): CoroutineValue {
  return { kind: "coroutine", type, of, made: madeAt(site), args: site.args, result: () => returned(of, site, infer) };
}

export function isGeneratorFunction(value: FunctionValue, infer: Inference): boolean {
  return infer.scopeOf(value.definition, value.where).yields.length > 0;
}

/** What a function returns: its annotation, else its `return` statements with the call's arguments put in. */
export function returned(callee: FunctionValue, site: CallSite, infer: Inference): Value {
  const { definition, where } = callee;
  const name = code(definition.name);
  if (definition.returns && !returnsSelf(definition.returns)) {
    const declared = infer.typeOf(definition.returns, where);
    if (declared.kind !== "unknown") return declared;
    if (!isGeneratorFunction(callee, infer)) return unknown(prose`${name} says what it returns, but ${declared.why}`);
  }
  if (definition.returns && returnsSelf(definition.returns) && callee.receiver) return callee.receiver;
  if (where.scope.tree.isStub) return unknown(prose`the stub of ${name} does not say what it returns`);
  if (callee.overridable && isAbstractBody(definition.body)) return unknown(prose`${name} is left to subclasses`);
  const scope = infer.scopeOf(definition, where);
  return infer.within(bindArguments(callee, site, infer), () => union(returnValues(definition, scope, infer)));
}

function returnsSelf(annotation: Expression): boolean {
  return (
    (annotation.kind === "name" && annotation.id === "Self") ||
    (annotation.kind === "attribute" && annotation.name === "Self")
  );
}

function returnValues(definition: FunctionDef, scope: Scope, infer: Inference): Value[] {
  const values = scope.returns.map(({ node, where }) => (node.value ? infer.valueOf(node.value, where) : none));
  return fallsOff(definition) ? [...values, none] : values;
}

/** Whether the end of the body may be reached: only the plainest ways of never reaching it count. */
function fallsOff(definition: FunctionDef): boolean {
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

function bindArguments(callee: FunctionValue, site: CallSite, infer: Inference): ReadonlyMap<Parameter, Value> {
  const bound = new Map<Parameter, Value>();
  const parameters = callee.definition.parameters;
  const skipped = callee.receiver && !callee.effects.includes("static method") ? 1 : 0;
  if (skipped === 1 && parameters[0] && callee.receiver) bound.set(parameters[0], callee.receiver);
  const positional = site.args.filter((each) => each.name === undefined);
  if (positional.some((each) => each.value.kind === "starred")) return bound;
  parameters.slice(skipped).forEach((parameter, index) => {
    const named = site.args.find((each) => each.name === parameter.name);
    const node = parameter.star === "" ? (named ?? positional[index])?.value : undefined;
    if (node) bound.set(parameter, infer.valueOf(node, site.where));
  });
  return bound;
}

/** What a generator yields, of any kind. */
export function generated(callee: FunctionValue, infer: Inference): Value {
  const { yields } = infer.scopeOf(callee.definition, callee.where);
  if (yields.some(({ node }) => node.from))
    return unknown(prose`${code(callee.definition.name)} delegates with ${code("yield from")}`);
  return union(yields.map(({ node, where }) => (node.value ? infer.valueOf(node.value, where) : none)));
}

function callLambda(callee: LambdaValue, infer: Inference): Value {
  const scope = infer.scopeOf(callee.node, callee.where);
  return infer.valueOf(callee.node.body, { scope, statement: callee.where.statement });
}

function callClass(callee: Extract<Value, { kind: "class" }>, site: CallSite, infer: Inference): Value {
  const name = code(callee.definition.name);
  const made = classMember(callee, "__new__", infer);
  if (made && "owner" in made && made.value.kind === "function")
    return unknown(prose`${name} decides in ${code("__new__")} what a call of it gives`);
  if (callee.definition.bases.some((base) => base.name === "metaclass" && !isAbcMeta(base.value, callee.where, infer)))
    return unknown(prose`the metaclass of ${name} may decide what a call of it gives`);
  // A stub may leave members out.
  return { kind: "object", of: callee, exact: !callee.where.scope.tree.isStub, made: madeAt(site) };
}

function isAbcMeta(node: Expression, where: Where, infer: Inference): boolean {
  const value = infer.valueOf(node, where);
  return value.kind === "unknown" && value.name === "abc.ABCMeta";
}
