// An `__await__` that returns no iterator, rewritten so that it hands the await on to a coroutine.

import { awaitMethod } from "../awaiting/protocol";
import type { ClassDef, Expression, FunctionDef } from "../code/ast";
import { isAbstractBody } from "../infer/classes";
import type { ClassValue, FunctionValue } from "../infer/values";
import type { Scope } from "../scopes/scope";
import type { Asked, Fix, TextEdit } from "./fix";
import { indentAt, newlineOf, stepAt } from "./layout";

export function awaitMethodFixes(asked: Asked): Fix[] {
  const { infer } = asked;
  const found = methodAt(asked);
  if (!found || found.definition.decorators.length > 0 || isAbstractBody(found.definition.body)) return [];
  const { definition, scope } = found;
  const owner: ClassValue = {
    kind: "class",
    definition: scope.node as ClassDef,
    where: { scope: scope.parent ?? scope, statement: scope.node as ClassDef },
  };
  const method: FunctionValue = { kind: "function", definition, where: { scope, statement: definition }, effects: [] };
  if (definition.parameters.length !== 1 || awaitMethod(method, owner, infer).kind !== "fails") return [];
  const inner = infer.scopeOf(definition, method.where);
  const fix =
    inner.yields.length > 0 ? undefined : definition.isAsync ? split(found, [], asked) : ofReturns(found, inner, asked);
  return fix ? [fix] : [];
}

interface Method {
  readonly definition: FunctionDef;
  /** The class around it. */
  readonly scope: Scope;
}

/** The `__await__` that is asked about: its head, or code of it. */
function methodAt({ scope, statement }: Asked): Method | undefined {
  const { node, parent } = scope;
  const isMethod = "kind" in node && node.kind === "function" && node.name === "__await__";
  if (isMethod && parent?.kind === "class") return { definition: node, scope: parent };
  return scope.kind === "class" && statement?.kind === "function" && statement.name === "__await__"
    ? { definition: statement, scope }
    : undefined;
}

/** What is returned: coroutines lack `.__await__()`; anything else that is no iterator was meant as the result. */
function ofReturns(method: Method, inner: Scope, asked: Asked): Fix | undefined {
  const values = inner.returns.flatMap(({ node, where }) => (node.value ? [{ node: node.value, where }] : []));
  const kinds = values.map(({ node, where }) => asked.infer.valueOf(node, where));
  const areCoroutines = kinds.every((value) => value.kind === "coroutine" && value.type === "coroutine");
  if (values.length > 0 && values.length === inner.returns.length && areCoroutines)
    return handedOn(values.map(({ node }) => node));
  const results = values.map(({ node }, index) => unwrapped(node, kinds[index]?.kind ?? "unknown"));
  if (!results.every((each) => each !== undefined)) return undefined;
  return split(method, results.flat(), asked);
}

function handedOn(values: readonly Expression[]): Fix {
  return {
    title: "Return the coroutine's iterator: add .__await__()",
    kind: "quickfix",
    edits: values.map(({ end }) => ({ start: end, end, text: ".__await__()" })),
    preferred: true,
    rule: "await-not-iterator",
  };
}

/** The edits that leave the value that is meant: `iter([1, 2])` hides a list. Undefined where nothing certain is returned. */
function unwrapped(node: Expression, kind: string): readonly TextEdit[] | undefined {
  const [only] = node.kind === "call" ? node.args : [];
  const isIter =
    node.kind === "call" && node.callee.kind === "name" && node.callee.id === "iter" && node.args.length === 1;
  if (isIter && only)
    return [
      { start: node.start, end: only.value.start, text: "" },
      { start: only.value.end, end: node.end, text: "" },
    ];
  return kind === "plain" || kind === "sequence" ? [] : undefined;
}

/** The body becomes a coroutine function, and `__await__` returns its iterator. */
function split({ definition, scope }: Method, results: readonly TextEdit[], { tree }: Asked): Fix | undefined {
  const name = ["run", "_run", "_await"].find((each) => !scope.bindings.has(each));
  const indent = indentAt(tree, definition.start);
  const self = definition.parameters[0]?.name ?? "self";
  const isOwnLine = tree.place(definition.start).column === indent.length;
  if (name === undefined || !isOwnLine) return undefined;
  const newline = newlineOf(tree);
  const head = [`def __await__(${self}):`, `${stepAt(tree, definition)}return ${self}.${name}().__await__()`];
  const text = `${head.join(newline + indent)}${newline.repeat(2)}${indent}async def ${name}`;
  return {
    title: `Move the body to async def ${name}, whose iterator __await__ returns: what it returns is the value of the await`,
    kind: "quickfix",
    edits: [{ start: definition.start, end: definition.nameSpan.end, text }, ...results],
    preferred: true,
    rule: results.length > 0 ? "await-yields-values" : "await-not-iterator",
  };
}
