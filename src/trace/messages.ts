// What the extension host and the timeline panel say to each other. Every message is a structured clone;
// the host owns the trace file and sends its raw bytes, the panel folds them with format.ts and model.ts.

/** How the traced program fares. */
export type RunStatus =
  | { kind: "running" }
  /** `exitCode` is undefined where it is unknown: a saved trace, a killed terminal. */
  | { kind: "ended"; exitCode: number | undefined }
  /** The program never started, or the trace file cannot be read. */
  | { kind: "failed"; message: string };

/** Host to panel. */
export type ToView =
  /** Forget everything, then ask for the bytes with `from`. */
  | { kind: "open"; title: string; live: boolean; status: RunStatus }
  /** Raw bytes of the trace file that lie at `offset`. Invariant: `bytes` is exact-size, never a pooled buffer. */
  | { kind: "bytes"; offset: number; bytes: ArrayBuffer }
  | { kind: "status"; status: RunStatus };

/** Panel to host. */
export type ToHost =
  /** The page has loaded, for the first time or again: say what to show, with `open`. */
  | { kind: "hello" }
  /** Send the trace file from `offset` on (after `open`, after a gap). */
  | { kind: "from"; offset: number }
  /** Show this place in an editor: `line` from 1, `column` in UTF-8 bytes from 0, or -1 where unknown. */
  | { kind: "open"; file: string; line: number; column: number }
  | { kind: "stop" }
  | { kind: "rerun" };
