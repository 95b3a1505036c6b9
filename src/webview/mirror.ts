// What the editors and the panel show of each other: where tasks are in the code at the time cursor, and which segments
// waited at the line of the caret.

import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { ToHost } from "../trace/messages";
import { momentOf } from "../trace/moment";
import { type LineWaits, sitsOf, waitsAtLine } from "../trace/sits";
import type { Selection } from "./selection";
import type { Session } from "./session";
import type { Caret } from "./state";

/** Editors are told at most this often, ms. */
const TELL_MS = 120;

export class Mirror {
  /** What was waited at the line of the caret; undefined where nothing was, or the file changed since. */
  readonly line: ReadonlySignal<LineWaits | undefined>;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  /** What was told last. */
  private told = "[]";

  constructor(
    private readonly session: Session,
    private readonly selection: Selection,
    private readonly grown: ReadonlySignal<number>,
    caret: ReadonlySignal<Caret | undefined>,
    private readonly send: (message: ToHost) => void,
  ) {
    this.line = computed(() => this.lineOf(caret.value));
    effect(() => {
      selection.cursor.value;
      selection.segment.value;
      this.waiting ??= setTimeout(() => this.tell(), TELL_MS);
    });
  }

  private lineOf(caret: Caret | undefined): LineWaits | undefined {
    this.grown.value;
    const { model } = this.session;
    if (caret?.file === undefined || caret.saved > beganAt(this.session)) return undefined;
    return waitsAtLine(model, caret.file, caret.line);
  }

  /** Says where tasks are at the cursor, or at the beginning of what is selected; nothing where there is neither. */
  private tell(): void {
    this.waiting = undefined;
    const time = this.selection.cursor.peek() ?? this.selection.segment.peek()?.start;
    const { model } = this.session;
    const sits = time === undefined ? [] : sitsOf(model, momentOf(model, time));
    const said = JSON.stringify(sits);
    if (said === this.told) return;
    this.told = said;
    this.send({ kind: "sits", began: beganAt(this.session), sits });
  }
}

/** Epoch seconds at which the trace began; later than any file where it does not say. */
function beganAt({ model }: Session): number {
  const wall = model.info?.wall ?? 0;
  return wall > 0 ? wall : Number.MAX_SAFE_INTEGER;
}
