// From the parser's nodes to `ast.ts`: one handler for each type of node, with the shapes corrected that the grammar
// gets wrong. Invariant: never throws; a node that no handler knows becomes `other`, with what is inside it.
import {
  type Argument,
  type Block,
  type Case,
  type Clause,
  type Comprehension,
  type Display,
  type Expression,
  type Handler,
  type ImportedName,
  type LiteralType,
  ownBlocks,
  type Parameter,
  type Statement,
  type WithItem,
} from "./ast";
import type { RawNode } from "./syntax";

type Place = Pick<Statement, "parent" | "index" | "start" | "end">;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function convertModule(root: RawNode, text: string): Block {
  return block(root, text);
}

// ---- statements

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
    return { ...place, kind: "type-alias", name, ...optional("value", field(node, "right"), text) };
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
    bases: bases ? named(bases).map((base) => argument(base, text)) : [],
    bodySpan: span(body ?? { ...node, start: node.end }),
    get body() {
      converted ??= block(body, text);
      return converted;
    },
  };
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

// ---- parameters

function parameters(node: RawNode | undefined, text: string): Parameter[] {
  return (node ? named(node) : []).flatMap((child) => parameter(child, text));
}

function parameter(node: RawNode, text: string): Parameter[] {
  const bound = field(node, "name") ?? (node.type === "identifier" ? node : first(node));
  if (!bound || node.type === "keyword_separator" || node.type === "positional_separator") return [];
  const inner = bound.type.endsWith("_splat_pattern") ? first(bound) : bound;
  const splat = [node, bound].find((each) => each.type.endsWith("_splat_pattern"));
  return [
    {
      start: node.start,
      end: node.end,
      name: inner ? slice(inner, text) : "",
      star: !splat ? "" : splat.type === "dictionary_splat_pattern" ? "**" : "*",
      ...optional("annotation", field(node, "type"), text),
      ...optional("fallback", field(node, "value"), text),
    },
  ];
}

// ---- expressions

type Convert = (node: RawNode, text: string) => Expression;

function expression(node: RawNode, text: string): Expression {
  return (expressionHandlers[node.type] ?? other)(node, text);
}

function expressions(node: RawNode, text: string): Expression[] {
  return named(node).map((child) => expression(child, text));
}

function required(node: RawNode | undefined, text: string, around: RawNode): Expression {
  return node ? expression(node, text) : { kind: "other", start: around.start, end: around.start, children: [] };
}

/** An optional property that is there only when the node is: what `exactOptionalPropertyTypes` asks for. */
function optional<K extends string>(key: K, node: RawNode | undefined, text: string): { [P in K]?: Expression } {
  return (node ? { [key]: expression(node, text) } : {}) as { [P in K]?: Expression };
}

const other: Convert = (node, text) => ({ kind: "other", ...span(node), children: expressions(node, text) });

const unwrap: Convert = (node, text) => required(first(node), text, node);

const literal =
  (type: LiteralType): Convert =>
  (node) => ({ kind: "literal", ...span(node), type, parts: [] });

const display =
  (type: Display["type"]): Convert =>
  (node, text) => ({ kind: "display", ...span(node), type, keys: [], elements: expressions(node, text) });

const comprehension =
  (type: Comprehension["type"]): Convert =>
  (node, text) => {
    const body = field(node, "body");
    const elements = body?.type === "pair" ? named(body) : body ? [body] : [];
    return {
      kind: "comprehension",
      ...span(node),
      type,
      elements: elements.map((each) => expression(each, text)),
      clauses: clauses(node, text),
    };
  };

const operation: Convert = (node, text) => ({
  kind: "operation",
  ...span(node),
  operator: node.children.find((child) => !child.named)?.type ?? "",
  operands: expressions(node, text),
});

