// The long form: the await protocol as it runs for one very expression, step by step, with the user's own names and links
// to every definition on the way down. The sentences are data, in `facts/stories.ts`.
import type { Awaitable } from "../awaiting/awaitable";
import { type ChainLink, nameIn, type Passed, passedBy } from "../awaiting/chain";
import { inferenceFor, resolve } from "../awaiting/resolve";
import type { AwaitSite } from "../code/awaits";
import type { SyntaxTree } from "../code/syntax";
import {
  asks,
  asksOf,
  bareYields,
  calls,
  cancels,
  details,
  type Line,
  type Loop,
  loops,
  shapes,
} from "../facts/stories";
import { type DefinitionSource, noSource } from "../modules";
import { capital, code, defined, filled, line, type Piece, type Prose, placed, prose, words } from "../prose";
import { frameOf, scopeAt } from "../scopes/scope";
import { explain } from "./explain";

export interface Story {
  readonly headline: Prose;
  /** What the short form says. */
  readonly summary: readonly Prose[];
  readonly cautions: readonly Prose[];
  readonly chapters: readonly Chapter[];
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly Prose[];
}

/** What a story is about. */
interface Plot {
  readonly site: AwaitSite;
  readonly awaitable: Awaitable;
  /** The awaited expression. */
  readonly operand: Prose;
  readonly what: Prose;
  /** The function that awaits. */
  readonly outer: Prose;
  /** From what is awaited down; at least one. */
  readonly links: readonly ChainLink[];
  readonly loop: Loop;
  /** What a cancel passes in the function that awaits. */
  readonly passes: readonly Passed[];
}

/** The story of an await site. */
export function storyOf(site: AwaitSite, tree: SyntaxTree, source: DefinitionSource = noSource): Story {
  const awaitable = resolve(site, tree, source);
  const { headline, body, cautions } = explain(site, awaitable);
  const plot = plotOf(site, awaitable, tree, source);
  const chapters = awaitable.fails || awaitable.kind === "unknown" ? broken(plot) : whole(plot);
  return { headline, summary: body, cautions, chapters: chapters.filter(({ steps }) => steps.length > 0) };
}

function plotOf(site: AwaitSite, awaitable: Awaitable, tree: SyntaxTree, source: DefinitionSource): Plot {
  const infer = inferenceFor(tree, source);
  const { node, parent } = frameOf(scopeAt(infer.moduleScope(tree), site.start));
  const outer = "kind" in node && node.kind === "function" ? [code(nameIn(node.name, parent))] : ["this code"];
  const alone = { what: awaitable.what ?? site.operands[0]?.text ?? "" };
  return {
    site,
    awaitable,
    operand: [code(site.operands[0]?.text ?? "")],
    what: awaitable.what === undefined ? [`the ${awaitable.kind}`] : [defined(awaitable.what, awaitable.definition)],
    outer,
    links: awaitable.chain?.links ?? [alone],
    loop: loopOf(awaitable),
    passes: passedBy(site.start, tree, tree, infer),
  };
}

/** The loop whose things are at the bottom. */
function loopOf({ chain }: Awaitable): Loop {
  const last = chain?.links.at(-1);
  const named = loops[last?.known?.split(".")[0] ?? ""];
  const isBare = last?.isYield && /^yield(?: None)?$/.test(last.text ?? "");
  return named ?? ((chain?.bottom || isBare ? loops.asyncio : loops.some) as Loop);
}

function whole(plot: Plot): Chapter[] {
  return [
    { title: titles[plot.site.form], steps: beginning(plot) },
    { title: "Down to what it waits for", steps: down(plot) },
    ...(plot.awaitable.suspends === "never" ? [] : suspended(plot)),
    { title: "What comes back", steps: back(plot) },
    { title: "If the task is cancelled here", steps: cancelled(plot) },
  ];
}

const titles = {
  await: "Before anything runs",
  "yield from": "Before anything runs",
  "async for": "Before each round",
  "async comp": "Before each round",
  "async with": "Entering",
} as const;

