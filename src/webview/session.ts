// One trace being read in the panel: takes the host's messages in any order, folds the bytes of its files, and answers with
// what to ask for. Pure: the page and the tests drive it alike.

import type { TraceHeader } from "../trace/format";
import { baseName } from "../trace/lines";
import type { Origin, RunStatus, ToHost, ToView } from "../trace/messages";
import { TraceModel } from "../trace/model";
import type { TraceReader } from "../trace/reader";
import { Intake } from "./intake";

/** Child processes beyond these are counted, not shown. */
export const MOST_CHILDREN = 100;

const ENDING = /(?:\.\d+(?:-\d+)?)?\.awaitscope$/;

export class Session {
  title = "";
  /** This window records the run: it can be stopped and run again. */
  live = false;
  status: RunStatus = { kind: "running" };
  origin: Origin | undefined;
  model = new TraceModel();
  /** The page has been told what to show. */
  opened = false;
  /** Counts traces shown: a new one starts the view afresh. */
  generation = 0;
  /** Bytes came after all that there was had been folded. */
  grew = false;
  /** Child processes that are not shown, because they are too many. */
  left = 0;
  private trace = new Intake(this.model, undefined, 0);
  private readonly children = new Map<string, Intake>();
  /** Child records that were looked at. */
  private named = 0;
  private read = false;
  /** When the last bytes came, in seconds of the page's clock. */
  private heard = 0;

  /** Takes a message at `now` (seconds, the page's clock); returns what to send to the host. */
  receive(message: ToView, now: number): ToHost[] {
    const replies = this.accept(message, now);
    this.model.silent = this.reader.problem !== undefined || (this.status.kind !== "running" && !this.beingWritten);
    return replies;
  }

  /** A saved trace that grows: another window records it. */
  get beingWritten(): boolean {
    return this.grew && !this.live;
  }

  private accept(message: ToView, now: number): ToHost[] {
    if (message.kind === "open") return this.open(message);
    if (!this.opened) return [];
    switch (message.kind) {
      case "status":
        this.status = message.status;
        return [];
      case "children":
        return this.model.info ? message.files.flatMap((file) => this.wantChild(file)) : [];
      case "size":
      case "unreadable":
      case "bytes":
        return this.take(message, now);
      default:
        return []; // for the page, or not from our host: a page also hears what other scripts post
    }
  }

  private open({ title, live, status, origin }: ToView & { kind: "open" }): ToHost[] {
    this.title = title;
    this.live = live;
    this.status = status;
    this.origin = origin;
    this.model = new TraceModel();
    this.trace = new Intake(this.model, undefined, 0);
    this.children.clear();
    this.named = 0;
    this.left = 0;
    this.read = false;
    this.grew = false;
    this.opened = true;
    this.generation++;
    return [this.trace.ask()];
  }

  private take(message: ToView & { kind: "size" | "unreadable" | "bytes" }, now: number): ToHost[] {
    const intake = message.file === undefined ? this.trace : this.children.get(message.file);
    if (intake === undefined) return [];
    const before = intake.reader.received;
    const replies = intake.receive(message);
    if (intake.reader.received > before) {
      this.heard = now;
      this.grew ||= this.read;
      this.model.pause();
    }
    this.read ||= this.trace.whole;
    return [...replies, ...this.wantNamed()];
  }

  /** Child processes that the trace names, whose files the host has not found by itself. */
  private wantNamed(): ToHost[] {
    const { items } = this.model.children;
    const fresh = items.slice(this.named);
    this.named = items.length;
    return fresh.flatMap(({ path }) => this.wantChild(baseName(path)));
  }

  private wantChild(file: string): ToHost[] {
    if (this.children.has(file)) return [];
    if (this.children.size >= MOST_CHILDREN) {
      this.left++;
      return [];
    }
    const intake = new Intake(this.model, file, this.children.size + 1, (header) => this.isOurs(header));
    this.children.set(file, intake);
    return [intake.ask()];
  }

  /** Whether a file beside the trace is of a process of it; one that only happens to be named so is left alone. */
  private isOurs({ parent, parentTrace = "" }: TraceHeader): boolean {
    if (parent === undefined) return false;
    if (this.model.processes.some(({ pid }) => pid === parent)) return true;
    const trace = decodeURIComponent(baseName(this.origin?.trace ?? ""));
    return trace !== "" && baseName(parentTrace).replace(ENDING, "") === trace.replace(ENDING, "");
  }

  /** The reader of the trace itself. */
  get reader(): TraceReader {
    return this.trace.reader;
  }

  /** Why the trace itself cannot be read. */
  get refusal(): Intake["refusal"] {
    return this.trace.refusal;
  }

  /** Everything that the trace's file held when it was opened is folded. */
  get whole(): boolean {
    return this.read;
  }

  /** The part of the trace that is folded, from 0 to 1. */
  get share(): number {
    return this.trace.share;
  }

  /** Records of all processes. */
  get records(): number {
    let sum = this.reader.records;
    for (const { reader } of this.children.values()) sum += reader.records;
    return sum;
  }

  /** The files of child processes, by name. */
  get childFiles(): ReadonlyMap<string, Intake> {
    return this.children;
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
