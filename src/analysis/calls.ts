// What a call gives: functions and classes of the code, names of the knowledge tables, Python's own functions.
import type { Argument, Expression, FunctionDef, Parameter } from "./ast";
import { classMember, isAbstractBody } from "./classes";
import { type Effect, fact } from "./knowledge";
import { code, prose } from "./prose";
import type { Scope, Where } from "./scope";
import type { SyntaxTree } from "./syntax";
import { writtenType } from "./types";
import {
  type CoroutineValue,
  type FactValue,
  type FunctionValue,
  force,
  type Inference,
  type InstanceValue,
  inexact,
  type LambdaValue,
  type Made,
  never,
  none,
  plainValue,
  present,
  type SequenceValue,
  union,
  unknown,
  type Value,
} from "./values";

interface Site {
  readonly args: readonly Argument[];
  readonly at: Expression;
  readonly where: Where;
}

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
      return unknown(callee.why);
    case "never":
      return never;
    default:
      return unknown(prose`${code(where.scope.tree.slice(at))} calls something that is not followed`);
  }
}

function receive(value: Value, receiver: Value): Value {
  return value.kind === "function" ? { ...value, receiver } : value;
}

function madeAt(site: Site): Made {
  return { tree: site.where.scope.tree, offset: site.at.start };
}

function argument(site: Site, index: number, infer: Inference): Value {
  const positional = site.args.filter((each) => each.name === undefined);
  const node =
    positional[index]?.value ?? site.args.filter((each) => each.name !== undefined)[index - positional.length]?.value;
  if (!node || node.kind === "starred" || positional.slice(0, index).some((each) => each.value.kind === "starred"))
    return unknown(prose`its argument is not shown`);
  return infer.valueOf(node, site.where);
}

// ---- functions of the code

