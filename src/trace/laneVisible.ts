// Which tasks have a place among the lanes: not those of libraries, and of the others those that the filter asks for, with
// the tasks that made them.

import type { Task } from "./entities";
import { isInternalTask } from "./internals";
import { matchesTask, type WaitsSeen } from "./laneFilter";
import type { Hidden, LaneOptions } from "./lanes";
import type { TraceModel } from "./model";

export const HIDDEN = 0;
/** Shown only because it made, however indirectly, a task that is asked for. */
export const CONTEXT = 1;
export const SHOWN = 2;

/** By task index. */
export type Marks = Uint8Array;

/** Marks all tasks and counts those that are hidden. A program that is all library is shown as if it were the user's. */
export function markTasks(model: TraceModel, options: LaneOptions, seen: WaitsSeen, hidden: Hidden): Marks {
  const { tasks } = model;
  const marks = new Uint8Array(tasks.length);
  const hides = !options.internals && tasks.some((task) => !isInternalTask(task));
  for (const task of tasks) {
    if (hides && isInternalTask(task)) hidden.internals++;
    else if (matchesTask(options.filter, model, task, seen, options.at)) marks[task.index] = SHOWN;
    else hidden.filtered++;
  }
  if (hidden.filtered > 0) hidden.filtered -= markContext(tasks, marks, hides);
  return marks;
}

/** Marks those that made what is shown; gives how many they are. */
function markContext(tasks: readonly Task[], marks: Marks, hides: boolean): number {
  let count = 0;
  const passed = new Uint8Array(tasks.length);
  for (const task of tasks) {
    if (marks[task.index] !== SHOWN) continue;
    for (let up = task.parent; up && passed[up.index] === 0; up = up.parent) {
      passed[up.index] = 1;
      if (marks[up.index] !== HIDDEN || (hides && isInternalTask(up))) continue;
      marks[up.index] = CONTEXT;
      count++;
    }
  }
  return count;
}

/** These tasks, each hidden one replaced by what is visible below it. */
export function visibleOf(tasks: readonly Task[] | undefined, marks: Marks): readonly Task[] {
  if (tasks === undefined) return [];
  if (tasks.every(({ index }) => marks[index] !== HIDDEN)) return tasks;
  const visible: Task[] = [];
  const todo = [...tasks].reverse();
  for (let task = todo.pop(); task; task = todo.pop()) {
    if (marks[task.index] !== HIDDEN) visible.push(task);
    else if (task.children) for (let at = task.children.length - 1; at >= 0; at--) todo.push(task.children[at] as Task);
  }
  return visible;
}
