// From what is awaited to the sentences that a hover shows, as plain data: present tense, the user's own names, nothing
// where nothing is at stake.
import type { Awaitable } from "../awaiting/awaitable";
import type { AwaitSite } from "../code/awaits";
import { capital, code, defined, line, type Piece, type Prose, placed, prose, strong } from "../prose";

export interface Explanation {
  /** What is awaited and what comes back. */
  readonly headline: Prose;
  /** Sentences or pairs of them, one a line. */
  readonly body: readonly Prose[];
  /** What can go wrong here. */
  readonly cautions: readonly Prose[];
}

/** A hover has at most so many lines, and so many of them are cautions. */
export const mostLines = 8;
const mostCautions = 2;

/** So many possible coroutines are told by name. */
const mostNamed = 3;

/** Explains an await. */
export function explain(site: AwaitSite, awaitable: Awaitable): Explanation {
  const cautions = [...awaitable.cautions, ...(awaitable.leaving?.cautions ?? [])].slice(0, mostCautions);
  const body = bodyOf(site, awaitable).slice(0, mostLines - 1 - cautions.length);
  return { headline: headline(site, awaitable), body, cautions };
}

function headline(site: AwaitSite, awaitable: Awaitable): Prose {
  const keyword = strong(site.form === "async comp" ? "async for" : site.form);
  const operands = site.operands.flatMap((operand, index) => [...(index > 0 ? [", "] : []), code(operand.text)]);
  const head = prose`${keyword} ${operands}`;
  if (awaitable.fails) return prose`${head} ✗ fails`;
  if (awaitable.kind === "unknown") return prose`${head} — kind unknown`;
  const gives =
    awaitable.gives && site.operands.length === 1 && !isNothing(site, awaitable)
      ? prose` → ${code(awaitable.gives)}`
      : "";
  return prose`${head}${gives}${origin(awaitable)}`;
}

/** What an await of an object of a class does, beyond that the class's `__await__` runs. */
export function going(awaitable: Awaitable): Prose[] {
  return [...(awaitable.does ? [awaitable.does] : []), ...way(awaitable), suspension(awaitable)];
}

/** An `async with` that gives None to a name that it seldom has. */
function isNothing({ form }: AwaitSite, { gives }: Awaitable): boolean {
  return form === "async with" && gives === "None";
}

function origin(awaitable: Awaitable): Prose {
  const { kind, made } = awaitable;
  if (kind === "task") return made ? prose` (task made at ${line(made.line)})` : [" (task)"];
  if (kind === "future") return made ? prose` (future made at ${line(made.line)})` : [" (future)"];
  return [];
}

function bodyOf(site: AwaitSite, awaitable: Awaitable): Prose[] {
  if (awaitable.reason) return [awaitable.reason];
  switch (site.form) {
    case "async with":
      return site.operands.length > 1 ? items(site, awaitable) : context(awaitable);
    case "async for":
    case "async comp":
      return [rounds(awaitable), ...way(awaitable), suspension(awaitable)];
    default:
      return [...running(site, awaitable), ...way(awaitable), suspension(awaitable)];
  }
}

function rounds(awaitable: Awaitable): Prose {
  const { drives } = awaitable;
  if (!drives) return prose`Each round awaits ${what(awaitable)}${at(awaitable)}, here in this task.`;
  return prose`Each round runs ${code(drives.what)}${at(drives)} here, on to its next ${code("yield")}.`;
}

// ---- async with

function context(awaitable: Awaitable): Prose[] {
  const { leaving } = awaitable;
  const { drives } = awaitable;
  const runs = drives
    ? prose`Entering runs ${code(drives.what)}${at(drives)} here, up to its ${code("yield")}.`
    : prose`Entering awaits ${what(awaitable)}${at(awaitable)}, here in this task.`;
  const entering = prose`${runs} ${suspension(brief(awaitable))}`;
  if (!leaving) return [entering];
  return [entering, prose`Leaving awaits ${what(leaving)}. ${suspension(brief(leaving))}`];
}

/** Without a way down that is too long to be told in the sentence, and what is only so at its end. */
function brief(awaitable: Awaitable): Awaitable {
  const { chain: _, wokenBy: __, ...rest } = awaitable;
  return isLong(awaitable) ? rest : awaitable;
}

/** `async with a, b`: a line for each. */
function items(site: AwaitSite, awaitable: Awaitable): Prose[] {
  const all = [awaitable, ...(awaitable.others ?? [])];
  return all.map((each, index) => {
    const operand = code(site.operands[index]?.text ?? "");
    return each.reason
      ? prose`${operand}: ${each.reason}`
      : prose`${operand}: entering awaits ${what(each)}. ${suspension(brief(each))}`;
  });
}

// ---- what runs

