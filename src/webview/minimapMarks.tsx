// The time cursor and the measured range in the minimap: elements above its canvas, so that nothing is drawn anew for them.

import type { PanelState } from "./state";
import { xOf } from "./viewport";

export function MinimapMarks({ state }: { state: PanelState }) {
  const { selection, time } = state;
  const cursor = selection.cursor.value;
  const range = selection.range.value;
  if (cursor === undefined && range === undefined) return null;
  const { whole } = time;
  const [left, right] = range ? [xOf(whole, range.start), xOf(whole, range.end)] : [0, 0];
  return (
    <div class="minimap-marks" aria-hidden="true">
      {range && (
        <i class="range" style={{ transform: `translateX(${left}px)`, width: `${Math.max(1, right - left)}px` }} />
      )}
      {cursor !== undefined && <i class="cursor" style={{ transform: `translateX(${xOf(whole, cursor)}px)` }} />}
    </div>
  );
}
