/** Links from explanations to code: addresses of analysis as the editor's URIs, and commands as links. */
import type * as vscode from "vscode";
import { uriOf } from "./addresses";

/** Shows the await at a place, step by step: `[uri, line, character]`, counted from 0. */
export const explainCommand = "awaitscope.explainAwait";
/** Shows a line of a file beside the steps: `[uri, line]`, counted from 1. Only our own page links to it. */
export const revealCommand = "awaitscope.revealLine";

/** A command as a link's address. */
export function commandLink(command: string, ...args: readonly unknown[]): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify(args))}`;
}

/** The file that an address names, or the one that is explained; undefined where there is none that opens. */
export function targetOf(explained: vscode.Uri, address: string | undefined): vscode.Uri | undefined {
  if (address === undefined) return explained;
  return address.startsWith("typeshed:") ? undefined : uriOf(address);
}
