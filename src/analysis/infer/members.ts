// Attributes: what an object, class, module or known thing has by a name.
import type { Expression } from "../code/ast";
import { knownName, memberFact } from "../facts/knowledge";
import { code, prose } from "../prose";
import type { Where } from "../scopes/scope";
import { bindToClass, classMember, metaclassOf, objectAttribute } from "./classes";
import { asClass } from "./generics";
import { standardName, standardObject } from "./standard";
import {
  type ClassValue,
  type FactValue,
  force,
  type Inference,
  none,
  plainValue,
  union,
  unknown,
  type Value,
} from "./values";

/** What `object.name` stands for. */
export function memberOf(object: Value, name: string, where: Where, infer: Inference): Value {
  switch (object.kind) {
    case "module":
      return infer.moduleMember(object, name);
    case "object":
      return property(objectAttribute(object, name, infer), where, infer);
    case "class": {
      const found = classMember(object, name, infer);
      if (found && "owner" in found) return bindToClass(found.value, object);
      return found ?? metaMember(object, name, infer);
    }
    case "class of":
      return ofClass(force(object.instance), name, where, infer);
    case "type":
      return object.origin
        ? infer.attribute(object.origin, name, where)
        : unknown(prose`where ${code(name)} comes from is not followed`);
    case "builtin":
    case "form": {
      const of = asClass(object, infer);
      return of ? infer.attribute(of, name, where) : unknown(prose`where ${code(name)} comes from is not followed`);
    }
    case "super": {
      const found = classMember(object.of, name, infer, object.of.definition);
      if (found && "owner" in found) return property(fromSuper(found.value, object.receiver), where, infer);
      if (!found && name === "__new__") return makerOf(object.of);
      return found ?? unknown(prose`no base shows ${code(name)}`);
    }
    case "instance":
      return factMember(object.name, name, object) ?? ofStub(object, name, where, infer);
    case "fact": {
      const isClass = object.fact.is === "class";
      const found = factMember(object.name, name, isClass ? undefined : object);
      return found ?? (isClass ? ofStubClass(object, name, where, infer) : notListed(object.name, name));
    }
    case "function":
      // `@name.setter` gives the property again.
      if (object.effects.includes("property") && /^(setter|getter|deleter)$/.test(name))
        return { kind: "callable", result: () => object };
      return unknown(prose`attributes of the function ${code(object.definition.name)} are not followed`);
    case "coroutine":
    case "plain":
    case "sequence":
      return ofStub(object, name, where, infer);
    case "union":
      return union(object.members.map((member) => infer.attribute(member, name, where)));
    case "unknown":
      return unknown(object.why, object.name === undefined ? undefined : knownName(`${object.name}.${name}`));
    default:
      return unknown(prose`where ${code(name)} comes from is not followed`);
  }
}

function property(value: Value, where: Where, infer: Inference): Value {
  if (value.kind === "function" && value.effects.includes("property")) {
    const at: Expression = {
      kind: "other",
      start: value.definition.start,
      end: value.definition.start,
      children: [],
    };
    return infer.call({ ...value, effects: value.effects.filter((effect) => effect !== "property") }, [], at, where);
  }
  return value.kind === "union" ? union(value.members.map((member) => property(member, where, infer))) : value;
}

function factMember(of: string, name: string, receiver: Value | undefined): Value | undefined {
  const found = memberFact(of, name);
  if (!found) return undefined;
  const value: Value = { kind: "fact", name: found.name, fact: found.fact, ...(receiver && { receiver }) };
  if (found.fact.is !== "attribute") return value;
  const type = found.fact.type;
  return attributeType(type);
}

function notListed(of: string, name: string): Value {
  return unknown(prose`${code(`${of}.${name}`)} is not in the tables`, `${of}.${name}`);
}

function fromSuper(value: Value, receiver: Value): Value {
  if (value.kind === "union") return union(value.members.map((member) => fromSuper(member, receiver)));
  return value.kind === "function" ? { ...value, receiver } : value;
}

/** `super().__new__`: makes an object of the class that it is given. */
function makerOf(of: ClassValue): Value {
  return { kind: "callable", result: () => ({ kind: "object", of, exact: false }) };
}

/** A member of a class whose objects are told. */
function ofClass(instance: Value, name: string, where: Where, infer: Inference): Value {
  switch (instance.kind) {
    case "object":
      return infer.attribute({ ...instance.of, open: true }, name, where);
    case "instance": {
      const found = factMember(instance.name, name, undefined);
      const stub = infer.standard(instance.name);
      return found ?? (stub ? infer.attribute(stub, name, where) : notListed(instance.name, name));
    }
    case "unknown":
      return instance;
    default:
      return unknown(prose`where ${code(name)} comes from is not followed`);
  }
}

/** What a class has from its metaclass. */
function metaMember(of: ClassValue, name: string, infer: Inference): Value {
  const meta = metaclassOf(of, infer);
  const found = meta && meta !== "unknown" ? classMember(meta, name, infer) : undefined;
  if (found && "owner" in found)
    return found.value.kind === "function" ? { ...found.value, receiver: of } : found.value;
  return unknown(prose`${code(of.definition.name)} has no ${code(name)} that its code shows`);
}

/** A member that typeshed's class has, for a value of Python's own. */
function ofStub(value: Value, name: string, where: Where, infer: Inference): Value {
  const object = standardObject(value, infer);
  if (object) return infer.attribute(object, name, where);
  const of = standardName(value) ?? "";
  return unknown(prose`methods of ${code(of.replace(/^builtins\./, ""))} are not followed`, `${of}.${name}`);
}

function ofStubClass(value: FactValue, name: string, where: Where, infer: Inference): Value {
  const of = infer.standard(value.name);
  return of?.kind === "class" ? infer.attribute(of, name, where) : notListed(value.name, name);
}

function attributeType(type: string): Value {
  const parts = type.split("|").map((part) => part.trim());
  return union(
    parts.map((part): Value => {
      if (part === "None") return none;
      return part.includes(".") ? { kind: "instance", name: part, exact: true } : plainValue(part);
    }),
  );
}
