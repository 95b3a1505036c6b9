// The language server as a second source: asked in time, once, and never in a circle. A provider of our own stands for it.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, extension, find, hoverText } from "./editor";

const program = `class Client:
    async def get(self):
        return 1


async def main(client):
    await client.get()
`;

type Answer = (document: vscode.TextDocument, position: vscode.Position) => Promise<vscode.Location[]>;

/** Asks `answer` wherever a definition is wanted, while `body` runs; gives the offsets that were asked about. */
async function withProvider(answer: Answer, body: (asked: number[]) => Promise<void>): Promise<void> {
  const asked: number[] = [];
  const registration = vscode.languages.registerDefinitionProvider("python", {
    provideDefinition(document, position) {
      asked.push(document.offsetAt(position));
      return answer(document, position);
    },
  });
  try {
    await body(asked);
  } finally {
    registration.dispose();
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The method, wherever it is asked about. */
const method: Answer = async (document) => [new vscode.Location(document.uri, find(document, "get(self)"))];

const isTold = /Runs `Client\.get`|Runs `client\.get`|Runs `get`/;
const isUnknown = /unknown/;

describe("definitions from a language server", () => {
  let document: vscode.TextDocument;
  const hover = () => hoverText(document, find(document, "await client"));

  before(() => extension().activate());
  beforeEach(async () => {
    // No file, so that no file's change comes in between.
    document = await vscode.workspace.openTextDocument({ language: "python", content: program });
  });
  afterEach(closeAll);

  it("tell what the code does not", async () => {
    assert.match(await hover(), isUnknown);
    await edit("client.get()", "client.get() # again");
    await withProvider(method, async (asked) => {
      assert.match(await hover(), isTold);
      assert.ok(asked.includes(document.getText().indexOf("get() #")), `asked at ${asked}`);
    });
  });

  it("are asked once for each version of a document", async () => {
    await withProvider(method, async (asked) => {
      await hover();
      const once = asked.length;
      assert.ok(once > 0);
      assert.match(await hover(), isTold);
      assert.equal(asked.length, once);
      await edit("return 1", "return 12");
      assert.match(await hover(), isTold);
      assert.equal(asked.length, 2 * once);
    });
  });

  it("are not asked where the code tells", async () => {
    await edit("(client)", "(client: Client)");
    await withProvider(method, async (asked) => {
      assert.match(await hover(), isTold);
      assert.deepEqual(asked, []);
    });
  });

  it("come too late for one hover and in time for the next", async () => {
    const slow: Answer = async (...place) => {
      await wait(900);
      return method(...place);
    };
    await withProvider(slow, async (asked) => {
      const began = performance.now();
      assert.match(await hover(), isUnknown);
      assert.ok(performance.now() - began < 850, "the hover waited for the provider");
      const once = asked.length;
      await wait(1_000);
      assert.match(await hover(), isTold);
      assert.equal(asked.length, once);
    });
  });

  it("may never come, or fail", async () => {
    await withProvider(
      () => new Promise(() => undefined),
      async () => assert.match(await hover(), isUnknown),
    );
    await edit("return 1", "return 13");
    await withProvider(
      () => Promise.reject(new Error("of the test")),
      async () => assert.match(await hover(), isUnknown),
    );
  });

  it("end where a provider asks for hovers itself", async () => {
    const circular: Answer = async (...place) => {
      await hover();
      return method(...place);
    };
    await withProvider(circular, async (asked) => {
      await hover();
      await wait(500);
      assert.match(await hover(), isTold);
      assert.equal(new Set(asked).size, asked.length, `asked at ${asked}`);
    });
  });

  it("are forgotten when another file changes", async () => {
    const other = await vscode.workspace.openTextDocument({ language: "python", content: "x = 1\n" });
    await withProvider(method, async (asked) => {
      await hover();
      const once = asked.length;
      const change = new vscode.WorkspaceEdit();
      change.insert(other.uri, new vscode.Position(0, 0), "\n");
      assert.ok(await vscode.workspace.applyEdit(change));
      await hover();
      assert.equal(asked.length, 2 * once);
    });
  });

  async function edit(from: string, to: string): Promise<void> {
    const change = new vscode.WorkspaceEdit();
    const start = find(document, from);
    change.replace(document.uri, new vscode.Range(start, start.translate(0, from.length)), to);
    assert.ok(await vscode.workspace.applyEdit(change));
  }
});
