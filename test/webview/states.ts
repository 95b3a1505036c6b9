// The states in which the panel is looked at: one picture each, in every theme. Nothing in them moves.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";
import { openPanel, type Panel, type Stand, settle, showTrace } from "./page";
import { crawler, file, filling } from "./samples";
import type { Theme } from "./themes";

export const SIZE = { width: 960, height: 600 } as const;

export interface State {
  readonly name: string;
  show(panel: Panel): Promise<void>;
}

const WHOLE = file(crawler());
const ENDED = { kind: "ended", exitCode: 0 } as const;
const RUNNING = { kind: "running" } as const;

const recorded = (name: string): Buffer => readFileSync(join(root, "test", "trace", "fixtures", `${name}.awaitscope`));

async function act(panel: Panel, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await panel.post({ kind: "act", id });
    await settle(panel.page);
  }
}

/** To the moment at which the queue of `filling` is full: four lanes down, five segments on. */
const FULL_QUEUE = [...Array<string>(4).fill("laneBelow"), ...Array<string>(5).fill("nextSegment")];

/** Records up to the moment at which five tasks run, wait and are ready. */
function half(): Buffer {
  const records = crawler();
  return file(
    records.slice(
      0,
      records.findIndex(([name, at]) => name === "wakeups" && Number(at) > 10.7),
    ),
  );
}

export const STATES: readonly State[] = [
  { name: "waiting", show: (panel) => showTrace(panel, Buffer.alloc(0), { title: "crawler.py", status: RUNNING }) },
  { name: "running", show: (panel) => showTrace(panel, half(), { status: RUNNING }) },
  { name: "finished", show: (panel) => showTrace(panel, WHOLE) },
  {
    name: "selected",
    show: async (panel) => {
      await showTrace(panel, WHOLE);
      await act(panel, "laneBelow", "laneBelow", "laneBelow", "nextSegment", "nextSegment", "nextSegment");
    },
  },
  {
    name: "failed",
    show: async (panel) => {
      const message = "python3.13 could not be started: it may not be executed";
      await showTrace(panel, Buffer.alloc(0), { status: { kind: "failed", message } });
    },
  },
  { name: "no-asyncio", show: (panel) => showTrace(panel, file([]), { status: ENDED }) },
  { name: "truncated", show: (panel) => showTrace(panel, WHOLE.subarray(0, WHOLE.length - 400), { live: false }) },
  {
    name: "dropped",
    show: (panel) => showTrace(panel, file([...crawler().slice(0, -3), ["lost", 1234], ["end", 11.42]])),
  },
  {
    name: "resources",
    show: (panel) => showTrace(panel, recorded("bounded_queue"), { title: "bounded_queue.py" }),
  },
  {
    name: "queue",
    show: async (panel) => {
      await showTrace(panel, filling(), { title: "pipeline.py" });
      await act(panel, ...FULL_QUEUE);
    },
  },
  {
    name: "graph",
    show: async (panel) => {
      await showTrace(panel, recorded("contention"), { title: "contention.py" });
      await act(panel, "laneBelow", "laneBelow", "nextSegment", "nextSegment", "showGraph");
    },
  },
  {
    name: "overview",
    show: async (panel) => {
      await showTrace(panel, WHOLE);
      await act(panel, "showOverview");
    },
  },
  {
    name: "cursor",
    show: async (panel) => {
      await showTrace(panel, WHOLE);
      await act(panel, "laneBelow", "laneBelow", "cursorRight", "nextChange", "nextChange", "showTasks");
    },
  },
];

/** Opens a panel in a state; the page's clock stands still, so that nothing grows. */
export async function openState(stand: Stand, theme: Theme["name"], state: State): Promise<Panel> {
  const panel = await openPanel(stand, { theme, ...SIZE });
  await panel.page.emulateMedia({ reducedMotion: "reduce" });
  await panel.page.evaluate(() => {
    performance.now = () => 1000;
  });
  await state.show(panel);
  await panel.page.evaluate(() => document.fonts.ready.then(() => undefined));
  await settle(panel.page);
  return panel;
}

export async function picture(panel: Panel): Promise<Buffer> {
  return panel.page.screenshot({ animations: "disabled", caret: "hide" });
}
