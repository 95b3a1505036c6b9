import { readFileSync } from "node:fs";
import { closeStand, openPanel, openStand, settle, showTrace } from "./page";

async function main() {
  const stand = await openStand();
  const [file = "", out = "", theme = "dark", keys = "", size = "1200x800", hov = ""] = process.argv.slice(2);
  const [width = 1200, height = 800] = size.split("x").map(Number);
  const panel = await openPanel(stand, { theme: theme as "dark", width, height });
  await showTrace(panel, readFileSync(file), { title: file.replace(/.*\//, "") });
  for (const key of keys.split(" ").filter(Boolean)) {
    if (key.startsWith("type:")) await panel.page.keyboard.type(key.slice(5).replace(/_/g, " "));
    else if (key.startsWith("click:")) {
      const [x = 0, y = 0] = key.slice(6).split(",").map(Number);
      await panel.page.mouse.click(x, y);
    } else await panel.page.keyboard.press(key);
    await settle(panel.page);
  }
  if (hov) {
    const [x = 0, y = 0] = hov.split(",").map(Number);
    await panel.page.mouse.move(x, y);
  }
  await settle(panel.page);
  await panel.page.screenshot({ path: out });
  if (panel.problems.length) console.log(panel.problems);
  await closeStand(stand);
}
main();
