// Pictures of the view: SVG that is well-formed and says the same, whatever a trace is called; PNG of the right size.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ToHost } from "../../src/trace/messages";
import { escaped, SvgContext } from "../../src/webview/svg";
import { root } from "../root";
import { opener, type Panel, settle, showTrace } from "./page";
import { crawler, file, hostile } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");
const SOURCES = join(root, "src", "webview");

const typesetter = {
  measure: (text: string, font: string) => text.length * Number.parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? "10") * 0.6,
  color: (css: string) => (css === "transparent" ? { rgb: "rgb(0,0,0)", opacity: 0 } : { rgb: css, opacity: 1 }),
};

describe("drawing as SVG", () => {
  const draw = (body: (context: SvgContext) => void): string => {
    const context = new SvgContext(typesetter);
    body(context);
    return context.toDocument(100, 50, []).split("\n").slice(1, -2).join("\n");
  };

  it("writes down shapes as they are drawn", () => {
    assert.equal(
      draw((c) => {
        c.fillStyle = "red";
        c.fillRect(0, 1.234567, 10, 2);
        c.fillRect(20, 1, 10, 2);
        c.globalAlpha = 0.5;
        c.fillRect(1, 1, Number.NaN, Number.POSITIVE_INFINITY);
        c.globalAlpha = 1;
        c.strokeStyle = "blue";
        c.lineWidth = 1.5;
        c.setLineDash([4, 3]);
        c.beginPath();
        c.moveTo(0, 0);
        c.lineTo(5, 5);
        c.bezierCurveTo(1, 2, 3, 4, 5, 6);
        c.stroke();
        c.setLineDash([]);
        c.beginPath();
        c.roundRect(0, 0, 10, 10, 2);
        c.arc(5, 5, 1, 0, Math.PI * 2);
        c.fill();
      }),
      [
        '<path d="M0 1.23h10v2h-10ZM20 1h10v2h-10Z" fill="red"/>',
        '<path d="M1 1h0v0h0Z" fill="red" fill-opacity="0.5"/>',
        '<path d="M0 0L5 5C1 2 3 4 5 6" fill="none" stroke="blue" stroke-width="1.5" stroke-dasharray="4 3"/>',
        '<path d="M2 0h6a2 2 0 0 1 2 2v6a2 2 0 0 1 -2 2h-6a2 2 0 0 1 -2 -2v-6a2 2 0 0 1 2 -2ZL6 5A1 1 0 0 1 4 5A1 1 0 0 1 6 5" fill="red"/>',
      ].join("\n"),
    );
  });

  it("closes what it opened, and takes back what was set", () => {
    assert.equal(
      draw((c) => {
        c.fillStyle = "red";
        c.save();
        c.translate(10, 20);
        c.beginPath();
        c.rect(0, 0, 5, 5);
        c.clip();
        c.fillStyle = "url(#ready)";
        c.fillRect(0, 0, 1, 1);
        c.restore();
        c.fillRect(0, 0, 1, 1);
        c.save();
        c.rotate(Math.PI / 2);
      }),
      [
        '<g transform="translate(10 20)">',
        '<clipPath id="clip0"><path d="M0 0h5v5h-5Z"/></clipPath>',
        '<g clip-path="url(#clip0)">',
        '<path d="M0 0h1v1h-1Z" fill="url(#ready)"/>',
        "</g>",
        "</g>",
        '<path d="M0 0h1v1h-1Z" fill="red"/>',
        '<g transform="rotate(90)">',
        "</g>",
      ].join("\n"),
    );
  });

  it("lets no text be markup", () => {
    assert.equal(
      escaped(`<a b="c" d='e'>&\0\u001b\ud800😀\ufffe`),
      "&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;��\ufffd😀�",
    );
    const text = draw((c) => {
      c.font = 'bold 11px "x"><script>';
      c.fillStyle = '"/><script>';
      c.fillText("</text><script>", 0, 0);
    });
    assert.doesNotMatch(text, /<script|<\/text>.*<\/text>/);
  });

  it("has everything that our painting uses of a canvas", () => {
    const context = new SvgContext(typesetter) as unknown as Record<string, unknown>;
    const onlyScreen = new Set([
      "setTransform",
      "clearRect",
      "createPattern",
      "scale",
      "getImageData",
      "putImageData",
      "drawImage",
    ]);
    const used = readdirSync(SOURCES)
      .filter((name) => /\.tsx?$/.test(name) && name !== "svg.ts")
      .flatMap((name) => [...readFileSync(join(SOURCES, name), "utf8").matchAll(/\bcontext\??\.(\w+)/g)])
      .map(([, member = ""]) => member);
    assert.ok(used.length > 100);
    assert.deepEqual(
      [...new Set(used)].filter((member) => !onlyScreen.has(member) && context[member] === undefined),
      [],
    );
  });
});

