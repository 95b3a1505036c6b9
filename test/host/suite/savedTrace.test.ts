// Trace files in an editor of their own: whatever the file is, and whatever becomes of it meanwhile.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { siblingOf, stemOf } from "../../../src/family";
import { root } from "../../root";
import { head, trace, values } from "../../trace/encode";
import { closeAll, extension, inWorkspace, until } from "./editor";
import { pages, type Shown, sessionOf } from "./pages";
import { tell } from "./tell";

const MAIN = 4096;
const records = (from: number, name = "main") =>
  values(0, [
    ["task", from, MAIN, name, -1],
    ["step", MAIN, from + 1, -1, 0],
  ]);
const START = Buffer.concat([head(), values(0, [["thread", 1, "MainThread"]]), records(1)]);

function write(name: string, bytes: string | Uint8Array): string {
  const file = inWorkspace(name);
  writeFileSync(file, bytes);
  return file;
}

/** Opens a file as the explorer does, by its name alone. */
async function open(file: string, viewColumn = vscode.ViewColumn.One): Promise<Shown> {
  const known = pages.length;
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file), { viewColumn });
  return until(`the page of ${file}`, () => pages.slice(known).find(({ uri }) => uri?.fsPath === file));
}

/** What a page says of a file that cannot be read. */
function refusal(page: Shown): Promise<string> {
  return until("a refusal", () => {
    const told = page.posted.find(({ kind }) => kind === "unreadable");
    return told?.kind === "unreadable" ? `${told.message} ${told.advice}` : undefined;
  });
}

const received = (page: Shown): number => sessionOf(page).reader.received;

describe("a trace file in an editor", () => {
  before(() => extension().activate());
  afterEach(closeAll);

  it("is shown by the timeline, under its own name, with every byte of it", async () => {
    const file = join(root, "test", "trace", "fixtures", "gather.awaitscope");
    const page = await open(file);
    const { size } = await vscode.workspace.fs.stat(vscode.Uri.file(file));
    await until("all bytes", () => received(page) === size);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.equal(tab?.label, "gather.awaitscope");
    assert.ok(tab?.input instanceof vscode.TabInputCustom && tab.input.viewType === "awaitscope.trace");
    const session = sessionOf(page);
    assert.ok(session.whole && !session.live && session.model.tasks.length > 2);
  });

  it("is opened by the command too, and by it in one tab however often", async () => {
    const file = write("twice.awaitscope", START);
    for (let time = 0; time < 2; time++)
      await vscode.commands.executeCommand("awaitscope.openTrace", vscode.Uri.file(file));
    const tabs = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    await until("its tab", () => tabs().some(({ label }) => label === "twice.awaitscope"));
    assert.equal(tabs().filter(({ label }) => label === "twice.awaitscope").length, 1);
  });

  it("is followed while it grows", async () => {
    const file = write("grows.awaitscope", START);
    const page = await open(file);
    await until("what there is", () => received(page) === START.length);
    const more = records(5, "later");
    appendFileSync(file, more);
    await until("what was added", () => received(page) === START.length + more.length);
    assert.deepEqual(
      sessionOf(page).model.tasks.map(({ name }) => name),
      ["main", "later"],
    );
    assert.equal(page.posted.filter(({ kind }) => kind === "open").length, 1);
  });

  it("is shown anew when another trace takes its place", async () => {
    const file = write("again.awaitscope", START);
    const page = await open(file);
    await until("what there is", () => received(page) === START.length);
    const other = Buffer.concat([head({ pid: 4712 }), values(0, [["thread", 1, "MainThread"]]), records(1, "other")]);
    write("next.awaitscope", Buffer.concat([other, records(9, "more")]));
    renameSync(inWorkspace("next.awaitscope"), file);
    await until("the other one", () => sessionOf(page).model.tasks.length === 2);
    assert.deepEqual(
      sessionOf(page).model.tasks.map(({ name }) => name),
      ["other", "more"],
    );
    writeFileSync(file, START); // written anew in place, and shorter
    await until("the first one again", () => sessionOf(page).model.tasks[0]?.name === "main");
  });

  it("is said to be gone when it goes, and shown when it comes back", async () => {
    const file = write("comes.awaitscope", START);
    const page = await open(file);
    await until("what there is", () => received(page) === START.length);
    rmSync(file);
    assert.match(await refusal(page), /There is no file .*comes\.awaitscope\. It was moved or removed/);
    writeFileSync(file, START);
    await until("that it is back", () => sessionOf(page).refusal === undefined && sessionOf(page).whole);
  });

  const kinds: [string, () => string, RegExp][] = [
    ["a file that is not there", () => inWorkspace("gone.awaitscope"), /There is no file .*gone\.awaitscope/],
    ["a folder", () => folder("folder.awaitscope"), /folder\.awaitscope is a folder\. Open a trace file in it/],
    ["more than any timeline holds", () => sparse("huge.awaitscope", 3 * 2 ** 30), /has 3\.0 GiB.* up to 2 GiB/],
    ["a pipe that nobody writes to", () => pipe("pipe.awaitscope"), /is not a regular file/],
    ["a file that may not be read", () => locked("locked.awaitscope"), /may not be read\. Change its permissions/],
  ];
  const whyNot = (what: string): string | undefined => {
    if (process.platform === "win32" && /pipe|may not/.test(what)) return `Windows has no ${what}`;
    return process.getuid?.() === 0 && what.includes("may not") ? "root may read every file" : undefined;
  };
  for (const [what, make, expected] of kinds)
    it(`says what is wrong with ${what}`, async function () {
      const impossible = whyNot(what);
      if (impossible !== undefined) {
        tell(`not run (1): ${impossible}`);
        return this.skip();
      }
      const known = pages.length;
      await vscode.commands.executeCommand("awaitscope.openTrace", vscode.Uri.file(make()));
      const page = await until("its page", () => pages[known]);
      assert.match(await refusal(page), expected);
    });

  for (const [what, bytes, problem] of [
    ["nothing", "", undefined],
    ["its first bytes", "awaits", undefined],
    ["a cut frame", `awaitscope 1\n\x10\x00\x00`, undefined],
    ["something else", "PK\x03\x04", "not-a-trace"],
    ["a later format", "awaitscope 9\n", "newer"],
  ] as const)
    it(`goes to the page as it is: ${what}`, async () => {
      const file = write("strange.awaitscope", Buffer.from(bytes, "latin1"));
      const page = await open(file);
      await until("its end", () => sessionOf(page).whole);
      assert.equal(received(page), bytes.length);
      assert.equal(sessionOf(page).reader.problem?.kind, problem);
      rmSync(file);
    });

  it("lies beside others, each with its own bytes", async () => {
    const files = [1, 2, 3].map((pid) => write(`${pid}.awaitscope`, Buffer.concat([head({ pid }), records(1)])));
    const shown: Shown[] = [];
    for (const [at, file] of files.entries()) shown.push(await open(file, at + 1));
    await until("all of them", () => shown.every((page) => sessionOf(page).whole));
    assert.deepEqual(
      shown.map((page) => sessionOf(page).model.info?.pid),
      [1, 2, 3],
    );
  });
});

