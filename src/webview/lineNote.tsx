// Says how often and how long was waited at the line of the caret in the editor.

import { baseName } from "../trace/lines";
import { duration, plural, printable } from "../trace/text";
import type { PanelState } from "./state";

/** `crawler.py:18 · 12 waits, 3.42 s` */
export function LineNote({ state }: { state: PanelState }) {
  const line = state.mirror.value?.line.value;
  if (line === undefined) return null;
  return (
    <span class="line-note">
      <bdi>{printable(baseName(line.file))}</bdi>:{line.line} · {plural(line.waits, "wait")}, {duration(line.seconds)}
    </span>
  );
}
