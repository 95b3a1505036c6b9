// Time in the panel, in a real browser: squeezed idle stretches, the clock on the wall.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";
import { root } from "../root";
import { axisOf, shareOf, violations } from "./looks";
import { closeStand, openPanel, openStand, type Panel, type Stand, settle, showTrace } from "./page";
import { file, sleeper } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");

describe("time in the panel", function () {
  this.timeout(60_000);
  let stand: Stand;
  let panel: Panel;

  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    stand = await openStand();
  });
  after(() => closeStand(stand));
  afterEach(async () => {
    const { problems } = panel;
    await panel.close();
    assert.deepEqual(problems, [], "nothing on the console, no policy violated");
  });

  const shot = (name: string) => panel.page.screenshot({ path: join(SHOTS, `time-${name}.png`) });

  for (const { name: theme } of THEMES)
    it(`squeezes idle time in ${theme}`, async () => {
      panel = await openPanel(stand, { theme });
      await showTrace(panel, file(sleeper()));
      await panel.page.keyboard.press("z");
      await settle(panel.page);
      await shot(`squeezed-${theme}`);
      assert.deepEqual(await violations(panel.page), []);
    });

  it("squeezes and opens out by key and by button; what is under the pointer follows", async () => {
    panel = await openPanel(stand);
    await showTrace(panel, file(sleeper()));
    const { page } = panel;
    const share = () => shareOf(page, 0);
    const loose = await share();
    await page.keyboard.press("z");
    await settle(page);
    const squeezed = await share();
    assert.ok(loose < 0.1 && squeezed > 0.3, `${loose} of the loop's lane is busy, then ${squeezed}`);
    const button = page.getByRole("button", { name: "Squeeze idle time (Z)" });
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    await hoverAt(page, 2, 95);
    assert.match(await details(page), /^refresh · running/);
    await hoverAt(page, 1, 45);
    assert.match(await details(page), /^mail · suspended 62\.0 s/);
    await button.click();
    await settle(page);
    assert.equal(await share(), loose);
  });

  it("writes the time by the clock on the wall", async () => {
    panel = await openPanel(stand);
    await showTrace(panel, file(sleeper()));
    const relative = await axisOf(panel.page);
    await panel.page.keyboard.press("t");
    await settle(panel.page);
    await shot("clock");
    assert.notEqual(await axisOf(panel.page), relative);
    await panel.page.getByRole("button", { name: "Time by the clock (T)" }).click();
    await settle(panel.page);
    assert.equal(await axisOf(panel.page), relative);
  });
});

/** Moves the pointer to a lane, `x` pixels from the plot's left edge. */
async function hoverAt(page: Page, lane: number, x: number): Promise<void> {
  const box = await page.locator(".plot").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + x, box.y + AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT);
  await settle(page);
}

function details(page: Page): Promise<string> {
  return page.locator(".details").innerText();
}
