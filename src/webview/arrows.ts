// The arrows of the selected segment: where each lies on the canvas, and the walk along them from step to step. Pure.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import {
  cameFrom,
  type Flow,
  type FlowKind,
  type FlowOwner,
  flowsOf,
  leadsTo,
  type Point,
  readyRow,
  segmentAtEnd,
} from "../trace/flows";
import type { Segment } from "../trace/segments";
import { AXIS_HEIGHT, type Scene } from "./hit";
import type { LaneList } from "./laneList";
import type { Selection } from "./selection";
import type { Session } from "./session";
import type { TimeWindow } from "./timeWindow";
import { xOf } from "./viewport";
import { nameOf } from "./words";

/** An arrow in CSS pixels of the canvas; an end that is out of sight lies at the edge. */
export interface Arrow {
  readonly kind: FlowKind;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The end of an arrow whose lane is above or below what is seen. */
export interface Edge {
  readonly side: "above" | "below";
  readonly x: number;
  readonly point: Point;
}

export interface Layout {
  readonly arrows: readonly Arrow[];
  readonly edges: readonly Edge[];
}

/** Nothing is drawn further out than this: canvases lose lines that are too long. */
const OUT = 400;
/** Folded and filtered lanes: a task stands for those that it made. */
const MOST_PARENTS = 100;

export function layArrows(scene: Scene, flows: readonly Flow[], height: number): Layout {
  const arrows: Arrow[] = [];
  const edges: Edge[] = [];
  for (const { kind, from, to } of flows) {
    const [y1, y2] = [middleOf(scene, from.owner), middleOf(scene, to.owner)];
    const [x1, x2] = [xOf(scene.view, from.time), xOf(scene.view, to.time)];
    const aside = Math.max(x1, x2) < 0 || Math.min(x1, x2) > scene.view.width;
    if (y1 === undefined || y2 === undefined || y1 === y2 || aside) continue;
    if (Math.max(y1, y2) < AXIS_HEIGHT || Math.min(y1, y2) > height) continue;
    arrows.push({ kind, x1: near(scene, x1), y1: seen(y1, height), x2: near(scene, x2), y2: seen(y2, height) });
    const [far, x, y] = outOfSight(y1, height) ? [from, x1, y1] : [to, x2, y2];
    if (outOfSight(y, height)) edges.push({ side: y < AXIS_HEIGHT ? "above" : "below", x: near(scene, x), point: far });
  }
  return { arrows, edges };
}

function near({ view }: Scene, x: number): number {
  return Math.max(-OUT, Math.min(view.width + OUT, x));
}

function outOfSight(y: number, height: number): boolean {
  return y < AXIS_HEIGHT || y > height;
}

function seen(y: number, height: number): number {
  return Math.max(AXIS_HEIGHT, Math.min(height, y));
}

/** The middle of a lane on the canvas: of the one it is folded into, or that of a task's maker where it is hidden. */
function middleOf({ order, laneHeight, scrollTop }: Scene, owner: FlowOwner): number | undefined {
  let at: FlowOwner | undefined = owner;
  for (let up = 0; at && order.laneOf(at) < 0 && up < MOST_PARENTS; up++)
    at = at.kind === "task" ? at.parent : undefined;
  const lane = at ? order.laneOf(at) : -1;
  return lane < 0 ? undefined : AXIS_HEIGHT + (lane + 0.5) * laneHeight - scrollTop;
}

const NO_STEP = "No task is behind it: the loop's selector or a timer is.";

/** What is said of a step along an arrow; it holds for the segment that it led to. */
interface Said {
  readonly owner: Segment["owner"];
  readonly row: number;
  readonly text: string;
}

/** The selection's arrows, and the ways from step to step along them. */
export class Arrows {
  readonly flows = computed(() => flowsOf(this.session.model, this.selection.segment.value));
  readonly layout = computed(() => layArrows(this.scene.value, this.flows.value.flows, this.lanes.scroll.value.height));
  private readonly told = signal<Said | undefined>(undefined);
  /** How the selection was reached, or why it cannot be left, by an arrow; empty after other ways. */
  readonly said = computed(() => {
    const at = this.selection.segment.value;
    const { value } = this.told;
    return at && value && value.owner === at.owner && value.row === at.row ? value.text : "";
  });

  constructor(
    private readonly session: Session,
    private readonly time: TimeWindow,
    private readonly selection: Selection,
    private readonly scene: ReadonlySignal<Scene>,
    private readonly lanes: LaneList,
  ) {}

  /** Selects the step that woke or made the selected one. */
  back(): void {
    this.walk((segment) => {
      const flow = cameFrom(this.session.model, segment);
      if (flow === undefined) return segment.owner.kind === "loop" ? NO_STEP : "The trace knows of nobody who woke it.";
      const made = flow.to.owner.kind === "worker" ? "gave this job to" : "made";
      const word = flow.kind === "madeBy" ? made : "woke";
      return { to: flow.from, text: `${nameOf(flow.from.owner)} ${word} ${nameOf(flow.to.owner)}.` };
    });
  }

  /** Selects the step of the first that the selected one woke, made or cancelled. */
  on(): void {
    this.walk((segment) => {
      const flows = leadsTo(this.session.model, segment);
      return flows.length === 0 ? "This step woke nobody." : onward(flows, 0);
    });
  }

  /** Selects the next (1) or the previous (-1) of those that were woken by the same step. */
  aside(by: 1 | -1): void {
    this.walk((segment) => {
      const { model } = this.session;
      const from = cameFrom(model, segment)?.from;
      const source = from && segmentAtEnd(model, from, this.time.end.value);
      const flows = source ? leadsTo(model, source) : [];
      const own = readyRow(model, segment);
      const at = flows.findIndex(({ to }) => to.owner === segment.owner && to.row === own?.row);
      return at >= 0 && flows[at + by] ? onward(flows, at + by) : "There is no other that the same step woke.";
    });
  }

  /** Selects what lies at an end of an arrow. */
  goTo(point: Point): void {
    this.selection.select(segmentAtEnd(this.session.model, point, this.time.end.value));
  }

  private walk(way: (segment: Segment) => string | { to: Point; text: string }): void {
    const { model } = this.session;
    const segment = this.selection.segment.value;
    if (segment === undefined) {
      this.selection.move(0, 0);
      return;
    }
    const found = way(segment);
    const to = typeof found === "string" ? undefined : segmentAtEnd(model, found.to, this.time.end.value);
    if (to) this.selection.select(to);
    const { owner, row } = to ?? segment;
    this.told.value = { owner, row, text: typeof found === "string" ? found : found.text };
  }
}

const VERBS: Readonly<Partial<Record<FlowKind, string>>> = { makes: "made", cancels: "cancelled" };

function onward(flows: readonly Flow[], at: number): { to: Point; text: string } {
  const { kind, from, to } = flows[at] as Flow;
  const place = flows.length > 1 ? ` (${at + 1} of ${flows.length})` : "";
  return { to, text: `${nameOf(from.owner)} ${VERBS[kind] ?? "woke"} ${nameOf(to.owner)}${place}.` };
}
