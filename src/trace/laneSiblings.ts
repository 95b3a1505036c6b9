// Tasks of one maker: sorted, and where many of them run one coroutine, folded into groups.

import type { Code, Loop, Task } from "./entities";
import type { Group } from "./lanes";
import type { TraceModel } from "./model";
import { STATE } from "./rows";

export const SORTS = ["created", "duration", "ready", "waiting"] as const;
export type Sort = (typeof SORTS)[number];

/** So many siblings of one coroutine are lanes of their own. */
const MOST_SIBLINGS = 8;

/** In the order of creation, or those with the most seconds first. */
export function sortTasks(model: TraceModel, tasks: readonly Task[], sort: Sort): readonly Task[] {
  if (sort === "created" || tasks.length < 2) return tasks;
  const seconds = new Map(tasks.map((task) => [task, secondsOf(model, task, sort)]));
  return [...tasks].sort((a, b) => (seconds.get(b) ?? 0) - (seconds.get(a) ?? 0));
}

/** What a sort goes by, the time since a task's last row included. */
export function secondsOf({ rows, last }: TraceModel, task: Task, sort: Exclude<Sort, "created">): number {
  const { lane } = task;
  if (sort === "duration") return (task.ended ?? last) - task.created;
  const [wanted, booked] = sort === "ready" ? [STATE.ready, task.ready] : [STATE.suspended, task.suspended];
  const goesOn = lane.rows > 0 && rows.stateOf(lane, lane.rows - 1) === wanted;
  return booked + (goesOn ? Math.max(0, last - rows.startOf(lane, lane.rows - 1)) : 0);
}

/** What siblings must share to be one group. */
function kindOf({ site, group }: Task, codes: Map<Code | undefined, number>): number {
  const code = codes.get(site?.code) ?? codes.size;
  codes.set(site?.code, code);
  return code * 2 ** 32 + (group?.index ?? -1) + 1;
}

/** Puts each group in the place of its first member. `known`: groups that there were before. */
export function groupSiblings(
  tasks: readonly Task[],
  maker: Task | Loop | undefined,
  known: Map<string, Group>,
): readonly (Task | Group)[] {
  if (tasks.length <= MOST_SIBLINGS) return tasks;
  const alike = new Map<number, Task[]>();
  const codes = new Map<Code | undefined, number>();
  const kinds = tasks.map((task) => {
    const kind = kindOf(task, codes);
    const members = alike.get(kind);
    if (members) members.push(task);
    else alike.set(kind, [task]);
    return kind;
  });
  return tasks.flatMap((task, at): (Task | Group)[] => {
    const members = alike.get(kinds[at] as number) ?? [];
    if (members.length <= MOST_SIBLINGS) return [task];
    return members[0] === task ? [groupOf(members, maker, known)] : [];
  });
}

function groupOf(members: readonly Task[], maker: Task | Loop | undefined, known: Map<string, Group>): Group {
  const [first] = members as [Task];
  const code = first.site?.code;
  const parent = maker?.kind === "task" ? maker : undefined;
  const key = `${maker?.kind} ${maker?.index} ${first.group?.index} ${code?.file} ${code?.name} ${code?.firstLine}`;
  const group = known.get(key) ?? { kind: "group", index: known.size, parent, code, parts: first.group, members };
  known.set(key, group);
  group.members = members;
  return group;
}
