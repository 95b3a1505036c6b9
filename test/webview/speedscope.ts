// The viewer beside which the panel is measured: speedscope from npm, with the same spans.
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { TraceModel } from "../../src/trace/model";
import { STATE_NAMES } from "../../src/trace/rows";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** The folder of speedscope's page; undefined where it is not installed. */
function release(): string | undefined {
  try {
    const manifest = createRequire(__filename).resolve("speedscope/package.json");
    return join(dirname(manifest), "dist", "release");
  } catch {
    return undefined;
  }
}

/**
 * Every row of a trace as a span of speedscope's own format. Its profiles are stacks, and rows of different tasks
 * overlap, so the lanes come one after the other in one profile: as many spans, as long, under as many tasks.
 */
export function spansOf({ tasks, loops, rows }: TraceModel): string {
  const frames: { name: string }[] = STATE_NAMES.map((name) => ({ name }));
  const events: string[] = [];
  let from = 0;
  for (const owner of [...loops, ...tasks]) {
    const frame = frames.push({ name: owner.kind === "task" ? owner.name : "loop" }) - 1;
    const { lane } = owner;
    const start = rows.startOf(lane, 0);
    const end = rows.startOf(lane, lane.rows - 1);
    const time = (row: number) => (from + rows.startOf(lane, row) - start).toFixed(7);
    events.push(`{"type":"O","frame":${frame},"at":${time(0)}}`);
    for (let row = 0; row + 1 < lane.rows; row++) {
      const state = rows.stateOf(lane, row);
      events.push(
        `{"type":"O","frame":${state},"at":${time(row)}},{"type":"C","frame":${state},"at":${time(row + 1)}}`,
      );
    }
    events.push(`{"type":"C","frame":${frame},"at":${time(lane.rows - 1)}}`);
    from += end - start;
  }
  const profile = `{"type":"evented","name":"storm","unit":"seconds","startValue":0,"endValue":${from + 1},"events":[`;
  const schema = `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":`;
  return `${schema}${JSON.stringify(frames)}},"profiles":[${profile}${events.join(",")}]}]}`;
}

export interface Rival {
  /** Opens the viewer in a page of its own, empty. */
  open(browser: Browser): Promise<Page>;
  /** Loads the spans; resolves when they are drawn. */
  load(page: Page): Promise<void>;
  close(): void;
}

/** Serves speedscope's page and keeps the spans in a file; undefined where it is not installed. */
export async function openSpeedscope(model: TraceModel): Promise<Rival | undefined> {
  const folder = release();
  if (folder === undefined || !existsSync(folder)) return undefined;
  const temporary = mkdtempSync(join(tmpdir(), "awaitscope-bench-"));
  const file = join(temporary, "storm.speedscope.json");
  writeFileSync(file, spansOf(model));
  const server = await serve(folder);
  return {
    open: async (browser) => {
      const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
      await page.locator("label[for=file]").waitFor();
      return page;
    },
    load: async (page) => {
      await page.locator("#file").setInputFiles(file);
      await page.getByText("Time Order").first().waitFor({ timeout: 120_000 });
    },
    close: () => {
      server.close();
      rmSync(temporary, { recursive: true });
    },
  };
}

function serve(folder: string): Promise<Server> {
  const server = createServer(({ url = "/" }, response) => {
    const path = join(folder, url.replace(/[?#].*/, "").replaceAll("..", ""));
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
    createReadStream(path).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
