// What the extension host and the timeline panel say to each other. Every message is a structured clone;
// the host owns the trace files and sends their raw bytes, the panel folds them with format.ts and model.ts.

/** How the traced program fares. */
export type RunStatus =
  | { kind: "running" }
  /** `exitCode` is undefined where it is unknown: a saved trace, a killed terminal. */
  | { kind: "ended"; exitCode: number | undefined }
  /** The program never started. */
  | { kind: "failed"; message: string };

/** What the page keeps of a trace, so that the host finds it again after the window was loaded anew. */
export interface Origin {
  /** The trace file, as a URI. */
  readonly trace: string;
  /** The script that ran, as a URI; empty for a saved trace. */
  readonly script: string;
}

/** Files of child processes are named by their base names: they lie beside the trace. The trace itself has no name. */
interface OfFile {
  readonly file?: string;
}

export type SitState = "running" | "ready" | "suspended";

/** Tasks that are at one line of code at the time cursor: there they wait, or go on from there. */
export interface Sit {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly state: SitState;
  /** Names of the first few, safe to show; `count` is of all. */
  readonly tasks: readonly string[];
  count: number;
  /** How long they are in that state: the longest. */
  readonly seconds: number;
}

/** Host to panel. */
export type ToView =
  /** Forget everything, then ask for the bytes with `from`. */
  | { kind: "open"; title: string; live: boolean; status: RunStatus; origin?: Origin }
  /** Raw bytes of a file that lie at `offset`. Invariant: `bytes` is exact-size, never a pooled buffer. */
  | ({ kind: "bytes"; offset: number; bytes: ArrayBuffer } & OfFile)
  /** So many bytes the file has now. Said before the first of them, and again when it grew and all are sent. */
  | ({ kind: "size"; size: number } & OfFile)
  /** The file cannot be read, for now at least. */
  | ({ kind: "unreadable"; message: string; advice: string } & OfFile)
  /** Child processes write traces: files of these names lie beside the trace. */
  | { kind: "children"; files: readonly string[] }
  | { kind: "status"; status: RunStatus }
  /** A command of the palette: an action's id. */
  | { kind: "act"; id: string }
  /** The caret came to this line (from 1) of a file that was saved at `saved`, epoch seconds; no file: to none. */
  | { kind: "caret"; file?: string; line: number; saved: number };

/** Panel to host. */
export type ToHost =
  /** The page has loaded, for the first time or again: say what to show, with `open`. */
  | { kind: "hello" }
  /** Send the file from `offset` on (after `open`, after a gap). */
  | ({ kind: "from"; offset: number } & OfFile)
  /** Everything before `offset` is folded: the host sends no more than some megabytes ahead of it. */
  | ({ kind: "taken"; offset: number } & OfFile)
  /** Show this place in an editor: `line` from 1, `column` in UTF-8 bytes from 0, or -1 where unknown. */
  | { kind: "open"; file: string; line: number; column: number }
  /** Where tasks are at the time cursor, for editors to show; `began`: epoch seconds of the trace's first moment. */
  | { kind: "sits"; began: number; sits: readonly Sit[] }
  | { kind: "copy"; text: string }
  /** Ask where to save a picture, and write it there. */
  | { kind: "save"; format: "png" | "svg"; bytes: ArrayBuffer }
  | { kind: "stop" }
  | { kind: "rerun" };
