// Awaits that could overlap, as reports: what `independent.ts` finds where it is sure.

import type { SyntaxTree } from "../code/syntax";
import type { DefinitionSource } from "../modules";
import { overlaps } from "../overlap/independent";
import { code, prose } from "../prose";
import { type Mistake, mistake, related } from "./mistake";

export function* sequentialAwaits(tree: SyntaxTree, source: DefinitionSource): Generator<Mistake> {
  for (const found of overlaps(tree, source)) {
    if (!found.sure) continue;
    // An `except` around it would not catch the ExceptionGroup of a task group.
    const means = code(found.guarded ? "asyncio.gather" : "asyncio.TaskGroup");
    if (found.kind === "loop")
      yield mistake(
        "sequential-awaits",
        found.await,
        prose`Each round waits for the one before and does not use its result, so the waiting times add up. ${means} overlaps them.`,
      );
    else {
      const [first, ...others] = found.units;
      if (!first) continue;
      yield mistake(
        "sequential-awaits",
        first.await,
        prose`The next ${others.length === 1 ? "await does" : `${others.length} awaits do`} not use this result, so the waiting times add up. ${means} overlaps them.`,
        others.map((unit) => related(unit.await, prose`waits in turn`)),
      );
    }
  }
}
