// Trace Current File, with real programs in real terminals.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import { readTrace } from "../../../src/trace/report";
import { anyPython } from "../../pythons";
import { closeAll, extension, inWorkspace, openFile, setPython, until } from "./editor";

interface Ended {
  readonly exitCode: number | undefined;
  /** The trace file's path, for runs that trace. */
  readonly trace: string;
}

interface Started {
  readonly execution: vscode.TaskExecution;
  readonly ended: Promise<Ended>;
}

/** Starts a task with `start` and follows the first task of `type` that then begins. */
function follow(type: string, start: () => Thenable<unknown>): Promise<Started> {
  return new Promise((resolve, reject) => {
    const subscriptions: vscode.Disposable[] = [];
    let running: vscode.TaskExecution | undefined;
    const ended = new Promise<Ended>((end) => {
      subscriptions.push(
        vscode.tasks.onDidStartTask(({ execution }) => {
          if (execution.task.definition.type !== type || running) return;
          running = execution;
          resolve({ execution, ended });
        }),
        vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          if (execution !== running) return;
          for (const subscription of subscriptions) subscription.dispose();
          end({ exitCode, trace: execution.task.definition.trace ?? "" });
        }),
      );
    });
    start().then(undefined, reject);
  });
}

/** Runs the command on a file with this text. */
async function traceText(name: string, text: string): Promise<Started> {
  await openFile(name, text);
  return follow("awaitscope", () => vscode.commands.executeCommand("awaitscope.traceFile"));
}

/** Runs the same file in a terminal without us. */
function runBare(name: string): Promise<Started> {
  const execution = new vscode.ProcessExecution(anyPython().path, [inWorkspace(name)], { cwd: inWorkspace(".") });
  const task = new vscode.Task({ type: "bare" }, vscode.TaskScope.Workspace, `bare ${name}`, "test", execution, []);
  return follow("bare", () => vscode.tasks.executeTask(task));
}

function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

function timeline(name: string): vscode.Tab | undefined {
  return tabs().find(({ label, input }) => label === `${name} trace` && input instanceof vscode.TabInputWebview);
}

function modelOf(trace: string) {
  const { reader, model } = readTrace(readFileSync(trace));
  assert.equal(reader.problem, undefined);
  return model;
}

const twentyTasks = `import asyncio
import sys


async def child(n):
    await asyncio.sleep(0.01 * n)


async def main():
    await asyncio.gather(*(child(n) for n in range(20)))
    print("all", 20, "done")


asyncio.run(main())
sys.exit(3)
`;

const endless = `import asyncio


async def main():
    while True:
        await asyncio.sleep(0.01)


asyncio.run(main())
`;