const expressionHandlers: Readonly<Record<string, Convert>> = {
  identifier: (node, text) =>
    node.end > node.start ? { kind: "name", ...span(node), id: slice(node, text) } : other(node, text),
  attribute: (node, text) => {
    const name = field(node, "attribute");
    const object = required(field(node, "object"), text, node);
    return { kind: "attribute", ...span(node), object, name: name ? slice(name, text) : "" };
  },
  call: (node, text) => {
    const args = field(node, "arguments");
    const list = args?.type === "argument_list" ? named(args) : args ? [args] : [];
    return {
      kind: "call",
      ...span(node),
      callee: required(field(node, "function"), text, node),
      args: list.map((each) => argument(each, text)),
    };
  },
  subscript: (node, text) => ({
    kind: "subscript",
    ...span(node),
    object: required(field(node, "value"), text, node),
    index: fields(node, "subscript").map((each) => expression(each, text)),
  }),
  await: (node, text) => awaitOrPower(node, text),
  binary_operator: operation,
  unary_operator: operation,
  not_operator: operation,
  comparison_operator: operation,
  boolean_operator: (node, text) => ({
    kind: "boolean",
    ...span(node),
    operator: node.children.some(isType("or")) ? "or" : "and",
    left: required(field(node, "left"), text, node),
    right: required(field(node, "right"), text, node),
  }),
  conditional_expression: (node, text) => {
    const [whenTrue, test, whenFalse] = named(node);
    return {
      kind: "conditional",
      ...span(node),
      whenTrue: required(whenTrue, text, node),
      test: required(test, text, node),
      whenFalse: required(whenFalse, text, node),
    };
  },
  named_expression: (node, text) => {
    const name = field(node, "name");
    const target = { kind: "name", ...span(name ?? node), id: name ? slice(name, text) : "" } as const;
    return { kind: "walrus", ...span(node), target, value: required(field(node, "value"), text, node) };
  },
  lambda: (node, text) => ({
    kind: "lambda",
    ...span(node),
    parameters: parameters(field(node, "parameters"), text),
    body: required(field(node, "body"), text, node),
  }),
  yield: (node, text) => ({
    kind: "yield",
    ...span(node),
    from: node.children.some(isType("from")),
    ...optional("value", first(node), text),
  }),
  list: display("list"),
  list_pattern: display("list"),
  tuple: display("tuple"),
  tuple_pattern: display("tuple"),
  expression_list: display("tuple"),
  pattern_list: display("tuple"),
  set: display("set"),
  dictionary: (node, text) => {
    const pairs = named(node).filter(isType("pair"));
    const splats = named(node).filter((child) => child.type !== "pair");
    const part = (pair: RawNode, name: string) => required(field(pair, name), text, pair);
    return {
      kind: "display",
      ...span(node),
      type: "dict",
      keys: pairs.map((pair) => part(pair, "key")),
      elements: [...pairs.map((pair) => part(pair, "value")), ...splats.map((splat) => expression(splat, text))],
    };
  },
  list_comprehension: comprehension("list"),
  set_comprehension: comprehension("set"),
  dictionary_comprehension: comprehension("dict"),
  generator_expression: comprehension("generator"),
  parenthesized_expression: unwrap,
  as_pattern_target: unwrap,
  list_splat: (node, text) => ({ kind: "starred", ...span(node), value: unwrap(node, text) }),
  list_splat_pattern: (node, text) => ({ kind: "starred", ...span(node), value: unwrap(node, text) }),
  dictionary_splat: (node, text) => ({ kind: "starred", ...span(node), value: unwrap(node, text) }),
  dictionary_splat_pattern: (node, text) => ({ kind: "starred", ...span(node), value: unwrap(node, text) }),
  string: (node, text) => {
    const quote = node.children.find(isType("string_start"));
    const prefix = quote ? slice(quote, text).toLowerCase() : "";
    const type = prefix.includes("b") ? "bytes" : prefix.includes("t") ? "template" : "str";
    const parts = interpolated(node, text);
    return { kind: "literal", ...span(node), type, parts, ...plainText(node, text) };
  },
  concatenated_string: (node, text) => {
    const strings = expressions(node, text).filter((each) => each.kind === "literal");
    const type = strings.some((each) => each.type === "template") ? "template" : (strings[0]?.type ?? "str");
    return { kind: "literal", ...span(node), type, parts: strings.flatMap((each) => each.parts) };
  },
  integer: (node, text) => literal(/j$/i.test(slice(node, text)) ? "complex" : "int")(node, text),
  float: (node, text) => literal(/j$/i.test(slice(node, text)) ? "complex" : "float")(node, text),
  true: literal("bool"),
  false: literal("bool"),
  none: literal("None"),
  ellipsis: literal("ellipsis"),
  // Annotations have node types of their own for what are plain expressions.
  type: unwrap,
  generic_type: (node, text) => {
    const [object, index] = named(node);
    return {
      kind: "subscript",
      ...span(node),
      object: required(object, text, node),
      index: index ? expressions(index, text) : [],
    };
  },
  union_type: (node, text) => ({ kind: "operation", ...span(node), operator: "|", operands: expressions(node, text) }),
  member_type: (node, text) => {
    const [object, name] = named(node);
    return {
      kind: "attribute",
      ...span(node),
      object: required(object, text, node),
      name: name ? slice(name, text) : "",
    };
  },
};

