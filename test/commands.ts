// The palette's commands for the timeline's actions: `webview/actions.ts` says which there are, the manifest must list them.
// `npm run commands` writes them there, and the setting of the rules.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIONS } from "../src/webview/actions";
import { root } from "./root";
import { severitySchema, severitySetting } from "./ruleSettings";

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
  readonly enablement?: string;
}

/** As far as the palette is concerned. */
interface Manifest {
  contributes: {
    commands: Command[];
    menus: { commandPalette: { command: string; when: string }[] };
    configuration: { properties: Record<string, object> };
  };
}

const PREFIX = "awaitscope.timeline.";
/** A timeline has the focus, or had it before the palette took it: of a run, or of a trace file. */
const WHEN = "activeWebviewPanelId == 'awaitscope.timeline' || activeCustomEditorId == 'awaitscope.trace'";
const SMALL = new Set(["a", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "who", "with", "from"]);

export const manifestPath = join(root, "package.json");

/** The commands that the actions need. */
export function commandsOfActions(): Command[] {
  return ACTIONS.map(({ id, label }) => ({
    command: PREFIX + id,
    title: titled(label),
    category: "Awaitscope Timeline",
    enablement: WHEN,
  }));
}

/** `Fit the selection` as the palette writes it: `Fit the Selection`. */
function titled(label: string): string {
  return label.replace(/[^\s-]+/g, (word, at: number) => {
    const inside = at > 0 && at + word.length < label.length;
    return inside && SMALL.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1);
  });
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifestPath, "utf8")) as Manifest;
}

/** The commands of the manifest that stand for actions. */
export function commandsOf({ contributes }: Manifest): Command[] {
  return contributes.commands.filter(({ command }) => command.startsWith(PREFIX));
}

function write(): void {
  const manifest = readManifest();
  const { contributes } = manifest;
  const others = contributes.commands.filter(({ command }) => !command.startsWith(PREFIX));
  contributes.commands = [...others, ...commandsOfActions()];
  contributes.configuration.properties[severitySetting] = severitySchema();
  writeFileSync(manifestPath, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

if (require.main === module) write();
