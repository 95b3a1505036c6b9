/**
 * Trace Current File: runs the user's program under the tracer in a terminal task, so that stdin, stdout, Ctrl+C and the
 * exit code stay the program's own, and tells the panel how the run goes.
 */
import * as fs from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { stemOf } from "./family";
import { type Command, type Recording, tracedArguments, tracingEnvironment } from "./launch";
import { findOrphan, type Orphan } from "./orphan";
import type { Trace } from "./panel";
import { findInterpreter } from "./python";
import type { RunStatus } from "./trace/messages";

/** How many traces of earlier runs are kept before the oldest are removed. */
const KEPT_TRACES = 20;

/** A traced run of one script, alive or ended; the panel shows it and may stop or repeat it. */
class Run implements Trace {
  readonly own = true;
  readonly title: string;
  private readonly changed = new vscode.EventEmitter<RunStatus>();
  readonly onDidChangeStatus = this.changed.event;
  private current: RunStatus = { kind: "running" };
  private execution: vscode.TaskExecution | undefined;
  private stopping = false;
  /** Its process, where there is no task of it any more. */
  orphan: Orphan | undefined;

  constructor(
    readonly script: vscode.Uri,
    readonly file: vscode.Uri,
    readonly again: () => void,
  ) {
    this.title = basename(script.fsPath);
  }

  get status(): RunStatus {
    return this.current;
  }

  /** Its task or its process is there: what was stopped before is stopped now. */
  begin(execution: vscode.TaskExecution): void {
    this.execution = execution;
    if (this.stopping) execution.terminate();
  }

  stop(): void {
    this.stopping = true;
    this.execution?.terminate();
    this.orphan?.stop();
  }

  /** Sets how the run ended; the first word counts. */
  end(status: RunStatus): void {
    if (this.current.kind !== "running") return;
    this.current = status;
    this.changed.fire(status);
    this.changed.dispose();
  }
}

/** Starts traced runs and keeps those that are alive. */
export class Runner implements vscode.Disposable {
  private readonly alive = new Map<string, Run>();
  private readonly status = vscode.window.createStatusBarItem("awaitscope.tracing", vscode.StatusBarAlignment.Left);
  private readonly subscriptions: vscode.Disposable[];

  /**
   * @param tracer the folder of the Python package
   * @param storage where traces are kept
   * @param show opens the panel on a run
   */
  constructor(
    private readonly tracer: string,
    private readonly storage: vscode.Uri,
    private readonly show: (trace: Trace) => void,
  ) {
    this.status.name = "Awaitscope trace";
    this.status.command = "awaitscope.stopTrace";
    this.subscriptions = [
      this.status,
      // A task that is stopped before its process is there goes on.
      vscode.tasks.onDidStartTaskProcess(({ execution }) => this.runOf(execution)?.begin(execution)),
      vscode.tasks.onDidEndTaskProcess((event) =>
        this.ended(event.execution, { kind: "ended", exitCode: event.exitCode }),
      ),
      // Fires after the one above, and alone when no process could be started.
      vscode.tasks.onDidEndTask((event) =>
        this.ended(event.execution, { kind: "failed", message: "The program could not be started." }),
      ),
    ];
  }

  dispose(): void {
    for (const item of this.subscriptions) item.dispose();
  }

  /** The command: traces `script`, or the active editor's file. Says why when it cannot. */
  async traceFile(script?: vscode.Uri): Promise<void> {
    if (!vscode.workspace.isTrusted) return refuseUntrusted();
    const target = await savedFile(script);
    if (target && (await this.mayStart(target))) await this.start(target);
  }

  /** Stops the run of `script`, or every run that is alive. */
  stop(script?: vscode.Uri): void {
    for (const [key, run] of this.alive) if (!script || key === script.toString()) run.stop();
  }

  private async mayStart(script: vscode.Uri): Promise<boolean> {
    const run = this.alive.get(script.toString());
    if (!run) return true;
    const choice = await vscode.window.showInformationMessage(
      `${run.title} is still running.`,
      "Restart",
      "Show Timeline",
    );
    if (choice === "Show Timeline") this.show(run);
    if (choice !== "Restart") return false;
    await stopped(run);
    return true;
  }

