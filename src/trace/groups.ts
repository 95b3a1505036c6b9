// What waits are made of: the children of gathers, task groups and the like, and objects inside other objects.

import type { Parts, Stream, Task } from "./entities";

/** Waits on several things at once. Parts of other waits tell what is inside an object. */
const GATHERS = /^asyncio\.(?:gather|shield|as_completed|TaskGroup|wait|wait_for)$/;

interface Group extends Parts {
  what: string;
  readonly tasks: Task[];
  readonly known: Set<number>;
  others: number;
}

/** Groups by the id() of the future or object that stands for them, in each stream. */
export class Groups {
  readonly all: Group[] = [];
  /** Counts tasks that came into a first group. */
  version = 0;
  private readonly ofStream = new WeakMap<Stream, Map<number, Group>>();

  /**
   * Enters what a step said of parts; gives the index of the group for which it itself waits, or -1. `what`: what it
   * waits for, empty where it does not wait.
   */
  enter(stream: Stream, what: string): number {
    const { parts, object, at } = stream.next;
    const gathers = GATHERS.test(what);
    const known = this.of(stream);
    const fresh = new Map<number, Group>();
    for (let pair = 0; pair < parts.length; pair += 2) {
      const whole = parts[pair] as number;
      const part = parts[pair + 1] as number;
      if (!gathers && isInside(whole, part, at)) continue;
      const joined = whole === 0 || fresh.has(whole) ? undefined : this.waitedBy(stream, whole);
      const group = joined ?? fresh.get(whole) ?? this.add();
      if (joined === undefined) fresh.set(whole, group);
      if (group.known.has(part)) continue;
      group.known.add(part);
      const task = part < 0 ? undefined : stream.tasks.get(part);
      if (task) this.put(task, group);
      else group.others += part < 0 ? -part : 1;
    }
    for (const [whole, group] of fresh) if (whole !== 0) known.set(whole, group);
    const told = fresh.get(0) ?? fresh.get(object);
    const waited = told ?? (gathers ? (known.get(object) ?? known.get(at)) : undefined);
    if (waited && waited.what === "") waited.what = what;
    return waited?.index ?? -1;
  }

  private put(task: Task, group: Group): void {
    group.tasks.push(task);
    if (task.group !== undefined) return;
    task.group = group;
    this.version++;
  }

  /** A task that joins a task group belongs to what the group's own task waits for. */
  private waitedBy(stream: Stream, id: number): Group | undefined {
    const parent = stream.tasks.get(id);
    return parent?.outcome === undefined ? this.all[parent?.gathers ?? -1] : undefined;
  }

  private of(stream: Stream): Map<number, Group> {
    const known = this.ofStream.get(stream);
    if (known) return known;
    const made = new Map<number, Group>();
    this.ofStream.set(stream, made);
    return made;
  }

  private add(): Group {
    const group: Group = { index: this.all.length, what: "", tasks: [], known: new Set(), others: 0 };
    this.all.push(group);
    return group;
  }
}

/** Whether a part beside an `at` tells what is inside an object, unless the step gathers. */
export function isInside(whole: number, part: number, at: number): boolean {
  return whole !== 0 && (whole === at || part === at);
}
