// Classes: the order in which Python looks through them, and what it finds there.
import type { Block, ClassDef, Expression } from "../code/ast";
import { isClosed, memberFact } from "../facts/knowledge";
import { code, prose } from "../prose";
import { reachingEnd } from "../scopes/flow";
import type { Binding, Scope } from "../scopes/scope";
import { usualMinor } from "../scopes/staticTests";
import { settle, substitute, typesFor } from "./generics";
import {
  type Ancestor,
  type ClassValue,
  type FunctionValue,
  type Inference,
  inexact,
  type ObjectValue,
  type Order,
  plainValue,
  type UnknownValue,
  union,
  unknown,
  type Value,
} from "./values";

/** A member found on a class. */
export interface Found {
  readonly value: Value;
  readonly owner: Ancestor;
}

/** Python's method resolution order (C3). With a base that is not known it ends before that base. */
export function resolutionOrder(of: ClassValue, infer: Inference, depth = 0): Order {
  const known = infer.memory(of.where.scope.tree).orders;
  const order = known.get(of.definition) ?? computeOrder(of, infer, depth);
  known.set(of.definition, order);
  return order;
}

function computeOrder(of: ClassValue, infer: Inference, depth: number): Order {
  if (depth > 30)
    return { classes: [of], missing: unknown(prose`the bases of ${code(of.definition.name)} form a circle`) };
  const bases = of.definition.bases.filter((base) => base.name === undefined);
  const values = bases
    .filter((base, index) => !isLeftOut(base.value, bases.slice(index + 1), of, infer))
    .map((base) => baseOf(infer.valueOf(base.value, of.where), of, base.value));
  const missing = values.find((value) => value.kind === "unknown");
  const first = values[0];
  if (missing) return { classes: first && first.kind !== "unknown" ? [of, first] : [of], missing };
  const ancestors = values.filter((value) => value.kind !== "unknown");
  const theirs = ancestors.map((base) =>
    base.kind === "class" ? resolutionOrder(base, infer, depth + 1) : { classes: [base] },
  );
  const merged = merge([...theirs.map((order) => order.classes), ancestors]);
  const broken = theirs.find((order) => order.missing)?.missing;
  // Where one base's order ends early, later ones may come in between: only the first base is sure.
  if (broken) return { classes: single(of, theirs), missing: broken };
  if (!merged)
    return { classes: [of], missing: unknown(prose`the bases of ${code(of.definition.name)} contradict each other`) };
  return { classes: [of, ...merged] };
}

/** Python leaves out a `Generic[T]` with a base behind it that has type arguments: that one is generic, too. */
function isLeftOut(
  node: Expression,
  later: readonly { readonly value: Expression }[],
  of: ClassValue,
  infer: Inference,
): boolean {
  if (node.kind !== "subscript" || !later.some(({ value }) => value.kind === "subscript")) return false;
  const value = infer.valueOf(node.object, of.where);
  return (value.kind === "fact" || value.kind === "form") && value.name === "typing.Generic";
}

function single(of: ClassValue, orders: readonly Order[]): readonly Ancestor[] {
  const [first, ...others] = orders;
  if (!first) return [of];
  return others.length === 0 ? [of, ...first.classes] : [of, ...first.classes.slice(0, 1)];
}

function baseOf(value: Value, of: ClassValue, node: { start: number; end: number }): Ancestor | UnknownValue {
  switch (value.kind) {
    case "class":
      return value;
    case "type":
      if (value.origin) return baseOf(value.origin, of, node);
      break;
    case "fact":
      if (value.fact.is === "class") return { kind: "known", name: value.name };
      break;
    case "form":
      return { kind: "known", name: value.name };
    case "builtin":
      return { kind: "known", name: `builtins.${value.name}` };
  }
  const text = code(of.where.scope.tree.slice(node));
  const why = value.kind === "unknown" ? prose`, and ${value.why}` : "";
  return unknown(prose`${code(of.definition.name)} inherits from ${text}${why}`);
}

