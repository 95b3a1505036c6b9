// The panel's colours, read from the editor's theme. Every colour comes from a `--vscode-…` variable, so the panel looks
// like the editor it is in; meaning is never told by colour alone (hatching, height, marks and words say it too).

/** Colours as CSS text. */
export interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  readonly line: string;
  /** Lines behind the lanes: weaker than borders. */
  readonly grid: string;
  readonly running: string;
  readonly ready: string;
  readonly suspended: string;
  /** What runs in a thread, or holds a lock. */
  readonly job: string;
  /** The line over what waits. */
  readonly step: string;
  readonly onRunning: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly accent: string;
  readonly onAccent: string;
  /** Outlines around segments, in high contrast only. */
  readonly outline: string | undefined;
  readonly font: string;
  readonly fontSize: number;
}

/** Reads the palette from the page's computed style. */
export function readPalette(page: Document): Palette {
  const style = getComputedStyle(page.documentElement);
  const color = (...names: string[]) => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== "") return value;
    }
    return getComputedStyle(page.body).color;
  };
  const high = page.body.classList.contains("vscode-high-contrast");
  const background = color("editor-background");
  return {
    background,
    foreground: color("editor-foreground", "foreground"),
    dim: color("descriptionForeground", "foreground"),
    line: color("panel-border", "editorGroup-border", "foreground"),
    grid: `color-mix(in srgb, ${color("panel-border", "foreground")} ${high ? 30 : 100}%, ${background})`,
    running: color("charts-green"),
    ready: color("charts-yellow"),
    // Opaque, so that grid lines do not show through.
    suspended: `color-mix(in srgb, ${color("charts-blue")} 28%, ${background})`,
    job: `color-mix(in srgb, ${color("charts-blue")} 46%, ${background})`,
    step: color("charts-blue"),
    onRunning: background,
    failed: color("charts-red", "errorForeground"),
    cancelled: color("charts-purple"),
    accent: color("focusBorder"),
    onAccent: high ? background : color("button-foreground", "editor-background"),
    outline: high ? color("contrastBorder", "foreground") : undefined,
    font: style.getPropertyValue("--vscode-font-family").trim() || "sans-serif",
    fontSize: Number.parseFloat(style.getPropertyValue("--vscode-font-size")) || 13,
  };
}

/** Calls `changed` after the editor switched its theme: it rewrites the page's style and the body's class. Returns the end of it. */
export function onThemeChange(page: Document, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(page.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(page.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-kind"] });
  return () => observer.disconnect();
}

/** A diagonal hatch of `color`, `size` device pixels apart, that rises (1: the ready state) or falls (-1). */
export function hatch(color: string, size: number, slope: 1 | -1): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const context = tile.getContext("2d");
  if (context === null) return color;
  context.fillStyle = color;
  context.globalAlpha = 0.3;
  context.fillRect(0, 0, size, size);
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = size * 0.36;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, slope > 0 ? size + 1 : -1);
    context.lineTo(shift + size + 1, slope > 0 ? -1 : size + 1);
  }
  context.stroke();
  return context.createPattern(tile, "repeat") ?? color;
}