/** An await that fails, or of which no more is known. */
function broken({ site, awaitable, operand }: Plot): Chapter[] {
  const asked = filled(asksOf[site.form], { operand }) ?? [];
  const end = awaitable.fails
    ? prose`That fails, and the exception is raised here.`
    : prose`Whatever it is: the task drives it with ${code("send(None)")}. Each thing that it yields goes up to the event loop and suspends the task; what it returns is the value of the await.`;
  return [{ title: "What Python does", steps: [asked, end] }];
}

// ---- before

function beginning(plot: Plot): Prose[] {
  const { site, awaitable } = plot;
  const called = calls[awaitable.what ?? ""] ?? asks[awaitable.kind] ?? [];
  const lines = site.form === "await" ? called : [];
  const shape = awaitable.shape === undefined ? [] : [shapes[awaitable.shape] ?? ""];
  return [...around(plot), ...[...lines, ...shape].flatMap((each) => told(each, plot))];
}

/** What forms do that do not say `await`. */
function around({ site, operand, what }: Plot): Prose[] {
  switch (site.form) {
    case "async for":
    case "async comp":
      return [
        prose`${code("__aiter__()")} of ${operand} is called once, before the first round; nothing is awaited for that.`,
        prose`Each round calls ${code("__anext__()")} and awaits what that gives. ${code("StopAsyncIteration")} ends the loop.`,
      ];
    case "async with":
      return [prose`${code("__aenter__()")} of ${operand} is called and awaited: ${what}.`];
    case "yield from":
      return [prose`In an ${code("__await__")}, ${code("yield from")} does what ${code("await")} does in a coroutine.`];
    default:
      return [];
  }
}

function told(text: Line, plot: Plot): Prose[] {
  const { awaitable, operand, what, outer, links } = plot;
  const inner = links[1];
  const parts = {
    operand,
    what,
    outer,
    made: awaitable.made && [line(awaitable.made.line)],
    method: [defined(`${awaitable.what ?? ""}.__await__`, awaitable.definition)],
    inner: inner && [defined(inner.what, inner.definition)],
  };
  const found = (typeof text === "string" ? [text] : text).map((each) => filled(each, parts)).find((each) => each);
  return found ? [found] : [];
}

// ---- down

function down(plot: Plot): Prose[] {
  const { awaitable, links, outer } = plot;
  if (isAlongside(awaitable)) return [];
  const names = links
    .slice(0, -1)
    .filter((_, index) => !links[index + 1]?.isHandedOn)
    .map(linked);
  const driven = prose`The task's step calls ${code("send(None)")} on its own coroutine. ${list([outer, ...names.map((name) => [name])])} pass that on to what each of them awaits, down to the innermost.`;
  const one = prose`The task's step calls ${code("send(None)")} on its own coroutine, and ${outer} passes that on to what it awaits.`;
  return [
    names.length > 0 ? driven : one,
    ...links.slice(1).flatMap((link, index) => reached(links[index], link)),
    ...bottom(plot),
  ];
}

/** `fetch` runs until, at line 4, it awaits `asyncio.sleep(1)`. */
function reached(from: ChainLink | undefined, link: ChainLink): Prose[] {
  if (!from) return [];
  const { awaited, text = link.what, what, definition, isLater, isYield } = link;
  const verb = isYield ? "comes to" : "awaits";
  const until = awaited ? prose`until, at ${placed(awaited)}, it ${verb}` : prose`and ${verb}`;
  const named = isYield || text === what || text.startsWith(`${what}(`) ? "" : prose`: ${defined(what, definition)}`;
  if (link.isHandedOn)
    return [
      prose`${linked(from)} makes ${code(text)}${awaited && prose` at ${placed(awaited)}`} and returns its iterator: that of ${defined(what, definition)}.`,
    ];
  const before = isLater ? " Something before that may suspend already." : "";
  return [prose`${linked(from)} runs ${until} ${code(text)}${named}.${before}`];
}

