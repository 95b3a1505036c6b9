// A class with `__await__`, or a function that is handed an operation, taken apart once: the functions that an await of it
// runs, and in them every call, every await and every assignment with the blocks around it. What patterns and defects are
// told by.

import { operandOfAwaitCall } from "../awaiting/protocol";
import {
  type Assign,
  type Augment,
  type Block,
  type Call,
  type ClassDef,
  type Expression,
  type FunctionDef,
  type Handler,
  ownExpressions,
  type Span,
  type Statement,
  subexpressions,
  type Yield,
} from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { resolutionOrder } from "../infer/classes";
import { type ClassValue, type Inference, keeping } from "../infer/values";
import type { Scope, Where } from "../scopes/scope";

/** A compound statement around code, and in which of its blocks the code stands. */
export interface Around {
  readonly statement: Statement;
  readonly part: "body" | "handler" | "otherwise" | "last";
  readonly handler?: Handler;
}

/** A function of the class: a method, or one defined inside of a method. */
export interface Routine {
  readonly definition: FunctionDef;
  readonly scope: Scope;
  /** What the method calls `self`; functions inside of a method share it. */
  readonly self: string | undefined;
  /** Defined inside of this one. */
  readonly outer?: Routine;
}

/** Code with its surroundings, innermost last. */
export interface Step<T> {
  readonly node: T;
  readonly statement: Statement;
  readonly around: readonly Around[];
  readonly routine: Routine;
}

/** Something awaited: by `await`, `yield from E.__await__()`, `return E.__await__()`. */
export interface Awaited extends Step<Span> {
  readonly operand: Expression;
}

export interface Anatomy {
  readonly tree: SyntaxTree;
  readonly infer: Inference;
  /** Undefined for a function. */
  readonly of: ClassValue | undefined;
  readonly routines: readonly Routine[];
  /** Those that an await runs: `__await__` and what it reaches through `self`. Of a function, all. */
  readonly path: readonly Routine[];
  readonly calls: readonly Step<Call>[];
  readonly awaits: readonly Awaited[];
  readonly yields: readonly Step<Yield>[];
  readonly assignments: readonly Step<Assign | Augment>[];
  readonly statements: readonly Step<Statement>[];
  /** Attributes that hold what the constructor is given, and parameters of the function. */
  readonly given: ReadonlySet<string>;
}

/** So many statements of one class are looked at. */
const most = 3_000;

const anatomies = keeping<FunctionDef | ClassDef, Anatomy>();

export function anatomyOfClass(of: ClassValue, infer: Inference): Anatomy {
  return anatomies(infer.memory(of.where.scope.tree), of.definition, () => {
    const routines = methodsOf(of, infer).flatMap((method) => withInner(method, infer));
    const initials = routines.filter(({ definition }) => /^__(init|post_init)__$/.test(definition.name));
    const given = new Set([...initials.flatMap(givenAttributes), ...fields(of, infer)]);
    return dissect({ of, tree: of.where.scope.tree, infer, routines, path: pathFrom(routines), given });
  });
}

export function anatomyOfFunction(definition: FunctionDef, where: Where, infer: Inference): Anatomy {
  return anatomies(infer.memory(where.scope.tree), definition, () => {
    const routine: Routine = { definition, scope: infer.scopeOf(definition, where), self: undefined };
    const routines = withInner(routine, infer);
    const given = new Set(routines.flatMap((each) => each.definition.parameters.map(({ name }) => name)));
    return dissect({ of: undefined, tree: where.scope.tree, infer, routines, path: routines, given });
  });
}

// ---- routines

/** The methods of a class: its own, then those of its bases that it does not replace. */
function methodsOf(of: ClassValue, infer: Inference): Routine[] {
  const found = new Map<string, Routine>();
  for (const each of resolutionOrder(of, infer).classes) {
    if (each.kind !== "class") continue;
    const scope = infer.scopeOf(each.definition, each.where);
    for (const [name, bindings] of scope.bindings) {
      const last = bindings.at(-1);
      if (last?.kind !== "function" || found.has(name)) continue;
      const { definition } = last;
      const self = definition.parameters[0]?.name;
      found.set(name, { definition, scope: infer.scopeOf(definition, last.where), self });
    }
  }
  return [...found.values()];
}

function withInner(routine: Routine, infer: Inference, depth = 0): Routine[] {
  if (depth > 5) return [routine];
  const inner = [...routine.scope.inner].flatMap(([node, scope]) =>
    "kind" in node && node.kind === "function"
      ? withInner({ definition: node, scope: scope(), self: routine.self, outer: routine }, infer, depth + 1)
      : [],
  );
  return [routine, ...inner];
}

/** `__await__` or, without one, an asynchronous `__call__`; the methods that its text calls on `self`, and so on; with the functions inside of them. */
function pathFrom(routines: readonly Routine[]): readonly Routine[] {
  const path = new Set<Routine>();
  const entry = ["__await__", "__call__"].find((name) => routines.some((each) => isEntry(each, name)));
  const pending = routines.filter((each) => entry !== undefined && isEntry(each, entry));
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (path.has(next)) continue;
    path.add(next);
    const { definition, scope, self } = next;
    const text = self === undefined ? "" : scope.tree.slice(definition);
    const named = new Set(
      [...text.matchAll(/\b(\w+)\.(\w+)/g)].flatMap(([, object, name]) => (object === self ? [name] : [])),
    );
    pending.push(...routines.filter((each) => each.outer === next || (!each.outer && named.has(each.definition.name))));
  }
  return routines.filter((each) => path.has(each));
}

function isEntry({ definition, outer }: Routine, name: string): boolean {
  return !outer && definition.name === name && (name === "__await__" || definition.isAsync);
}

// ---- what is given

