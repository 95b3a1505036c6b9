// From the parser's nodes to statements of `ast.ts`: one handler for each type of node. Invariant: never throws.
import {
  type Block,
  type Case,
  type Expression,
  type Handler,
  type ImportedName,
  ownBlocks,
  type Statement,
  type TypeParameter,
  type WithItem,
} from "./ast";
import { argument, expression, expressions, optional, parameters, required } from "./expressions";
import { field, fields, first, isAsync, isType, named, slice, span } from "./rawNodes";
import type { RawNode } from "./syntax";

type Place = Pick<Statement, "parent" | "index" | "start" | "end">;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function convertModule(root: RawNode, text: string): Block {
  return block(root, text);
}

/** Blocks of a statement learn of it once it exists. */
function block(node: RawNode | undefined, text: string): Block {
  const statements: Statement[] = [];
  const result: Block = { start: node?.start ?? 0, end: node?.end ?? 0, statements };
  for (const child of node ? statementNodes(node) : []) {
    const place = { parent: result, index: statements.length, start: child.start, end: child.end };
    const statement = (statementHandlers[child.type] ?? loose)(child, place, text);
    for (const inner of ownBlocks(statement)) (inner as Mutable<Block>).owner = statement;
    statements.push(statement);
  }
  return result;
}

/** What did not parse is flattened, so that the statements in it still count. */
function statementNodes(node: RawNode): RawNode[] {
  return named(node).flatMap((child) => (child.type === "ERROR" ? statementNodes(child) : [child]));
}

/** Anything else where a statement is expected: an expression on its own, or the old `print x`. */
function loose(node: RawNode, place: Place, text: string): Statement {
  return { ...place, kind: "expression", values: [expression(node, text)] };
}

const statementHandlers: Readonly<Record<string, (node: RawNode, place: Place, text: string) => Statement>> = {
  expression_statement(node, place, text) {
    const [only, ...more] = named(node);
    if (only && more.length === 0) {
      const handler = assignmentHandlers[only.type];
      if (handler) return handler(only, place, text);
    }
    return { ...place, kind: "expression", values: named(node).map((child) => expression(child, text)) };
  },
  return_statement: (node, place, text) => ({ ...place, kind: "return", ...optional("value", first(node), text) }),
  raise_statement: (node, place, text) => ({ ...place, kind: "raise", values: expressions(node, text) }),
  delete_statement: (node, place, text) => ({ ...place, kind: "delete", targets: expressions(node, text) }),
  import_statement: (node, place, text) => ({ ...place, kind: "import", names: importedNames(node, text) }),
  import_from_statement(node, place, text) {
    const module = field(node, "module_name");
    const dotted = module?.type === "relative_import" ? named(module).find(isType("dotted_name")) : module;
    const prefix = module && named(module).find(isType("import_prefix"));
    const star = named(node).find(isType("wildcard_import"));
    return {
      ...place,
      kind: "from-import",
      level: prefix ? slice(prefix, text).replace(/[^.]/g, "").length : 0,
      module: dotted ? dottedName(dotted, text) : "",
      names: star ? [{ name: "*", start: star.start, end: star.end }] : importedNames(node, text),
    };
  },
  global_statement: (node, place, text) => ({ ...place, kind: "outer", keyword: "global", names: names(node, text) }),
  nonlocal_statement: (node, place, text) => ({
    ...place,
    kind: "outer",
    keyword: "nonlocal",
    names: names(node, text),
  }),
  pass_statement: (_, place) => ({ ...place, kind: "jump", keyword: "pass" }),
  break_statement: (_, place) => ({ ...place, kind: "jump", keyword: "break" }),
  continue_statement: (_, place) => ({ ...place, kind: "jump", keyword: "continue" }),
  future_import_statement: (_, place) => ({ ...place, kind: "jump", keyword: "pass" }),
  type_alias_statement(node, place, text) {
    const left = field(node, "left");
    const name = left ? slice(left, text).replace(/[^\p{L}\p{N}_].*$/su, "") : "";
    const parameters = left && nodeInside(left, "type_parameter");
    return {
      ...place,
      kind: "type-alias",
      name,
      typeParameters: typeParameters(parameters, text),
      ...optional("value", field(node, "right"), text),
    };
  },
  if_statement(node, place, text) {
    const clauses = [node, ...named(node).filter(isType("elif_clause"))];
    const otherwise = named(node).find(isType("else_clause"));
    return {
      ...place,
      kind: "if",
      branches: clauses.map((clause) => ({
        test: required(field(clause, "condition"), text, clause),
        body: block(field(clause, "consequence"), text),
      })),
      ...(otherwise && { otherwise: block(field(otherwise, "body"), text) }),
    };
  },
  while_statement: (node, place, text) => ({
    ...place,
    kind: "while",
    test: required(field(node, "condition"), text, node),
    body: block(field(node, "body"), text),
    ...elseOf(node, text),
  }),
  for_statement: (node, place, text) => ({
    ...place,
    kind: "for",
    isAsync: isAsync(node),
    target: required(field(node, "left"), text, node),
    iterable: required(field(node, "right"), text, node),
    body: block(field(node, "body"), text),
    ...elseOf(node, text),
  }),
  with_statement(node, place, text) {
    const clause = named(node).find(isType("with_clause"));
    const items = clause ? named(clause).filter(isType("with_item")) : [];
    return {
      ...place,
      kind: "with",
      isAsync: isAsync(node),
      items: items.map((item) => withItem(field(item, "value") ?? item, text)),
      body: block(field(node, "body"), text),
    };
  },
  try_statement(node, place, text) {
    const last = named(node).find(isType("finally_clause"));
    return {
      ...place,
      kind: "try",
      body: block(field(node, "body"), text),
      handlers: named(node)
        .filter(isType("except_clause"))
        .map((clause) => handler(clause, text)),
      ...elseOf(node, text),
      ...(last && { last: block(named(last).find(isType("block")), text) }),
    };
  },
  match_statement(node, place, text) {
    const body = field(node, "body");
    return {
      ...place,
      kind: "match",
      subjects: fields(node, "subject").map((subject) => expression(subject, text)),
      cases: (body ? named(body) : []).filter(isType("case_clause")).map((clause) => caseOf(clause, text)),
    };
  },
  function_definition: (node, place, text) => functionDef(node, [], place, text),
  class_definition: (node, place, text) => classDef(node, [], place, text),
  decorated_definition(node, place, text) {
    const decorators = named(node)
      .filter(isType("decorator"))
      .map((decorator) => required(first(decorator), text, decorator));
    const definition = field(node, "definition");
    if (!definition) return loose(node, place, text);
    const convert = definition.type === "class_definition" ? classDef : functionDef;
    return convert(definition, decorators, place, text);
  },
};

