// Which lanes there are and in which order: loops, their tasks nested under the task that made them, what they wait at,
// pools and their threads. Siblings of one coroutine fold into a group, library internals and what a filter leaves out are
// hidden and counted.

import type { Code, Loop, Parts, Task } from "./entities";
import { isInternalResource } from "./internals";
import { type Job, poolName, type Worker } from "./jobs";
import { type Filter, matchesName, matchesResource, WaitsSeen } from "./laneFilter";
import { groupSiblings, type Sort, sortTasks } from "./laneSiblings";
import { HIDDEN, type Marks, markTasks, visibleOf } from "./laneVisible";
import type { TraceModel } from "./model";
import { familyOf, type Process } from "./processes";
import type { Resource } from "./resources";
import { type LaneOwner, rootsByLoop } from "./segments";

/** Siblings of one coroutine that one await gathers, or none does. */
export interface Group {
  readonly kind: "group";
  readonly index: number;
  readonly parent: Task | undefined;
  readonly code: Code | undefined;
  readonly parts: Parts | undefined;
  members: readonly Task[];
}

/** Many resources of one class. */
export interface Shelf {
  readonly kind: "shelf";
  readonly index: number;
  readonly className: string;
  members: readonly Resource[];
}

/** Threads that take jobs from the loops of a process. `name` undefined: the jobs that no thread took. */
export interface Pool {
  readonly kind: "pool";
  readonly index: number;
  readonly process: Process;
  readonly name: string | undefined;
  workers: readonly Worker[];
}

export interface LaneOptions {
  readonly sort: Sort;
  readonly filter: Filter;
  /** Shows tasks of libraries, and what only they use. */
  readonly internals: boolean;
  /** What the user folded (true) or unfolded (false). */
  readonly folds: ReadonlyMap<LaneOwner, boolean>;
  /** The moment whose states a filter means; undefined: the latest. */
  readonly at: number | undefined;
}

export const PLAIN: LaneOptions = { sort: "created", filter: [], internals: false, folds: new Map(), at: undefined };

/** What a lane's twisty shows. */
export const FOLD = { none: 0, folded: 1, unfolded: 2 } as const;
export type Fold = (typeof FOLD)[keyof typeof FOLD];

/** The visible lanes, in order. */
export interface LaneOrder {
  readonly owners: readonly LaneOwner[];
  /** How deep each is nested. */
  readonly depths: readonly number[];
  readonly folds: readonly Fold[];
  readonly hidden: Hidden;
  /** The lane in which an owner is: its own, or the one it is folded into; -1 where it is hidden. */
  laneOf(owner: LaneOwner): number;
}

/** Lanes that are not shown: of libraries, and left out by the filter. */
export interface Hidden {
  internals: number;
  filtered: number;
}

/** What stays the same from one arrangement of a trace to the next. */
export class LaneMemory {
  readonly groups = new Map<string, Group>();
  readonly shelves = new Map<string, Shelf>();
  readonly pools = new Map<string, Pool>();
  readonly seen = new WaitsSeen();
}

/** So many resources of one class, or threads of a pool, are lanes of their own. */
export const MOST_ALIKE = 8;

/** Orders the lanes of a trace. Linear in its tasks, beside sorting. */
export function arrange(model: TraceModel, options: LaneOptions = PLAIN, memory = new LaneMemory()): LaneOrder {
  return new Arrangement(model, options, memory).make();
}

/** A loop and what it runs. */
interface Home {
  readonly process: Process;
  readonly loop: Loop | undefined;
  readonly tasks: readonly Task[];
  readonly resources: Resource[];
}

/** One arrangement in the making. */
class Arrangement implements LaneOrder {
  readonly owners: LaneOwner[] = [];
  readonly depths: number[] = [];
  readonly folds: Fold[] = [];
  readonly hidden: Hidden = { internals: 0, filtered: 0 };
  private readonly ofTask: Int32Array;
  private readonly ofOthers = new Map<LaneOwner, number>();
  private readonly marks: Marks;

  constructor(
    private readonly model: TraceModel,
    private readonly options: LaneOptions,
    private readonly memory: LaneMemory,
  ) {
    this.ofTask = new Int32Array(model.tasks.length).fill(-1);
    this.marks = markTasks(model, options, memory.seen, this.hidden);
  }

  make(): LaneOrder {
    const { processes } = this.model;
    const homes = this.homes();
    if (processes.length < 2) for (const process of processes) this.addHomes(process, homes, 0);
    else for (const { process, depth } of familyOf(processes)) this.addProcess(process, homes, depth);
    return this;
  }

