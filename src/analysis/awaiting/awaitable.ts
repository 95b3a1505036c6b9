// What an await site waits for: the answer of `resolve`, as plain data.

import type { Location, Place } from "../code/source";
import type { Prose } from "../prose";
import type { Chain } from "./chain";

/** The kind of thing that is awaited. `abstract` is any `Awaitable`; `union` is one of several kinds. */
export type Kind =
  | "coroutine"
  | "generator"
  | "task"
  | "future"
  | "custom"
  | "abstract"
  | "union"
  | "not-awaitable"
  | "unknown";

/** Whether an await gives other tasks a turn. `unknown` only where the kind is. */
export type Suspends = "always" | "maybe" | "never" | "unknown";

export interface Awaitable {
  readonly kind: Kind;
  /** What it is, precisely: `asyncio.sleep`, `fetch`, `Customer`. */
  readonly what?: string;
  /** The await certainly raises; `reason` says why. */
  readonly fails?: true;
  /** Runs in the awaiting task, or on its own while this only waits. */
  readonly runs?: "here" | "alongside";
  readonly suspends: Suspends;
  /** Why, or when. */
  readonly suspendsWhy?: Prose;
  /** Who makes the task run again: "a timer of the event loop". */
  readonly wokenBy?: Prose;
  /** What the await expression evaluates to: a type or a value. */
  readonly gives?: string;
  /** Where the thing is defined, and where in this file a task or coroutine was made if not at the await itself. */
  readonly definition?: Location;
  readonly made?: Place;
  /** What can go wrong at this very site; the first is the gravest. */
  readonly cautions: readonly Prose[];
  /** Why it is unknown, or why awaiting it fails. */
  readonly reason?: Prose;
  /** The shape of a custom `__await__`. */
  readonly shape?: "delegates" | "turns" | "straight" | "iterator";
  /** The asynchronous generator that goes on to its next `yield`: in each round of an `async for`, when a context is entered. */
  readonly drives?: { readonly what: string; readonly definition?: Location };
  /** `definition` only declares it, as a protocol or an abstract class does: what runs is another class's. */
  readonly isDeclared?: true;
  /** What it does beyond the usual, as a sentence. */
  readonly does?: Prose;
  /** The way down to what is waited for in the end. */
  readonly chain?: Chain;
  /** What the end of an `async with` awaits. */
  readonly leaving?: Awaitable;
  /** The others of `async with a, b`, and the members of a union. */
  readonly others?: readonly Awaitable[];
}
