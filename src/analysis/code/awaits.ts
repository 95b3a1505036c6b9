// Finds await sites: every place of a file where Python awaits, however broken the text around it is.
import type { Span } from "./ast";
import type { Place } from "./source";
import type { FoundNode, SyntaxTree } from "./syntax";

/** `async comp` is an `async for` inside a comprehension; `yield from` counts inside `def __await__` alone. */
export type Form = "await" | "async for" | "async with" | "async comp" | "yield from";

/** One place where Python awaits. The span is that of the keyword or keywords: what a hover answers for. */
export interface AwaitSite extends Span {
  readonly form: Form;
  /** Where the keyword begins. */
  readonly place: Place;
  /** What is awaited: one, none while it is being typed, several for `async with a, b`. */
  readonly operands: readonly Operand[];
}

/** An awaited expression and its text. */
export interface Operand extends Span {
  readonly text: string;
}

/** All await sites of a file, in the order of the text. */
export function awaitSites(tree: SyntaxTree): AwaitSite[] {
  const named = new Map<number, FoundNode>();
  const sites: (AwaitSite | undefined)[] = [];
  for (const node of tree.find(["await", "async"])) {
    if (node.named) named.set(node.start, node);
    else if (node.type === "await") sites.push(awaitSite(node, named.get(node.start), tree));
    else if (!startsFunction(node, tree)) sites.push(asyncSite(node, tree));
  }
  if (tree.text.includes("__await__")) sites.push(...delegations(tree));
  sites.push(...starredAwaits(tree));
  return sites.filter((site) => site !== undefined).sort((a, b) => a.start - b.start);
}

/** The grammar takes the `await` of `x[*await y]` for a name. */
function starredAwaits(tree: SyntaxTree): AwaitSite[] {
  return [...tree.text.matchAll(/\*\s*(?=await\b)/g)].flatMap((star) => {
    const node = tree.at(star.index + star[0].length);
    return node ? present(starredAwait(node, tree)) : [];
  });
}

function starredAwait(node: FoundNode, tree: SyntaxTree): AwaitSite | undefined {
  const splat = node.type === "identifier" && tree.slice(node) === "await" ? node.parent : undefined;
  const around = splat?.type.startsWith("list_splat") ? splat.parent : undefined;
  if (!splat || !around) return undefined;
  const rest = after(splat, around);
  return site("await", node, node, rest?.type === "ERROR" ? present(rest.children.find(isCode)) : [], tree);
}

/** Most `async` are `async def`: the text tells without looking around in the tree. */
function startsFunction(keyword: FoundNode, tree: SyntaxTree): boolean {
  return tree.text.startsWith(" def ", keyword.end);
}

/**
 * The await site whose keyword is at an offset or a place: `await`; `async` and the `for` or `with` after it; `yield
 * from` in an `__await__`. A caret just behind the keyword is still at it.
 */
export function awaitAt(tree: SyntaxTree, at: number | Place): AwaitSite | undefined {
  const offset = typeof at === "number" ? at : tree.lines.offset(at);
  return keywordAt(tree, offset) ?? (offset > 0 ? keywordAt(tree, offset - 1) : undefined);
}

function keywordAt(tree: SyntaxTree, offset: number): AwaitSite | undefined {
  const node = tree.at(offset);
  const parent = node?.parent;
  if (node?.type === "identifier") return starredAwait(node, tree);
  if (!node || node.named || !parent) return undefined;
  switch (node.type) {
    case "await":
      return awaitSite(node, parent.type === "await" ? parent : undefined, tree);
    case "async":
      return asyncSite(node, tree);
    case "for":
    case "with": {
      const keyword = before(node, parent);
      return keyword?.type === "async" ? asyncSite(keyword, tree) : undefined;
    }
    case "yield":
    case "from":
      return parent.type === "yield" && enclosingFunction(parent, tree) === "__await__"
        ? delegation(parent, tree)
        : undefined;
    default:
      return undefined;
  }
}

function awaitSite(keyword: FoundNode, node: FoundNode | undefined, tree: SyntaxTree): AwaitSite {
  const operand = node && operandOf(node);
  return site("await", keyword, keyword, operand ? [operand] : [], tree);
}

/** The grammar reads `await x ** 2` as `await (x ** 2)`; Python awaits `x`. */
function operandOf(node: FoundNode): FoundNode | undefined {
  const operand = node.children.find(isCode);
  return operand?.type === "binary_operator" ? operand.field("left") : operand;
}

function asyncSite(keyword: FoundNode, tree: SyntaxTree): AwaitSite | undefined {
  const parent = keyword.parent;
  const next = parent && after(keyword, parent);
  if (!next || (next.type !== "for" && next.type !== "with")) return undefined;
  if (next.type === "with") return site("async with", keyword, next, contexts(parent), tree);
  const iterable = parent.field("right");
  return site(parent.type === "for_in_clause" ? "async comp" : "async for", keyword, next, present(iterable), tree);
}

function contexts(statement: FoundNode): FoundNode[] {
  const clause = statement.children.find((child) => child.type === "with_clause");
  const items = clause?.children.filter((child) => child.type === "with_item") ?? [];
  return items.flatMap((item) => present(context(item.children.find(isCode))));
}

/** The expression of `expression as target`, which may stand in parentheses. */
function context(node: FoundNode | undefined): FoundNode | undefined {
  if (node?.type === "as_pattern") return node.children.find(isCode);
  const inner = node?.type === "parenthesized_expression" ? node.children.find(isCode) : undefined;
  return inner?.type === "as_pattern" ? context(inner) : node;
}

function delegations(tree: SyntaxTree): AwaitSite[] {
  return tree
    .find(["function_definition"])
    .filter((node) => nameOf(node, tree) === "__await__")
    .flatMap((node) => tree.find(["yield"], node))
    .filter((node) => node.named && enclosingFunction(node, tree) === "__await__")
    .flatMap((node) => present(delegation(node, tree)));
}

function delegation(node: FoundNode, tree: SyntaxTree): AwaitSite | undefined {
  const from = node.children.find((child) => child.type === "from");
  return from && site("yield from", node, from, present(node.children.find(isCode)), tree);
}

/** The name of the function that a node's code belongs to; "" for a lambda. */
function enclosingFunction(node: FoundNode, tree: SyntaxTree): string | undefined {
  let around = node.parent;
  while (around && around.type !== "function_definition" && around.type !== "lambda") around = around.parent;
  return around?.type === "lambda" ? "" : around && nameOf(around, tree);
}

function nameOf(definition: FoundNode, tree: SyntaxTree): string {
  const name = definition.field("name");
  return name ? tree.slice(name) : "";
}

function site(form: Form, first: Span, last: Span, operands: readonly Span[], tree: SyntaxTree): AwaitSite {
  const keyword = { start: first.start, end: form === "await" ? first.end : last.end };
  const texts = operands.map((span) => ({ start: span.start, end: span.end, text: tree.slice(span) }));
  return { form, ...keyword, place: tree.place(first.start), operands: texts };
}

function before(node: FoundNode, parent: FoundNode): FoundNode | undefined {
  return parent.children.filter((child) => child.end <= node.start && !isTrivia(child)).at(-1);
}

function after(node: FoundNode, parent: FoundNode): FoundNode | undefined {
  return parent.children.find((child) => child.start >= node.end && !isTrivia(child));
}

function isTrivia(node: FoundNode): boolean {
  return node.type === "comment" || node.type === "line_continuation";
}

function isCode(node: FoundNode): boolean {
  return node.named && !isTrivia(node);
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
