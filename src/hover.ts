/** Explains awaits on hover. */
import * as vscode from "vscode";
import { uriOf } from "./addresses";
import { explainAt } from "./analysis/explainAt";
import { type Link, markdown } from "./analysis/markdown";
import type { DefinitionSource } from "./analysis/modules";
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
  const found = explainAt(tree, document.offsetAt(position), source);
  if (!found) return undefined;
  const text = markdown(found.explanation, linkFrom(document.uri));
  const range = new vscode.Range(document.positionAt(found.span.start), document.positionAt(found.span.end));
  return new vscode.Hover(new vscode.MarkdownString(text), range);
}

/** Links to lines of a file and of others; an untitled document has no address to link to. */
function linkFrom(uri: vscode.Uri): Link {
  return (line, file) => {
    const target = file === undefined ? uri : uriOf(file);
    return target.scheme === "untitled" || target.scheme === "typeshed"
      ? undefined
      : target.with({ fragment: `L${line}` }).toString();
  };
}
