// From the parser's nodes to expressions of `ast.ts`: one handler for each type of node, with the shapes corrected that the
// grammar gets wrong. Invariant: never throws; a node that no handler knows becomes `other`, with what is inside it.
import type { Argument, Clause, Comprehension, Display, Expression, LiteralType, Parameter } from "./ast";
import { field, fields, first, isAsync, isType, named, slice, span } from "./rawNodes";
import type { RawNode } from "./syntax";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Those behind a `*` take keyword arguments alone. */
export function parameters(node: RawNode | undefined, text: string): Parameter[] {
  let isBehindStar = false;
  return (node ? named(node) : []).flatMap((child) => {
    const found = parameter(child, text).map((each) =>
      isBehindStar && each.star === "" ? { ...each, isKeywordOnly: true as const } : each,
    );
    isBehindStar ||= child.type === "keyword_separator" || found.some(({ star }) => star === "*");
    return found;
  });
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

type Convert = (node: RawNode, text: string) => Expression;

export function expression(node: RawNode, text: string): Expression {
  return (expressionHandlers[node.type] ?? other)(node, text);
}

export function expressions(node: RawNode, text: string): Expression[] {
  return named(node).map((child) => expression(child, text));
}

export function required(node: RawNode | undefined, text: string, around: RawNode): Expression {
  return node ? expression(node, text) : { kind: "other", start: around.start, end: around.start, children: [] };
}

/** An optional property that is there only when the node is: what `exactOptionalPropertyTypes` asks for. */
export function optional<K extends string>(key: K, node: RawNode | undefined, text: string): { [P in K]?: Expression } {
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

export function argument(node: RawNode, text: string): Argument {
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
