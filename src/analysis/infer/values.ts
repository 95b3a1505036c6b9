// What an expression may stand for, as far as awaits care. A value that is not certain is `unknown`, with the reason.
import type { Argument, ClassDef, Expression, FunctionDef, Lambda, Parameter } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Effect, Fact } from "../facts/knowledge";
import { type Prose, prose } from "../prose";
import type { Binding, Scope, Where } from "../scopes/scope";

/** The expression that made an object: where a task started, where a coroutine was called. */
export interface Made {
  readonly tree: SyntaxTree;
  readonly offset: number;
}

/** `why` is a clause: "`client` comes from an untyped parameter". `name` is the full name where only that is known. */
export interface UnknownValue {
  readonly kind: "unknown";
  readonly why: Prose;
  readonly name?: string;
}
/** Something of a built-in type that no await accepts. Not `exact`: a subclass might. */
export interface PlainValue {
  readonly kind: "plain";
  readonly type: string;
  readonly exact: boolean;
}
/** Things that are iterated over. `items` are known one by one, `element` is any of them; of a dict it is the keys. */
export interface SequenceValue {
  readonly kind: "sequence";
  readonly type: string;
  readonly exact: boolean;
  readonly items?: readonly (() => Value)[];
  readonly element: () => Value;
  /** What a dict holds under its keys. */
  readonly values?: () => Value;
  /** What a generator returns: what `yield from` gives. */
  readonly result?: () => Value;
}
export interface ModuleValue {
  readonly kind: "module";
  readonly name: string;
  /** Number of leading dots, which count from the importing file. */
  readonly level: number;
  readonly importer: SyntaxTree;
  /** The module's own scope, where its file can be read. */
  readonly scope?: Scope;
}
/** A function, class or decorator of the knowledge tables. `receiver` is what a method was taken from. */
export interface FactValue {
  readonly kind: "fact";
  readonly name: string;
  readonly fact: Fact;
  readonly receiver?: Value;
}
/** An instance of a class of the knowledge tables; tasks and futures among them. */
export interface InstanceValue {
  readonly kind: "instance";
  readonly name: string;
  readonly exact: boolean;
  readonly made?: Made;
  /** The function whose call made it, where that says more: `asyncio.gather`. */
  readonly by?: FactValue;
  /** What runs in a task; the function of an async generator or context manager. */
  readonly runs?: Value;
  /** What awaiting it gives, or its items are. */
  readonly result?: () => Value;
}
/** A class name of Python's own that the tables do not list: `dict`, `Exception`, `len`. */
export interface BuiltinValue {
  readonly kind: "builtin";
  readonly name: string;
}
export interface FunctionValue {
  readonly kind: "function";
  readonly definition: FunctionDef;
  /** Where it is defined. */
  readonly where: Where;
  readonly effects: readonly Effect[];
  readonly receiver?: Value;
  /** Set when the receiver may be of a subclass that overrides it. */
  readonly overridable?: boolean;
  /** The arguments of the call around it that made it. */
  readonly env?: Environment;
  /** All of its `@overload` definitions, in order. */
  readonly overloads?: readonly FunctionValue[];
}
export interface LambdaValue {
  readonly kind: "lambda";
  readonly node: Lambda;
  readonly where: Where;
  readonly env?: Environment;
}
export interface ClassValue {
  readonly kind: "class";
  readonly definition: ClassDef;
  readonly where: Where;
  /** Set where it may be a subclass: `cls`, `type[C]`. */
  readonly open?: true;
}
/** An instance of a class of the code. `exact`: of that very class, not of a subclass. */
export interface ObjectValue {
  readonly kind: "object";
  readonly of: ClassValue;
  readonly exact: boolean;
  readonly made?: Made;
  /** What the type variables of its class stand for. */
  readonly types?: Types;
}
/** `super()`: looks behind `of` in the order of `receiver`'s classes. */
export interface SuperValue {
  readonly kind: "super";
  readonly of: ClassValue;
  readonly receiver: Value;
}
/** A call of it gives `result`: a `Callable[…]`, a `functools.partial`. */
export interface CallableValue {
  readonly kind: "callable";
  readonly result: () => Value;
  /** Types of the arguments, where they tell of type variables in the result. */
  readonly parameters?: readonly (() => Value)[];
}
/** A coroutine object, or a generator that `types.coroutine` made awaitable. */
export interface CoroutineValue {
  readonly kind: "coroutine";
  readonly type: "coroutine" | "generator";
  readonly of?: FunctionValue | FactValue | LambdaValue;
  readonly made?: Made;
  readonly result: () => Value;
  /** The call's arguments: some facts depend on them. */
  readonly args?: readonly Argument[];
}
export interface UnionValue {
  readonly kind: "union";
  readonly members: readonly Value[];
}
/** A type variable, or an object of the type that it stands for. */
export interface VariableValue {
  readonly kind: "variable";
  readonly name: string;
  /** Tells it from others of the same name. */
  readonly key: object;
  readonly bound?: () => Value;
  /** A TypeVarTuple or ParamSpec stands for more than one type. */
  readonly isPack?: true;
}
/** A type that is more than a class: `list[int]`, `A | None`. `origin` is what was subscripted. */
export interface TypeValue {
  readonly kind: "type";
  readonly node: Expression;
  readonly where: Where;
  readonly origin?: Value;
}
/** A name of `typing` that is no class: `typing.Optional`. */
export interface FormValue {
  readonly kind: "form";
  readonly name: string;
}
/** A class by its instances: `type[T]`. */
export interface ClassOfValue {
  readonly kind: "class of";
  readonly instance: () => Value;
}
/** Not a value: code that raises or is not reached. */
export interface NeverValue {
  readonly kind: "never";
}

