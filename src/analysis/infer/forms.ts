// The names of `typing` that are no classes, and the types of Python's own: what an object of each is.
import type { Expression } from "../code/ast";
import { fact } from "../facts/knowledge";
import { code, prose } from "../prose";
import { argument as argumentOf, type CallSite } from "./callSite";
import { classOf, selfVariable } from "./generics";
import {
  type FormValue,
  type Inference,
  type InstanceValue,
  inexact,
  none,
  plainValue,
  union,
  unknown,
  type Value,
} from "./values";

/** Those of `typing` that hold what one iterates over. */
const sequences = new Set(
  (
    "List Set FrozenSet Sequence Iterable Iterator Collection MutableSequence AbstractSet MutableSet Deque Container " +
    "Reversible KeysView ValuesView"
  ).split(" "),
);
const dicts = new Set("Dict DefaultDict OrderedDict Mapping MutableMapping Counter ChainMap".split(" "));
const forms = new Set(
  (
    "Optional Union Annotated ClassVar Final Required NotRequired ReadOnly Callable NoReturn Never Any TypeVar ParamSpec " +
    "TypeVarTuple Type Self Literal LiteralString TypeAlias Concatenate TypeGuard TypeIs Unpack Tuple NewType cast " +
    "ItemsView Generator AnyStr Text NamedTuple TypedDict"
  ).split(" "),
);

/** The name of `typing` that this is, where it is one that is treated here. */
export function typingForm(fullName: string): FormValue | undefined {
  const name = typingName(fullName);
  const short = name.startsWith("typing.") ? name.slice("typing.".length) : "";
  return sequences.has(short) || dicts.has(short) || forms.has(short) ? { kind: "form", name } : undefined;
}

/** Modules that hold names of `typing` under another one. */
function typingName(fullName: string): string {
  return fullName.replace(/^(typing_extensions|collections\.abc|_collections_abc)\./, "typing.");
}

type ArgumentAt = (position: number) => Value;

/** Types that are not classes: `Optional[…]`, `Callable[…]` and their like. */
export function formType(
  fullName: string,
  args: readonly Expression[],
  argument: ArgumentAt,
  typeAt: (node: Expression) => Value,
): Value | undefined {
  if (!fullName.startsWith("typing.")) return undefined;
  const short = fullName.slice("typing.".length);
  if (sequences.has(short)) return { kind: "sequence", type: short, exact: false, element: () => argument(0) };
  if (dicts.has(short)) return dictType(short, argument);
  if (!forms.has(short)) return undefined;
  switch (short) {
    case "Optional":
      return union([argument(0), inexact(none)]);
    case "Union":
      return union(args.map((_, index) => argument(index)));
    case "Annotated":
    case "ClassVar":
    case "Final":
    case "Required":
    case "NotRequired":
    case "ReadOnly":
      return argument(0);
    case "Callable":
      return callableType(args, argument, typeAt);
    case "Tuple":
      return tupleType(args, argument);
    case "Generator":
      return { kind: "sequence", type: short, exact: false, element: () => argument(0), result: () => argument(2) };
    case "ItemsView":
      return {
        kind: "sequence",
        type: short,
        exact: false,
        element: () =>
          pair(
            () => argument(0),
            () => argument(1),
          ),
      };
    case "NoReturn":
    case "Never":
      return { kind: "never" };
    case "Self":
      return selfVariable;
    case "Type":
      return classOf(() => argument(0));
    case "TypeGuard":
    case "TypeIs":
      return plainValue("bool", false);
    case "LiteralString":
    case "AnyStr":
    case "Text":
      return plainValue("str", false);
    case "Any":
      return unknown(prose`it is annotated as ${code("Any")}`);
    case "Literal":
      return unknown(prose`it is annotated as a literal`);
    default:
      return unknown(prose`it is annotated as ${code(short)}`);
  }
}

/** `Callable[[A, B], R]`. */
function callableType(args: readonly Expression[], argument: ArgumentAt, typeAt: (node: Expression) => Value): Value {
  const [list] = args;
  const parameters = list?.kind === "display" && list.type === "list" ? list.elements : [];
  const types = parameters.map((node) => () => typeAt(node));
  return { kind: "callable", result: () => argument(-1), ...(types.length > 0 && { parameters: types }) };
}

