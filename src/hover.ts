/** Explains awaits on hover. */
import * as vscode from "vscode";
import { longestText, type SyntaxTree } from "./analysis/code/syntax";
import { type Explained, explainAt } from "./analysis/explain/explainAt";
import { type Action, type Link, markdown, storyMarkdown } from "./analysis/explain/markdown";
import { storyOf } from "./analysis/explain/story";
import type { DefinitionSource } from "./analysis/modules";
import { commandLink, explainCommand, targetOf } from "./links";
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
  if (tree.text.length > longestText) return tooLong(document, position);
  const found = explainAt(tree, document.offsetAt(position), source);
  if (!found) return undefined;
  const link = linkFrom(document.uri);
  const text = new vscode.MarkdownString(markdown(found.explanation, link, stepsOf(document, found)));
  text.isTrusted = { enabledCommands: [explainCommand] };
  const isLong = vscode.workspace.getConfiguration("awaitscope", document).get("hover.detail") === "steps";
  if (isLong && found.site) text.appendMarkdown(`\n\n---\n\n${storyMarkdown(storyOf(found.site, tree, source), link)}`);
  const range = new vscode.Range(document.positionAt(found.span.start), document.positionAt(found.span.end));
  return new vscode.Hover(text, range);
}

/** Said where somebody may wait for an explanation. */
function tooLong(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const range = document.getWordRangeAtPosition(position);
  if (!range || !/^(?:await|async)$/.test(document.getText(range))) return undefined;
  const most = longestText.toLocaleString("en");
  return new vscode.Hover(`Not explained: this file is longer than ${most} characters.`, range);
}

/** The link to the long form of an await. */
function stepsOf(document: vscode.TextDocument, { site }: Explained): Action | undefined {
  if (!site) return undefined;
  const { line, character } = document.positionAt(site.start);
  return { title: "Step by step", address: commandLink(explainCommand, document.uri.toString(), line, character) };
}

/** Links to lines of a file and of others; an untitled document has no address to link to. */
function linkFrom(uri: vscode.Uri): Link {
  return (line, file) => {
    const target = targetOf(uri, file);
    return target?.scheme === "untitled" ? undefined : target?.with({ fragment: `L${line}` }).toString();
  };
}