export type Value =
  | UnknownValue
  | PlainValue
  | SequenceValue
  | ModuleValue
  | FactValue
  | InstanceValue
  | BuiltinValue
  | FunctionValue
  | LambdaValue
  | ClassValue
  | ObjectValue
  | SuperValue
  | CallableValue
  | CoroutineValue
  | UnionValue
  | VariableValue
  | TypeValue
  | FormValue
  | ClassOfValue
  | NeverValue;

/** A class in a resolution order: of the code, or of Python's own. */
export type Ancestor = ClassValue | { readonly kind: "known"; readonly name: string };

/** `missing` is the base that could not be followed: what comes from it on is not known. */
export interface Order {
  readonly classes: readonly Ancestor[];
  readonly missing?: UnknownValue;
}

/** What was found out about the code of one tree. It goes when the tree, or what it imports, changes. */
export interface Memory {
  readonly values: Map<Expression, Value>;
  readonly bindings: Map<Binding, Value>;
  readonly types: Map<Expression, Value>;
  readonly definitions: Map<FunctionDef | ClassDef, Value>;
  readonly orders: Map<ClassDef, Order>;
  /** Where the module's names are defined, itself or in what it imports. */
  readonly exports: Map<string, Binding | undefined>;
}

/**
 * Remembers what is found out about pieces of a tree for as long as the inference's memory of that tree lasts: until
 * something else may be true of it. What is kept by the inference itself would outlive every version of the file.
 */