  private async start(script: vscode.Uri): Promise<void> {
    const python = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: "Awaitscope: looking for Python" },
      () => findInterpreter(script, AbortSignal.timeout(30_000)),
    );
    if (python.kind === "missing") return offerInterpreter(python.message);
    const file = await newTraceFile(this.storage, script);
    if (!file) return;
    const run = this.newRun(script, vscode.Uri.file(file));
    this.enter(run);
    this.show(run);
    try {
      run.begin(await vscode.tasks.executeTask(this.task(run, python.command)));
    } catch (error) {
      this.finish(run, { kind: "failed", message: `The program could not be started: ${reason(error)}` });
    }
  }

  /**
   * A run of this window before it was loaded anew: VS Code lets some programs go on meanwhile. Undefined where the file is
   * none that a run of ours writes.
   */
  recall(file: vscode.Uri, script: vscode.Uri): Trace | undefined {
    if (dirname(file.fsPath) !== tracesFolder(this.storage) || script.scheme !== "file") return undefined;
    const known = this.alive.get(script.toString());
    if (known?.file.toString() === file.toString()) return known;
    const execution = vscode.tasks.taskExecutions.find(({ task }) => task.definition.trace === file.fsPath);
    const run = this.newRun(script, file);
    if (execution) {
      run.begin(execution);
      this.enter(run);
    } else void this.adopt(run);
    return run;
  }

  /** A program of which VS Code tells no more can still be stopped, and is seen to end. */
  private async adopt(run: Run): Promise<void> {
    run.orphan = await findOrphan(run.file.fsPath);
    if (run.orphan) this.enter(run);
    await run.orphan?.ended;
    this.finish(run, { kind: "ended", exitCode: undefined });
  }

  private newRun(script: vscode.Uri, file: vscode.Uri): Run {
    return new Run(script, file, () => void this.traceFile(script));
  }

  private enter(run: Run): void {
    this.alive.set(run.script.toString(), run);
    this.showAlive();
  }

  private task(run: Run, command: Command): vscode.Task {
    const folder = vscode.workspace.getWorkspaceFolder(run.script);
    const settings = vscode.workspace.getConfiguration("awaitscope", run.script);
    const recording: Recording = { out: run.file.fsPath, children: settings.get("trace.childProcesses") === true };
    const args = [...command.args, ...tracedArguments(this.tracer, recording, [run.script.fsPath])];
    const execution = new vscode.ProcessExecution(command.program, args, {
      cwd: folder?.uri.fsPath ?? dirname(run.script.fsPath),
      env: tracingEnvironment(this.tracer, recording, terminalPythonPath(run.script)),
    });
    // The trace file makes the definition unique: a repeated run is a new task, never "already active".
    const definition = { type: "awaitscope", script: run.script.fsPath, trace: run.file.fsPath };
    const scope = folder ?? vscode.TaskScope.Workspace;
    const task = new vscode.Task(definition, scope, `Trace ${run.title}`, "Awaitscope", execution, []);
    task.presentationOptions = {
      reveal: vscode.TaskRevealKind.Always,
      panel: vscode.TaskPanelKind.Shared,
      focus: false,
      echo: false,
      showReuseMessage: false,
      clear: true,
    };
    return task;
  }

  private ended(execution: vscode.TaskExecution, status: RunStatus): void {
    const run = this.runOf(execution);
    if (run) this.finish(run, status);
  }

  /** By the task's definition: a short program ends before `executeTask` has answered. */
  private runOf({ task }: vscode.TaskExecution): Run | undefined {
    return [...this.alive.values()].find(({ file }) => file.fsPath === task.definition.trace);
  }

  private finish(run: Run, status: RunStatus): void {
    run.end(status);
    if (this.alive.get(run.script.toString()) === run) this.alive.delete(run.script.toString());
    this.showAlive();
  }

  private showAlive(): void {
    const titles = [...this.alive.values()].map((run) => run.title).join(", ");
    this.status.text = `$(debug-stop) Tracing ${titles}`;
    this.status.tooltip = `Stop ${titles}`;
    if (titles) this.status.show();
    else this.status.hide();
    void vscode.commands.executeCommand("setContext", "awaitscope.tracing", titles !== "");
  }
}

