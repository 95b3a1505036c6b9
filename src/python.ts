/**
 * Which interpreter runs the user's file: the Python Environments extension's choice, else the Python extension's, else
 * the setting, else PATH. Every source is optional.
 */

import type { PythonEnvironmentApi } from "@vscode/python-environments";
import type { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";
import { type Command, complaint, probe, type Unusable } from "./launch";

/** The outcome of looking for an interpreter: one that was started and answered, or a sentence for the user. */
export type Interpreter = { kind: "found"; command: Command; version: string } | { kind: "missing"; message: string };

/**
 * Finds the interpreter for `resource`. The first source that names one decides: when that one cannot be used the
 * message says why, rather than quietly running another Python than the user chose.
 */
export async function findInterpreter(resource: vscode.Uri, signal: AbortSignal): Promise<Interpreter> {
  const chosen = await chosenCommand(resource);
  if (chosen) return tryCommand(chosen, signal);
  let unusable: Interpreter | undefined;
  for (const command of commandsOnPath()) {
    const answer = await probe(command, signal);
    if (answer.kind === "usable") return { kind: "found", command, version: answer.version };
    if (answer.kind !== "absent") unusable ??= missing(command, answer);
  }
  return unusable ?? { kind: "missing", message: "No Python was found. Install CPython 3.9 or newer, or choose one." };
}

/** The interpreter that the user chose for `resource`, not asked yet whether it answers. */
export async function chosenCommand(resource: vscode.Uri | undefined): Promise<Command | undefined> {
  return (await fromEnvironments(resource)) ?? (await fromPythonExtension(resource)) ?? fromSetting(resource);
}

async function tryCommand(command: Command, signal: AbortSignal): Promise<Interpreter> {
  const answer = await probe(command, signal);
  return answer.kind === "usable" ? { kind: "found", command, version: answer.version } : missing(command, answer);
}

function missing(command: Command, answer: Unusable): Interpreter {
  return { kind: "missing", message: complaint(command.program, answer) };
}

async function fromEnvironments(resource: vscode.Uri | undefined): Promise<Command | undefined> {
  const api = await exportsOf<PythonEnvironmentApi>("ms-python.vscode-python-envs");
  const environment = await api?.getEnvironment?.(resource);
  const run = environment?.execInfo.activatedRun ?? environment?.execInfo.run;
  return run && { program: run.executable, args: run.args ?? [] };
}

async function fromPythonExtension(resource: vscode.Uri | undefined): Promise<Command | undefined> {
  const environments = (await exportsOf<PythonExtension>("ms-python.python"))?.environments;
  if (!environments) return undefined;
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
  const program = environment?.executable.uri?.fsPath;
  return program ? { program, args: [] } : undefined;
}

/** What another extension exports, activated if need be; `undefined` when it is absent or fails to start. */
export async function exportsOf<Api>(id: string): Promise<Partial<Api> | undefined> {
  try {
    return await vscode.extensions.getExtension<Partial<Api>>(id)?.activate();
  } catch {
    return undefined; // its failure is its own to report; the next source is asked
  }
}

function fromSetting(resource: vscode.Uri | undefined): Command | undefined {
  const setting = vscode.workspace.getConfiguration("awaitscope", resource).get<string>("pythonPath")?.trim();
  const folder = (resource && vscode.workspace.getWorkspaceFolder(resource)?.uri.fsPath) ?? "";
  return setting ? { program: setting.replaceAll(/\$\{workspaceFolder\}/g, () => folder), args: [] } : undefined;
}

/** The names that an interpreter usually has, in the order in which they are tried. */
export function commandsOnPath(): readonly Command[] {
  const plain = ["python3", "python"].map((program) => ({ program, args: [] }));
  return process.platform === "win32" ? [{ program: "py", args: ["-3"] }, ...plain.reverse()] : plain;
}
