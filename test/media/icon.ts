// Draws media/icon.png, which the marketplace wants as pixels, from media/icon.svg, which people edit.
// `node out/test/media/icon.js` writes it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../chromium";
import { root } from "../root";

/** Width and height of the icon in pixels. */
export const iconSize = 256;
export const iconPath = join(root, "media", "icon.png");

/** The drawing as a PNG with a transparent ground. */
export async function renderIcon(): Promise<Buffer> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: iconSize, height: iconSize } });
    await page.setContent(`<body style="margin:0">${readFileSync(join(root, "media", "icon.svg"), "utf8")}</body>`);
    return await page.locator("svg").screenshot({ omitBackground: true });
  } finally {
    await browser.close();
  }
}

if (require.main === module)
  renderIcon().then(
    (png) => writeFileSync(iconPath, png),
    (error: Error) => {
      console.error(error.message);
      process.exit(1);
    },
  );
