// Whether objects of one type are objects of another.
import { classMember, resolutionOrder } from "./classes";
import { asClass } from "./generics";
import { standardName } from "./standard";
import { type ClassValue, force, type Inference, type Value } from "./values";

/** Whether each object of one type is one of another; undefined where that is not told. */
export function derives(one: Value, other: Value, infer: Inference): boolean | undefined {
  if (one.kind === "plain" && other.kind === "plain" && one.type === other.type) return true;
  const [sub, base] = [classFor(one, infer), classFor(other, infer)];
  if (!sub || !base) return undefined;
  return isSubclass(sub, base, infer, 0);
}

function isSubclass(sub: ClassValue, base: ClassValue, infer: Inference, depth: number): boolean | undefined {
  if (sub.definition === base.definition) return true;
  const order = resolutionOrder(sub, infer);
  for (const each of order.classes) {
    if (each.kind === "class" && each.definition === base.definition) return true;
    const known = each.kind === "known" && depth < 8 ? infer.standard(each.name) : undefined;
    if (known?.kind === "class" && isSubclass(known, base, infer, depth + 1) === true) return true;
  }
  return order.missing ? undefined : false;
}

function classFor(value: Value, infer: Inference): ClassValue | undefined {
  if (value.kind === "object") return value.of;
  if (value.kind === "class of") return classFor(force(value.instance), infer);
  const name = standardName(value);
  const found = name === undefined ? undefined : infer.standard(name);
  return found && asClass(found, infer);
}

/** Whether a class says only what methods an object must have. */
function isProtocol(of: ClassValue, infer: Inference): boolean {
  return of.definition.bases.some(({ value }) => {
    const base = infer.valueOf(value.kind === "subscript" ? value.object : value, of.where);
    return (base.kind === "fact" || base.kind === "form") && base.name === "typing.Protocol";
  });
}

/** Whether a value may be handed over where an object of `type` is wanted, as its type tells. */
export function isAssignable(value: Value, type: Value, infer: Inference): boolean | undefined {
  const wanted = classFor(type, infer);
  if (!wanted) return undefined;
  const found = derives(value, type, infer);
  if (found !== false || !isProtocol(wanted, infer)) return found;
  const own = classFor(value, infer);
  const { bindings } = infer.scopeOf(wanted.definition, wanted.where);
  const names = [...bindings.keys()].filter((name) => name !== "__slots__");
  const all = names.map((name) => (own ? classMember(own, name, infer) : undefined));
  if (all.some((member) => member === undefined)) return false;
  return all.every((member) => member && "owner" in member) ? true : undefined;
}
