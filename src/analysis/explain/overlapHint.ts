// What a hover says at an await that waits in turn where it need not.
import type { AwaitSite } from "../code/awaits";
import type { SyntaxTree } from "../code/syntax";
import { type DefinitionSource, noSource } from "../modules";
import { type Overlap, overlapAt, type Run } from "../overlap/independent";
import type { Rounds } from "../overlap/rounds";
import { taskGroupsSince } from "../overlap/work";
import { code, line, type Piece, type Prose, prose } from "../prose";

/** One or two sentences where it is certain that the next await, or round, does not use what this one gives. */
export function overlapHint(site: AwaitSite, tree: SyntaxTree, source: DefinitionSource = noSource): Prose | undefined {
  const found = site.form === "await" ? overlapAt(tree, site.start, source) : undefined;
  if (!found?.sure) return undefined;
  const by = means(found, source.minor);
  if (found.kind === "loop") return found.await.start === site.start ? ofRounds(found, tree, by) : undefined;
  const index = found.units.findIndex((unit) => unit.await.start === site.start);
  return index < 0 ? undefined : ofRun(found, index, tree, by);
}

function ofRun({ units }: Run, index: number, tree: SyntaxTree, by: Piece): Prose | undefined {
  const isLast = index === units.length - 1;
  const other = units[isLast ? index - 1 : index + 1];
  if (!other) return undefined;
  const number = tree.place(other.await.start).line;
  const subject = isLast
    ? prose`This await does not use the result of ${line(number)}`
    : prose`${line(number, `Line ${number}`)}'s await does not use this result`;
  const sum = units.length === 2 ? "the two add up" : `the times of all ${units.length} in a row add up`;
  return prose`${subject}, so ${sum}. ${by} overlaps them.`;
}

function ofRounds(rounds: Rounds, tree: SyntaxTree, by: Piece): Prose {
  const loop = rounds.results.kind === "comprehension" ? rounds.results.node.clauses[0] : rounds.statement;
  const target = loop && "target" in loop ? prose`for each ${code(tree.slice(loop.target))}` : "";
  return prose`Each round waits for the one before and does not use its result: the waits ${target} add up. ${by} overlaps them.`;
}

/** An `except` around it would not catch the `ExceptionGroup` of a task group, which older Pythons have not. */
function means({ guarded }: Overlap, minor: number | undefined): Piece {
  return code(guarded || (minor ?? taskGroupsSince) < taskGroupsSince ? "asyncio.gather" : "asyncio.TaskGroup");
}
