// Attributes: what an object, class, module or known thing has by a name.
import type { Expression } from "./ast";
import { bindToClass, classMember, objectAttribute } from "./classes";
import { knownName, memberFact } from "./knowledge";
import { code, prose } from "./prose";
import type { Where } from "./scope";
import { type Inference, none, plainValue, union, unknown, type Value } from "./values";

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
      return found ?? unknown(prose`${code(object.definition.name)} has no ${code(name)} that its code shows`);
    }
    case "super": {
      const found = classMember(object.of, name, infer, object.of.definition);
      if (found && "owner" in found)
        return found.value.kind === "function" ? { ...found.value, receiver: object.receiver } : found.value;
      return found ?? unknown(prose`no base shows ${code(name)}`);
    }
    case "instance":
      return factMember(object.name, name, object);
    case "fact":
      return factMember(object.name, name, object.fact.is === "class" ? undefined : object);
    case "function":
      // `@name.setter` gives the property again.
      if (object.effects.includes("property") && /^(setter|getter|deleter)$/.test(name))
        return { kind: "callable", result: () => object };
      return unknown(prose`attributes of the function ${code(object.definition.name)} are not followed`);
    case "coroutine":
    case "plain":
    case "sequence":
      return unknown(
        prose`methods of ${code(object.kind === "coroutine" ? "coroutine" : object.type)} are not followed`,
      );
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

function factMember(of: string, name: string, receiver: Value | undefined): Value {
  const found = memberFact(of, name);
  if (!found) return unknown(prose`${code(`${of}.${name}`)} is not in the tables`, `${of}.${name}`);
  const value: Value = { kind: "fact", name: found.name, fact: found.fact, ...(receiver && { receiver }) };
  if (found.fact.is !== "attribute") return value;
  const type = found.fact.type;
  return attributeType(type);
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