function running(site: AwaitSite, awaitable: Awaitable): Prose[] {
  const { kind, does } = awaitable;
  switch (kind) {
    case "task":
    case "future":
      return [does ?? waiting(site, awaitable)];
    case "custom":
      return [
        prose`Runs ${what(awaitable)}'s ${code("__await__")}${at(awaitable)} here, inside this task.`,
        ...(does ? [does] : []),
      ];
    case "abstract":
      return [prose`Some awaitable: its type says no more than that it can be awaited.`];
    case "union":
      return [prose`One of several kinds: ${list((awaitable.others ?? []).map(named))}.`];
    case "generator":
      return [
        prose`Drives the generator of ${what(awaitable)}${at(awaitable)} here, inside this task: its ${code("yield")} goes straight to the event loop.`,
      ];
    default:
      if (awaitable.drives)
        return [
          prose`Runs ${code(awaitable.drives.what)}${at(awaitable.drives)} here, on to its next ${code("yield")}.`,
        ];
      return [does ?? runs(awaitable)];
  }
}

function runs(awaitable: Awaitable): Prose {
  const { others = [], isDeclared } = awaitable;
  const isOther = isDeclared || others.some((each) => each.isDeclared);
  const own = isOther ? "the object's own version of " : "";
  return prose`Runs ${own}${oneOf(awaitable)} here, inside this task: the next line waits for it.`;
}

function waiting(site: AwaitSite, awaitable: Awaitable): Prose {
  const operand = code(site.operands[0]?.text ?? "");
  const { kind, made } = awaitable;
  if (kind === "task" && made)
    return prose`${operand} runs on its own, started at ${line(made.line)}. This only waits for its result.`;
  if (kind === "task") return prose`The task runs on its own. This only waits for its result.`;
  return prose`Waits until somebody sets the result of ${operand}.`;
}

/** What runs, and where it is; of several alike each, as long as that is a short list. */
function oneOf(awaitable: Awaitable): Prose {
  const { others = [] } = awaitable;
  const isShort = others.length <= mostNamed && others.every((each) => each.what !== undefined);
  const members = others.length > 0 && isShort ? others : [awaitable];
  return list(members.map((each) => prose`${what(each)}${at(each)}`));
}

function at({ definition }: Pick<Awaitable, "definition">): Prose {
  return definition ? prose` (${placed(definition)})` : [];
}

function what(awaitable: Awaitable): Piece {
  return awaitable.what === undefined ? `a ${awaitable.kind}` : code(awaitable.what);
}

function named(awaitable: Awaitable): Prose {
  return awaitable.what === undefined ? [awaitable.kind] : prose`${awaitable.kind} ${code(awaitable.what)}`;
}

function list(all: readonly Prose[]): Prose {
  return all.flatMap((each, index) => [...(index > 0 ? [index === all.length - 1 ? " or " : ", "] : []), ...each]);
}

// ---- whether it suspends

/** So many links are told in the sentence that says whether it suspends; a longer way down has a line of its own. */
const shortWay = 2;

function isLong(awaitable: Awaitable): boolean {
  return (awaitable.chain?.links.length ?? 0) > shortWay;
}

/** `fetch` › `Session.get` › `StreamReader.readline` › socket readable */
function way(awaitable: Awaitable): Prose[] {
  const { chain, suspends } = awaitable;
  if (!chain || suspends === "never" || !isLong(awaitable)) return [];
  const links = chain.links.flatMap(({ what, definition }, index) => [
    ...(index > 0 ? [" › "] : []),
    defined(what, definition),
  ]);
  return [prose`${links}${chain.bottom ? ` › ${chain.bottom.short}` : ""}`];
}

function suspension(awaitable: Awaitable): Prose {
  const { suspends, suspendsWhy: why, wokenBy, chain } = awaitable;
  const word = chain?.isOnly === false ? "There woken" : "Woken";
  const woken = wokenBy && suspends !== "never" ? prose` ${word} by ${wokenBy}.` : [];
  switch (suspends) {
    case "always":
    case "maybe":
      return prose`Suspends ${strong(suspends)}${reason(awaitable)}.${woken}`;
    case "never":
      return prose`${strong("Never")} suspends${why ? prose`: ${why}` : ""}; no other task gets a turn.`;
    case "unknown":
      return capital(prose`whether it suspends cannot be told.`);
  }
}

function reason(awaitable: Awaitable): Prose {
  const { suspends, suspendsWhy: why, chain } = awaitable;
  if (why) return prose`, ${why}`;
  const first = isLong(awaitable) ? undefined : chain?.links[1];
  const which = first?.isLater ? "at the latest " : chain?.isOnly ? "" : "first ";
  const where = first?.awaited && prose`, ${which}in ${code(first.text ?? first.what)} at ${placed(first.awaited)}`;
  const elsewhere = !first && chain?.isOnly === false && suspends === "maybe" ? ", there or elsewhere" : "";
  return prose`${where}${elsewhere}${chain?.unless && prose`, ${chain.unless}`}`;
}
