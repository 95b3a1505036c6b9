// The way from an await down to what it waits for in the end: `fetch` › `session.get` › `StreamReader.readline` › socket
// readable; and on what it depends that it is gone to its end.
import type { Expression } from "../code/ast";
import type { Location } from "../code/source";
import type { SyntaxTree } from "../code/syntax";
import { type Bottom, bottoms } from "../facts/bottoms";
import { implementation } from "../infer/behind";
import { classMember } from "../infer/classes";
import type { FactValue, FunctionValue, Inference, InstanceValue, ObjectValue, Value } from "../infer/values";
import { code, fileName, line, oneLine, type Prose, prose } from "../prose";
import { frameOf, type Scope, scopeAt } from "../scopes/scope";
import type { Hindrance } from "./certain";
import { type Passing, passings } from "./passing";
import { drivenBy, type InnerAwait, type Suspension } from "./suspension";

export interface ChainLink {
  /** `Session.get`, `asyncio.sleep`; the text of what is awaited where no more is known. */
  readonly what: string;
  /** Where it is defined, if in code that can be read. */
  readonly definition?: Location;
  /** The full name in the knowledge tables: `asyncio.Lock.acquire`. */
  readonly known?: string;
  /** Where the link before it awaits it, and the text of what is awaited there. */
  readonly awaited?: Location;
  readonly text?: string;
  /** An await before it in the same function may suspend already. */
  readonly isLater?: true;
  /** The link before it only made its iterator and returned that. */
  readonly isHandedOn?: true;
  /** A `yield` that goes straight to the event loop. */
  readonly isYield?: true;
  /** What an exception that comes out of it there passes on its way out. */
  readonly passes?: readonly Passed[];
}

export interface Passed {
  readonly kind: Passing["kind"];
  /** A handler that catches it ends in `raise`. */
  readonly again?: boolean;
  readonly at: Location;
}

export interface Chain {
  /** From what the await awaits on, down. */
  readonly links: readonly ChainLink[];
  /** What happens at the end so that it goes on: "timer", "socket readable". */
  readonly bottom?: Bottom;
  /** Whether nothing else on the way may suspend: no other await of any of these functions. */
  readonly isOnly: boolean;
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
  const isOnly = inner.every(({ isAlone }) => isAlone);
  return { links, isOnly, ...(bottom && { bottom }), ...(unless && { unless }) };
}

function* innerAwaits(suspension: Suspension): Generator<InnerAwait> {
  for (let next = suspension.inner; next; next = next.suspension.inner) yield next;
}

function linkOf(value: Value, tree: SyntaxTree, infer: Inference): ChainLink | undefined {
  switch (value.kind) {
    case "coroutine":
      return value.of?.kind === "function" || value.of?.kind === "fact" ? named(value.of, tree, infer) : undefined;
    case "instance": {
      const known = madeByName(value) ?? value.name;
      return { what: shortFact(known), known };
    }
    case "object":
      return awaitMethodOf(value, tree, infer);
    default:
      return undefined;
  }
}

/** The function whose call made it, where that says more than the class: `asyncio.gather`, not `asyncio.create_task`. */
export function madeByName({ by }: InstanceValue): string | undefined {
  return by && !/(create_task|ensure_future|create_future)$/.test(by.name) ? by.name : undefined;
}

function awaitMethodOf({ of }: ObjectValue, tree: SyntaxTree, infer: Inference): ChainLink {
  const found = classMember(of, "__await__", infer);
  const what = `${of.definition.name}.__await__`;
  if (!found || !("owner" in found) || found.value.kind !== "function") return { what };
  const { definition, where } = implementation(found.value, infer);
  return { what, ...located(definition.nameSpan.start, where.scope.tree, tree, infer) };
}

