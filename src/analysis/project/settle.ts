// Asks until every file that the answer depends on is read: for hosts that read without waiting, or in slices.
import type { Project } from "./project";

/**
 * Answers `ask`, which is synchronous, again and again while it wants files that `load` brings, at most `rounds` times;
 * the last answer may then miss some. No question parses many more than `slice` characters at once. Undefined when it is cancelled.
 */
export async function settle<T>(
  project: Project,
  ask: () => T,
  load: (addresses: readonly string[]) => Promise<void>,
  isCancelled: () => boolean,
  rounds = 40,
  slice?: number,
): Promise<T | undefined> {
  for (let round = 1; ; round++) {
    const answer = project.inSlice(ask, slice);
    const wanted = project.takeWanted();
    if (wanted.length === 0 || round >= rounds) return answer;
    await load(wanted);
    if (isCancelled()) return undefined;
    for (const address of wanted) project.changed(address);
  }
}