/** The class of a class; undefined for `type` itself, or one of Python's own that changes no calls. */
export function metaclassOf(of: ClassValue, infer: Inference): ClassValue | "unknown" | undefined {
  for (const each of resolutionOrder(of, infer).classes) {
    const node =
      each.kind === "class" ? each.definition.bases.find(({ name }) => name === "metaclass")?.value : undefined;
    if (!node || each.kind !== "class") continue;
    const value = infer.valueOf(node, each.where);
    if (value.kind === "class") return value;
    if (value.kind === "builtin" && value.name === "type") return undefined;
    return value.kind === "unknown" && value.name === "abc.ABCMeta" ? undefined : "unknown";
  }
  return undefined;
}

function merge(lists: readonly (readonly Ancestor[])[]): Ancestor[] | undefined {
  const merged: Ancestor[] = [];
  let rest = lists.filter((list) => list.length > 0);
  while (rest.length > 0) {
    const next = rest.map((list) => list[0]).find((head) => head && !rest.some((list) => indexOf(list, head) > 0));
    if (!next) return undefined;
    merged.push(next);
    rest = rest.map((list) => (indexOf(list, next) === 0 ? list.slice(1) : list)).filter((list) => list.length > 0);
  }
  return merged;
}

function indexOf(list: readonly Ancestor[], ancestor: Ancestor): number {
  return list.findIndex((each) =>
    each.kind === "class"
      ? ancestor.kind === "class" && each.definition === ancestor.definition
      : ancestor.kind === "known" && each.name === ancestor.name,
  );
}

/** A member of a class or its bases. Unknown when a base before it is; undefined when there is none. */
export function classMember(
  of: ClassValue,
  name: string,
  infer: Inference,
  after?: ClassDef,
): Found | UnknownValue | undefined {
  const order = resolutionOrder(of, infer);
  const start = after ? order.classes.findIndex((each) => each.kind === "class" && each.definition === after) + 1 : 0;
  for (const owner of order.classes.slice(start)) {
    const found = owner.kind === "class" ? ownMember(owner, name, infer) : knownMember(owner.name, name, infer);
    if (found && "owner" in found) return found;
    if (found?.kind === "unknown" && owner.kind === "known") return found;
    if (found) return { value: found, owner };
  }
  return order.missing;
}

function ownMember(of: ClassValue, name: string, infer: Inference): Value | undefined {
  const scope = infer.scopeOf(of.definition, of.where);
  const bindings = scope.bindings.get(name) ?? [];
  // `Class.name = …` behind the class.
  const patches = of.where.scope.bindings.get(`${of.definition.name}.${name}`) ?? [];
  if (bindings.length === 0 && patches.length === 0) return undefined;
  const { bindings: reaching } = reachingEnd(scope, name, infer.minor ?? usualMinor);
  const all = [...(reaching.length > 0 ? reaching : bindings), ...patches];
  return all.length > 0 ? union(all.map((binding) => declaredValue(binding, infer))) : undefined;
}

/** Names of `typing` that are no classes there, though classes inherit from them. */
const stubNames: Readonly<Record<string, string>> = { "typing.TypedDict": "typing._TypedDict" };

/** A member of a class of Python's own: as the tables tell, else as its stub does. */
function knownMember(owner: string, name: string, infer: Inference): Found | Value | undefined {
  const found = memberFact(owner, name);
  if (found) return { kind: "fact", name: found.name, fact: found.fact };
  const stub = owner === "builtins.object" ? undefined : infer.standard(stubNames[owner] ?? owner);
  if (stub?.kind === "class") return stubMember(stub, name, infer);
  if (owner.startsWith("builtins.") || isClosed(owner)) return undefined;
  // Special methods that matter here are always listed, so that their absence counts.
  if (/^__\w+__$/.test(name)) return undefined;
  return unknown(prose`${code(name)} may come from ${code(owner)}`);
}

/** A member that a class of the standard library shows. A stub lists all but private ones. */
export function stubMember(of: ClassValue, name: string, infer: Inference): Found | Value | undefined {
  const found = classMember(of, name, infer);
  if (!found && /^_[^_]/.test(name)) return unknown(prose`${code(name)} may come from ${code(of.definition.name)}`);
  return found;
}

