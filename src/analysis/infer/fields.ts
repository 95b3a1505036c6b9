// Classes that are tuples or dicts with named fields: `NamedTuple`, `TypedDict`.
import { resolutionOrder } from "./classes";
import type { ClassValue, Inference, ObjectValue } from "./values";

/** The name of a named tuple's field by its number. */
export function fieldAt(object: ObjectValue, index: number, infer: Inference): string | undefined {
  const owner = ownerOf(object, "typing.NamedTuple", infer);
  return owner && fieldsOf(owner, infer).at(index);
}

/** Whether an object is a dict whose keys are the annotated names of its class. */
export function isTypedDict(object: ObjectValue, infer: Inference): boolean {
  return ownerOf(object, "typing.TypedDict", infer) !== undefined;
}

/** The class in the order of an object's classes that inherits directly from such a form. */
function ownerOf(object: ObjectValue, form: string, infer: Inference): ClassValue | undefined {
  const { classes } = resolutionOrder(object.of, infer);
  if (!classes.some((each) => each.kind === "known" && each.name === form)) return undefined;
  return classes.findLast((each) => each.kind === "class");
}

function fieldsOf(of: ClassValue, infer: Inference): readonly string[] {
  const { bindings } = infer.scopeOf(of.definition, of.where);
  return [...bindings].flatMap(([name, all]) =>
    all.some((each) => "annotation" in each && each.annotation) ? [name] : [],
  );
}