async function refuseUntrusted(): Promise<void> {
  const manage = "Manage Workspace Trust";
  const text =
    "Tracing runs your program, so it needs a trusted workspace. Explaining awaits and snippets work without.";
  if ((await vscode.window.showWarningMessage(text, manage)) === manage)
    await vscode.commands.executeCommand("workbench.trust.manage");
}

/** The file on disk that is to run, after asking about unsaved changes; `undefined` when there is none (said why). */
async function savedFile(script?: vscode.Uri): Promise<vscode.Uri | undefined> {
  const document = script
    ? vscode.workspace.textDocuments.find((open) => open.uri.toString() === script.toString())
    : vscode.window.activeTextEditor?.document;
  if (!document) return script ?? refuse("Open a Python file, then trace it.");
  if (document.languageId !== "python") return refuse(`${basename(document.fileName)} is not a Python file.`);
  if (document.isUntitled) return vscode.workspace.save(document.uri);
  if (document.uri.scheme !== "file") return refuse("Only a file on disk can be traced: save a copy of it first.");
  return document.isDirty ? saveOrUseSaved(document) : document.uri;
}

async function saveOrUseSaved(document: vscode.TextDocument): Promise<vscode.Uri | undefined> {
  const options = { modal: true, detail: "The traced program runs from the file on disk." };
  const question = `${basename(document.fileName)} has unsaved changes.`;
  // By any other value VS Code saves all files, or asks to, before it starts a task.
  const stays = vscode.workspace.getConfiguration("task").get("saveBeforeRun") === "never";
  const choices = ["Save and Trace", ...(stays ? ["Trace Saved File"] : [])];
  const choice = await vscode.window.showWarningMessage(question, options, ...choices);
  if (choice === "Trace Saved File") return document.uri;
  return choice === "Save and Trace" && (await document.save()) ? document.uri : undefined;
}

function refuse(message: string): undefined {
  void vscode.window.showErrorMessage(message);
}

async function offerInterpreter(message: string): Promise<void> {
  const hasPicker = vscode.extensions.getExtension("ms-python.python") !== undefined;
  const action = hasPicker ? "Select Interpreter" : "Open Setting";
  if ((await vscode.window.showErrorMessage(message, action)) !== action) return;
  if (hasPicker) await vscode.commands.executeCommand("python.setInterpreter");
  else await vscode.commands.executeCommand("workbench.action.openSettings", "awaitscope.pythonPath");
}

/** A path for a new trace in `storage`, whose folder exists; the oldest traces there are removed. */
async function newTraceFile(storage: vscode.Uri, script: vscode.Uri): Promise<string | undefined> {
  const folder = tracesFolder(storage);
  try {
    await fs.mkdir(folder, { recursive: true });
    await removeOldest(folder);
  } catch (error) {
    return refuse(`A trace cannot be kept in ${folder}: ${reason(error)}`);
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
  return join(folder, `${stamp}-${basename(script.fsPath, ".py")}.awaitscope`);
}

function tracesFolder(storage: vscode.Uri): string {
  return join(storage.fsPath, "traces");
}

/** Traces of child processes go with the one that they belong to. */
async function removeOldest(folder: string): Promise<void> {
  const names = (await fs.readdir(folder)).filter((name) => name.endsWith(".awaitscope"));
  const runs = [...new Set(names.map(stemOf))].sort();
  const old = new Set(runs.slice(0, Math.max(0, runs.length - KEPT_TRACES + 1)));
  const gone = names.filter((name) => old.has(stemOf(name)));
  await Promise.all(gone.map((name) => fs.rm(join(folder, name), { force: true })));
}

/** `PYTHONPATH` as a terminal would have it: the user's terminal setting goes before the inherited environment. */
function terminalPythonPath(resource: vscode.Uri): string | undefined {
  const platform = { win32: "windows", darwin: "osx" }[process.platform as string] ?? "linux";
  const own = vscode.workspace
    .getConfiguration("terminal.integrated.env", resource)
    .get<Record<string, string>>(platform);
  return own?.PYTHONPATH ?? process.env.PYTHONPATH;
}

function stopped(run: Run): Promise<void> {
  return new Promise((resolve) => {
    run.onDidChangeStatus(() => resolve());
    run.stop();
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