/** What `object.name` is, for an object of a class of the code: data set in its methods, then members of its class. */
export function objectAttribute(object: ObjectValue, name: string, infer: Inference): Value {
  const every = classMember(object.of, "__getattribute__", infer);
  if (every && "owner" in every && !(every.value.kind === "function" && every.value.where.scope.tree.isStub))
    return unknown(prose`${code(object.of.definition.name)} makes up attributes in ${code("__getattribute__")}`);
  const found = classMember(object.of, name, infer);
  const declared = found && "owner" in found && !isMethod(found.value) && isDeclared(found, name, infer);
  const assigned = declared ? [] : assignedAttribute(object, name, infer);
  if (assigned.length > 0) {
    // A class attribute is the value until a method sets it.
    const before = found && "owner" in found && !isMethod(found.value) ? [found.value] : [];
    return inexact(union([...assigned, ...before]));
  }
  if (!found) return missingAttribute(object, name, infer);
  if (!("owner" in found)) return found;
  return bind(declared ? declaredFor(object, found, name, infer) : found.value, object, infer);
}

/** A member with an annotation, for an object whose class is of certain types. */
function declaredFor(object: ObjectValue, found: Found, name: string, infer: Inference): Value {
  if (found.owner.kind !== "class") return found.value;
  const scope = infer.scopeOf(found.owner.definition, found.owner.where);
  const binding = (scope.bindings.get(name) ?? []).find((each) => "annotation" in each && each.annotation);
  const annotation = binding && "annotation" in binding ? binding.annotation : undefined;
  return annotation && binding ? typeFor(object, found.owner, annotation, binding, infer) : found.value;
}

function typeFor(
  object: ObjectValue,
  owner: ClassValue,
  annotation: Expression,
  binding: Binding,
  infer: Inference,
): Value {
  const open = infer.openType(annotation, binding.where);
  return settle(substitute(open, typesFor(object, owner.definition, infer)));
}

function isMethod(value: Value): boolean {
  return value.kind === "function";
}

function isDeclared(found: Found, name: string, infer: Inference): boolean {
  if (found.owner.kind !== "class") return false;
  const scope = infer.scopeOf(found.owner.definition, found.owner.where);
  return (scope.bindings.get(name) ?? []).some(
    (binding) => "annotation" in binding && binding.annotation !== undefined,
  );
}

function missingAttribute(object: ObjectValue, name: string, infer: Inference): Value {
  const dynamic = classMember(object.of, "__getattr__", infer);
  const className = code(object.of.definition.name);
  if (dynamic && "owner" in dynamic) {
    const made = dynamic.value.kind === "function" ? madeUp(dynamic.value, object, infer) : undefined;
    return made ?? unknown(prose`${className} makes up attributes in ${code("__getattr__")}`);
  }
  return unknown(prose`${className} has no ${code(name)} that its code shows`);
}

/** What `__getattr__` gives for every attribute that is not there. A subclass may have it. */
function madeUp(method: FunctionValue, object: ObjectValue, infer: Inference): Value | undefined {
  const at: Expression = { kind: "other", start: 0, end: 0, children: [] };
  const name = { value: infer.standIn(plainValue("str", false)) };
  const value = infer.call({ ...method, receiver: object }, [name], at, method.where);
  return value.kind === "unknown" ? undefined : inexact(value);
}

/** The member as it is when taken from an object: methods get their receiver. */
function bind(value: Value, object: ObjectValue, infer: Inference): Value {
  switch (value.kind) {
    case "function": {
      const receiver = value.effects.includes("class method") ? object.of : object;
      const isStatic = value.effects.includes("static method");
      return { ...value, ...(!isStatic && { receiver }), overridable: !object.exact };
    }
    case "fact":
      return value.receiver ? value : { ...value, receiver: object };
    case "union":
      return union(value.members.map((member) => bind(member, object, infer)));
    case "object":
      return described(value, infer) ?? inexact(value);
    default:
      return inexact(value);
  }
}

/** What a descriptor's `__get__` gives. */
function described(value: ObjectValue, infer: Inference): Value | undefined {
  const found = classMember(value.of, "__get__", infer);
  if (!found) return undefined;
  const why = unknown(prose`${code(value.of.definition.name)} decides in ${code("__get__")} what the attribute is`);
  if (!("owner" in found) || found.value.kind !== "function") return why;
  const at: Expression = { kind: "other", start: 0, end: 0, children: [] };
  const given = infer.call({ ...found.value, receiver: value }, [], at, found.value.where);
  return given.kind === "unknown" ? why : given;
}