function dictType(type: string, argument: ArgumentAt): Value {
  return { kind: "sequence", type, exact: false, element: () => argument(0), values: () => argument(1) };
}

function pair(first: () => Value, second: () => Value): Value {
  return {
    kind: "sequence",
    type: "tuple",
    exact: false,
    items: [first, second],
    element: () => union([first(), second()]),
  };
}

/** `tuple[int, str]`, `tuple[int, ...]`. */
function tupleType(args: readonly Expression[], argument: ArgumentAt): Value {
  const isOpen = args.some((each) => each.kind === "literal" && each.type === "ellipsis");
  const isPacked = args.some(
    (each) =>
      each.kind === "starred" ||
      (each.kind === "subscript" && each.object.kind === "name" && each.object.id === "Unpack"),
  );
  const base = { kind: "sequence", type: "tuple", exact: false } as const;
  if (args.length === 0 || isOpen || isPacked) return { ...base, element: () => argument(0) };
  const items = args.map((_, index) => () => argument(index));
  return { ...base, items, element: () => union(items.map((item) => item())) };
}

/** Python's own classes whose objects are values of a kind of their own; others are as their stubs say. */
export function isTreated(name: string): boolean {
  return !/^(zip|enumerate|map|filter|reversed|property|slice|super|staticmethod|classmethod)$/.test(name);
}

const builtinSequences = new Set(["list", "set", "frozenset"]);

/** An object of a class of Python's own. */
export function instanceType(fullName: string, args: readonly Expression[], argument: ArgumentAt): Value | undefined {
  if (fullName.startsWith("builtins.")) return builtinType(fullName.slice("builtins.".length), args, argument);
  const found = fact(fullName);
  if (found?.is !== "class") return undefined;
  const position = resultPosition[fullName];
  if (found.awaitable === "coroutine")
    return { kind: "coroutine", type: "coroutine", result: () => argument(position ?? 2) };
  const instance: InstanceValue = { kind: "instance", name: fullName, exact: false };
  return position === undefined ? instance : { ...instance, result: () => argument(position) };
}

function builtinType(name: string, args: readonly Expression[], argument: ArgumentAt): Value {
  if (builtinSequences.has(name)) return { kind: "sequence", type: name, exact: false, element: () => argument(0) };
  if (name === "tuple") return tupleType(args, argument);
  if (name === "dict") return dictType("dict", argument);
  if (name === "type") return classOf(() => argument(0));
  return plainValue(name, false);
}

/** The positions of a class's type arguments that say what an await or an iteration gives. */
const resultPosition: Readonly<Record<string, number>> = {
  "typing.Coroutine": 2,
  "types.CoroutineType": 2,
  "typing.Awaitable": 0,
  "asyncio.Future": 0,
  "asyncio.Task": 0,
  "asyncio.Queue": 0,
  "typing.AsyncIterator": 0,
  "typing.AsyncIterable": 0,
  "typing.AsyncGenerator": 0,
  "contextlib.AbstractAsyncContextManager": 0,
  "typing.AsyncContextManager": 0,
};

/** A call of a name of `typing`: `TypeVar("T", bound=C)`, `cast(C, value)`. */
export function callForm(callee: FormValue, site: CallSite, infer: Inference): Value {
  const [first, second] = site.args;
  switch (callee.name) {
    case "typing.TypeVar":
    case "typing.ParamSpec":
    case "typing.TypeVarTuple": {
      const bound = site.args.find(({ name }) => name === "bound")?.value;
      return {
        kind: "variable",
        name: first?.value.kind === "literal" ? (first.value.text ?? "") : "",
        key: site.at,
        ...(bound && { bound: () => infer.typeOf(bound, site.where) }),
        ...(callee.name !== "typing.TypeVar" && { isPack: true }),
      };
    }
    case "typing.cast": {
      const type = first && infer.typeOf(first.value, site.where);
      // A cast says what one means it to be, not what it is.
      return type ? inexact(type) : unknown(prose`it is cast to nothing`);
    }
    case "typing.NewType":
      return second
        ? { kind: "type", node: second.value, where: site.where, origin: argumentOf(site, 1, infer) }
        : unknown(prose`it is not told`);
    default:
      return unknown(prose`what ${code(callee.name)} gives is not followed`);
  }
}
