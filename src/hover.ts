/** Explains awaits on hover. */
import * as vscode from "vscode";
import { awaitAt } from "./analysis/awaits";
import { explain } from "./analysis/explain";
import { type Link, markdown } from "./analysis/markdown";
import type { DefinitionSource } from "./analysis/modules";
import { resolve } from "./analysis/resolve";
import type { SyntaxTree } from "./analysis/syntax";
import type { Workspace } from "./workspace";

/** Registers the hover for Python documents. Nothing is loaded before the first one. */
export function registerHover(workspace: Workspace): vscode.Disposable {
  const provider: vscode.HoverProvider = {
    provideHover: (document, position, token) =>
      workspace.ask(document, (tree, source) => hoverAt(tree, source, document, position), token, {
        definitions: true,
      }),
  };
  return vscode.languages.registerHoverProvider({ language: "python" }, provider);
}

function hoverAt(
  tree: SyntaxTree,
  source: DefinitionSource,
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | undefined {
  const site = awaitAt(tree, document.offsetAt(position));
  if (!site) return undefined;
  const text = markdown(explain(site, resolve(site, tree, source)), linkInto(document.uri));
  const range = new vscode.Range(document.positionAt(site.start), document.positionAt(site.end));
  return new vscode.Hover(new vscode.MarkdownString(text), range);
}

/** Links to lines of the hovered file; an untitled document has no address to link to. */
function linkInto(uri: vscode.Uri): Link {
  return (line) => (uri.scheme === "untitled" ? undefined : uri.with({ fragment: `L${line}` }).toString());
}
