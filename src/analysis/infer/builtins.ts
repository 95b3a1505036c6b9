// Python's own functions, as far as awaits meet them.
import type { ClassDef } from "../code/ast";
import { fact } from "../facts/knowledge";
import { code, prose } from "../prose";
import type { Scope } from "../scopes/scope";
import { argument, awaited, type CallSite, elementOf, madeAt } from "./callSite";
import {
  type FactValue,
  type Inference,
  type InstanceValue,
  plainValue,
  type SequenceValue,
  unknown,
  type Value,
} from "./values";

/** Names that are there without being defined. */
export const builtinNames: ReadonlySet<string> = new Set(
  (
    "abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod enumerate " +
    "eval filter float format frozenset getattr globals hasattr hash hex id input int isinstance issubclass iter len list " +
    "locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice " +
    "sorted staticmethod str sum super tuple type vars zip BaseException BaseExceptionGroup Exception ExceptionGroup " +
    "ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError ChildProcessError " +
    "ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError FileExistsError " +
    "FileNotFoundError GeneratorExit ImportError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt " +
    "LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError " +
    "PermissionError ProcessLookupError RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration " +
    "SyntaxError SystemError SystemExit TimeoutError TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError " +
    "ValueError Warning DeprecationWarning RuntimeWarning ResourceWarning UserWarning ZeroDivisionError"
  ).split(" "),
);

/** What functions give that always give the same type. */
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
  "range",
]);
const gatherers = new Set(["list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"]);

/** What a call of one of them gives. */
export function callBuiltin(name: string, site: CallSite, infer: Inference): Value {
  const result = results[name];
  if (result) return plainValue(result);
  if (name === "dict") return dictOf(site, infer);
  if (constructors.has(name)) return plainValue(name);
  if (gatherers.has(name)) {
    const type = name === "sorted" ? "list" : name === "reversed" || name === "iter" ? "iterator" : name;
    const sequence: SequenceValue = {
      kind: "sequence",
      type,
      exact: name !== "iter" || site.args.length === 1,
      element: infer.later(() => elementOf(argument(site, 0, infer), infer, site.where)),
    };
    const items = argument(site, 0, infer);
    return items.kind === "sequence" && items.items && type !== "set" ? { ...sequence, items: items.items } : sequence;
  }
  if (name === "next" && site.args.length === 1) return elementOf(argument(site, 0, infer), infer, site.where);
  if (name === "anext" || name === "aiter") return callAsyncBuiltin(name, site, infer);
  if (name === "super") return superOf(site);
  if (/(Error|Exception|Exit|Interrupt|Warning)$/.test(name)) return plainValue(name);
  return fromStub(name, site, infer);
}

/** What typeshed says of those that are not treated here. */
function fromStub(name: string, site: CallSite, infer: Inference): Value {
  const found = infer.standard(`builtins.${name}`);
  return found && found.kind !== "builtin"
    ? infer.call(found, site.args, site.at, site.where)
    : unknown(prose`what ${code(name)} gives is not followed`);
}

/** `dict()`, `dict(other)`. */
function dictOf(site: CallSite, infer: Inference): Value {
  const [first] = site.args;
  const other =
    first && first.name === undefined && first.value.kind !== "starred" ? argument(site, 0, infer) : undefined;
  if (other?.kind === "sequence" && other.values && site.args.length === 1)
    return { ...other, type: "dict", exact: true };
  const untold = () => unknown(prose`what it holds is not told`);
  return { kind: "sequence", type: "dict", exact: true, element: untold, values: untold };
}

function callAsyncBuiltin(name: "anext" | "aiter", site: CallSite, infer: Inference): Value {
  const first = argument(site, 0, infer);
  const method = name === "anext" ? "__anext__" : "__aiter__";
  if (first.kind === "unknown") return first;
  const plainCall = infer.call(infer.attribute(first, method, site.where), [], site.at, site.where);
  if (name === "aiter" || site.args.length === 1 || plainCall.kind === "unknown") return plainCall;
  const of = { kind: "fact", name: "anext", fact: fact("builtins.anext") } as FactValue;
  return {
    kind: "coroutine",
    type: "coroutine",
    of,
    made: madeAt(site),
    result: () => awaited(plainCall, infer, site.where),
  };
}

function superOf(site: CallSite): Value {
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
    const definition = owner.node as ClassDef;
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
