// The panel's states in every theme, held to pictures that a person looked at. What differs is put beside them in
// out/screenshots; `npm run goldens` makes the pictures anew.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../root";
import { goldenOf, goldenVersion } from "./goldens";
import { violations } from "./looks";
import { closeStand, openStand, type Stand } from "./page";
import { difference } from "./pictures";
import { openState, picture, STATES } from "./states";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");

/** The share of pixels that may differ: two pictures of one state differ by less than half of it. */
const BAR = 0.002;

describe("the panel's looks", function () {
  this.timeout(60_000);
  let stand: Stand;
  let reader: Page;
  let reach: 0 | 1;

  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    stand = await openStand();
    reader = await stand.browser.newPage();
    const major = (version: string) => version.split(".")[0];
    reach = major(stand.browser.version()) === major(goldenVersion()) ? 0 : 1;
    if (reach > 0) console.log(`      made by Chromium ${goldenVersion()}: compared with a pixel's leave`);
  });
  after(() => closeStand(stand));

  for (const state of STATES)
    for (const { name: theme } of THEMES)
      it(`${state.name} in ${theme}`, async () => {
        const panel = await openState(stand, theme, state);
        const seen = await picture(panel);
        const found = await violations(panel.page);
        const { problems } = panel;
        await panel.close();
        writeFileSync(join(SHOTS, `state-${state.name}-${theme}.png`), seen);
        assert.deepEqual([...found, ...problems], [], "accessible, and nothing on the console");
        const golden = goldenOf(state.name, theme);
        assert.ok(golden, "no picture yet: npm run goldens");
        const { share, where } = await difference(reader, golden, seen, reach);
        assert.ok(share <= BAR, `${(share * 100).toFixed(2)} % of the pixels differ, within ${where.join(", ")}`);
      });
});
