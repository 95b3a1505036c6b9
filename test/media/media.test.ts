// The pictures: the icon is what its drawing shows, and the walkthrough's drawings keep to what VS Code renders.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../chromium";
import { root } from "../root";
import { iconPath, iconSize, renderIcon } from "./icon";

const folder = join(root, "media", "walkthrough");
const pictures = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** The greatest difference of any channel of any pixel of two PNGs of the icon's size, of 255. */
async function difference(page: Page, one: Buffer, other: Buffer): Promise<number> {
  const sources = [one, other].map((png) => `data:image/png;base64,${png.toString("base64")}`);
  return page.evaluate(async (urls) => {
    const pixels = async (url: string): Promise<Uint8ClampedArray> => {
      const image = await createImageBitmap(await (await fetch(url)).blob());
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      if (context === null) throw new Error("no canvas");
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    };
    const [first, second] = [await pixels(urls[0] ?? ""), await pixels(urls[1] ?? "")];
    return first.reduce((most, value, index) => Math.max(most, Math.abs(value - (second[index] ?? 255))), 0);
  }, sources);
}

describe("media", function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
  });
  after(() => browser.close());

  it("has an icon of 256 by 256 that is its drawing", async () => {
    const png = readFileSync(iconPath);
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [iconSize, iconSize]);
    // Chromium versions smooth edges a little differently; another drawing differs by far more.
    const most = await difference(page, png, await renderIcon());
    assert.ok(most <= 24, `differs by ${most} of 255: run node out/test/media/icon.js`);
  });

  for (const { name, text } of pictures)
    describe(`walkthrough/${name}`, () => {
      it("is a well-formed drawing with a name for those who cannot see it", async () => {
        await page.goto(`data:image/svg+xml;base64,${Buffer.from(text).toString("base64")}`);
        assert.equal(await page.locator("parsererror").count(), 0);
        assert.match((await page.locator("svg").getAttribute("aria-label")) ?? "", /^[A-Z].{20,}/);
        assert.match((await page.locator("svg").getAttribute("viewBox")) ?? "", /^0 0 530 \d+$/);
      });

      it("uses what the walkthrough's content security policy lets through: no style, script or address", () => {
        assert.doesNotMatch(text, /<style|style=|<script|\son\w+=|href|<foreignObject|<image/);
      });

      it("takes every colour and font from the theme, with one to fall back to", () => {
        const painted = [...text.matchAll(/(?:fill|stroke|font-family)="([^"]*)"/g)].map(([, value]) => value ?? "");
        assert.ok(painted.length > 10);
        for (const value of painted) assert.match(value, /^(none|url\(#\w+\)|var\(--vscode-[\w-]+, [^)].*\))$/);
      });
    });
});