export function keeping<Key extends object, Found>(): (memory: Memory, key: Key, find: () => Found) => Found {
  const kept = new WeakMap<Memory, Map<Key, Found>>();
  return (memory, key, find) => {
    const known = kept.get(memory) ?? new Map<Key, Found>();
    kept.set(memory, known);
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
}

/** What type variables stand for, by their keys. */
export type Types = ReadonlyMap<object, () => Value>;

/** The arguments of a call whose function's body is followed, and those of the calls around its definition. */
export interface Environment {
  readonly owner: FunctionDef | Lambda;
  readonly args: ReadonlyMap<Parameter, Value>;
  readonly outer: Environment | undefined;
}

/** What the parts of the inference ask each other. */
export interface Inference {
  /** What an await gives, and through what it goes down, is not asked for. */
  readonly isBrief: boolean;
  /** The minor version of Python 3 that runs the code, where it is known. */
  readonly minor: number | undefined;
  memory(tree: SyntaxTree): Memory;
  valueOf(node: Expression, where: Where): Value;
  /** What a binding gives its name. */
  bound(binding: Binding): Value;
  attribute(object: Value, name: string, where: Where): Value;
  call(callee: Value, args: readonly Argument[], at: Expression, where: Where): Value;
  /** An instance of the type that an annotation names. What it leaves open is unknown. */
  typeOf(annotation: Expression, where: Where): Value;
  /** The same with its type variables left in it. */
  openType(annotation: Expression, where: Where): Value;
  /** What a function or class definition stands for, decorators applied. */
  definition(definition: FunctionDef | ClassDef, where: Where): Value;
  /** Runs `work`, which follows the body of `callee`, with its parameters bound to the arguments of a call. */
  within<T>(callee: FunctionValue | LambdaValue, args: ReadonlyMap<Parameter, Value>, work: () => T): T;
  /** `work` for later, with the arguments that are bound now. */
  later<T>(work: () => T): () => T;
  /** The scope inside a definition or lambda that stands at `where`. */
  scopeOf(node: FunctionDef | ClassDef | Lambda, where: Where): Scope;
  /** The scope of a file's own names. */
  moduleScope(tree: SyntaxTree): Scope;
  module(name: string, level: number, importer: SyntaxTree): Value;
  moduleMember(owner: ModuleValue, name: string): Value;
  /** The address of a file's tree, if it is of another file than the one that is looked at and has one. */
  addressOf(tree: SyntaxTree): string | undefined;
  /** A class or function of the standard library as its code or stub defines it, whatever the tables know. */
  standard(fullName: string): Value | undefined;
  /** The module scope of the source that runs, for the tree of a stub. */
  behind(stub: SyntaxTree): Scope | undefined;
  /** The full name of what the standard library defines: "inspect.isawaitable". */
  fullName(definition: FunctionDef | ClassDef, where: Where): string | undefined;
  /** An expression that no code says, standing for a value. */
  standIn(value: Value): Expression;
}

export function unknown(why: Prose, name?: string): UnknownValue {
  return { kind: "unknown", why, ...(name !== undefined && { name }) };
}

export function plainValue(type: string, exact = true): PlainValue {
  return { kind: "plain", type, exact };
}

export const none: PlainValue = { kind: "plain", type: "None", exact: true };
export const never: NeverValue = { kind: "never" };

/** One of several values: the same ones once, nested unions flat, what is never there left out. */
export function union(values: readonly Value[]): Value {
  const members: Value[] = [];
  for (const value of values.flatMap((each) => (each.kind === "union" ? each.members : [each])))
    if (value.kind !== "never" && !members.some((member) => isSame(member, value))) members.push(value);
  const [only] = members;
  if (!only) return never;
  return members.length === 1 ? only : { kind: "union", members };
}

function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === "plain") return b.kind === "plain" && a.type === b.type && a.exact === b.exact;
  if (a.kind === "builtin") return b.kind === "builtin" && a.name === b.name;
  if (a.kind === "class") return b.kind === "class" && a.definition === b.definition;
  if (a.kind === "object")
    return b.kind === "object" && a.of.definition === b.of.definition && a.exact === b.exact && a.types === b.types;
  if (a.kind === "variable") return b.kind === "variable" && a.key === b.key;
  if (a.kind === "module") return b.kind === "module" && a.name === b.name && a.level === b.level;
  if (a.kind === "fact") return b.kind === "fact" && a.name === b.name && a.receiver === b.receiver;
  return false;
}

/** Whether all of a value is known. */
export function isTold(value: Value): boolean {
  return value.kind === "union" ? value.members.every(isTold) : value.kind !== "unknown";
}

export function isNone(value: Value): boolean {
  return value.kind === "plain" && value.type === "None";
}

/** Without `None`: where a value is used, it is not None or the use fails. */
export function present(value: Value): Value {
  if (value.kind !== "union") return value;
  const others = value.members.filter((member) => !isNone(member));
  return others.length > 0 ? union(others) : value;
}

/** The value where a subclass, or code elsewhere, may put another: then its plain kinds prove nothing. */
export function inexact(value: Value): Value {
  switch (value.kind) {
    case "union":
      return union(value.members.map(inexact));
    case "plain":
    case "sequence":
    case "object":
    case "instance":
      return { ...value, exact: false };
    case "function":
      return { ...value, overridable: true };
    default:
      return value;
  }
}

/** The value's type as a reader would write it; undefined where it is not known. */
export function describe(value: Value): string | undefined {
  switch (value.kind) {
    case "plain":
      return value.type;
    case "sequence": {
      const items =
        value.items && value.items.length <= 3 ? value.items.map((item) => describe(force(item))) : [undefined];
      return items.every((item) => item !== undefined) && items.length > 0
        ? `${value.type}[${items.join(", ")}]`
        : value.type;
    }
    case "instance":
      return value.name.startsWith("typing.") ? undefined : shortName(value.name);
    case "object":
      return value.of.definition.name;
    case "union": {
      const parts = value.members.map(describe);
      return parts.every((part) => part !== undefined) && parts.length <= 3
        ? [...new Set(parts)].join(" | ")
        : undefined;
    }
    default:
      return undefined;
  }
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).replace(/^_/, "");
}

let forcing = 0;

/** Works out a part of a value that was left for later. Values may hold themselves: so deep is as good as unknown. */
export function force(later: () => Value): Value {
  if (forcing > 30) return unknown(prose`it takes too many steps to find out`);
  forcing += 1;
  try {
    return later();
  } finally {
    forcing -= 1;
  }
}
