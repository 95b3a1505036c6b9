// Compares two PNG pictures, pixel by pixel, with the browser as their reader.
import type { Page } from "playwright-core";
import { encodePng } from "./png";

/** A channel may differ by so much of 255 and still be the same: rounding of colours. */
const TOLERANCE = 32;

export interface Difference {
  /** The share of pixels that differ, from 0 to 1; 1 where the sizes do. */
  readonly share: number;
  /** The rectangle in which they lie: left, top, right, bottom. */
  readonly where: readonly [number, number, number, number];
}

/**
 * How far two pictures differ. `reach` 1 takes a pixel for the same if it is like one beside it as well: another version
 * of a browser may set letters by a part of a pixel elsewhere.
 */
export function difference(page: Page, one: Buffer, other: Buffer, reach: 0 | 1): Promise<Difference> {
  return page.evaluate(compare, [one.toString("base64"), other.toString("base64"), reach, TOLERANCE] as const);
}

/** The same picture as a small file. */
export async function shrink(page: Page, png: Buffer): Promise<Buffer> {
  const { text, width, height } = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const { width, height } = picture;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(picture, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data ?? [];
    return { text: Array.from(pixels, (byte) => String.fromCharCode(byte)).join(""), width, height };
  }, png.toString("base64"));
  return encodePng(Buffer.from(text, "latin1"), width, height);
}

/** Runs in the page. */
async function compare([one, other, reach, tolerance]: readonly [string, string, number, number]): Promise<Difference> {
  const pixels = async (text: string) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    context?.drawImage(picture, 0, 0);
    return context?.getImageData(0, 0, picture.width, picture.height) ?? new ImageData(1, 1);
  };
  const [a, b] = await Promise.all([pixels(one), pixels(other)]);
  const { width, height } = a;
  if (width !== b.width || height !== b.height) return { share: 1, where: [0, 0, width, height] };
  const alike = (p: number, q: number) =>
    [0, 1, 2].every((channel) => Math.abs((a.data[p + channel] ?? 0) - (b.data[q + channel] ?? 0)) <= tolerance);
  const near = (x: number, y: number, from: (at: number, beside: number) => boolean) => {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        if (x + dx >= 0 && x + dx < width && from((y * width + x) * 4, ((y + dy) * width + x + dx) * 4)) return true;
    return false;
  };
  let [count, left, top, right, bottom] = [0, width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (alike((y * width + x) * 4, (y * width + x) * 4)) continue;
      if (reach > 0 && near(x, y, alike) && near(x, y, (at, beside) => alike(beside, at))) continue;
      count++;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
    }
  return { share: count / (width * height), where: [left, top, right, bottom] };
}