const assignmentHandlers: Readonly<Record<string, (node: RawNode, place: Place, text: string) => Statement>> = {
  assignment(node, place, text) {
    const targets: Expression[] = [];
    let value: RawNode | undefined = node;
    let annotation: RawNode | undefined;
    while (value?.type === "assignment") {
      const left = field(value, "left");
      if (left) targets.push(expression(left, text));
      annotation ??= field(value, "type");
      value = field(value, "right");
    }
    return {
      ...place,
      kind: "assign",
      targets,
      ...optional("value", value, text),
      ...optional("annotation", annotation, text),
    };
  },
  augmented_assignment: (node, place, text) => ({
    ...place,
    kind: "augment",
    target: required(field(node, "left"), text, node),
    value: required(field(node, "right"), text, node),
  }),
};

function functionDef(node: RawNode, decorators: Expression[], place: Place, text: string): Statement {
  const nameNode = field(node, "name");
  const body = field(node, "body");
  let converted: Block | undefined;
  return {
    ...place,
    kind: "function",
    name: nameNode ? slice(nameNode, text) : "",
    nameSpan: { start: nameNode?.start ?? node.start, end: nameNode?.end ?? node.start },
    isAsync: isAsync(node),
    decorators,
    typeParameters: typeParameters(field(node, "type_parameters"), text),
    parameters: parameters(field(node, "parameters"), text),
    ...optional("returns", field(node, "return_type"), text),
    bodySpan: span(body ?? { ...node, start: node.end }),
    get body() {
      converted ??= block(body, text);
      return converted;
    },
  };
}