/** What the last of the chain does before it yields; or that nothing is yielded. */
function bottom({ links, awaitable }: Plot): Prose[] {
  const last = links.at(-1);
  if (!last) return [];
  const found = last.known === undefined || isTurn(last, awaitable) ? undefined : detail(details, last.known);
  const inside = found === undefined ? [] : [prose`Inside ${linked(last)}: ${lowered(words(found))}`];
  const through = prose`Nothing is yielded: all of it runs to its end in this same step.`;
  return awaitable.suspends === "never" ? [...inside, through] : inside;
}

/** A bare `yield` is at the bottom. */
function isTurn(last: ChainLink, { chain, shape }: Awaitable): boolean {
  if (last.isYield) return last.text === "yield" || last.text === "yield None";
  return shape === "turns" || (last.known !== undefined && bareYields.has(last.known) && !chain?.bottom);
}

/** The fact about a full name, or about the class that it is a method of. */
function detail(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return table[name] ?? table[name.slice(0, name.lastIndexOf("."))];
}

function lowered(text: Prose): Prose {
  const [first, ...rest] = text;
  return typeof first === "string" ? [first.charAt(0).toLowerCase() + first.slice(1), ...rest] : text;
}

function isAlongside({ runs }: Awaitable): boolean {
  return runs === "alongside";
}

// ---- suspended, and awake again

function suspended(plot: Plot): Chapter[] {
  const { awaitable, links, loop } = plot;
  const last = links.at(-1);
  if (last && isTurn(last, awaitable)) return [turn(plot, last)];
  const end = awaitable.chain?.bottom;
  const comes = end && filled(end.comes, { waker: capital(awaitable.wokenBy ?? []) });
  return [
    { title: whether(awaitable), steps: [...unless(awaitable), words(loop.yields), words(loop.suspended)] },
    { title: "It wakes up", steps: [...(comes ? [comes] : []), words(loop.ready), words(loop.resumed)] },
  ];
}

function whether({ suspends }: Awaitable): string {
  return suspends === "maybe" ? "When it suspends" : "It suspends";
}

/** On what it depends. */
function unless({ suspends, suspendsWhy, chain }: Awaitable): Prose[] {
  const why = suspends === "maybe" ? (chain?.unless ?? suspendsWhy) : undefined;
  if (!why) return [];
  const [first = "", ...rest] = why;
  if (typeof first !== "string") return [prose`It does not always: ${why}.`];
  const [, begin, verb] = beginnings.find(([pattern]) => pattern.test(first)) ?? [];
  if (begin === undefined) return [prose`It does not always: ${why}.`];
  return [[begin + first.slice(verb), ...rest, "."]];
}

/** How a clause becomes a sentence, by its first words; and how much of it goes. */
const beginnings: readonly (readonly [RegExp, string, number])[] = [
  [/^not /, "It does not suspend ", 4],
  [/^(?:only|unless) /, "It suspends ", 0],
  [/^(?:as|depending on) /, "It suspends or does not, ", 0],
  [/^which is not known/, "Whether it suspends", 5],
];

/** A bare `yield`: one turn of the loop. */
function turn({ awaitable }: Plot, last: ChainLink): Chapter {
  const yields = last.isYield ? prose`${code("yield")} gives` : prose`${linked(last)} yields`;
  return {
    title: whether(awaitable),
    steps: [
      ...unless(awaitable),
      prose`${yields} ${code("None")} to the event loop. There is no future, and nobody who must complete one.`,
      prose`The task's step gets the ${code("None")} and puts the task's next step at the end of the ready queue: every task that is ready now runs before it.`,
    ],
  };
}