/** A member taken from the class itself. */
export function bindToClass(value: Value, of: ClassValue): Value {
  if (value.kind === "union") return union(value.members.map((member) => bindToClass(member, of)));
  return value.kind === "function" && value.effects.includes("class method") ? { ...value, receiver: of } : value;
}

/** Values that methods of the class or its bases give to `self.name`. */
function assignedAttribute(object: ObjectValue, name: string, infer: Inference): Value[] {
  const values: Value[] = [];
  for (const ancestor of resolutionOrder(object.of, infer).classes) {
    if (ancestor.kind !== "class") continue;
    for (const { scope, self } of methodsThatSet(ancestor, name, infer))
      for (const binding of scope.bindings.get(`${self}.${name}`) ?? []) {
        if ("annotation" in binding && binding.annotation)
          return [typeFor(object, ancestor, binding.annotation, binding, infer)];
        if (binding.kind !== "deleted") values.push(infer.bound(binding));
      }
    if (values.length > 0) return values;
  }
  return values;
}

/** An annotation says what a name is for the whole class, whatever one place puts there. */
function declaredValue(binding: Binding, infer: Inference): Value {
  const annotation = "annotation" in binding ? binding.annotation : undefined;
  return annotation ? infer.typeOf(annotation, binding.where) : infer.bound(binding);
}

/** The methods of a class whose text may assign to `self.name`, with their name for `self`. Others stay unread. */
function* methodsThatSet(of: ClassValue, name: string, infer: Inference): Generator<{ scope: Scope; self: string }> {
  const known = mentions.get(of.definition) ?? mentionsIn(of, infer);
  mentions.set(of.definition, known);
  for (const { method, self } of known.get(name) ?? [])
    if (assignmentTo(self, name).test(of.where.scope.tree.slice(method.definition)))
      yield { scope: infer.scopeOf(method.definition, method.where), self };
}

/** A method that says `self.name`, whatever it calls `self`. */
interface Mention {
  readonly method: Extract<Binding, { kind: "function" }>;
  readonly self: string;
}

/** By attribute, the methods of a class that speak of it. The text alone decides. */
const mentions = new WeakMap<ClassDef, ReadonlyMap<string, readonly Mention[]>>();

function mentionsIn(of: ClassValue, infer: Inference): Map<string, Mention[]> {
  const found = new Map<string, Mention[]>();
  for (const method of [...infer.scopeOf(of.definition, of.where).bindings.values()].flat()) {
    const self = method.kind === "function" ? (method.definition.parameters[0]?.name ?? "") : "";
    if (method.kind !== "function" || !/^\w+$/.test(self)) continue;
    const text = of.where.scope.tree.slice(method.definition);
    const names = new Set([...text.matchAll(attributesOf(self))].map((match) => match[1] ?? ""));
    for (const name of names) found.set(name, [...(found.get(name) ?? []), { method, self }]);
  }
  return found;
}

const attributePatterns = new Map<string, RegExp>();

/** Matches `self.name` where what follows does not rule out that it is assigned to. */
function attributesOf(self: string): RegExp {
  const pattern =
    attributePatterns.get(self) ?? new RegExp(`\\b${self}\\.([\\p{L}\\p{N}_]+)\\s*(?:=(?!=)|[:,)\\]]|in\\b)`, "gu");
  attributePatterns.set(self, pattern);
  return pattern;
}

/** Matches text that may assign to `self.name`: alone, annotated, among other targets, after `as`, by `for`. */
function assignmentTo(self: string, name: string): RegExp {
  const target = `\\b${self}\\.${name}\\b`;
  const alone = `${target}\\s*(?:=(?!=)|:)`;
  const amongOthers = `^\\s*[([]?[^=\\n#(]*${target}\\s*[,)\\]][^=]*=(?!=)`;
  return new RegExp(
    `${alone}|${amongOthers}|\\bas\\b[^:\\n]*${target}|\\bfor\\b[^:\\n]*${target}[^:\\n]*\\bin\\b`,
    "mu",
  );
}

/** Whether a method only says that a subclass must have it: no code but `pass`, `...`, a text, `raise`. */
export function isAbstractBody(body: Block): boolean {
  return body.statements.every(
    (statement) =>
      statement.kind === "raise" ||
      (statement.kind === "jump" && statement.keyword === "pass") ||
      (statement.kind === "expression" && statement.values.every((value) => value.kind === "literal")),
  );
}
