// Draws arrows. Each kind has a line and an end of its own, so that none is told by its colour alone.

import type { FlowKind } from "../trace/flows";
import type { Arrow } from "./arrows";
import type { Surface } from "./surface";
import type { Palette } from "./theme";

interface Style {
  readonly color: keyof Pick<Palette, "dim" | "ready" | "running" | "cancelled">;
  readonly dash: readonly number[];
  readonly end: "head" | "ring" | "cross";
}

const MADE: Style = { color: "dim", dash: [], end: "ring" };
const CANCELLED: Style = { color: "cancelled", dash: [1, 4], end: "cross" };

export const ARROW_STYLES: Readonly<Record<FlowKind, Style>> = {
  madeBy: MADE,
  makes: MADE,
  wokenBy: { color: "ready", dash: [], end: "head" },
  wakes: { color: "running", dash: [6, 4], end: "head" },
  cancelledBy: CANCELLED,
  cancels: CANCELLED,
};

/** From an arrow's ends to the middles of their lanes. */
const START_GAP = 9;
const END_GAP = 12;
/** Who is cancelled is woken too: one arrow stands beside the other. */
const ASIDE = 9;

export function paintArrows(surface: Surface, arrows: readonly Arrow[]): void {
  const { context } = surface;
  context.save();
  context.lineWidth = 1.5;
  context.lineCap = "round";
  for (const arrow of apart(arrows)) paintArrow(surface, arrow);
  context.restore();
}

/** One of those that would cover each other: hundreds can lead out of sight at one place. */
function apart(arrows: readonly Arrow[]): Iterable<Arrow> {
  const placed = arrows.map((arrow) => {
    const { kind, x1, y1, x2, y2 } = arrow;
    return [[kind, x1 | 0, y1 | 0, x2 | 0, y2 | 0].join(), arrow] as const;
  });
  return new Map(placed).values();
}

function paintArrow({ context, palette }: Surface, arrow: Arrow): void {
  const { color, dash, end } = ARROW_STYLES[arrow.kind];
  const aside = end === "cross" ? ASIDE : 0;
  const { y1, y2 } = arrow;
  const [x1, x2] = [arrow.x1 - aside, arrow.x2 - aside];
  const down = Math.sign(y2 - y1) || 1;
  const [from, to] = [y1 + down * START_GAP, y2 - down * END_GAP];
  const bend = Math.min(40, Math.abs(to - from) * 0.6);
  context.strokeStyle = palette[color];
  context.fillStyle = palette[color];
  context.setLineDash([...dash]);
  context.beginPath();
  context.moveTo(x1, from);
  context.bezierCurveTo(x1, from + down * bend, x2, to - down * (bend + 6), x2, to - down * 4);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.arc(x1, from, 2.5, 0, Math.PI * 2);
  context.fill();
  paintEnd(context, end, x2, to, down);
}

function paintEnd(context: CanvasRenderingContext2D, end: Style["end"], x: number, y: number, down: number): void {
  context.beginPath();
  if (end === "head") {
    context.moveTo(x, y + down);
    context.lineTo(x - 4, y - down * 6);
    context.lineTo(x + 4, y - down * 6);
    context.fill();
  } else if (end === "ring") {
    context.arc(x, y - down * 2, 3, 0, Math.PI * 2);
    context.stroke();
  } else {
    const middle = y - down * 2;
    context.moveTo(x - 3.5, middle - 3.5);
    context.lineTo(x + 3.5, middle + 3.5);
    context.moveTo(x + 3.5, middle - 3.5);
    context.lineTo(x - 3.5, middle + 3.5);
    context.stroke();
  }
}
