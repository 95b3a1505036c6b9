// What the extension says when tracing cannot work: always a sentence with a way out, and nothing runs.
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { readTrace } from "../../../src/trace/report";
import { allPythons, anyPython, supported } from "../../pythons";
import {
  catchingMessages,
  closeAll,
  extension,
  find,
  hoverText,
  inWorkspace,
  openFile,
  setPython,
  until,
} from "./editor";

const program = 'import asyncio\n\n\nasync def main():\n    print("first")\n\n\nasyncio.run(main())\n';

interface Attempt {
  readonly messages: readonly string[];
  /** Exit codes of the traced runs that were started, all over by now. */
  readonly exitCodes: readonly (number | undefined)[];
  readonly traces: readonly string[];
}

/** Calls the command, answering its questions with `answer`, and waits for the end of the tasks that it starts. */
async function attempt(answer?: string): Promise<Attempt> {
  const tasks = vscode.tasks as { executeTask: typeof vscode.tasks.executeTask };
  const original = tasks.executeTask;
  const exitCodes: (number | undefined)[] = [];
  const traces: string[] = [];
  tasks.executeTask = (task) => {
    traces.push(task.definition.trace);
    return original.call(vscode.tasks, task);
  };
  const ends = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => exitCodes.push(exitCode));
  try {
    const messages = await catchingMessages(answer, async () => {
      await vscode.commands.executeCommand("awaitscope.traceFile");
      await until("the end of what was started", () => exitCodes.length === traces.length);
    });
    return { messages, exitCodes, traces };
  } finally {
    ends.dispose();
    tasks.executeTask = original;
  }
}

/** A Python of a version that is too old: a real one where this machine has it, else a program that says it is. */
function oldPython(): { path: string; version: string } {
  const real = allPythons().find(({ minor }) => minor < Math.min(...supported));
  if (real !== undefined) return real;
  const path = inWorkspace("old-python");
  writeFileSync(path, "#!/bin/sh\necho 3.8.18 cpython\n");
  chmodSync(path, 0o755);
  return { path, version: "3.8.18" };
}

async function refused(): Promise<string> {
  const { messages, exitCodes } = await attempt();
  assert.deepEqual(exitCodes, [], "something ran");
  assert.equal(messages.length, 1, `it said ${JSON.stringify(messages)}`);
  return messages[0] ?? "";
}

describe("tracing without what it needs", () => {
  before(() => extension().activate());
  beforeEach(() => setPython(anyPython().path));
  afterEach(closeAll);
  after(() => setPython(undefined));

  it("says which Python was not found", async () => {
    const path = inWorkspace("no-such-python");
    await setPython(path);
    await openFile("bad.py", program);
    const message = await refused();
    assert.ok(message.includes(path));
    assert.match(message, /not found.*3\.9 or newer/);
  });

  it("says that a Python is too old", async () => {
    const { path, version } = oldPython();
    await setPython(path);
    await openFile("bad.py", program);
    const message = await refused();
    assert.ok(message.includes(version), message);
    assert.match(message, /3\.9 or newer/);
  });

  it("says that something is no Python", async () => {
    await setPython(process.execPath);
    await openFile("bad.py", program);
    assert.match(await refused(), /cannot be started/);
  });

  it("asks for a file when none is open", async () => {
    assert.match(await refused(), /Python file/);
  });

  it("turns down a file that is not Python", async () => {
    await openFile("notes.txt", "await the bus\n");
    assert.match(await refused(), /notes\.txt is not a Python file/);
  });
});

describe("tracing a file with unsaved changes", () => {
  before(() => extension().activate());
  beforeEach(async () => {
    await setPython(anyPython().path);
    const editor = await openFile("unsaved.py", program.replace("first", "saved"));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "import sys; sys.exit(7)\n"));
    assert.ok(editor.document.isDirty);
  });
  afterEach(closeAll);
  after(() => setPython(undefined));

  it("saves it when told to", async () => {
    const { messages, exitCodes } = await attempt("Save and Trace");
    assert.match(messages[0] ?? "", /unsaved changes/);
    assert.deepEqual(exitCodes, [7]);
    assert.match(readFileSync(inWorkspace("unsaved.py"), "utf8"), /^import sys/);
  });

  it("uses the saved file when told to", async () => {
    const tasks = vscode.workspace.getConfiguration("task");
    await tasks.update("saveBeforeRun", "never", vscode.ConfigurationTarget.Global);
    try {
      const { exitCodes } = await attempt("Trace Saved File");
      assert.deepEqual(exitCodes, [0]);
      assert.doesNotMatch(readFileSync(inWorkspace("unsaved.py"), "utf8"), /^import sys/);
    } finally {
      await tasks.update("saveBeforeRun", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("does not offer that where VS Code saves all files before any task", async () => {
    assert.deepEqual((await attempt("Trace Saved File")).exitCodes, []);
  });

  it("does nothing when the question is dismissed", async () => {
    assert.deepEqual((await attempt(undefined)).exitCodes, []);
  });
});

describe("programs that go wrong by themselves", () => {
  before(() => extension().activate());
  beforeEach(() => setPython(anyPython().path));
  afterEach(closeAll);
  after(() => setPython(undefined));

  it("lets a syntax error be Python's own", async () => {
    await openFile("syntax.py", "import asyncio\nx = = 3\n");
    const { messages, exitCodes } = await attempt();
    assert.deepEqual([messages, exitCodes], [[], [1]]);
  });

  it("traces until an exception ends the program", async () => {
    await openFile("raises.py", program.replace('print("first")', "await asyncio.sleep(0)\n    1 / 0"));
    const { messages, exitCodes, traces } = await attempt();
    assert.deepEqual([messages, exitCodes], [[], [1]]);
    const { model } = readTrace(readFileSync(traces[0] ?? ""));
    const main = model.tasks.find(({ site }) => site?.code?.name === "main");
    assert.equal(main?.outcome, "failed");
  });

  it("runs a program without asyncio as it is", async () => {
    await openFile("plain.py", "raise SystemExit(5)\n");
    assert.deepEqual((await attempt()).exitCodes, [5]);
  });

  it("explains awaits in a buffer that is no file", async () => {
    const content = "import asyncio\n\nasync def main():\n    await asyncio.sleep(1)\n";
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    assert.ok(document.isUntitled);
    assert.match(await hoverText(document, find(document, "await", 1)), /sleep/);
  });
});