function back(plot: Plot): Prose[] {
  const { site, awaitable, outer } = plot;
  const gives = awaitable.gives === undefined ? "" : prose` (${code(awaitable.gives)})`;
  if (isAlongside(awaitable))
    return [
      prose`Its result${gives}, or its exception, becomes the value of this ${code("await")}. It keeps it: another await of the same object gives the same.`,
    ];
  const ended = ending(plot);
  switch (site.form) {
    case "async with":
      return [
        prose`${ended} That value${gives} goes to the name behind ${code("as")}, if there is one, and the body runs.`,
        ...leaving(awaitable),
      ];
    case "async for":
    case "async comp":
      return [prose`${ended} That value${gives} goes to the loop's target, the body runs, and the next round begins.`];
    default:
      return [
        prose`${ended} That value${gives} is what ${code(`${site.form} ${site.operands[0]?.text ?? ""}`)} gives, and ${outer} goes on behind it.`,
        prose`An exception that nobody below has caught is raised there instead.`,
      ];
  }
}

/** How the iterator of what is awaited ends. */
function ending({ awaitable, links }: Plot): Prose {
  const value = code("StopIteration(value)");
  const first = links.find(({ isYield }, index) => !isYield && !links[index + 1]?.isHandedOn);
  if (awaitable.drives && first)
    return prose`When ${linked(first)} comes to its ${code("yield")}, the iterator of this await ends with ${value}.`;
  const what = first && awaitable.kind !== "abstract" ? linked(first) : "it";
  return prose`When ${what} returns, its iterator ends with ${value}.`;
}

function leaving({ leaving: exit }: Awaitable): Prose[] {
  if (!exit) return [];
  const method = exit.what === undefined ? [] : prose`: ${defined(exit.what, exit.definition)}`;
  return [
    prose`However the body ends, ${code("__aexit__")} is called and awaited${method}. It gets the exception, if there is one; a true result swallows it.`,
  ];
}

// ---- cancel

function cancelled(plot: Plot): Prose[] {
  const { awaitable, links, outer, passes } = plot;
  if (awaitable.suspends === "never")
    return [prose`It cannot be: a cancel takes effect where a task is suspended, so it comes at a later await.`];
  const last = links.at(-1);
  const known = !last?.known || isTurn(last, awaitable) ? undefined : detail(cancels, last.known);
  const inside = links
    .slice(1)
    .map(({ passes: own = [] }, index) => passing(own, [linked(links[index] as ChainLink)], plot));
  const ways = [...inside.reverse().flat(), ...passing(passes, outer, plot)];
  const thrown = filled(plot.loop.cancel, { at: last?.awaited ? prose`, at ${placed(last.awaited)}` : [] }) ?? [];
  const through = prose`No ${code("try")} on the way out of ${outer} holds it: the code behind this await does not run.`;
  return [thrown, ...(known === undefined ? [] : [words(known)]), ...(ways.length > 0 ? ways : [through])];
}

function passing(passes: readonly Passed[], where: Prose, { loop }: Plot): Prose[] {
  // What handlers say of `asyncio.CancelledError` says nothing of another library's exception.
  const told: ReadonlySet<Passed["kind"]> = new Set(["caught", "passed", "unclear"]);
  const known = passes.filter(({ kind }) => loop === loops.asyncio || loop === loops.some || !told.has(kind));
  return known.map(({ kind, again, at }) => prose`In ${where}: ${passed(kind, again === true, [placed(at)])}.`);
}

function passed(kind: Passed["kind"], again: boolean, at: Prose): Prose {
  switch (kind) {
    case "finally":
      return prose`the ${code("finally")} of ${at} runs`;
    case "caught":
      return again
        ? prose`${at} catches it and raises it again`
        : prose`${at} catches it: whether the task ends depends on what is done there`;
    case "passed":
      return prose`${at} lets it through, since ${code("CancelledError")} is no ${code("Exception")}`;
    case "unclear":
      return prose`${at} may catch it`;
    case "held":
      return prose`the ${code("with")} of ${at} is left, which may swallow it`;
    case "left":
      return prose`the ${code("async with")} of ${at} is left, which may await`;
  }
}

// ---- parts

function linked({ what, definition }: ChainLink): Piece {
  return defined(what, definition);
}

function list(all: readonly Prose[]): Prose {
  return all.flatMap((each, index) => [...(index > 0 ? [index === all.length - 1 ? " and " : ", "] : []), ...each]);
}