describe("Trace Current File", () => {
  before(async () => {
    await extension().activate();
    await setPython(anyPython().path);
  });
  afterEach(closeAll);
  after(() => setPython(undefined));

  it("writes a trace of a real program and keeps its exit code", async () => {
    const { exitCode, trace } = await (await traceText("twenty.py", twentyTasks)).ended;
    assert.equal(exitCode, 3);
    const model = modelOf(trace);
    const children = model.tasks.filter(({ site }) => site?.code?.name.endsWith("child"));
    assert.deepEqual(
      children.map(({ outcome }) => outcome),
      Array(20).fill("done"),
    );
    assert.equal(basename(model.info?.script ?? ""), "twenty.py");
  });

  it("opens the timeline beside the code and leaves the focus there", async () => {
    const { ended } = await traceText("beside.py", twentyTasks);
    const tab = await until("the timeline's tab", () => timeline("beside.py"));
    assert.equal(tab.group.viewColumn, vscode.ViewColumn.Two);
    assert.equal(basename(vscode.window.activeTextEditor?.document.fileName ?? ""), "beside.py");
    await ended;
  });

  it("shows a second run in the same tab", async () => {
    await (await traceText("again.py", twentyTasks)).ended;
    await (await traceText("again.py", twentyTasks)).ended;
    assert.equal(tabs().filter(({ label }) => label === "again.py trace").length, 1);
  });

  it("keeps every trace of its own", async () => {
    const first = await (await traceText("own.py", twentyTasks)).ended;
    const second = await (await traceText("own.py", twentyTasks)).ended;
    assert.notEqual(first.trace, second.trace);
    assert.ok(existsSync(first.trace) && existsSync(second.trace));
  });

  it("stops a program that would run for ever", async () => {
    const { execution, ended } = await traceText("endless.py", endless);
    const trace: string = execution.task.definition.trace;
    const pid = await until("the tracer's first events", () => {
      const { model } = readTrace(existsSync(trace) ? readFileSync(trace) : new Uint8Array());
      return model.tasks.length > 0 && model.info?.pid;
    });
    await vscode.commands.executeCommand("awaitscope.stopTrace");
    await ended;
    await until("the end of the process", () => !isAlive(pid));
    assert.ok(modelOf(trace).tasks.length > 0, "what was recorded is kept");
  });

  it("stops a program in the moment in which it is started", async () => {
    await openFile("early.py", endless);
    const shown = new Promise<void>((resolve) => {
      const tabsChanged = vscode.window.tabGroups.onDidChangeTabs(() => {
        if (!timeline("early.py")) return;
        tabsChanged.dispose();
        resolve();
      });
    });
    const traced = vscode.commands.executeCommand("awaitscope.traceFile");
    await shown; // before the program runs
    await vscode.commands.executeCommand("awaitscope.stopTrace");
    await traced;
    await until("the end of the task", () => vscode.tasks.taskExecutions.length === 0);
  });

  it("takes the active file when it is called on none, and the given one otherwise", async () => {
    const given = inWorkspace("given.py");
    writeFileSync(given, twentyTasks);
    await openFile("active.py", endless);
    const start = () => vscode.commands.executeCommand("awaitscope.traceFile", vscode.Uri.file(given));
    const { exitCode, trace } = await (await follow("awaitscope", start)).ended;
    assert.equal(exitCode, 3);
    assert.equal(basename(modelOf(trace).info?.script ?? ""), "given.py");
  });

  it("runs a path with spaces, quotes and letters beyond ASCII", async () => {
    const name = "späce näme 'q' 🐍.py";
    const { exitCode, trace } = await (await traceText(name, twentyTasks)).ended;
    assert.equal(exitCode, 3);
    assert.equal(basename(modelOf(trace).info?.script ?? ""), name);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const whatItSees = `import asyncio
import json
import os
import sys


async def main():
    await asyncio.sleep(0)
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    seen = {
        "line": line,
        "terminal": [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "arguments": sys.argv[1:],
        "module": __name__,
        "folder": os.getcwd(),
        "first": sys.path[0],
        "environment": sorted(name for name in os.environ if name.startswith(("AWAITSCOPE", "PYTHON"))),
    }
    with open(__file__ + ".json", "w") as file:
        json.dump(seen, file)


asyncio.run(main())
`;

const interrupted = `import asyncio
import sys


def tell(what):
    open(__file__ + "." + what, "w").close()


async def main():
    tell("ready")
    await asyncio.sleep(60)


try:
    asyncio.run(main())
except KeyboardInterrupt:
    tell("interrupted")
    sys.exit(9)
`;

/** The terminal in which the latest task runs. */
function terminalOf(name: string): Promise<vscode.Terminal> {
  return until(`a terminal for ${name}`, () =>
    vscode.window.terminals.find((terminal) => terminal.name.includes(name)),
  );
}

describe("a traced program's terminal", () => {
  before(async () => {
    await extension().activate();
    await setPython(anyPython().path);
  });
  afterEach(closeAll);
  after(() => setPython(undefined));

  it("gives it the input that is typed, and the surroundings it has without us", async () => {
    const answer = inWorkspace("sees.py.json");
    const read = async ({ ended }: Started, terminal: string): Promise<Record<string, unknown>> => {
      (await terminalOf(terminal)).sendText("typed words");
      assert.equal((await ended).exitCode, 0);
      const seen = JSON.parse(readFileSync(answer, "utf8"));
      rmSync(answer);
      return seen;
    };
    const traced = await read(await traceText("sees.py", whatItSees), "Trace sees.py");
    const bare = await read(await runBare("sees.py"), "bare sees.py");
    assert.deepEqual(traced, bare);
    assert.equal(traced.line, "typed words\n");
    assert.deepEqual(traced.terminal, [true, true, true]);
  });

  it("passes Ctrl+C on, and ends as it would without us", async () => {
    const interrupt = async (started: Started, terminal: string): Promise<number | undefined> => {
      const ready = inWorkspace("interrupted.py.ready");
      await until("the program to sleep", () => existsSync(ready));
      rmSync(ready);
      (await terminalOf(terminal)).sendText("\x03", false);
      const { exitCode } = await started.ended;
      rmSync(inWorkspace("interrupted.py.interrupted")); // throws when there is none
      return exitCode;
    };
    const traced = await interrupt(await traceText("interrupted.py", interrupted), "Trace interrupted.py");
    const bare = await interrupt(await runBare("interrupted.py"), "bare interrupted.py");
    assert.deepEqual([traced, bare], [9, 9]);
  });
});
