// Folds what a loop does: whose turn it was, what was queued by it, when it slept in its selector.

import { CAUSE, type Causes } from "./causes";
import type { Level, Loop, Stream } from "./entities";
import { type Rows, STATE, type State } from "./rows";

/** A poll with handles waiting takes microseconds; longer means that the process itself was held up. */
const LONG_POLL_SECONDS = 1e-4;

/** asyncio's own bar for a slow callback (`loop.slow_callback_duration`): a run this long blocks everybody else. */
export const BLOCKED_SECONDS = 0.1;

/** The lanes of loops and their ready queues. */
export class Turns {
  constructor(
    private readonly rows: Rows,
    private readonly causes: Causes,
  ) {}

  /** A run of `loop` begins at `here`, the innermost level; `outer`: the level in which it already runs, if it does. */
  begin(here: Level, outer: Level | undefined, loop: Loop, ready: number): void {
    const { queue } = loop;
    // The step around it was taken from the queue long ago, though its record is still to come.
    if (outer && outer.cause === undefined) outer.cause = queue.pop();
    if (queue.grewTo(ready)) {
      const cause = this.causes.add(CAUSE.outside, 0, -1, here.now);
      queue.push(ready, cause);
      outer?.own.push(cause);
    }
    if (queue.length === 0) this.rows.append(loop.lane, here.now, STATE.suspended, 0);
  }

  /** The run of this loop has ended. */
  end(loop: Loop, now: number): void {
    this.rows.append(loop.lane, now, STATE.stopped, 0);
  }

  /** Takes the handle that runs now from the queue; another thread's mark names the cause better than its place does. */
  takeCause({ next }: Stream, here: Level): number {
    const cause = here.cause ?? taken(here.loop, next.picked);
    here.cause = undefined;
    const { thread } = next;
    return Number.isNaN(thread) ? cause : this.causes.add(CAUSE.thread, thread, -1, this.causes.time(cause));
  }

  /** A cancelled handle was taken from the queue. */
  skip({ next }: Stream, here: Level): void {
    taken(here.loop, next.picked);
    next.picked = 0;
  }

  /** The selector returned with `io` handles in the queue after its events, and `ready` after due timers. */
  wake(here: Level, now: number, io: number, ready: number): void {
    const { loop } = here;
    if (loop === undefined) return;
    const { queue } = loop;
    if (queue.grewTo(io)) this.queued(loop, io, this.causes.add(CAUSE.io, 0, -1, now));
    if (queue.grewTo(ready)) this.queued(loop, ready, this.causes.add(CAUSE.timer, 0, -1, now));
  }

  /** The selector, which returned, put handles in the queue. */
  private queued({ lane, woke, queue }: Loop, length: number, cause: number): void {
    queue.push(length, cause);
    const row = lane.rows - 1;
    if (row >= 0 && this.rows.stateOf(lane, row) === STATE.suspended) woke.add(row, cause);
  }

  /**
   * The handles queued during the run that ended at `now` were put there by it: by `kind` and `actor`, through `via`.
   * Gives the cause that stands for them, or 0.
   */
  woke(here: Level, now: number, ready: number, kind: number, actor: number, via: number): number {
    const { loop } = here;
    if (loop === undefined) return 0;
    const { queue } = loop;
    const named = kind === CAUSE.unknown || kind === CAUSE.outside ? CAUSE.callback : kind;
    let cause = 0;
    if (queue.grewTo(ready)) {
      cause = this.causes.add(named, actor, via, now);
      queue.push(ready, cause);
    }
    if (here.own.length > 0) cause = this.nameOwn(here.own.splice(0), cause, named, actor, via);
    // With nothing left to run the loop goes to its selector: it is idle from here on, and shows so while it sleeps.
    if (queue.length === 0) this.rows.append(loop.lane, now, STATE.suspended, 0);
    return cause;
  }

  /** Causes of runs of a loop within a step are that step's as well; gives the one that stands for all. */
  private nameOwn(own: readonly number[], cause: number, kind: number, actor: number, via: number): number {
    for (const each of own) this.causes.name(each, kind, actor, via);
    const [first = cause, ...others] = cause === 0 ? own : [...own, cause];
    for (const each of others) this.causes.wakes.handOn(first, each);
    return first;
  }

  /** The selector returned: the time since the last run was idle, unless handles were waiting (then it only polled). */
  selected(here: Level, now: number): void {
    const { loop } = here;
    if (loop) {
      loop.polls++;
      if (loop.queue.length === 0 && here.now < now) loop.idle += now - here.now;
      // Handles wait, yet the poll took long: nobody's run must be blamed for it.
      if (loop.queue.length > 0 && now - here.now > LONG_POLL_SECONDS)
        this.rows.append(loop.lane, here.now, STATE.suspended, 0);
    }
    here.now = now;
  }

  /** The loop was held from `began` to `now`. */
  occupied(here: Level, began: number, now: number, state: State, ref: number): void {
    const { loop } = here;
    here.now = now;
    if (loop === undefined) return;
    this.rows.append(loop.lane, began, state, ref);
    loop.busy += now - began;
    loop.grid.add(began, now);
    if (now - began >= BLOCKED_SECONDS) loop.blocked.push(loop.lane.rows - 1);
  }

  /**
   * All bytes so far are folded. A loop that has handles to run now runs one that has not ended: its lane shows so, from
   * the last record on, until the record of that run says what it was.
   */
  pause({ loop, now }: Level): void {
    if (loop === undefined || loop.queue.length === 0 || Number.isNaN(now)) return;
    const { lane } = loop;
    const last = lane.rows - 1;
    const known = last >= 0 && this.rows.stateOf(lane, last) === STATE.callback && this.rows.refOf(lane, last) === 0;
    if (!known) this.rows.append(lane, now, STATE.callback, 0);
  }
}

function taken(loop: Loop | undefined, place: number): number {
  return loop === undefined || place < 0 ? 0 : loop.queue.take(place);
}