  private addProcess(process: Process, homes: readonly Home[], depth: number): void {
    const fold = homes.some((home) => home.process === process) ? this.foldOf(process, false) : FOLD.none;
    const lane = this.add(process, depth, fold);
    if (fold === FOLD.unfolded) this.addHomes(process, homes, depth + 1);
    if (fold === FOLD.folded) this.coverProcess(process, homes, lane);
  }

  private addHomes(process: Process, homes: readonly Home[], depth: number): void {
    const own = homes.filter((home) => home.process === process);
    const nested = own.filter(({ loop }) => loop !== undefined).length > 1 ? 1 : 0;
    for (const home of own) this.addHome(home, depth, nested);
    this.addPools(process, depth);
  }

  private addHome({ loop, tasks, resources }: Home, depth: number, nested: number): void {
    const foldable = nested > 0 && tasks.length + resources.length > 0;
    const fold = foldable && loop ? this.foldOf(loop, false) : FOLD.none;
    const lane = loop ? this.add(loop, depth, fold) : -1;
    if (fold === FOLD.folded) this.cover(tasks, resources, lane);
    else {
      this.addTasks(tasks, loop, loop ? depth + nested : depth);
      this.addResources(resources, loop ? depth + nested : depth);
    }
  }

  private coverProcess(process: Process, homes: readonly Home[], lane: number): void {
    for (const { process: other, loop, tasks, resources } of homes) {
      if (other !== process) continue;
      if (loop) this.ofOthers.set(loop, lane);
      this.cover(tasks, resources, lane);
    }
    for (const worker of this.model.jobs.workers)
      if (worker.stream.process === process) this.ofOthers.set(worker, lane);
  }

  /** Each loop with what it runs, and at the end what no loop is known to run. */
  private homes(): Home[] {
    const roots = rootsByLoop(this.model);
    const resources = this.resourcesByLoop();
    const homes = this.model.loops.map(
      (loop): Home => ({
        process: loop.stream.process,
        loop,
        tasks: roots.get(loop) ?? [],
        resources: resources.get(loop) ?? [],
      }),
    );
    for (const process of this.model.processes) {
      const tasks = (roots.get(undefined) ?? []).filter(({ stream }) => stream.process === process);
      const things = (resources.get(undefined) ?? []).filter(({ stream }) => stream.process === process);
      if (tasks.length + things.length > 0) homes.push({ process, loop: undefined, tasks, resources: things });
    }
    return homes;
  }

  laneOf(owner: LaneOwner): number {
    return owner.kind === "task" ? (this.ofTask[owner.index] ?? -1) : (this.ofOthers.get(owner) ?? -1);
  }

  private add(owner: LaneOwner, depth: number, fold: Fold): number {
    const lane = this.owners.length;
    this.owners.push(owner);
    this.depths.push(depth);
    this.folds.push(fold);
    if (owner.kind === "task") this.ofTask[owner.index] = lane;
    else this.ofOthers.set(owner, lane);
    return lane;
  }

  private foldOf(owner: LaneOwner, usually: boolean): Fold {
    return (this.options.folds.get(owner) ?? usually) ? FOLD.folded : FOLD.unfolded;
  }

  private addTasks(tasks: readonly Task[], loop: Loop | undefined, depth: number): void {
    const todo: { owner: Task | Group; depth: number }[] = [];
    const push = (owners: readonly (Task | Group)[], at: number) => {
      for (let last = owners.length - 1; last >= 0; last--)
        todo.push({ owner: owners[last] as Task | Group, depth: at });
    };
    push(this.siblings(visibleOf(tasks, this.marks), loop), depth);
    for (let next = todo.pop(); next; next = todo.pop()) {
      const { owner } = next;
      const below = owner.kind === "group" ? owner.members : visibleOf(owner.children, this.marks);
      const fold = below.length === 0 ? FOLD.none : this.foldOf(owner, owner.kind === "group");
      const lane = this.add(owner, next.depth, fold);
      if (fold === FOLD.folded) this.cover(below, [], lane);
      else if (owner.kind === "group") push(below, next.depth + 1);
      else if (fold === FOLD.unfolded) push(this.siblings(below, owner), next.depth + 1);
    }
  }

  private siblings(tasks: readonly Task[], maker: Task | Loop | undefined): readonly (Task | Group)[] {
    const sorted = sortTasks(this.model, tasks, this.options.sort);
    return groupSiblings(sorted, maker, this.memory.groups);
  }

