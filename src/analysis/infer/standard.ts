// Values of Python's own types as objects of the classes that typeshed's stubs define: where no table lists a method.
import { typeParameters } from "./generics";
import type { ClassValue, Inference, ObjectValue, Types, Value } from "./values";

/** The object of a stub's class that stands for a list, a text, a coroutine, … */
export function standardObject(value: Value, infer: Inference): ObjectValue | undefined {
  const name = standardName(value);
  const of = name === undefined ? undefined : infer.standard(name);
  return of?.kind === "class" ? { kind: "object", of, exact: false, types: typesOfValue(of, value, infer) } : undefined;
}

/** The full name of the class of a value of Python's own. */
export function standardName(value: Value): string | undefined {
  switch (value.kind) {
    case "coroutine":
      return "typing.Coroutine";
    case "plain":
      return `builtins.${value.type}`;
    case "sequence":
      return sequenceClass(value.type);
    case "instance":
      return value.name;
    default:
      return undefined;
  }
}

/** What the type variables of a stub's class stand for: what the value holds, in the order of its parameters. */
function typesOfValue(of: ClassValue, value: Value, infer: Inference): Types {
  const parts = heldBy(value);
  const parameters = typeParameters(of, infer);
  return new Map(
    parameters.flatMap((each, index): [object, () => Value][] => {
      const part = parts[index];
      return part ? [[each.key, part]] : [];
    }),
  );
}

function heldBy(value: Value): readonly ((() => Value) | undefined)[] {
  switch (value.kind) {
    case "sequence":
      if (value.values) return [value.element, value.values];
      return value.result ? [value.element, undefined, value.result] : [value.element];
    case "coroutine":
      return [undefined, undefined, value.result];
    case "instance":
      return [value.result];
    default:
      return [];
  }
}

const typingSequences = /^[A-Z]/;

/** The class of a sequence: of the builtins in small letters, of `typing` in capitals. */
function sequenceClass(type: string): string {
  const own: Readonly<Record<string, string>> = {
    List: "builtins.list",
    Set: "builtins.set",
    FrozenSet: "builtins.frozenset",
    Tuple: "builtins.tuple",
    Dict: "builtins.dict",
    Deque: "collections.deque",
    DefaultDict: "collections.defaultdict",
    OrderedDict: "collections.OrderedDict",
    Counter: "collections.Counter",
    ChainMap: "collections.ChainMap",
    generator: "typing.Generator",
    iterator: "typing.Iterator",
  };
  return own[type] ?? (typingSequences.test(type) ? `typing.${type}` : `builtins.${type}`);
}
