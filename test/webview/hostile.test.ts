// Traces whose every text attacks: names, files, kinds of wait, errors, notes, complaints, threads, the program itself. In
// each tab and face the text is shown as text, the layout holds, the policy is never violated, and keys are answered.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ToHost } from "../../src/trace/messages";
import { root } from "../root";
import { ATTACKS, attacked } from "./attacks";
import { violations } from "./looks";
import { opener, type Panel, settle, showTrace } from "./page";

const SHOTS = join(root, "out", "screenshots");

describe("a trace whose texts attack", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  for (const [name, attack] of Object.entries(ATTACKS))
    it(`by ${name}: is shown as text, in its place, in every tab`, async () => {
      panel = await openPanel({ width: 900, height: 640 });
      await showTrace(panel, attacked(attack), { title: attack });
      await panel.page.keyboard.press("L");
      for (const tab of await panel.page.getByRole("tab").all()) {
        await tab.click();
        await walk(panel, await tab.innerText());
      }
      await panel.page.screenshot({ path: join(SHOTS, `hostile-${name}.png`) });
      assert.deepEqual(await violations(panel.page), []);
    });

  it("asks the host for nothing that it should not", async () => {
    panel = await openPanel();
    await showTrace(panel, attacked(ATTACKS.markup ?? ""), { live: false });
    await panel.page.setViewportSize({ width: 360, height: 480 });
    await walk(panel, "narrow");
    const kinds = new Set((await panel.sent()).map(({ kind }: ToHost) => kind));
    assert.deepEqual([...kinds].sort(), ["from", "hello"].sort(), "walking opens no file");
  });
});

/** Goes through lanes and segments by keys, with the time cursor and the pointer; looks after each step. */
async function walk(panel: Panel, where: string): Promise<void> {
  const { page } = panel;
  await page.locator("[role=treegrid]").first().focus();
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight", "Shift+ArrowRight"]) {
    await page.keyboard.press(key);
    await settle(page);
  }
  await page.mouse.move(330, 200);
  await settle(page);
  assert.deepEqual(await page.evaluate(lookOver), [], where);
}

/** Runs in the page: what is wrong with it. */
function lookOver(): string[] {
  const wrong: string[] = [];
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
  if (scrollWidth > clientWidth || scrollHeight > clientHeight) wrong.push("the page scrolls");
  if ("attacked" in window) wrong.push("a text of the trace ran");
  const foreign = "img, script, iframe, object, embed, [onerror], [onclick], [onload], a[href^='javascript']";
  for (const { tagName } of document.querySelectorAll(`#app :is(${foreign})`)) wrong.push(`markup: ${tagName}`);
  // Only our own words have line breaks, in tooltips: those of a trace would be escaped.
  const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Cs}/u;
  for (const element of document.querySelectorAll("#app *")) {
    for (const { name, value } of element.attributes)
      if (unsafe.test(value.replaceAll("\n", ""))) wrong.push(`${element.tagName} ${name}`);
    for (const node of element.childNodes)
      if ((node.nodeValue ?? "").length > 5000)
        wrong.push(`${element.className}: ${node.nodeValue?.length} characters`);
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE && unsafe.test(node.nodeValue ?? ""))
        wrong.push(`${element.className}: text`);
  }
  // No name lies over its neighbour, and none leaves its column.
  const names = [...document.querySelectorAll("[role=treegrid] [role=row]")].map((row) => row.getBoundingClientRect());
  const column = document.querySelector("[role=treegrid]")?.getBoundingClientRect();
  for (const [at, { top, bottom, right }] of names.entries()) {
    if (names[at + 1] && bottom > (names[at + 1] as DOMRect).top + 1) wrong.push(`lane ${at} lies over the next`);
    if (column && right > column.right + 1) wrong.push(`lane ${at} leaves its column`);
    if (bottom - top > 31) wrong.push(`lane ${at} is ${bottom - top} px high`);
  }
  // What does not scroll does not stick out of the window.
  for (const element of document.querySelectorAll(
    ".toolbar, .toolbar > *, .status, .notices p > *, .tabs, .tabs > *, .side, .notices",
  )) {
    const { right, left, width } = element.getBoundingClientRect();
    if (width > 0 && (right > innerWidth + 1 || left < -1)) wrong.push(`${element.className} sticks out`);
  }
  for (const side of document.querySelectorAll("[role=tabpanel]"))
    if (side.scrollWidth > side.clientWidth + 1)
      wrong.push(`the side scrolls sideways by ${side.scrollWidth - side.clientWidth}`);
  return [...new Set(wrong)];
}
