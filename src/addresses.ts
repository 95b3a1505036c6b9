/** Addresses of files as a project knows them: texts whose parts are separated by "/", with the editor's URIs behind. */
import * as vscode from "vscode";

/** A path with forward slashes for a file on disk, `scheme:/path` or `scheme://authority/path` for any other. */
export function addressOf(uri: vscode.Uri): string {
  const authority = uri.authority === "" ? "" : `//${uri.authority}`;
  if (uri.scheme !== "file") return `${uri.scheme}:${authority}${uri.path}`;
  const drive = /^\/([A-Za-z]:.*)$/.exec(uri.path)?.[1];
  return drive === undefined ? `${authority}${uri.path}` : drive.charAt(0).toLowerCase() + drive.slice(1);
}

const withScheme = /^([A-Za-z][\w+.-]+):(?:\/\/([^/]*))?(.*)$/s;

export function uriOf(address: string): vscode.Uri {
  const [, scheme, authority = "", path = ""] = withScheme.exec(address) ?? [];
  if (scheme === undefined) return vscode.Uri.file(address);
  return vscode.Uri.from({ scheme, authority, path: path === "" ? "/" : path });
}

/** Whether an address is one of the disk. */
export function isOnDisk(address: string): boolean {
  return !withScheme.test(address);
}

/**
 * Where a document lies among the files that it imports. One that is no file, such as a notebook's cell, a version from
 * git or a buffer without a name, lies beside the file that it belongs to, under a name that no file has.
 */
export function addressOfDocument(document: vscode.TextDocument): string {
  const { uri } = document;
  if (isFile(uri)) return addressOf(uri);
  const mark = `#${encodeURIComponent(`${uri.scheme}:${uri.query}#${uri.fragment}`)}`;
  return `${addressOf(baseOf(document))}${mark}`;
}

/** The address of what a URI names: of a document in the editor, where it is no file. */
export function addressOfPlace(uri: vscode.Uri): string {
  const isIt = (document: vscode.TextDocument) => document.uri.toString() === uri.toString();
  const document = isFile(uri) ? undefined : vscode.workspace.textDocuments.find(isIt);
  return document ? addressOfDocument(document) : addressOf(uri);
}

/** Whether a document's own URI is that of a file. */
export function isFile(uri: vscode.Uri): boolean {
  const hasExtras = uri.query !== "" || uri.fragment !== "";
  return !hasExtras && uri.scheme !== "untitled" && uri.path.startsWith("/");
}

/** The file that a document belongs to, or the place where it would be saved first. */
function baseOf({ uri }: vscode.TextDocument): vscode.Uri {
  const { path } = uri.scheme === "vscode-notebook-cell" ? (notebookAt(uri) ?? uri) : uri;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!path.startsWith("/")) return folder ? vscode.Uri.joinPath(folder, path) : vscode.Uri.file(`/${path}`);
  return uri.with({
    scheme: folder?.scheme ?? "file",
    authority: folder?.authority ?? "",
    path,
    query: "",
    fragment: "",
  });
}

function notebookAt(cell: vscode.Uri): vscode.Uri | undefined {
  const all = vscode.workspace.notebookDocuments;
  return all.find((notebook) => notebook.getCells().some(({ document }) => `${document.uri}` === `${cell}`))?.uri;
}

/** The workspace folder whose code a document is, if any. */
export function folderOfDocument(document: vscode.TextDocument): vscode.WorkspaceFolder | undefined {
  const uri = isFile(document.uri) ? document.uri : baseOf(document);
  return vscode.workspace.getWorkspaceFolder(uri);
}