function classDef(node: RawNode, decorators: Expression[], place: Place, text: string): Statement {
  const nameNode = field(node, "name");
  const bases = field(node, "superclasses");
  const body = field(node, "body");
  let converted: Block | undefined;
  return {
    ...place,
    kind: "class",
    name: nameNode ? slice(nameNode, text) : "",
    nameSpan: { start: nameNode?.start ?? node.start, end: nameNode?.end ?? node.start },
    decorators,
    typeParameters: typeParameters(field(node, "type_parameters"), text),
    bases: bases ? named(bases).map((base) => argument(base, text)) : [],
    bodySpan: span(body ?? { ...node, start: node.end }),
    get body() {
      converted ??= block(body, text);
      return converted;
    },
  };
}

function typeParameters(node: RawNode | undefined, text: string): TypeParameter[] {
  return (node ? named(node) : []).flatMap((child) => {
    const inner = child.type === "type" ? first(child) : child.type === "ERROR" ? child : undefined;
    if (!inner) return [];
    const parts = inner.type === "constrained_type" ? named(inner) : [inner];
    const name = parts[0] && /[\p{L}_][\p{L}\p{N}_]*/u.exec(slice(parts[0], text))?.[0];
    const isPack = slice(inner, text).startsWith("*");
    return name ? [{ name, isPack, ...optional("bound", parts[1], text) }] : [];
  });
}

function nodeInside(node: RawNode, type: string): RawNode | undefined {
  if (node.type === type) return node;
  for (const child of node.children) {
    const found = nodeInside(child, type);
    if (found) return found;
  }
  return undefined;
}

function elseOf(node: RawNode, text: string): { otherwise?: Block } {
  const clause = named(node).find(isType("else_clause"));
  return clause ? { otherwise: block(field(clause, "body"), text) } : {};
}

/** `with (a as b):` puts the `as` inside parentheses. */
function withItem(node: RawNode, text: string): WithItem {
  const inner = first(node);
  if (node.type === "parenthesized_expression" && inner?.type === "as_pattern") return withItem(inner, text);
  if (node.type !== "as_pattern") return { value: expression(node, text) };
  const target = field(node, "alias");
  const bound = target && (first(target) ?? target);
  return { value: required(first(node), text, node), ...optional("target", bound, text) };
}

function handler(node: RawNode, text: string): Handler {
  const body = named(node).find(isType("block"));
  const values = named(node).filter((child) => child !== body);
  const aliased = values.find(isType("as_pattern"));
  const name = field(node, "alias") ?? (aliased && field(aliased, "alias"));
  const types = values
    .filter((child) => child.field !== "alias")
    .map((child) => (child === aliased ? first(child) : child));
  return {
    start: node.start,
    end: node.end,
    types: types.filter((type) => type !== undefined).map((type) => expression(type, text)),
    ...(name && { name: slice(name, text) }),
    body: block(body, text),
  };
}

function caseOf(node: RawNode, text: string): Case {
  const guard = field(node, "guard");
  const captured = new Set<string>();
  for (const pattern of named(node).filter(isType("case_pattern"))) captures(pattern, text, captured);
  return {
    start: node.start,
    end: node.end,
    captures: [...captured],
    ...optional("guard", guard && first(guard), text),
    body: block(field(node, "consequence"), text),
  };
}

/** A pattern binds each name that stands alone in it: dotted names, classes and keywords are looked up instead. */
function captures(node: RawNode, text: string, into: Set<string>): void {
  const children = named(node);
  const isCapture = node.type === "dotted_name" && children.length === 1;
  if (isCapture) into.add(slice(node, text));
  if (node.type === "as_pattern" || node.type === "splat_pattern")
    for (const child of children) if (child.type === "identifier") into.add(slice(child, text));
  const skipsFirst = node.type === "class_pattern" || node.type === "keyword_pattern";
  for (const child of skipsFirst ? children.slice(1) : children) captures(child, text, into);
}

function importedNames(node: RawNode, text: string): ImportedName[] {
  return fields(node, "name").map((each) => {
    const name = each.type === "aliased_import" ? field(each, "name") : each;
    const alias = field(each, "alias");
    const span = { start: each.start, end: each.end };
    return { ...span, name: name ? dottedName(name, text) : "", ...(alias && { alias: slice(alias, text) }) };
  });
}

function dottedName(node: RawNode, text: string): string {
  return names(node, text).join(".") || slice(node, text);
}

function names(node: RawNode, text: string): string[] {
  return named(node)
    .filter(isType("identifier"))
    .map((child) => slice(child, text));
}