describe("a picture of the view", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  /** Presses a key and gives the picture that the page then sends to be saved. */
  async function pictureBy(key: string): Promise<Buffer> {
    await panel.page.keyboard.press(key);
    await panel.page.waitForFunction(() =>
      (window as unknown as { sent: ToHost[] }).sent.some(({ kind }) => kind === "save"),
    );
    const text = await panel.page.evaluate(() => {
      const { sent } = window as unknown as { sent: ToHost[] };
      const save = sent.find((message) => message.kind === "save");
      return save?.kind === "save"
        ? Array.from(new Uint8Array(save.bytes), (byte) => String.fromCharCode(byte)).join("")
        : "";
    });
    return Buffer.from(text, "latin1");
  }

  /** The texts of an SVG, as a browser reads it; throws where it is not well-formed. */
  const textsOf = (svg: string): Promise<string[]> =>
    panel.page.evaluate((source) => {
      const document = new DOMParser().parseFromString(source, "image/svg+xml");
      const wrong = document.querySelector("parsererror");
      if (wrong) throw new Error(wrong.textContent ?? "");
      const strange = [...document.querySelectorAll("*")].filter(
        ({ tagName }) => !/^(svg|defs|pattern|rect|path|clipPath|g|text)$/.test(tagName),
      );
      if (strange.length > 0) throw new Error(strange.map(({ tagName }) => tagName).join());
      return [...document.querySelectorAll("text")].map(({ textContent }) => textContent ?? "");
    }, svg);

  for (const { name: theme } of THEMES)
    it(`is an SVG with title, axis, names and lanes in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, file(crawler()));
      for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) await panel.page.keyboard.press(key);
      await settle(panel.page);
      const svg = (await pictureBy("v")).toString("utf8");
      writeFileSync(join(SHOTS, `export-${theme}.svg`), svg);
      const texts = await textsOf(svg);
      for (const text of [
        "crawler.py",
        "finished, exit 0 · 1.42 s · Python 3.13.0",
        "0.6 s",
        "loop",
        "MainThread",
        "fetch-1",
        "parse-0",
        "StreamReader.readline",
        "cancelled",
        "suspended",
      ])
        assert.ok(
          texts.some((each) => each === text),
          `${text} in ${texts.join(" | ")}`,
        );
      assert.ok(svg.includes("url(#ready)"));
      assert.doesNotMatch(svg, /color-mix|var\(|NaN|undefined/);
    });

  it("shows names that attack as text", async () => {
    panel = await openPanel();
    await showTrace(panel, file(hostile()));
    await panel.page.keyboard.press("L"); // unfolds all
    const texts = await textsOf((await pictureBy("v")).toString("utf8"));
    assert.ok(
      texts.some((text) => text.startsWith("<img src=x")),
      texts.join(" | "),
    );
    assert.ok(texts.every((text) => !/\p{Cc}|\u202e/u.test(text)));
  });

  it("is a PNG as large as the view, sharp, in the theme's colours", async () => {
    panel = await openPanel({ width: 900, height: 500, theme: "light" });
    await showTrace(panel, file(crawler()));
    const png = await pictureBy("p");
    writeFileSync(join(SHOTS, "export-light.png"), png);
    const svg = await pictureSize(png);
    const plot = await panel.page.locator(".plot").boundingBox();
    const names = await panel.page.locator(".names").boundingBox();
    assert.ok(plot && names);
    assert.deepEqual(png.subarray(0, 8), Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
    assert.equal(svg.width, Math.round((plot.x + plot.width - names.x) * 2));
    assert.ok(svg.height > 400 && svg.height <= 1000, `${svg.height}`);
    assert.deepEqual(await corner(png), [255, 255, 255, 255]);
  });

  it("stays within what a canvas holds on the densest screen", async () => {
    panel = await openPanel({ width: 2600, height: 300, ratio: 8 });
    await showTrace(panel, file(crawler()));
    const { width } = await pictureSize(await pictureBy("p"));
    assert.ok(width <= 16_000 && width > 15_000, `${width}`);
  });

  function pictureSize(png: Buffer): { width: number; height: number } {
    return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
  }

  /** The first pixel of a PNG. */
  const corner = (png: Buffer): Promise<number[]> =>
    panel.page.evaluate(async (text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context?.drawImage(bitmap, 0, 0);
      return [...(context?.getImageData(0, 0, 1, 1).data ?? [])];
    }, png.toString("base64"));
});
