// What calling a class gives: `C()`, `C[int]()`, `cls()`.

import { code, prose } from "../prose";
import { filled, solve } from "./arguments";
import { type CallSite, madeAt } from "./callSite";
import { classMember, metaclassOf } from "./classes";
import { asClass, typeArguments, typeParameters, typesFor } from "./generics";
import {
  type ClassValue,
  type FunctionValue,
  type Inference,
  type ObjectValue,
  type Types,
  type TypeValue,
  unknown,
  type Value,
} from "./values";

export function callClass(callee: ClassValue, site: CallSite, infer: Inference): Value {
  const name = code(callee.definition.name);
  if (decidesCalls(metaclassOf(callee, infer), infer))
    return unknown(prose`the metaclass of ${name} may decide what a call of it gives`);
  const made = classMember(callee, "__new__", infer);
  if (made && "owner" in made && made.value.kind === "function") {
    const given = fromNew(callee, made.value, site, infer);
    if (given) return given;
  }
  // A stub may leave members out.
  const object: ObjectValue = {
    kind: "object",
    of: callee,
    exact: !callee.open && !callee.where.scope.tree.isStub,
    made: madeAt(site),
  };
  const types = constructedTypes(object, site, infer);
  return types ? { ...object, types } : object;
}

/** Whether a metaclass has a `__call__` of its own; those of the standard library make objects as `type` does. */
function decidesCalls(meta: ReturnType<typeof metaclassOf>, infer: Inference): boolean {
  if (meta === undefined || meta === "unknown") return meta === "unknown";
  const found = classMember(meta, "__call__", infer);
  if (!found || !("owner" in found)) return found !== undefined;
  return found.value.kind !== "function" || !found.value.where.scope.tree.isStub;
}

/** What `__new__` says that it gives, where that is not simply an object of the class. */
function fromNew(of: ClassValue, method: FunctionValue, site: CallSite, infer: Inference): Value | undefined {
  const name = code(of.definition.name);
  const { returns } = method.definition;
  if (!returns && method.where.scope.tree.isStub) return undefined;
  // The call hands the class over as the first argument.
  const overloads = method.overloads?.map((each) => ({ ...each, effects: [] }));
  const maker: FunctionValue = { ...method, effects: [], receiver: of, ...(overloads && { overloads }) };
  const given = infer.call(maker, site.args, site.at, site.where);
  if (given.kind === "unknown") return unknown(prose`${name} decides in ${code("__new__")} what a call of it gives`);
  const isOwn = given.kind === "object" && given.of.definition === of.definition;
  if (!isOwn) return given;
  // An `__init__` has its say as well.
  return classMember(of, "__init__", infer) ? undefined : { ...given, made: madeAt(site) };
}

/** What the class's type variables stand for, as far as the arguments of its constructor tell. */
function constructedTypes(object: ObjectValue, site: CallSite, infer: Inference): Types | undefined {
  const parameters = typeParameters(object.of, infer);
  if (parameters.length === 0) return undefined;
  const own: Types = new Map(parameters.map((each) => [each.key, () => each]));
  const generic: ObjectValue = { ...object, types: own };
  const method = initializer(generic, site, infer);
  if (!method) return new Map();
  const { node } = method.where.scope;
  const theirs = typesFor(generic, node, infer);
  const solved = solve({ ...method, receiver: generic }, site, infer);
  const found = new Map<object, () => Value>();
  for (const [key, part] of theirs) {
    const target = part();
    const value = solved.get(key);
    // `typesFor` maps the owner's variables to the class's own: what is solved for the one holds for the other.
    if (target.kind === "variable" && value) found.set(target.key, value);
  }
  for (const each of parameters) {
    const value = solved.get(each.key);
    if (value && !isItself(value(), each.key)) found.set(each.key, value);
  }
  return new Map([...found].filter(([key, value]) => !isItself(value(), key)));
}

function isItself(value: Value, key: object): boolean {
  return value.kind === "variable" && value.key === key;
}

function initializer(object: ObjectValue, site: CallSite, infer: Inference): FunctionValue | undefined {
  for (const name of ["__init__", "__new__"]) {
    const found = classMember(object.of, name, infer);
    if (!found || !("owner" in found) || found.value.kind !== "function") continue;
    const { overloads } = found.value;
    const method =
      overloads?.find((each) => takes({ ...each, receiver: object }, site)) ?? (overloads ? undefined : found.value);
    if (method) return method.effects.includes("static method") ? { ...method, effects: [] } : method;
  }
  return undefined;
}

/** Whether the number and names of arguments fit. */
function takes(method: FunctionValue, site: CallSite): boolean {
  const positions = filled(method, site.args).map(({ parameter }) => parameter);
  const needed = method.definition.parameters.slice(1).filter((each) => each.star === "" && !each.fallback);
  return positions.length >= site.args.length && needed.every((each) => positions.includes(each));
}

/** A call of `C[int]`, or of a name for it. */
export function callType(callee: TypeValue, site: CallSite, infer: Inference): Value {
  const { origin, node, where } = callee;
  if (!origin) return unknown(prose`${code(where.scope.tree.slice(node))} is a type that cannot be called`);
  const made = infer.call(origin, site.args, site.at, site.where);
  const of = asClass(origin, infer);
  if (made.kind !== "object" || !of) return withResult(made, callee, infer);
  const types = node.kind === "subscript" ? typeArguments(of, node.index, where, infer) : undefined;
  return types ? { ...made, types } : made;
}

/** `asyncio.Queue[int]()`: what the annotation says that it holds. */
function withResult(made: Value, callee: TypeValue, infer: Inference): Value {
  const typed = infer.typeOf(callee.node, callee.where);
  if (made.kind === "instance" && typed.kind === "instance" && typed.result) return { ...made, result: typed.result };
  if (made.kind === "sequence" && typed.kind === "sequence") return { ...typed, type: made.type, exact: made.exact };
  return made;
}
