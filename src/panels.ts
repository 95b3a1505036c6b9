/** The timelines' tabs: one for each script that is traced, one for each trace file that is opened, again after a reload. */
import * as vscode from "vscode";
import { EditorMarks } from "./editor";
import { baseName } from "./family";
import { Timeline, type Trace } from "./panel";
import type { Sources } from "./source";

const LIVE = "awaitscope.timeline";
const SAVED = "awaitscope.trace";

/** Finds the run again that a tab showed before the window was loaded anew. */
export type Recall = (trace: vscode.Uri, script: vscode.Uri) => Trace | undefined;

export class Panels implements vscode.Disposable, vscode.CustomReadonlyEditorProvider, vscode.WebviewPanelSerializer {
  /** By script. */
  private readonly live = new Map<string, Timeline>();
  private readonly all = new Set<Timeline>();
  private readonly marks = new EditorMarks();
  private latest: Trace | undefined;
  private readonly subscriptions: vscode.Disposable[];

  /** @param recall finds earlier runs; undefined where nothing can run */
  constructor(
    private readonly extension: vscode.Uri,
    private readonly sources: Sources,
    private readonly recall: Recall | undefined,
  ) {
    this.subscriptions = [
      this.marks,
      vscode.window.registerCustomEditorProvider(SAVED, this, { supportsMultipleEditorsPerDocument: true }),
      vscode.window.registerWebviewPanelSerializer(LIVE, this),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const timeline of this.live.values()) timeline.tab.dispose();
  }

  /** Shows a run beside the code, without taking the focus from it; a script that has a tab is shown there. */
  show(trace: Trace): void {
    this.latest = trace;
    const known = this.live.get(keyOf(trace));
    if (known) {
      known.show(trace);
      known.tab.reveal(undefined, true);
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.attachLive(vscode.window.createWebviewPanel(LIVE, "", column), trace);
  }

  /** Brings the latest run's tab to the front, makes it anew where it was closed, or says how to get one. */
  async reveal(): Promise<void> {
    const last = [...this.live.values()].at(-1);
    if (this.latest) return this.show(this.latest);
    if (last) return last.tab.reveal(undefined, true);
    const [trace, open] = ["Trace Current File", "Open Trace…"];
    const question = "There is no timeline yet. Trace a Python file first, or open a trace.";
    const choice = await vscode.window.showInformationMessage(question, trace, open);
    if (choice === trace) await vscode.commands.executeCommand("awaitscope.traceFile");
    if (choice === open) await this.openFile();
  }

  /** Shows a trace file; asks for it when none is given. */
  async openFile(given?: vscode.Uri): Promise<void> {
    const filters = { "Awaitscope traces": ["awaitscope"] };
    const file = given ?? (await vscode.window.showOpenDialog({ filters, openLabel: "Open Trace" }))?.[0];
    if (file) await vscode.commands.executeCommand("vscode.openWith", file, SAVED);
  }

  /** Does an action in the timeline that has the focus, else in one that is in sight. */
  act(id: string): void {
    const timelines = [...this.all];
    (timelines.find(({ tab }) => tab.active) ?? timelines.findLast(({ tab }) => tab.visible))?.act(id);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, tab: vscode.WebviewPanel): void {
    this.attach(tab, savedTrace(uri));
  }

  async deserializeWebviewPanel(tab: vscode.WebviewPanel, state: unknown): Promise<void> {
    const origin = originOf(state);
    const trace = origin && this.recall?.(origin.trace, origin.script);
    if (trace === undefined)
      tab.dispose(); // kept by another version, or by nobody we know
    else this.attachLive(tab, trace);
  }

  private attachLive(tab: vscode.WebviewPanel, trace: Trace): void {
    const key = keyOf(trace);
    tab.title = `${trace.title} trace`;
    const timeline = this.attach(tab, trace);
    this.live.set(key, timeline);
    tab.onDidDispose(() => {
      if (this.live.get(key) === timeline) this.live.delete(key);
    });
  }

  private attach(tab: vscode.WebviewPanel, trace: Trace): Timeline {
    tab.iconPath = vscode.Uri.joinPath(this.extension, "media", "icon.svg");
    const timeline = new Timeline(this.extension, tab, trace, this.sources, this.marks);
    this.all.add(timeline);
    tab.onDidDispose(() => {
      timeline.dispose();
      this.all.delete(timeline);
    });
    return timeline;
  }
}

function keyOf({ script, file }: Trace): string {
  return (script ?? file).toString();
}

/** A trace from its file: nothing runs, and nothing is known of who wrote it. */
function savedTrace(file: vscode.Uri): Trace {
  return {
    title: baseName(file),
    file,
    script: undefined,
    own: false,
    status: { kind: "ended", exitCode: undefined },
    onDidChangeStatus: () => new vscode.Disposable(() => undefined),
    stop: () => undefined,
    again: () => undefined,
  };
}

/** What a page has kept of its trace, held to be anything. */
function originOf(state: unknown): { trace: vscode.Uri; script: vscode.Uri } | undefined {
  const { origin } = (state ?? {}) as { origin?: { trace?: unknown; script?: unknown } };
  const { trace, script } = origin ?? {};
  if (typeof trace !== "string" || typeof script !== "string" || script === "") return undefined;
  try {
    return { trace: vscode.Uri.parse(trace, true), script: vscode.Uri.parse(script, true) };
  } catch {
    return undefined;
  }
}

/** Makes every command of the palette that stands for an action of the timeline; the manifest lists them. */
export function registerActions(manifest: unknown, panels: Panels): vscode.Disposable {
  const { contributes } = manifest as { contributes: { commands: { command: string }[] } };
  const prefix = "awaitscope.timeline.";
  const ids = contributes.commands.map(({ command }) => command).filter((command) => command.startsWith(prefix));
  const act = (id: string) => vscode.commands.registerCommand(id, () => panels.act(id.slice(prefix.length)));
  return vscode.Disposable.from(...ids.map(act));
}
