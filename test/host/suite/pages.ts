// The pages that the extension shows, and what each gets and says. Import it before the extension is activated.
import * as vscode from "vscode";
import type { ToHost, ToView } from "../../../src/trace/messages";
import { Session } from "../../../src/webview/session";

export interface Shown {
  readonly tab: vscode.WebviewPanel;
  /** The trace file, for a custom editor. */
  readonly uri: vscode.Uri | undefined;
  readonly posted: ToView[];
  readonly said: ToHost[];
}

/** All pages since the beginning, the latest last. */
export const pages: Shown[] = [];

function watch(tab: vscode.WebviewPanel, uri?: vscode.Uri): void {
  const page: Shown = { tab, uri, posted: [], said: [] };
  pages.push(page);
  const post = tab.webview.postMessage.bind(tab.webview);
  tab.webview.postMessage = async (message: ToView) => {
    const arrived = await post(message);
    if (arrived) page.posted.push(message);
    return arrived;
  };
  tab.webview.onDidReceiveMessage((message: ToHost) => page.said.push(message));
}

const window = vscode.window as {
  createWebviewPanel: typeof vscode.window.createWebviewPanel;
  registerCustomEditorProvider: typeof vscode.window.registerCustomEditorProvider;
};
const { createWebviewPanel, registerCustomEditorProvider } = window;

window.createWebviewPanel = (...args) => {
  const tab = createWebviewPanel.apply(vscode.window, args);
  watch(tab);
  return tab;
};
window.registerCustomEditorProvider = (viewType, provider, options) => {
  const editor = provider as vscode.CustomReadonlyEditorProvider;
  const resolve = editor.resolveCustomEditor.bind(editor);
  editor.resolveCustomEditor = (document, tab, token) => {
    watch(tab, document.uri);
    return resolve(document, tab, token);
  };
  return registerCustomEditorProvider.call(vscode.window, viewType, editor, options);
};

/** What a page makes of the messages that it got. */
export function sessionOf({ posted }: Shown): Session {
  const session = new Session();
  for (const message of posted) session.receive(message, 0);
  return session;
}
