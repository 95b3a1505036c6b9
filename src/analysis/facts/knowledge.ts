// What awaiting the well-known does: the shape of the facts, and how they are found by name. The facts themselves are
// data, in `facts/`. A name that is not here is not known: nothing follows from its absence.
import type { Kind, Suspends } from "../awaiting/awaitable";
import { anyioFacts } from "./anyio";
import { asyncioFacts } from "./asyncio";
import { standardFacts } from "./standard";
import { trioFacts } from "./trio";

/** What an await of it does. Texts are sentences or parts of one; `code` in backticks. */
export interface AwaitFact {
  readonly suspends?: Suspends;
  /** When it does or does not: "not when the lock is free". */
  readonly why?: string;
  /** Who makes the task run again, after "Woken by". */
  readonly wokenBy?: string;
  /** What it does, as a sentence; where the usual "runs here" would say too little. */
  readonly does?: string;
  /** What people trip over. The first is shown. */
  readonly cautions?: readonly (string | Caution)[];
}

/** A caution that does not hold everywhere. */
export interface Caution {
  readonly says: string;
  readonly when: Circumstance;
}

/** `before`: on Pythons before 3.`before`, and where it is not known which. */
export type Circumstance =
  | { readonly before: number }
  | {
      readonly before?: never;
      readonly place: "in a loop" | "outside a while" | "with a body that awaits nothing" | "without a close before";
    };

/**
 * Types are written as Python, with full names. Some stand for what depends on the call: `Awaited0` is what awaiting
 * the first argument gives, `Called0` (`Called1`) what calling the first (second) one gives, `Argument1` the second one
 * itself (None without it), `Future0` the first one as a future (itself if it is one, else a new task), `Partial0` the
 * first one waiting for the rest of its arguments, `Receiver` what the method was taken from, `Item` what that holds, and
 * `Entered` that where it is told, else the receiver.
 */
export type Fact = AwaitFact & {
  /** First and last minor version of Python 3 that has it, where not all of 3.9 to 3.15 have. */
  readonly since?: number;
  readonly until?: number;
  /** The parameters that `calls` speaks of, each at its place, with its default: "fut timeout", "* strict=False". */
  readonly takes?: string;
  /**
   * What differs in calls with certain arguments: "timeout=None" as it is written there or the default, "nothing"
   * without any argument, "futures" when all positional ones are tasks or futures already. An empty text takes one away.
   */
  readonly calls?: Readonly<Record<string, AwaitFact>>;
} & (
    | { readonly is: "coroutine"; readonly gives: string }
    | { readonly is: "function"; readonly returns: string }
    /** `open`: has more members than are listed here. `awaitable`: what an await of an instance is. */
    | { readonly is: "class"; readonly bases?: readonly string[]; readonly open?: boolean; readonly awaitable?: Kind }
    | { readonly is: "attribute"; readonly type: string }
    | { readonly is: "decorator"; readonly effect: Effect; readonly called: boolean }
  );

/** What a decorator makes of a function; "keep" is anything that leaves what a call gives as it is. */
export type Effect =
  | "keep"
  | "cache"
  | "coroutine"
  | "property"
  | "async context"
  | "context"
  | "class method"
  | "static method"
  | "overload";

export type Facts = Readonly<Record<string, Fact>>;

const facts: ReadonlyMap<string, Fact> = new Map(
  Object.entries({ ...asyncioFacts, ...standardFacts, ...anyioFacts, ...trioFacts }),
);

/** Modules whose public names are also those of the package: `asyncio.locks.Lock` is `asyncio.Lock`. */
const homes: Readonly<Record<string, string>> = {
  "asyncio.base_events": "asyncio",
  "asyncio.events": "asyncio",
  "asyncio.futures": "asyncio",
  "asyncio.locks": "asyncio",
  "asyncio.queues": "asyncio",
  "asyncio.runners": "asyncio",
  "asyncio.streams": "asyncio",
  "asyncio.subprocess": "asyncio",
  "asyncio.taskgroups": "asyncio",
  "asyncio.tasks": "asyncio",
  "asyncio.threads": "asyncio",
  "asyncio.timeouts": "asyncio",
  _asyncio: "asyncio",
  "collections.abc": "typing",
  "concurrent.futures._base": "concurrent.futures",
  typing_extensions: "typing",
};

/** Every module that a known name is in, with the packages around it. */
const modules: ReadonlySet<string> = new Set(
  [...facts.keys(), ...Object.keys(homes).map((home) => `${home}.x`)].flatMap((name) => {
    const parts = name.split(".");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
  }),
);

/** The name that the facts use for a name found in code. */
export function knownName(name: string): string {
  const cut = name.lastIndexOf(".");
  const home = homes[name.slice(0, cut)];
  return home && facts.has(`${home}${name.slice(cut)}`) ? `${home}${name.slice(cut)}` : name;
}

export function fact(name: string): Fact | undefined {
  return facts.get(name);
}

/** A module or package that known names are in. */
export function isKnownModule(name: string): boolean {
  return modules.has(name) && facts.get(name)?.is !== "class";
}

/** The fact about a member of a known class, or of its known bases, with the member's full name. */
export function memberFact(name: string, member: string): { readonly name: string; readonly fact: Fact } | undefined {
  const own = facts.get(`${name}.${member}`);
  if (own) return { name: `${name}.${member}`, fact: own };
  const owner = facts.get(name);
  const bases = owner?.is === "class" ? (owner.bases ?? []) : [];
  for (const base of bases) {
    const inherited = memberFact(base, member);
    // Said of the class that the user named, whoever defines it.
    if (inherited) return { name: `${name}.${member}`, fact: inherited.fact };
  }
  return undefined;
}

/** Whether a known class has every member of it, and of its bases, listed. */
export function isClosed(name: string): boolean {
  const owner = facts.get(name);
  return owner?.is === "class" && !owner.open && (owner.bases ?? []).every(isClosed);
}

/** How awaiting an instance of a known class goes; its own or a base's. */
export function instanceFact(name: string): (Fact & { readonly is: "class" }) | undefined {
  const owner = facts.get(name);
  if (owner?.is !== "class") return undefined;
  if (owner.awaitable) return owner;
  for (const base of owner.bases ?? []) {
    const inherited = instanceFact(base);
    if (inherited?.awaitable) return inherited;
  }
  return owner;
}

/** Whether a known class is another or derives from it. */
export function derives(name: string, from: string): boolean {
  const owner = facts.get(name);
  return name === from || (owner?.is === "class" && (owner.bases ?? []).some((base) => derives(base, from)));
}

/** All facts, for tests that hold them against a real Python. */
export function allFacts(): ReadonlyMap<string, Fact> {
  return facts;
}
