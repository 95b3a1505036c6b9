// Locks, semaphores, queues, events and the like: who waited at each, and who held it, over time.

import { Columns, Pairs } from "./columns";
import type { Stream, Task } from "./entities";
import { isInside } from "./groups";
import { Stock } from "./stock";

/** What a task can wait at. A hold is a unit of a lock or semaphore, from when it was taken until it was given back. */
export interface Resource {
  readonly kind: "resource";
  readonly index: number;
  readonly id: number;
  readonly stream: Stream;
  /** `Lock`, `Queue`, … as far as a wait at it has told. */
  className: string;
  /** Counts those of its class, from 1. */
  number: number;
  /** The object that this one is inside of. */
  outer: Resource | undefined;
  /** Each wait: the task's index and its row. Where the row begins and ends, and what it refers to, its lane tells. */
  readonly waits: Pairs;
  /** Each hold: the task's index (-1: no task's step took it), from, to (NaN: it goes on), in the order of from. */
  readonly holds: Columns;
  /** The items of a queue; undefined where none was put or taken. */
  stock: Stock | undefined;
  /** Who waits now, in the order of coming. */
  readonly waiting: Map<Task, Waiting>;
  /** The holds that go on, by the index of the task that holds (-1: none), and how many they are. */
  readonly holding: Map<number, number[]>;
  held: number;
  /** The most tasks that ever waited, and units that were ever held, at once. */
  mostWaiting: number;
  mostHeld: number;
  /** Seconds waited in all, and the longest; waits that go on are not in it. */
  waited: number;
  longest: number;
}

/** A task that waits now; `future`: the id() of what it waits on, NaN unknown. */
export interface Waiting {
  readonly task: Task;
  readonly future: number;
  /** It was handed a unit, but has not run yet. */
  served: boolean;
}

const FIRST_ROWS = 4;
const QUEUE = "Queue";

export class Resources {
  readonly all: Resource[] = [];
  /** Counts resources that were met, waited at first, or named. */
  version = 0;
  private readonly known = new WeakMap<Stream, Map<number, Resource>>();
  private readonly numbers = new Map<string, number>();
  /** The id()s of queues that were made and of which nothing was heard since. */
  private readonly fresh = new WeakMap<Stream, Set<number>>();

  /**
   * The step of `task` ended waiting at the object with this id; `row`: its row that says so. Gives the index of the
   * resource. `what`: what the step's site says is waited for.
   */
  wait(stream: Stream, id: number, what: string, task: Task, row: number): number {
    const { parts } = stream.next;
    for (let pair = 0; pair < parts.length; pair += 2) {
      const [whole = 0, part = 0] = [parts[pair], parts[pair + 1]];
      if (whole !== part && isInside(whole, part, id)) this.of(stream, part).outer = this.of(stream, whole);
    }
    const resource = this.named(stream, id, classOf(what));
    resource.waits.add(task.index, row);
    if (resource.waits.length === 1) this.version++;
    resource.waiting.set(task, { task, future: stream.next.object, served: false });
    resource.mostWaiting = Math.max(resource.mostWaiting, resource.waiting.size);
    return resource.index;
  }

  /** The task's wait at the resource with this index has ended after so many seconds. */
  endWait(index: number, task: Task, seconds: number): void {
    const resource = this.all[index];
    if (resource === undefined) return;
    resource.waited += seconds;
    resource.longest = Math.max(resource.longest, seconds);
    resource.waiting.delete(task);
  }

  /**
   * A step of `by`, or a callback, took a unit between `began` and `now`, or handed it to who waits on the future `waiter`
   * (not 0): where nobody is known to wait on that, to the first who was not cancelled.
   */
  take(stream: Stream, id: number, waiter: number, by: Task | undefined, began: number, now: number): void {
    const resource = this.of(stream, id);
    const passed = waiter !== 0;
    const served = passed ? toServe(resource, waiter) : undefined;
    if (served) served.served = true;
    const holder = passed ? served?.task : by;
    const freed = lastEnd(resource);
    const from = passed ? now : freed > began ? Math.min(freed, now) : began;
    const owner = holder?.index ?? -1;
    const row = resource.holds.add(owner, Math.max(from, lastBegin(resource)), Number.NaN, 0);
    const others = resource.holding.get(owner);
    if (others) others.push(row);
    else resource.holding.set(owner, [row]);
    resource.mostHeld = Math.max(resource.mostHeld, ++resource.held);
  }

  /** A step of `by`, or a callback, gave a unit back: its own if it holds one, else one that is held long. */
  give(stream: Stream, id: number, by: Task | undefined, now: number): void {
    const resource = this.of(stream, id);
    const { holding } = resource;
    const own = by?.index ?? -1;
    const owner = holding.has(own) ? own : holding.keys().next().value;
    if (owner === undefined) return;
    const rows = holding.get(owner);
    const row = rows?.pop();
    if (row !== undefined) endHold(resource, row, now);
    if (rows?.length === 0) holding.delete(owner);
    resource.held--;
  }

