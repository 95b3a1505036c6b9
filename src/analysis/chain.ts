// The way from an await down to what it waits for in the end: `fetch` › `session.get` › `StreamReader.readline` › socket
// readable; and on what it depends that it is gone to its end.
import type { Expression } from "./ast";
import type { Hindrance } from "./certain";
import { bottoms } from "./facts/bottoms";
import { code, fileName, line, type Prose, prose } from "./prose";
import type { Scope } from "./scope";
import type { Location } from "./source";
import type { InnerAwait, Suspension } from "./suspension";
import type { SyntaxTree } from "./syntax";
import type { FactValue, FunctionValue, Inference, Value } from "./values";

export interface ChainLink {
  /** `Session.get`, `asyncio.sleep`; the text of what is awaited where no more is known. */
  readonly what: string;
  /** Where it is defined, if in code that can be read. */
  readonly definition?: Location;
  /** Where the link before it awaits it, and the text of what is awaited there. */
  readonly awaited?: Location;
  readonly text?: string;
}

export interface Chain {
  /** From what the await awaits on, down. */
  readonly links: readonly ChainLink[];
  /** What happens at the end so that it goes on: "timer", "socket readable". */
  readonly bottom?: string;
  /** When it is not gone to its end: "unless line 31 returns first". Only what is certain. */
  readonly unless?: Prose;
}

/** The chain of an await of `value` in `tree`, which suspends like that. */
export function chainOf(value: Value, suspension: Suspension, tree: SyntaxTree, infer: Inference): Chain | undefined {
  const top = linkOf(value, tree, infer);
  if (!top) return undefined;
  const inner = [...innerAwaits(suspension)];
  const links = [top, ...inner.map((each) => innerLink(each, tree, infer))];
  const last = inner.at(-1)?.suspension ?? suspension;
  const bottom = last.wokenBy === undefined ? undefined : bottoms[last.wokenBy];
  const unless = suspension.suspends === "maybe" ? unlessOf(suspension, tree, infer) : undefined;
  return { links, ...(bottom && { bottom: bottom.short }), ...(unless && { unless }) };
}

function* innerAwaits(suspension: Suspension): Generator<InnerAwait> {
  for (let next = suspension.inner; next; next = next.suspension.inner) yield next;
}

function linkOf(value: Value, tree: SyntaxTree, infer: Inference): ChainLink | undefined {
  switch (value.kind) {
    case "coroutine":
      return value.of?.kind === "function" || value.of?.kind === "fact" ? named(value.of, tree, infer) : undefined;
    case "instance":
      return { what: shortFact(value.by?.name ?? value.name) };
    case "object": {
      const { definition, where } = value.of;
      return { what: definition.name, ...located(definition.nameSpan.start, where.scope.tree, tree, infer) };
    }
    default:
      return undefined;
  }
}

function named(of: FunctionValue | FactValue, tree: SyntaxTree, infer: Inference): ChainLink {
  if (of.kind === "fact") return { what: generatorName(of) ?? shortFact(of.name) };
  const { definition, where } = of;
  return { what: qualifiedName(of), ...located(definition.nameSpan.start, where.scope.tree, tree, infer) };
}

/** Each round of an asynchronous generator goes on in its function: that is its name. */
function generatorName({ receiver }: FactValue): string | undefined {
  const runs = receiver?.kind === "instance" ? receiver.runs : undefined;
  return runs?.kind === "function" ? qualifiedName(runs) : undefined;
}

function located(
  offset: number,
  owner: SyntaxTree,
  tree: SyntaxTree,
  infer: Inference,
): { readonly definition?: Location } {
  const definition = locationOf(offset, owner, tree, infer);
  return definition ? { definition } : {};
}

function innerLink(inner: InnerAwait, tree: SyntaxTree, infer: Inference): ChainLink {
  const link = inner.value && linkOf(inner.value, tree, infer);
  const awaited = locationOf(inner.start, inner.tree, tree, infer);
  return { what: inner.what, ...link, text: inner.what, ...(awaited && { awaited }) };
}

