/** The trace files of child processes: `run.4711.awaitscope` and `run.4711-2.awaitscope` lie beside `run.awaitscope`. */
import * as vscode from "vscode";

const ENDING = ".awaitscope";
const CHILD = /\.\d+(?:-\d+)?\.awaitscope$/;
/** A plain name of a trace file: of no other folder, drive or stream. */
const PLAIN = /^[^/\\:\0]+\.awaitscope$/;

/** The name that a trace and those of its child processes have in common. */
export function stemOf(name: string): string {
  return name.replace(CHILD, "").replace(/\.awaitscope$/, "");
}

/** The names of the files beside `trace` that its child processes wrote, as far as their names tell. */
export async function childrenOf(trace: vscode.Uri): Promise<string[]> {
  const name = baseName(trace);
  const stem = name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name;
  try {
    const entries = await vscode.workspace.fs.readDirectory(folderOf(trace));
    return entries.map(([entry]) => entry).filter((entry) => CHILD.test(entry) && entry.replace(CHILD, "") === stem);
  } catch {
    return []; // a folder that cannot be read: the trace itself tells of its children at its end
  }
}

/** The file of this name beside `trace`; undefined where that is no plain name of a trace file. */
export function siblingOf(trace: vscode.Uri, name: string): vscode.Uri | undefined {
  return PLAIN.test(name) ? vscode.Uri.joinPath(folderOf(trace), name) : undefined;
}

export function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

function folderOf(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(uri, "..");
}
