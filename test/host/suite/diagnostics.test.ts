// Diagnostics as VS Code has them: of what is shown, as it is edited, as the settings say.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, extension, find, openFile, until } from "./editor";

const program = `import asyncio


async def fetch():
    await asyncio.sleep(0.1)


async def main():
    job = fetch()
    await job
    await job
`;

const own = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "awaitscope");
const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === "object" ? code.value : code);
const codes = (uri: vscode.Uri): unknown[] => own(uri).map(codeOf);

const reports = (uri: vscode.Uri, wanted: readonly string[]) =>
  until(
    () => `${wanted} in ${uri.path}, which has ${codes(uri)}`,
    () => codes(uri).join() === wanted.join(),
  );

async function configure(key: string, value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration("awaitscope.diagnostics")
    .update(key, value, vscode.ConfigurationTarget.Global);
}

describe("diagnostics", () => {
  before(() => extension().activate());
  afterEach(async () => {
    await configure("enabled", undefined);
    await configure("severity", undefined);
    await closeAll();
  });

  it("tell of a mistake, where it is, what belongs to it and where it is explained", async () => {
    const { document } = await openFile("twice.py", program);
    await reports(document.uri, ["awaited-twice"]);
    const [diagnostic] = own(document.uri);
    assert.ok(diagnostic && typeof diagnostic.code === "object");
    assert.match(diagnostic.message, /^job is awaited already at line 10/);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.deepEqual(diagnostic.range, new vscode.Range(10, 4, 10, 13));
    assert.deepEqual(
      diagnostic.relatedInformation?.map(({ message, location }) => [message, location.range.start.line]),
      [
        ["awaited here first", 9],
        ["made here, once", 8],
      ],
    );
    assert.equal(diagnostic.code.target.scheme, "command");
    assert.equal(diagnostic.code.target.path, "awaitscope.openRule");
  });

  it("follow edits, also of a document that is not saved", async () => {
    const { document } = await openFile("edited.py", program);
    await reports(document.uri, ["awaited-twice"]);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(8).range, "    job = asyncio.create_task(fetch())");
    await vscode.workspace.applyEdit(edit);
    await reports(document.uri, []);
    await vscode.commands.executeCommand("undo");
    await reports(document.uri, ["awaited-twice"]);
    const untitled = await vscode.workspace.openTextDocument({ language: "python", content: program });
    await vscode.window.showTextDocument(untitled);
    await reports(untitled.uri, ["awaited-twice"]);
  });

  it("do as comments and settings say", async () => {
    const { document } = await openFile("ignored.py", program);
    await reports(document.uri, ["awaited-twice"]);
    await configure("severity", { "awaited-twice": "error" });
    await until("an error", () => own(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Error);
    await configure("severity", { "awaited-twice": "off" });
    await reports(document.uri, []);
    await configure("severity", undefined);
    await reports(document.uri, ["awaited-twice"]);
    await configure("enabled", false);
    await reports(document.uri, []);
    await configure("enabled", undefined);
    await reports(document.uri, ["awaited-twice"]);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, find(document, "await job\n", 9), "  # awaitscope: ignore[awaited-twise]");
    edit.insert(document.uri, document.lineAt(10).range.end, "  # awaitscope: ignore[awaited-twice]");
    await vscode.workspace.applyEdit(edit);
    await reports(document.uri, ["unknown-rule"]);
    const [hint] = own(document.uri);
    assert.equal(hint?.severity, vscode.DiagnosticSeverity.Hint);
    assert.equal(hint && document.getText(hint.range), "awaited-twise");
  });

  it("go when the document is closed", async () => {
    const { document } = await openFile("closed.py", program);
    await reports(document.uri, ["awaited-twice"]);
    await closeAll();
    await reports(document.uri, []);
  });

  it("lead to the rule's page, shown as Markdown", async () => {
    await vscode.commands.executeCommand("awaitscope.openRule", "awaited-twice");
    await until("the page", () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes("awaited-twice"));
    await vscode.commands.executeCommand("awaitscope.openRule", "../../package.json");
    assert.match(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "", /awaited-twice/, "no rule, no page");
  });
});
