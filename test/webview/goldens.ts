// The pictures to which the panel is held, and the program that makes them anew: `npm run goldens [word…]` (of those
// states whose name has one of the words). Look at every one that changed before it is committed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";
import { closeStand, openStand } from "./page";
import { shrink } from "./pictures";
import { openState, picture, STATES } from "./states";
import { THEMES } from "./themes";

const FOLDER = join(root, "test", "webview", "goldens");
const VERSION = join(FOLDER, "chromium.txt");

export function goldenOf(state: string, theme: string): Buffer | undefined {
  const path = join(FOLDER, `${state}-${theme}.png`);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** The version of Chromium that made the pictures. */
export function goldenVersion(): string {
  return existsSync(VERSION) ? readFileSync(VERSION, "utf8").trim() : "";
}

async function renew(words: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const stand = await openStand();
  try {
    const reader = await stand.browser.newPage();
    for (const state of STATES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word))))
      for (const { name: theme } of THEMES) {
        const panel = await openState(stand, theme, state);
        writeFileSync(join(FOLDER, `${state.name}-${theme}.png`), await shrink(reader, await picture(panel)));
        await panel.close();
      }
    writeFileSync(VERSION, `${stand.browser.version()}\n`);
  } finally {
    await closeStand(stand);
  }
}

if (require.main === module)
  renew(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