describe("the traces of child processes", () => {
  before(() => extension().activate());
  afterEach(closeAll);

  const child = (pid: number, parent: number, name: string) =>
    Buffer.concat([
      head({ pid, parent, parentTrace: "/elsewhere/run.awaitscope", script: "/srv/worker.py" }),
      records(3, name),
    ]);

  it("are found beside a trace and read into its model; others there are not", async () => {
    write("run.55.awaitscope", child(55, 4711, "in the child"));
    write("run.56-2.awaitscope", child(56, 55, "in the grandchild"));
    write("run.2024.awaitscope", Buffer.concat([head({ pid: 9 }), records(1, "of another program")]));
    write("runs.57.awaitscope", child(57, 4711, "of another trace"));
    const page = await open(write("run.awaitscope", START));
    await until("three processes", () => sessionOf(page).model.tasks.length === 3);
    const { model, records: count } = sessionOf(page);
    assert.deepEqual(model.processes.map(({ pid, name }) => `${pid} ${name}`).sort(), [
      "4711 app.py",
      "55 worker.py",
      "56 worker.py",
    ]);
    assert.deepEqual(model.tasks.map(({ name }) => name).sort(), ["in the child", "in the grandchild", "main"]);
    assert.equal(count, 3 + 2 + 2);
    write("run.58.awaitscope", child(58, 4711, "came later"));
    await until("the one that came later", () => sessionOf(page).model.tasks.length === 4);
  });

  it("that a trace names are read only from its own folder", async () => {
    mkdirSync(inWorkspace("inner"), { recursive: true });
    write("secret.awaitscope", child(70, 4711, "outside"));
    write("inner/named.awaitscope", child(71, 4711, "named"));
    const named = values(0, [
      ["child", 2, 70, "../secret.awaitscope"],
      ["child", 2, 71, inWorkspace("elsewhere/named.awaitscope")],
      ["child", 2, 72, "/etc/passwd"],
    ]);
    const page = await open(write("inner/root.awaitscope", Buffer.concat([START, named])));
    await until("the one in the folder", () => sessionOf(page).model.tasks.length === 2);
    await until("the refusals", () => page.posted.filter(({ kind }) => kind === "unreadable").length >= 1);
    assert.deepEqual(
      sessionOf(page).model.tasks.map(({ name }) => name),
      ["main", "named"],
    );
    assert.ok(
      page.said.some((message) => message.kind === "from" && message.file === "secret.awaitscope"),
      "asked for by name only",
    );
  });

  it("have names that lead nowhere else", () => {
    const uri = vscode.Uri.file("/a/b/run.awaitscope");
    const paths = [
      "x.awaitscope",
      "../x.awaitscope",
      "..\\x.awaitscope",
      "c:x.awaitscope",
      "x.txt",
      "",
      "\0.awaitscope",
    ].map((name) => siblingOf(uri, name)?.path);
    assert.deepEqual(paths, ["/a/b/x.awaitscope", ...Array(6).fill(undefined)]);
    assert.deepEqual(["run.awaitscope", "run.1.awaitscope", "run.1-2.awaitscope", "a.b.awaitscope"].map(stemOf), [
      "run",
      "run",
      "run",
      "a.b",
    ]);
  });
});

function folder(name: string): string {
  mkdirSync(inWorkspace(name), { recursive: true });
  return inWorkspace(name);
}

function sparse(name: string, size: number): string {
  const file = write(name, trace());
  truncateSync(file, size);
  return file;
}

function pipe(name: string): string {
  execFileSync("mkfifo", [inWorkspace(name)]);
  return inWorkspace(name);
}

function locked(name: string): string {
  const file = write(name, readFileSync(join(root, "test", "trace", "fixtures", "basic.awaitscope")));
  chmodSync(file, 0);
  return file;
}
