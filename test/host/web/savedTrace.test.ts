// The browser build shows trace files: read through the editor, for there is no disk.
import * as vscode from "vscode";

type Posted = { kind: string; bytes?: ArrayBuffer };

const posted: Posted[] = [];
const window = vscode.window as { registerCustomEditorProvider: typeof vscode.window.registerCustomEditorProvider };
const register = window.registerCustomEditorProvider;

window.registerCustomEditorProvider = (viewType, provider, options) => {
  const editor = provider as vscode.CustomReadonlyEditorProvider;
  const resolve = editor.resolveCustomEditor.bind(editor);
  editor.resolveCustomEditor = (document, tab, token) => {
    const post = tab.webview.postMessage.bind(tab.webview);
    tab.webview.postMessage = async (message: Posted) => {
      const arrived = await post(message);
      if (arrived) posted.push(message);
      return arrived;
    };
    return resolve(document, tab, token);
  };
  return register.call(vscode.window, viewType, editor, options);
};

async function until(probe: () => boolean): Promise<void> {
  for (let tries = 0; !probe(); tries++) {
    if (tries === 200)
      throw new Error(
        `in vain; the page got ${JSON.stringify(posted.map(({ kind, bytes }) => [kind, bytes?.byteLength]))}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("the browser build, with a trace file", () => {
  before(async () => {
    await vscode.extensions.getExtension("awaitscope.awaitscope")?.activate();
  });

  it("sends its bytes to the page, and what is added", async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (folder === undefined) throw new Error("the tests need a workspace folder");
    const file = vscode.Uri.joinPath(folder, "some.awaitscope");
    const write = (text: string) => vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
    const received = () => posted.reduce((sum, { bytes }) => sum + (bytes?.byteLength ?? 0), 0);
    await write("awaitscope 1\n");
    await vscode.commands.executeCommand("vscode.open", file);
    await until(() => received() === 13);
    await write("awaitscope 1\n\x10\0\0");
    await until(() => received() === 16);
  });
});