function callFunction(callee: FunctionValue, site: Site, infer: Inference): Value {
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
function wrapped(result: Value, callee: FunctionValue, site: Site): Value {
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

function coroutineOf(of: FunctionValue, type: CoroutineValue["type"], site: Site, infer: Inference): CoroutineValue {
  return { kind: "coroutine", type, of, made: madeAt(site), args: site.args, result: () => returned(of, site, infer) };
}

export function isGeneratorFunction(value: FunctionValue, infer: Inference): boolean {
  return infer.scopeOf(value.definition, value.where).yields.length > 0;
}

/** What a function returns: its annotation, else its `return` statements with the call's arguments put in. */
export function returned(callee: FunctionValue, site: Site, infer: Inference): Value {
  const { definition, where } = callee;
  const name = code(definition.name);
  if (definition.returns && !returnsSelf(definition.returns)) {
    const declared = infer.typeOf(definition.returns, where);
    if (declared.kind !== "unknown") return declared;
    if (!isGeneratorFunction(callee, infer)) return unknown(prose`${name} says what it returns, but ${declared.why}`);
  }
  if (definition.returns && returnsSelf(definition.returns) && callee.receiver) return callee.receiver;
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

function bindArguments(callee: FunctionValue, site: Site, infer: Inference): ReadonlyMap<Parameter, Value> {
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

function callClass(callee: Extract<Value, { kind: "class" }>, site: Site, infer: Inference): Value {
  const name = code(callee.definition.name);
  const made = classMember(callee, "__new__", infer);
  if (made && "owner" in made && made.value.kind === "function")
    return unknown(prose`${name} decides in ${code("__new__")} what a call of it gives`);
  if (callee.definition.bases.some((base) => base.name === "metaclass" && !isAbcMeta(base.value, callee.where, infer)))
    return unknown(prose`the metaclass of ${name} may decide what a call of it gives`);
  return { kind: "object", of: callee, exact: true, made: madeAt(site) };
}

function isAbcMeta(node: Expression, where: Where, infer: Inference): boolean {
  const value = infer.valueOf(node, where);
  return value.kind === "unknown" && value.name === "abc.ABCMeta";
}

// ---- names of the knowledge tables

function callFact(callee: FactValue, site: Site, infer: Inference): Value {
  const { fact: known } = callee;
  const made = madeAt(site);
  switch (known.is) {
    case "coroutine":
      return {
        kind: "coroutine",
        type: "coroutine",
        of: variant(callee, site),
        made,
        args: site.args,
        result: () => given(known.gives, callee, site, infer),
      };
    case "function": {
      const by = variant(callee, site);
      const value = given(by.fact.is === "function" ? by.fact.returns : known.returns, callee, site, infer);
      return value.kind === "instance" && !value.made ? { ...value, made, by } : value;
    }
    case "class":
      return { kind: "instance", name: callee.name, exact: true, made };
    case "decorator":
      return decorate(callee, site, infer);
    case "attribute":
      return unknown(prose`${code(callee.name)} is not a function`);
  }
}

/** Some facts are about a call with certain arguments: `asyncio.sleep(0)`. */
function variant(callee: FactValue, site: Site): FactValue {
  const [first, ...more] = site.args;
  const text = first && more.length === 0 ? site.where.scope.tree.slice(first.value) : "";
  const name = `${callee.name}(${site.args.length <= 1 ? text : "…"})`;
  const special = fact(name);
  return special ? { ...callee, fact: special } : callee;
}

function given(type: string, callee: FactValue, site: Site, infer: Inference): Value {
  const node = parsedType(type, site.where.scope.tree);
  return node ? writtenType(node, (name) => standIn(name, callee, site, infer)) : unknown(prose`it is not told`);
}

const parsedTypes = new Map<string, Expression | undefined>();

function parsedType(type: string, tree: SyntaxTree): Expression | undefined {
  if (!parsedTypes.has(type)) parsedTypes.set(type, tree.parseExpression(type));
  return parsedTypes.get(type);
}

function standIn(name: string, callee: FactValue, site: Site, infer: Inference): Value | undefined {
  switch (name) {
    case "Awaited0":
      return awaited(argument(site, 0, infer));
    case "Called0":
    case "Called1": {
      const index = name === "Called0" ? 0 : 1;
      return infer.call(argument(site, index, infer), site.args.slice(index + 1), site.at, site.where);
    }
    case "Future0":
      return asFuture(argument(site, 0, infer), site);
    case "Partial0":
      return {
        kind: "callable",
        result: () => infer.call(argument(site, 0, infer), site.args.slice(1), site.at, site.where),
      };
    case "Receiver":
      return callee.receiver;
    case "Item":
      return callee.receiver?.kind === "instance" && callee.receiver.result
        ? force(callee.receiver.result)
        : unknown(prose`what it holds is not told`);
    case "Unknown":
      return unknown(prose`what ${code(callee.name)} gives is not told`);
    default:
      return undefined;
  }
}

/** `asyncio.ensure_future`: a future stays itself, anything else awaitable becomes a task. */
function asFuture(value: Value, site: Site): Value {
  if (value.kind === "instance" && (value.name === "asyncio.Task" || value.name === "asyncio.Future")) return value;
  if (value.kind === "coroutine" || value.kind === "object")
    return {
      kind: "instance",
      name: "asyncio.Task",
      exact: true,
      made: madeAt(site),
      runs: value,
      result: () => awaited(value),
    };
  return unknown(value.kind === "unknown" ? value.why : prose`what is made a future here is not followed`);
}

/** What awaiting a value gives. */
export function awaited(value: Value): Value {
  switch (value.kind) {
    case "coroutine":
      return force(value.result);
    case "instance":
      return (value.result ? force(value.result) : undefined) ?? unknown(prose`what it gives is not told`);
    case "union":
      return union(present(value).kind === "union" ? value.members.map(awaited) : [awaited(present(value))]);
    case "unknown":
      return value;
    default:
      return unknown(prose`what it gives is not told`);
  }
}

function decorate(callee: FactValue, site: Site, infer: Inference): Value {
  const known = callee.fact;
  if (known.is !== "decorator") return callee;
  const first = site.args.length === 1 ? argument(site, 0, infer) : undefined;
  const isDirect = !known.called && first !== undefined && (first.kind === "function" || first.kind === "lambda");
  if (isDirect) return applyEffect(known.effect, first);
  // `lru_cache(maxsize=8)`, `wraps(f)`: the call gives the decorator.
  return { ...callee, fact: { ...known, called: false } };
}

/** A function as a decorator with that effect leaves it. */
export function applyEffect(effect: Effect, value: Value): Value {
  if (effect === "keep" || value.kind !== "function") return value;
  return { ...value, effects: [...value.effects, effect] };
}

// ---- Python's own

const results: Readonly<Record<string, string>> = {
  len: "int",
  print: "None",
  repr: "str",
  format: "str",
  isinstance: "bool",
  issubclass: "bool",
  callable: "bool",
  hasattr: "bool",
  all: "bool",
  any: "bool",
  id: "int",
  hash: "int",
  ord: "int",
  chr: "str",
  hex: "str",
  input: "str",
  setattr: "None",
  open: "file",
};
const constructors = new Set([
  "int",
  "str",
  "bytes",
  "float",
  "bool",
  "complex",
  "bytearray",
  "memoryview",
  "object",
  "dict",
  "range",
]);
const gatherers = new Set(["list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"]);

function callBuiltin(name: string, site: Site, infer: Inference): Value {
  const result = results[name];
  if (result) return plainValue(result);
  if (constructors.has(name)) return plainValue(name);
  if (gatherers.has(name)) {
    const type = name === "sorted" ? "list" : name === "reversed" || name === "iter" ? "iterator" : name;
    const sequence: SequenceValue = {
      kind: "sequence",
      type,
      exact: name !== "iter" || site.args.length === 1,
      element: () => elementOf(argument(site, 0, infer)),
    };
    const items = argument(site, 0, infer);
    return items.kind === "sequence" && items.items && type !== "set" ? { ...sequence, items: items.items } : sequence;
  }
  if (name === "next" && site.args.length === 1) return elementOf(argument(site, 0, infer));
  if (name === "anext" || name === "aiter") return callAsyncBuiltin(name, site, infer);
  if (name === "super") return superOf(site);
  if (/(Error|Exception|Exit|Interrupt|Warning)$/.test(name)) return plainValue(name);
  return unknown(prose`what ${code(name)} gives is not followed`);
}

function callAsyncBuiltin(name: "anext" | "aiter", site: Site, infer: Inference): Value {
  const first = argument(site, 0, infer);
  const method = name === "anext" ? "__anext__" : "__aiter__";
  if (first.kind === "unknown") return first;
  const plainCall = infer.call(infer.attribute(first, method, site.where), [], site.at, site.where);
  if (name === "aiter" || site.args.length === 1 || plainCall.kind === "unknown") return plainCall;
  const of = { kind: "fact", name: "anext", fact: fact("builtins.anext") } as FactValue;
  return { kind: "coroutine", type: "coroutine", of, made: madeAt(site), result: () => awaited(plainCall) };
}

function superOf(site: Site): Value {
  if (site.args.length > 0) return unknown(prose`${code("super")} with arguments is not followed`);
  const method = functionAround(site.where.scope);
  const owner = method?.parent;
  if (
    method?.node &&
    "kind" in method.node &&
    method.node.kind === "function" &&
    owner?.kind === "class" &&
    owner.parent
  ) {
    const definition = owner.node as Extract<Value, { kind: "class" }>["definition"];
    const of = { kind: "class", definition, where: { scope: owner.parent, statement: definition } } as const;
    const self: InstanceValue | Value = { kind: "object", of, exact: false };
    return { kind: "super", of, receiver: self };
  }
  return unknown(prose`${code("super")} stands outside of a method`);
}

function functionAround(scope: Scope): Scope | undefined {
  return scope.kind === "function"
    ? scope
    : scope.parent && scope.kind !== "module"
      ? functionAround(scope.parent)
      : undefined;
}

/** Any item of what is iterated over. */
export function elementOf(value: Value): Value {
  switch (value.kind) {
    case "sequence":
      return force(value.element);
    case "instance":
      return value.name === "asyncio._AsCompleted"
        ? {
            kind: "coroutine",
            type: "coroutine",
            of: asCompletedItem,
            result: () => unknown(prose`it is whichever ends next`),
          }
        : unknown(prose`what it holds is not followed`);
    case "union":
      return union(value.members.map(elementOf));
    case "unknown":
      return value;
    default:
      return unknown(prose`what it holds is not followed`);
  }
}

const asCompletedItem = {
  kind: "fact",
  name: "asyncio.as_completed",
  fact: fact("asyncio._AsCompleted.item"),
} as FactValue;
