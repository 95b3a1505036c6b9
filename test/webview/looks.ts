// What a page's canvases show, and what axe-core finds in it.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";

/** A part of a canvas of the plot, as [r, g, b, alpha, …]. `layer`: 0 the lanes, 1 what moves above them. */
export function pixels(
  page: Page,
  x: number,
  y: number,
  width: number,
  height: number,
  layer = 0,
): Promise<readonly number[]> {
  return page.evaluate(
    ([x = 0, y = 0, width = 1, height = 1, layer = 0]) => {
      const canvas = document.querySelectorAll<HTMLCanvasElement>(".plot canvas")[layer];
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      if (canvas) copy?.drawImage(canvas, -x, -y);
      return [...(copy?.getImageData(0, 0, width, height).data ?? [])];
    },
    [x, y, width, height, layer],
  );
}

export async function plotWidth(page: Page): Promise<number> {
  return Math.floor((await page.locator(".plot").boundingBox())?.width ?? 0);
}

/** The share of a lane's width that is drawn in green: running. */
export async function shareOf(page: Page, lane: number): Promise<number> {
  const width = await plotWidth(page);
  const row = await pixels(page, 0, AXIS_HEIGHT + Math.round((lane + 0.5) * LANE_HEIGHT) - 6, width, 1);
  let green = 0;
  for (let x = 0; x < width; x++) {
    const [r = 0, g = 0, b = 0, alpha = 0] = row.slice(x * 4, x * 4 + 4);
    if (alpha > 200 && g > r + 30 && g > b + 30) green++;
  }
  return green / width;
}

/** The time axis as it is drawn. */
export async function axisOf(page: Page): Promise<string> {
  return (await pixels(page, 0, 0, await plotWidth(page), AXIS_HEIGHT)).join("");
}

/** What axe-core finds, as `rule: element`. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(async () => {
    interface Found {
      violations: { id: string; nodes: { target: string[]; any: { message: string }[] }[] }[];
    }
    const { axe } = window as unknown as { axe: { run(): Promise<Found> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`),
    );
  });
}
