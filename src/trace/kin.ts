// The tasks of a trace by number, and who made whom.

import { type Level, newTask, type Site, type Stream, type Task } from "./entities";
import type { Rows } from "./rows";

/** Every task. Invariant: parents form a forest, whatever the file says. */
export class Kin {
  readonly tasks: Task[] = [];
  /** Counts changes of names and of parents. */
  version = 0;

  constructor(private readonly rows: Rows) {}

  add(stream: Stream, id: number, name: string, site: Site | undefined, created: number, late = false): Task {
    const { length: index } = this.tasks;
    const task = newTask({ index, id, name, stream, lane: this.rows.newLane(), site, created, late });
    this.tasks.push(task);
    stream.tasks.set(id, task);
    this.version++;
    return task;
  }

  /** A task whose creation was not recorded. */
  addUnseen(stream: Stream, id: number, time: number): Task {
    return this.add(stream, id, `task 0x${id.toString(16)}`, undefined, time, true);
  }

  /**
   * The task with this id, which runs now in this stream. One that ended cannot: its id is reused by one whose creation
   * was lost. One that another thread made before the loop ran comes over from there.
   */
  living(stream: Stream, id: number): Task | undefined {
    const known = stream.tasks.get(id);
    if (known) return known.outcome === undefined ? known : undefined;
    const made = this.latest(stream, id);
    if (made === undefined || made.outcome !== undefined || made.steps > 0) return undefined;
    stream.tasks.set(id, made);
    return made;
  }

  /** The latest task with this id: this stream's, else the latest of another one of the process. */
  latest(stream: Stream, id: number): Task | undefined {
    const own = stream.tasks.get(id);
    if (own) return own;
    let latest: Task | undefined;
    for (const { tasks } of stream.process.streams) {
      const task = tasks.get(id);
      if (task && (latest === undefined || task.index > latest.index)) latest = task;
    }
    return latest;
  }

  /** The tasks made during the run that just ended have their creator. */
  adopt(here: Level, owner: Task | undefined): void {
    if (here.made.length === 0) return;
    if (owner) for (const child of here.made) this.setParent(child, owner);
    here.made = [];
  }

  /** The task is said to belong to `parent`, whoever made it. */
  move(stream: Stream, task: Task, parent: Task): void {
    this.disown(stream, task);
    this.setParent(task, parent);
  }

  /** The task was not made by the step in progress. */
  disown(stream: Stream, task: Task): void {
    for (const { made } of stream.levels) remove(made, task);
  }

  setParent(child: Task, parent: Task): void {
    if (child === parent || child.parent === parent) return;
    if (child.children) for (let up: Task | undefined = parent; up; up = up.parent) if (up === child) return;
    if (child.parent?.children) child.parent.children = child.parent.children.filter((task) => task !== child);
    child.parent = parent;
    if (parent.children) parent.children.push(child);
    else parent.children = [child];
    this.version++;
  }
}

function remove(made: Task[], task: Task): void {
  const at = made.lastIndexOf(task); // it is most often the last one
  if (at >= 0) made.splice(at, 1);
}