  /** Queues were made, and items put and taken, by `now`: pairs of an id and a number of items, or NaN for a new queue. */
  stock(stream: Stream, pairs: readonly number[], now: number): void {
    for (let pair = 0; pair < pairs.length; pair += 2) {
      const [id = 0, by = 0] = [pairs[pair], pairs[pair + 1]];
      if (Number.isNaN(by)) this.renew(stream, id, now);
      else if (by !== 0) this.queueOf(stream, id).change(now, by);
    }
  }

  /** Who holds what is not known any more: after dropped events. */
  forget(stream: Stream, now: number): void {
    for (const resource of this.known.get(stream)?.values() ?? []) {
      for (const rows of resource.holding.values()) for (const row of rows) endHold(resource, row, now);
      resource.holding.clear();
      resource.stock?.end(now);
      resource.waiting.clear();
      resource.held = 0;
    }
    this.known.delete(stream);
    this.fresh.delete(stream);
  }

  private of(stream: Stream, id: number): Resource {
    return this.idsOf(stream).get(id) ?? this.add(stream, id);
  }

  /**
   * The resource at which a method of `className` waits. Inside that method it may wait at a part of its object: the
   * event in a queue, the condition in a barrier, which stand for the whole, or the lock in a condition. An object of
   * any other class has the id of one that is gone.
   */
  private named(stream: Stream, id: number, className: string): Resource {
    const known = this.of(stream, id);
    const { outer } = known;
    if (outer && (outer.className === "" || outer.className === className))
      return known.holds.length > 0 ? this.name(known, "Lock") : this.name(outer, className);
    const gone = known.className !== "" && known.className !== className;
    return this.name(gone ? this.add(stream, id) : known, className);
  }

  /** The items of the queue with this id; whatever else had that is gone. */
  private queueOf(stream: Stream, id: number): Stock {
    const known = this.of(stream, id);
    const isQueue = known.className === QUEUE || (known.className === "" && known.holds.length === 0);
    const queue = this.name(isQueue ? known : this.add(stream, id), QUEUE);
    queue.stock ??= new Stock(this.fresh.get(stream)?.delete(id) ?? false);
    return queue.stock;
  }

  private renew(stream: Stream, id: number, now: number): void {
    this.idsOf(stream).get(id)?.stock?.end(now);
    this.idsOf(stream).delete(id);
    const fresh = this.fresh.get(stream) ?? new Set();
    this.fresh.set(stream, fresh.add(id));
  }

  private name(resource: Resource, className: string): Resource {
    if (resource.className !== "") return resource;
    resource.className = className;
    resource.number = (this.numbers.get(className) ?? 0) + 1;
    this.numbers.set(className, resource.number);
    this.version++;
    return resource;
  }

  private idsOf(stream: Stream): Map<number, Resource> {
    const known = this.known.get(stream);
    if (known) return known;
    const made = new Map<number, Resource>();
    this.known.set(stream, made);
    return made;
  }

  private add(stream: Stream, id: number): Resource {
    const resource: Resource = {
      kind: "resource",
      index: this.all.length,
      id,
      stream,
      className: "",
      number: 0,
      outer: undefined,
      waits: new Pairs(),
      holds: new Columns(FIRST_ROWS),
      stock: undefined,
      waiting: new Map(),
      holding: new Map(),
      held: 0,
      mostWaiting: 0,
      mostHeld: 0,
      waited: 0,
      longest: 0,
    };
    this.all.push(resource);
    this.version++;
    this.idsOf(stream).set(id, resource);
    return resource;
  }
}

function toServe({ waiting }: Resource, waiter: number): Waiting | undefined {
  let first: Waiting | undefined;
  for (const one of waiting.values()) {
    if (one.future === waiter) return one;
    if (first || one.served) continue;
    const isCancelled = one.task.cancels?.some(({ arrived }) => arrived === undefined) ?? false;
    if (!isCancelled) first = one;
  }
  return first;
}

function endHold({ holds }: Resource, row: number, now: number): void {
  holds.set(row, 2, Math.max(now, holds.get(row, 1)));
}

function lastBegin({ holds }: Resource): number {
  return holds.length === 0 ? Number.NEGATIVE_INFINITY : holds.get(holds.length - 1, 1);
}

/** When a unit was last given back: NaN where the last one taken is still held. */
function lastEnd({ holds }: Resource): number {
  return holds.length === 0 ? Number.NaN : holds.get(holds.length - 1, 2);
}

/** The class in what a site says is waited on: `Lock` of `asyncio.Lock.acquire`. */
export function classOf(what: string): string {
  const parts = what.split(".");
  return parts.length > 1 ? (parts[parts.length - 2] as string) : what;
}