  /** Folds tasks, their descendants and resources into a lane. */
  private cover(tasks: readonly Task[], resources: readonly Resource[], lane: number): void {
    const todo = [...tasks];
    for (let task = todo.pop(); task; task = todo.pop()) {
      if (this.marks[task.index] !== HIDDEN) this.ofTask[task.index] = lane;
      if (task.children) for (const child of task.children) todo.push(child);
    }
    for (const resource of resources) this.ofOthers.set(resource, lane);
  }

  private resourcesByLoop(): Map<Loop | undefined, Resource[]> {
    const { model, options, hidden } = this;
    const latest = new Map(model.loops.map((loop) => [loop.stream, loop]));
    const byLoop = new Map<Loop | undefined, Resource[]>();
    for (const resource of model.resources) {
      if (!options.internals && isInternalResource(model, resource)) hidden.internals++;
      else if (!matchesResource(options.filter, resource)) hidden.filtered++;
      else {
        const loop = model.tasks[resource.waits.first(0)]?.loop ?? latest.get(resource.stream);
        const known = byLoop.get(loop);
        if (known) known.push(resource);
        else byLoop.set(loop, [resource]);
      }
    }
    return byLoop;
  }

  private addResources(resources: Resource[], depth: number): void {
    if (this.options.sort === "waiting") resources.sort((a, b) => b.waited - a.waited);
    const alike = new Map<string, Resource[]>();
    for (const resource of resources) {
      const known = alike.get(resource.className);
      if (known) known.push(resource);
      else alike.set(resource.className, [resource]);
    }
    for (const [className, members] of alike) {
      if (members.length > MOST_ALIKE) this.addShelf(className, members, depth);
      else for (const member of members) this.add(member, depth, FOLD.none);
    }
  }

  private addShelf(className: string, members: readonly Resource[], depth: number): void {
    const { shelves } = this.memory;
    const key = `${members[0]?.stream.number} ${className}`;
    const shelf = shelves.get(key) ?? { kind: "shelf", index: shelves.size, className, members };
    shelves.set(key, shelf);
    shelf.members = members;
    const fold = this.foldOf(shelf, true);
    const lane = this.add(shelf, depth, fold);
    if (fold === FOLD.folded) this.cover([], members, lane);
    else for (const member of members) this.add(member, depth + 1, FOLD.none);
  }

  /** The pools of a process, each with its threads; last the jobs that no thread took. */
  private addPools(process: Process, depth: number): void {
    const { jobs, last, ended } = this.model;
    const byPool = new Map<string, Worker[]>();
    for (const worker of jobs.workers) {
      if (worker.stream.process !== process) continue;
      const name = poolName(worker);
      const known = byPool.get(name);
      if (known) known.push(worker);
      else byPool.set(name, [worker]);
    }
    for (const [name, workers] of byPool) this.addPool(process, name, workers, depth);
    const since = ended ? last : last - PENDING_SECONDS;
    const waits = ({ process: other, queued = Number.POSITIVE_INFINITY, started }: Job) =>
      other === process && started === undefined && queued <= since;
    if (jobs.all.some(waits) && matchesName(this.options.filter, NO_THREAD))
      this.add(this.poolOf(process, undefined, []), depth, FOLD.none);
  }

  private addPool(process: Process, name: string, all: readonly Worker[], depth: number): void {
    const { filter } = this.options;
    const named = matchesName(filter, `thread pool executor ${name}`);
    const workers = named ? all : all.filter(({ stream }) => matchesName(filter, stream.name));
    this.hidden.filtered += all.length - workers.length;
    if (workers.length === 0) return;
    const pool = this.poolOf(process, name, workers);
    const fold = this.foldOf(pool, workers.length > MOST_ALIKE);
    const lane = this.add(pool, depth, fold);
    if (fold === FOLD.folded) for (const worker of workers) this.ofOthers.set(worker, lane);
    else for (const worker of workers) this.add(worker, depth + 1, FOLD.none);
  }

  private poolOf(process: Process, name: string | undefined, workers: readonly Worker[]): Pool {
    const { pools } = this.memory;
    const key = `${process.index} ${name ?? ""}`;
    const pool = pools.get(key) ?? { kind: "pool", index: pools.size, process, name, workers };
    pools.set(key, pool);
    pool.workers = workers;
    return pool;
  }
}

/** What a filter knows the jobs by that no thread took. */
const NO_THREAD = "jobs in no thread executor";
/** In a run that goes on a job may wait this long for a thread before it is said that none takes it. */
const PENDING_SECONDS = 0.5;