/** `self.name = name`, also with a fallback or behind a check, for a parameter of the constructor. */
function givenAttributes(routine: Routine): string[] {
  const parameters = new Set(routine.definition.parameters.map(({ name }) => name));
  return [...routine.scope.bindings].flatMap(([key, bindings]) => {
    const [object, name] = key.split(".");
    if (object !== routine.self || name === undefined) return [];
    const isGiven = bindings.some((binding) => binding.kind === "value" && mentions(binding.value, parameters));
    return isGiven ? [name] : [];
  });
}

function mentions(node: Expression, names: ReadonlySet<string>): boolean {
  if (node.kind === "name") return names.has(node.id);
  if (node.kind === "conditional" || node.kind === "boolean" || node.kind === "display" || node.kind === "call")
    return (node.kind === "call" ? node.args.map(({ value }) => value) : subexpressions(node)).some((each) =>
      mentions(each, names),
    );
  return node.kind === "starred" && mentions(node.value, names);
}

/** The fields of a dataclass or named tuple: what its class body annotates. */
function fields(of: ClassValue, infer: Inference): string[] {
  if (of.definition.decorators.length === 0 && of.definition.bases.length === 0) return [];
  const scope = infer.scopeOf(of.definition, of.where);
  return [...scope.bindings].flatMap(([name, bindings]) =>
    bindings.some((binding) => "annotation" in binding && binding.annotation) ? [name] : [],
  );
}

// ---- steps

type Parts = Pick<Anatomy, "of" | "tree" | "infer" | "routines" | "path" | "given">;

function dissect(parts: Parts): Anatomy {
  const found = {
    calls: [] as Step<Call>[],
    awaits: [] as Awaited[],
    yields: [] as Step<Yield>[],
    assignments: [] as Step<Assign | Augment>[],
    statements: [] as Step<Statement>[],
  };
  for (const routine of parts.routines)
    for (const step of stepsOf(routine.definition.body, [], routine)) {
      if (found.statements.length > most) break;
      found.statements.push(step);
      if (step.node.kind === "assign" || step.node.kind === "augment")
        found.assignments.push(step as Step<Assign | Augment>);
      for (const value of ownExpressions(step.node)) collect(value, step, found);
    }
  return { ...parts, ...found };
}

/** Statements of a block and of the blocks in it, in the order of the text; not of functions and classes in it. */
function* stepsOf(block: Block, around: readonly Around[], routine: Routine): Generator<Step<Statement>> {
  for (const statement of block.statements) {
    yield { node: statement, statement, around, routine };
    for (const inner of partsOf(statement)) yield* stepsOf(inner.block, [...around, inner.around], routine);
  }
}

function partsOf(statement: Statement): { readonly block: Block; readonly around: Around }[] {
  const part = (block: Block | undefined, name: Around["part"], handler?: Handler) =>
    block ? [{ block, around: { statement, part: name, ...(handler && { handler }) } }] : [];
  switch (statement.kind) {
    case "if":
      return [
        ...statement.branches.flatMap(({ body }) => part(body, "body")),
        ...part(statement.otherwise, "otherwise"),
      ];
    case "for":
    case "while":
      return [...part(statement.body, "body"), ...part(statement.otherwise, "otherwise")];
    case "with":
      return part(statement.body, "body");
    case "match":
      return statement.cases.flatMap(({ body }) => part(body, "body"));
    case "try":
      return [
        ...part(statement.body, "body"),
        ...statement.handlers.flatMap((handler) => part(handler.body, "handler", handler)),
        ...part(statement.otherwise, "otherwise"),
        ...part(statement.last, "last"),
      ];
    default:
      return [];
  }
}

interface Found {
  readonly calls: Step<Call>[];
  readonly awaits: Awaited[];
  readonly yields: Step<Yield>[];
}

function collect(node: Expression, { statement, around, routine }: Step<Statement>, into: Found): void {
  const base = { statement, around, routine };
  if (node.kind === "call") {
    into.calls.push({ node, ...base });
    const operand = routine.definition.name === "__await__" ? operandOfAwaitCall(node) : undefined;
    if (operand) into.awaits.push({ node, operand, ...base });
  }
  if (node.kind === "await" && node.operand) into.awaits.push({ node, operand: node.operand, ...base });
  if (node.kind === "yield") {
    into.yields.push({ node, ...base });
    if (node.from && node.value && !operandOfAwaitCall(node.value))
      into.awaits.push({ node, operand: node.value, ...base });
  }
  if (node.kind === "lambda") return;
  for (const each of subexpressions(node)) collect(each, { node: statement, ...base }, into);
}

// ---- questions that all ask

/** Where names in a step mean what they mean there. */
export function whereOf({ routine, statement }: Pick<Step<unknown>, "routine" | "statement">): Where {
  return { scope: routine.scope, statement };
}

/** The attribute of `self.name`, for the routine's own `self`. */
export function ownAttribute(node: Expression | undefined, routine: Routine): string | undefined {
  const isOwn = node?.kind === "attribute" && node.object.kind === "name" && node.object.id === routine.self;
  return isOwn && node.kind === "attribute" ? node.name : undefined;
}

/** Whether an expression, or one inside of it, is as asked. Lambdas' bodies count. */
export function some(node: Expression | undefined, test: (node: Expression) => boolean): boolean {
  return node !== undefined && (test(node) || subexpressions(node).some((each) => some(each, test)));
}

/** The innermost loop around a step, in its own function. */
export function loopAround(step: Pick<Step<unknown>, "around">): Around | undefined {
  return step.around.findLast(({ statement, part }) => isLoop(statement) && part === "body");
}

export function isLoop(statement: Statement): boolean {
  return statement.kind === "for" || statement.kind === "while";
}
