// One trace being read in the panel: takes the host's messages in any order, folds their bytes, and answers with what to
// ask for. Pure: the page and the tests drive it alike.

import type { RunStatus, ToHost, ToView } from "../trace/messages";
import { TraceModel } from "../trace/model";
import { TraceReader } from "../trace/reader";

export class Session {
  title = "";
  /** This window records the run: it can be stopped and run again. */
  live = false;
  status: RunStatus = { kind: "running" };
  model = new TraceModel();
  reader = new TraceReader(this.model);
  /** The page has been told what to show. */
  opened = false;
  /** Counts traces shown: a new one starts the view afresh. */
  generation = 0;
  /** The offset that was asked for after a gap, so that a gap is reported once. */
  private asked = -1;
  /** When the last bytes came, in seconds of the page's clock. */
  private heard = 0;

  /** Takes a message at `now` (seconds, the page's clock); returns what to send to the host. */
  receive(message: ToView, now: number): ToHost[] {
    switch (message.kind) {
      case "open":
        return this.open(message);
      case "status":
        this.status = message.status;
        return [];
      case "bytes":
        return this.opened ? this.take(message.offset, new Uint8Array(message.bytes), now) : [];
      default:
        return []; // not from our host: a page also hears what other scripts post
    }
  }

  private open({ title, live, status }: ToView & { kind: "open" }): ToHost[] {
    this.title = title;
    this.live = live;
    this.status = status;
    this.model = new TraceModel();
    this.reader = new TraceReader(this.model);
    this.opened = true;
    this.asked = 0;
    this.generation++;
    return [{ kind: "from", offset: 0 }];
  }

  /** Bytes that are known already are passed over; after a gap the missing ones are asked for. */
  private take(offset: number, bytes: Uint8Array, now: number): ToHost[] {
    const { received } = this.reader;
    if (offset > received) {
      if (this.asked === received) return [];
      this.asked = received;
      return [{ kind: "from", offset: received }];
    }
    const known = received - offset;
    if (known >= bytes.length) return [];
    this.asked = -1;
    this.heard = now;
    this.reader.push(bytes.subarray(known));
    this.model.pause();
    return [];
  }

  get running(): boolean {
    return this.opened && this.status.kind === "running" && !this.model.ended && this.reader.problem === undefined;
  }

  /**
   * The end of what is known, in trace seconds, at page time `now`. While the program runs and says nothing its tasks
   * still wait, so time goes on from the last bytes.
   */
  end(now: number): number {
    const silent = this.running && this.model.loops.length > 0 ? Math.max(0, now - this.heard) : 0;
    return this.model.last + silent;
  }
}