/** A place as `tree` speaks of it: without a file where it is its own, undefined in a file that has no address. */
export function locationOf(
  offset: number,
  owner: SyntaxTree,
  tree: SyntaxTree,
  infer: Inference,
): Location | undefined {
  const place = owner.place(offset);
  if (owner === tree) return place;
  const file = infer.addressOf(owner);
  return file === undefined ? undefined : { ...place, file };
}

/** `Session.get`; `asyncio.sleep`. */
export function qualifiedName(value: FunctionValue | FactValue): string {
  if (value.kind === "fact") return value.name;
  const names = [value.definition.name];
  for (let scope: Scope | undefined = value.where.scope; scope?.kind === "class"; scope = scope.parent)
    names.unshift((scope.node as { name?: string }).name ?? "");
  return names.join(".");
}

/** `asyncio.Lock.acquire` is `Lock.acquire` for short, `asyncio.sleep` keeps its module. */
function shortFact(name: string): string {
  const parts = name.split(".");
  const first = parts.findIndex((part) => /^_?[A-Z]/.test(part));
  return first < 0 ? name : parts.slice(first).join(".");
}

// ---- on what it depends

/** When an await that may suspend does not, or when it does: what is certain of it. */
function unlessOf(suspension: Suspension, tree: SyntaxTree, infer: Inference): Prose | undefined {
  for (const inner of innerAwaits(suspension)) {
    const told = inner.hindrance && hindered(inner.hindrance, inner, tree, infer);
    if (told || inner.hindrance || !inner.isAlone) return told;
    const { inner: next, suspends, why } = inner.suspension;
    if (suspends === "unknown") return prose`as ${code(inner.what)} does, which is not known`;
    if (!next) return suspends === "maybe" ? why : undefined;
  }
  return undefined;
}

function hindered(stop: Hindrance, inner: InnerAwait, tree: SyntaxTree, infer: Inference): Prose | undefined {
  const at = (node: { readonly start: number }) => lineIn(node.start, inner.tree, tree, infer);
  if (stop.kind === "leaves") return leaves(stop.at) ? prose`unless ${at(stop.at)} returns first` : undefined;
  // What is behind the branch may suspend as well.
  if (!inner.isAlone) return undefined;
  switch (stop.kind) {
    case "branch":
      return stop.whenFalse
        ? prose`not when ${test(stop.test, inner)} (${at(stop.test)})`
        : prose`only when ${test(stop.test, inner)} (${at(stop.test)})`;
    case "while":
      return prose`only while ${test(stop.test, inner)} (${at(stop.test)})`;
    case "for":
      return prose`only when ${test(stop.iterable, inner)} (${at(stop.iterable)}) has items`;
    case "handler":
      return prose`only when ${at(stop.at)} catches an exception`;
    default:
      return undefined;
  }
}

/** A `return` that leaves nothing behind it to run: no `finally`, no `with` and no loop that suspended before. */
function leaves(statement: Extract<Hindrance, { kind: "leaves" }>["at"]): boolean {
  if (statement.kind !== "return") return false;
  for (let owner = statement.parent.owner; owner; owner = owner.parent.owner) if (owner.kind !== "if") return false;
  return true;
}

const longestTest = 40;

function test(node: Expression, inner: InnerAwait): Prose {
  const text = inner.tree.slice(node).replace(/\s+/g, " ");
  return text.length > longestTest ? ["its condition holds"] : [code(text)];
}

/** "line 31", and the file where it is another. */
function lineIn(offset: number, owner: SyntaxTree, tree: SyntaxTree, infer: Inference): Prose {
  const { line: number } = owner.place(offset);
  if (owner === tree) return [line(number)];
  const file = infer.addressOf(owner);
  return file === undefined ? ["another file"] : [line(number, `line ${number} of ${fileName(file)}`, file)];
}
