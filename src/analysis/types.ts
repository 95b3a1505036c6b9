// From annotations to values: what an object of the annotated type is. An annotation promises a class, not that class
// alone, so nothing here is exact.
import type { Expression } from "./ast";
import { fact, knownName } from "./knowledge";
import { code, prose } from "./prose";
import type { Where } from "./scope";
import {
  type FunctionValue,
  type Inference,
  type InstanceValue,
  none,
  plainValue,
  union,
  unknown,
  type Value,
} from "./values";

/** An instance of the annotated type. `receiver` is what `Self` means. */
export function typeOf(annotation: Expression, where: Where, infer: Inference): Value {
  switch (annotation.kind) {
    case "literal":
      return literalType(annotation.type, annotation.text, where, infer);
    case "operation":
      return annotation.operator === "|"
        ? union(annotation.operands.map((operand) => typeOf(operand, where, infer)))
        : untyped(annotation, where);
    case "subscript":
      return generic(annotation.object, annotation.index, where, infer);
    case "name":
    case "attribute":
      return generic(annotation, [], where, infer);
    default:
      return untyped(annotation, where);
  }
}

function literalType(type: string, text: string | undefined, where: Where, infer: Inference): Value {
  if (type === "None") return none;
  const forward = type === "str" && text !== undefined ? where.scope.tree.parseExpression(text) : undefined;
  return forward ? typeOf(forward, where, infer) : unknown(prose`its annotation is not a type`);
}

function untyped(annotation: Expression, where: Where): Value {
  return unknown(prose`its type ${code(where.scope.tree.slice(annotation))} does not say`);
}

function generic(base: Expression, index: readonly Expression[], where: Where, infer: Inference): Value {
  const value = infer.valueOf(base, where);
  const args = () =>
    index.flatMap((each) => (each.kind === "display" && each.type === "tuple" ? each.elements : [each]));
  const argument = (position: number): Value => {
    const node = args().at(position);
    return node
      ? typeOf(node, where, infer)
      : unknown(prose`its type ${code(where.scope.tree.slice(base))} does not say of what`);
  };
  const text = code(where.scope.tree.slice(base));
  switch (value.kind) {
    case "class":
      return { kind: "object", of: value, exact: false };
    case "builtin":
      return builtinType(value.name, argument);
    case "fact":
      return (
        form(value.name, args(), argument, where, infer) ??
        factType(value.name, argument) ??
        unknown(prose`${text} is not a type`)
      );
    case "unknown": {
      const special = value.name === undefined ? undefined : form(value.name, args(), argument, where, infer);
      return special ?? unknown(prose`its type is ${text}, and ${value.why}`);
    }
    default:
      return unknown(prose`its type ${text} is not followed`);
  }
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
};

function factType(name: string, argument: (position: number) => Value): Value | undefined {
  const found = fact(name);
  if (found?.is !== "class") return undefined;
  if (found.awaitable === "coroutine")
    return { kind: "coroutine", type: "coroutine", result: () => argument(resultPosition[name] ?? 2) };
  const position = resultPosition[name];
  const instance: InstanceValue = { kind: "instance", name, exact: false };
  return position === undefined ? instance : { ...instance, result: () => argument(position) };
}

const sequences = new Set([
  "list",
  "set",
  "frozenset",
  "tuple",
  "List",
  "Set",
  "FrozenSet",
  "Tuple",
  "Sequence",
  "Iterable",
]);
const moreSequences = new Set([
  "Iterator",
  "Collection",
  "MutableSequence",
  "AbstractSet",
  "Deque",
  "deque",
  "Generator",
]);

function builtinType(name: string, argument: (position: number) => Value): Value {
  if (sequences.has(name)) return { kind: "sequence", type: name, exact: false, element: () => argument(0) };
  return plainValue(name, false);
}

/** Types that are not classes: `Optional[…]`, `Callable[…]` and their like. */
function form(
  fullName: string,
  args: readonly Expression[],
  argument: (position: number) => Value,
  where: Where,
  infer: Inference,
): Value | undefined {
  const name = fullName.replace(/^(typing_extensions|collections\.abc)\./, "typing.");
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (name.startsWith("typing.") && (sequences.has(last) || moreSequences.has(last)))
    return { kind: "sequence", type: last, exact: false, element: () => argument(0) };
  switch (name) {
    case "typing.Optional":
      return union([argument(0), none]);
    case "typing.Union":
      return union(args.map((each) => typeOf(each, where, infer)));
    case "typing.Annotated":
    case "typing.ClassVar":
    case "typing.Final":
    case "typing.Required":
    case "typing.NotRequired":
      return argument(0);
    case "typing.Callable":
      return { kind: "callable", result: () => argument(-1) };
    case "typing.NoReturn":
    case "typing.Never":
      return { kind: "never" };
    case "typing.Any":
      return unknown(prose`it is annotated as ${code("Any")}`);
    case "typing.TypeVar()":
      return unknown(prose`its type is a type variable`);
    case "typing.Type":
      return unknown(prose`it is annotated as a class`);
    default:
      return undefined;
  }
}

/** The value of a type that the knowledge tables write: full names, no scope. `bind` says what the stand-ins mean. */
export function writtenType(node: Expression, bind: (name: string) => Value | undefined): Value {
  switch (node.kind) {
    case "literal":
      return node.type === "None" ? none : unknown(prose`it is not told`);
    case "operation":
      return union(node.operands.map((operand) => writtenType(operand, bind)));
    case "subscript": {
      const first = node.index[0];
      const name = dotted(node.object);
      const of = (index: number) => {
        const item = node.index[index];
        return item ? writtenType(item, bind) : unknown(prose`it is not told`);
      };
      if (name === "tuple")
        return {
          kind: "sequence",
          type: "tuple",
          exact: true,
          items: node.index.map((_, index) => () => of(index)),
          element: () => union(node.index.map((_, index) => of(index))),
        };
      if (name === "list" || name === "set") return { kind: "sequence", type: name, exact: true, element: () => of(0) };
      return first ? { ...(written(name, bind) as InstanceValue), result: () => of(0) } : written(name, bind);
    }
    default:
      return written(dotted(node), bind);
  }
}

function written(name: string, bind: (name: string) => Value | undefined): Value {
  const bound = bind(name);
  if (bound) return bound;
  if (!name.includes(".")) return name === "tuple" || name === "list" ? loose(name) : plainValue(name);
  return { kind: "instance", name: knownName(name), exact: true };
}

function loose(type: string): Value {
  return { kind: "sequence", type, exact: true, element: () => unknown(prose`what it holds is not told`) };
}

function dotted(node: Expression): string {
  if (node.kind === "attribute") return `${dotted(node.object)}.${node.name}`;
  return node.kind === "name" ? node.id : "";
}

/** The annotation of what a function gives, as the user wrote it. */
export function annotatedResult(value: FunctionValue): string | undefined {
  const { returns } = value.definition;
  if (!returns) return undefined;
  const text = value.where.scope.tree.slice(returns).replace(/\s+/g, " ");
  return /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
}
