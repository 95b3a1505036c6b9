/** Hears of files that come, change and go: Python's in the workspace, and packages that are installed elsewhere. */
import * as vscode from "vscode";

type Tell = (uri: vscode.Uri) => void;

/** Python files of the workspace, virtual environments' own files, and folders, whose content comes and goes unsaid. */
export function watchFiles(tell: Tell): vscode.Disposable {
  const { workspace } = vscode;
  return vscode.Disposable.from(
    ...following(workspace.createFileSystemWatcher("**/{*.py,*.pyi,pyvenv.cfg}"), tell),
    // A folder that is gone and back counts as changed.
    ...following(workspace.createFileSystemWatcher("**/*"), (uri) => isFolder(uri) && tell(uri)),
    // Files that the editor itself moves are known at once.
    workspace.onDidRenameFiles(({ files }) => files.flatMap(({ oldUri, newUri }) => [oldUri, newUri]).forEach(tell)),
    workspace.onDidDeleteFiles(({ files }) => files.forEach(tell)),
    workspace.onDidCreateFiles(({ files }) => files.forEach(tell)),
  );
}

/** Packages that are installed or removed where an interpreter looks for them. */
export function watchPackages(sysPath: readonly string[], tell: Tell): vscode.Disposable {
  const folders = sysPath
    .filter((folder) => /\/(?:site|dist)-packages$/.test(folder))
    .map((each) => vscode.Uri.file(each));
  const outside = folders.filter((folder) => vscode.workspace.getWorkspaceFolder(folder) === undefined);
  const patterns = outside.map((folder) => new vscode.RelativePattern(folder, "*"));
  const watchers = patterns.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
  return vscode.Disposable.from(...watchers.flatMap((watcher) => following(watcher, tell)));
}

function following(watcher: vscode.FileSystemWatcher, tell: Tell): vscode.Disposable[] {
  return [watcher, watcher.onDidCreate(tell), watcher.onDidChange(tell), watcher.onDidDelete(tell)];
}

/** Going by its name, for it may be gone: a package's folder is named as Python's identifiers are, an environment's `.venv`. */
function isFolder(uri: vscode.Uri): boolean {
  return /\/\.?[\p{L}_][\p{L}\p{N}_-]*$/u.test(uri.path);
}
