// What lanes are called, and what their levels mean in words. Pure.

import type { Code } from "../trace/entities";
import type { Group } from "../trace/lanes";
import { type LevelOwner, levelsOf, type Numbers } from "../trace/levels";
import type { TraceModel } from "../trace/model";
import type { Resource } from "../trace/resources";
import type { LaneOwner, Segment } from "../trace/segments";
import { count, plural, printable, shorten } from "../trace/text";

/** A lane's name, what else is worth knowing of it in a few words, and its icon (a codicon). */
export interface LaneText {
  readonly name: string;
  readonly about: string;
  readonly icon: string;
}

/** No lane is wide enough for more than the beginning of a long name. */
const LONGEST = 200;

function shown(text: string): string {
  return printable(shorten(text, LONGEST));
}

export function laneText(owner: LaneOwner): LaneText {
  switch (owner.kind) {
    case "task": {
      const coroutine = shortName(owner.site?.code);
      const about = coroutine || (owner.late ? "made before tracing" : "");
      return { name: shown(owner.name), about: shown(about), icon: "" };
    }
    case "loop":
      return { name: "loop", about: shown(owner.stream.name || owner.className), icon: "sync" };
    case "worker":
      return { name: shown(owner.stream.name) || "thread", about: plural(owner.jobs, "job"), icon: "" };
    case "pool":
      return owner.name === undefined
        ? { name: "jobs in no thread", about: "", icon: "server-process" }
        : { name: poolText(owner.name), about: plural(owner.workers.length, "thread"), icon: "server-process" };
    case "resource":
      return { name: resourceText(owner), about: aboutResource(owner), icon: iconOf(owner) };
    case "shelf":
      return {
        name: `${printable(owner.className) || "lock"} × ${count(owner.members.length)}`,
        about: "",
        icon: iconOf(owner),
      };
    case "group":
      return { name: groupText(owner), about: aboutGroup(owner), icon: "list-tree" };
    case "process":
      return {
        name: shown(owner.name) || "process",
        about: `pid ${owner.pid}`,
        icon: "vm",
      };
  }
}

/** `thread pool disk`; asyncio's own has its name. */
function poolText(name: string): string {
  return name === "asyncio" || name === "" ? "thread pool" : `pool ${shown(name)}`;
}

/** `Lock 2`; one at which nobody ever waited has told no class. */
function resourceText({ className, number, index }: Resource): string {
  return className === "" ? `lock ${index}` : `${shown(className)} ${number}`;
}

function aboutResource({ waits, stock }: Resource): string {
  if (stock && stock.most > 0) return `up to ${plural(stock.most, "item")}`;
  return waits.length === 0 ? "nobody waited" : plural(waits.length, "wait");
}

/** `fetch × 40` */
function groupText({ code, members }: Group): string {
  return `${shown(shortName(code)) || "tasks"} × ${count(members.length)}`;
}

/** `fetch` of `main.<locals>.fetch` */
function shortName(code: Code | undefined): string {
  return code?.name.replace(/^.*<locals>\./, "") ?? "";
}

/** `✕ 3 failed · 1 cancelled · gather`: what a folded lane must not hide, and what the group is a part of. */
function aboutGroup({ members, parts }: Group): string {
  let [failed, cancelled] = [0, 0];
  for (const { outcome } of members) {
    if (outcome === "failed") failed++;
    else if (outcome === "cancelled") cancelled++;
  }
  const gathered = printable(parts?.what.replace(/^asyncio\./, "") ?? "");
  return [failed > 0 ? `✕ ${count(failed)} failed` : "", cancelled > 0 ? `${count(cancelled)} cancelled` : "", gathered]
    .filter((each) => each)
    .join(" · ");
}

const ICONS: readonly (readonly [RegExp, string])[] = [
  [/Queue/, "list-ordered"],
  [/Semaphore/, "layers"],
  [/Lock|^$/, "lock"],
  [/Condition/, "bell"],
  [/Event/, "flag"],
  [/Barrier/, "milestone"],
];

function iconOf({ className }: { readonly className: string }): string {
  return ICONS.find(([pattern]) => pattern.test(className))?.[1] ?? "symbol-misc";
}

/** What the two numbers of an owner's levels count. */
export interface LevelWords {
  readonly first: string;
  readonly second: string;
}

export function isQueue(owner: LevelOwner): boolean {
  return owner.kind !== "pool" && /Queue/.test(owner.className);
}

export function levelWords(owner: LevelOwner): LevelWords {
  if (owner.kind === "pool") return { first: "running", second: owner.name === undefined ? "in no thread" : "queued" };
  if (isQueue(owner)) return { first: "waiting to put", second: "waiting" };
  return { first: "held", second: "waiting" };
}

/** `3 items`, `1 waiting to put`: what there is, first what there is in use. */
export function levelParts(owner: LevelOwner, { first, second, third }: Numbers): string[] {
  const words = levelWords(owner);
  const parts = [
    third > 0 ? plural(third, "item") : "",
    first > 0 ? `${count(first)} ${words.first}` : "",
    second > 0 ? `${count(second)} ${words.second}` : "",
  ];
  return parts.filter((part) => part !== "");
}

/** What a segment of a lane with levels shows: `1 held, 2 waiting`. */
export function levelText(model: TraceModel, { owner, row }: Segment): string {
  if (owner.kind !== "resource" && owner.kind !== "shelf" && owner.kind !== "pool") return "";
  const parts = levelParts(owner, levelsOf(model, owner).highestBetween(row, row + 1));
  return parts.join(", ") || (isQueue(owner) ? "empty" : "free");
}
