// What belongs to libraries: tasks whose coroutine lies in Python itself or in an installed package, and what only such
// code waits at. A person who reads their own program does not want to see it at first.

import type { Code, Task } from "./entities";
import type { TraceModel } from "./model";
import type { Resource } from "./resources";
import { isLibrary } from "./segments";

/** So many waits at a resource are looked at, the first ones. */
const LOOKED_AT = 16;

const known = new WeakMap<Code, boolean>();

function inLibrary(code: Code): boolean {
  const told = known.get(code);
  if (told !== undefined) return told;
  const library = isLibrary(code.file);
  known.set(code, library);
  return library;
}

export function isInternalTask({ site }: Task): boolean {
  return site?.code !== undefined && inLibrary(site.code);
}

/** Whether only code of libraries waits at a resource, or nobody ever did. */
export function isInternalResource(model: TraceModel, { waits }: Resource): boolean {
  for (let wait = 0; wait < Math.min(waits.length, LOOKED_AT); wait++) {
    const task = model.tasks[waits.first(wait)];
    const site = task && model.waitAt(model.rows.refOf(task.lane, waits.second(wait))).site;
    if (site?.code === undefined || !inLibrary(site.code)) return false;
  }
  return true;
}