function named(of: FunctionValue | FactValue, tree: SyntaxTree, infer: Inference): ChainLink {
  const generator = of.kind === "fact" ? drivenBy(of) : of;
  if (of.kind === "fact" && !generator) return { what: shortFact(of.name), known: of.name };
  const { definition, where } = implementation((generator ?? of) as FunctionValue, infer);
  return {
    what: qualifiedName((generator ?? of) as FunctionValue),
    ...located(definition.nameSpan.start, where.scope.tree, tree, infer),
  };
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
  const passes = passedBy(inner.start, inner.tree, tree, infer);
  return {
    ...link,
    what: link && !isPlain(link) ? link.what : inner.what,
    text: inner.what,
    ...(awaited && { awaited }),
    ...(inner.isLater && { isLater: true }),
    ...(inner.isHandedOn && { isHandedOn: true }),
    ...(!inner.value && { isYield: true }),
    ...(passes.length > 0 && { passes }),
  };
}

/** A task, a future, or any awaitable, of which the program's own word for it says more. */
function isPlain({ known }: ChainLink): boolean {
  return known !== undefined && plain.has(known);
}

const plain: ReadonlySet<string> = new Set([
  "asyncio.Task",
  "asyncio.Future",
  "typing.Awaitable",
  "typing.Coroutine",
  "types.CoroutineType",
]);

/** What an exception that is raised at an offset of `owner` passes before it leaves the function there. */
export function passedBy(offset: number, owner: SyntaxTree, tree: SyntaxTree, infer: Inference): Passed[] {
  const scope = frameOf(scopeAt(infer.moduleScope(owner), offset));
  const { node } = scope;
  if (!("kind" in node) || node.kind !== "function") return [];
  return passings(offset, node.body, scope, infer).flatMap(({ offset: start, ...rest }) => {
    const at = locationOf(start, owner, tree, infer);
    return at ? [{ ...rest, at }] : [];
  });
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
  return nameIn(value.definition.name, value.where.scope);
}

/** A function's name with those of the classes around it. */
export function nameIn(name: string, around: Scope | undefined): string {
  const names = [name];
  for (let scope = around; scope?.kind === "class"; scope = scope.parent)
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
  if (suspension.unless) return suspension.unless;
  for (const [index, inner] of [...innerAwaits(suspension)].entries()) {
    const told = inner.hindrance && hindered(inner.hindrance, inner, tree, infer);
    if (told || inner.hindrance || !inner.isAlone) return told;
    const { inner: next, suspends, why, unless } = inner.suspension;
    if (unless) return unless;
    // The first one is told beside it already.
    if (suspends === "unknown")
      return index === 0 ? prose`which is not known` : prose`depending on ${code(inner.what)}, which is not known`;
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
      return prose`${stop.whenFalse ? "not" : "only"} when ${holds(stop.test, inner, at(stop.test))}`;
    case "while":
      return prose`only while ${holds(stop.test, inner, at(stop.test))}`;
    case "for": {
      const iterable = short(stop.iterable, inner);
      const items = iterable === undefined ? "what is iterated over" : code(iterable);
      return prose`only when ${items} (${at(stop.iterable)}) has items`;
    }
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

/** The text of a test where that is short. */
function short(node: Expression, inner: InnerAwait): string | undefined {
  const text = oneLine(inner.tree.slice(node));
  return text.length > longestTest ? undefined : text;
}

/** "`url in cache` (line 3)"; "the condition at line 3 holds". */
function holds(node: Expression, inner: InnerAwait, at: Prose): Prose {
  const text = short(node, inner);
  return text === undefined ? prose`the condition at ${at} holds` : prose`${code(text)} (${at})`;
}

/** "line 31", and the file where it is another. */
function lineIn(offset: number, owner: SyntaxTree, tree: SyntaxTree, infer: Inference): Prose {
  const { line: number } = owner.place(offset);
  if (owner === tree) return [line(number)];
  const file = infer.addressOf(owner);
  return file === undefined ? ["another file"] : [line(number, `line ${number} of ${fileName(file)}`, file)];
}