/** `await x ** 2` is `(await x) ** 2` in Python; the grammar binds `**` tighter than `await`. */
function awaitOrPower(node: RawNode, text: string): Expression {
  const inner = first(node);
  if (inner?.type !== "binary_operator") return { kind: "await", ...span(node), ...optional("operand", inner, text) };
  const [base, exponent] = named(inner);
  const operand = required(base, text, inner);
  const awaited: Expression = { kind: "await", start: node.start, end: operand.end, operand };
  return { kind: "operation", ...span(node), operator: "**", operands: [awaited, required(exponent, text, inner)] };
}

function argument(node: RawNode, text: string): Argument {
  if (node.type !== "keyword_argument") return { value: expression(node, text) };
  const name = field(node, "name");
  return { name: name ? slice(name, text) : "", value: required(field(node, "value"), text, node) };
}

function clauses(node: RawNode, text: string): Clause[] {
  const result: Mutable<Clause>[] = [];
  for (const child of named(node)) {
    const condition = first(child);
    const current = result.at(-1);
    if (child.type === "if_clause" && current && condition)
      current.conditions = [...current.conditions, expression(condition, text)];
    if (child.type !== "for_in_clause") continue;
    const target = required(field(child, "left"), text, child);
    const iterable = required(field(child, "right"), text, child);
    result.push({ ...span(child), isAsync: isAsync(child), target, iterable, conditions: [] });
  }
  return result;
}

/** What an f-string or t-string evaluates, format specifications included. */
function interpolated(node: RawNode, text: string): Expression[] {
  return named(node).flatMap((child) => {
    if (child.type !== "interpolation" && child.type !== "format_expression") return interpolated(child, text);
    const value = field(child, "expression");
    const format = named(child).filter((each) => each !== value);
    return [...(value ? [expression(value, text)] : []), ...format.flatMap((each) => interpolated(each, text))];
  });
}

function plainText(node: RawNode, text: string): { text?: string } {
  const [content, ...more] = named(node).filter(isType("string_content"));
  const isPlain = more.length === 0 && (!content || named(content).length === 0);
  return isPlain ? { text: content ? slice(content, text) : "" } : {};
}

// ---- nodes

/** Named children without comments and joined lines. */
function named(node: RawNode): RawNode[] {
  return node.children.filter((child) => child.named && child.type !== "comment" && child.type !== "line_continuation");
}

function first(node: RawNode): RawNode | undefined {
  return named(node)[0];
}

function field(node: RawNode, name: string): RawNode | undefined {
  return node.children.find((child) => child.field === name);
}

function fields(node: RawNode, name: string): RawNode[] {
  return node.children.filter((child) => child.field === name && child.named);
}

function isType(type: string): (node: RawNode) => boolean {
  return (node) => node.type === type;
}

function isAsync(node: RawNode): boolean {
  return node.children[0]?.type === "async";
}

function slice(node: RawNode, text: string): string {
  return text.slice(node.start, node.end);
}

function span(node: RawNode): { start: number; end: number } {
  return { start: node.start, end: node.end };
}
