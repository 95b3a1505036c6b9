// An extension for tests: runs npm's Pyright as the language server of Python files.
import { join } from "node:path";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { packagesVariable } from "../../analysis/truth/truth";
import { anyPython } from "../../pythons";
import { root } from "../../root";

let client: LanguageClient | undefined;

const python = { pythonPath: anyPython().path };
const analysis = {
  diagnosticMode: "openFilesOnly",
  typeCheckingMode: "off",
  extraPaths: [process.env[packagesVariable] ?? []].flat(),
};

export async function activate(): Promise<void> {
  const module = join(root, "node_modules", "pyright", "dist", "pyright-langserver.js");
  const sections: Readonly<Record<string, unknown>> = { python: { ...python, analysis }, "python.analysis": analysis };
  client = new LanguageClient(
    "pyright",
    "Pyright",
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [{ language: "python" }],
      middleware: {
        workspace: { configuration: ({ items }) => items.map(({ section }) => sections[section ?? ""] ?? null) },
      },
    },
  );
  await client.start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}
