// What stays true of a file when others change, and how files are brought that are read later.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolve } from "../../../src/analysis/awaiting/resolve";
import { awaitSites } from "../../../src/analysis/code/awaits";
import { explainTree } from "../../../src/analysis/explain/explainFile";
import type { Files } from "../../../src/analysis/project/files";
import type { Project } from "../../../src/analysis/project/project";
import { settle } from "../../../src/analysis/project/settle";
import { nodeStates } from "../../../src/nodeFiles";
import { Seen } from "../../../src/seen";
import { testParser } from "../parser";
import { inMemory, projectIn, type Texts } from "./files";

const main = "from b import job\nasync def f():\n    await job()\n";

function kinds(project: Project, address = "/w/a.py"): string {
  const tree = project.treeAt(address);
  return tree
    ? explainTree(tree, address, project)
        .map(({ kind, what }) => `${kind} ${what}`)
        .join(", ")
    : "unread";
}

describe("a project follows", () => {
  it("an edit of a file that another imports, however far away", async () => {
    const texts: Texts = { "/w/a.py": main, "/w/b.py": "from c import job\n", "/w/c.py": "async def job(): ...\n" };
    const project = await projectIn(inMemory(texts));
    assert.equal(kinds(project), "coroutine job");
    texts["/w/c.py"] = "import asyncio\nasync def other(): ...\ndef job(): return asyncio.create_task(other())\n";
    assert.equal(kinds(project), "coroutine job", "nobody said so yet");
    project.changed("/w/c.py");
    assert.equal(kinds(project), "task asyncio.Task");
    project.dispose();
  });

  it("files that come and go, alone and with their folders", async () => {
    const texts: Texts = { "/w/a.py": main };
    const project = await projectIn(inMemory(texts));
    assert.equal(kinds(project), "unknown null");
    texts["/w/b.py"] = "async def job(): ...\n";
    project.changed("/w/b.py");
    assert.equal(kinds(project), "coroutine job");
    delete texts["/w/b.py"];
    texts["/w/b/__init__.py"] = "from .c import job\n";
    texts["/w/b/c.py"] = "async def job(): ...\n";
    project.changed("/w/b.py");
    project.changed("/w/b");
    assert.equal(kinds(project), "coroutine job");
    delete texts["/w/b/__init__.py"];
    delete texts["/w/b/c.py"];
    project.changed("/w/b");
    assert.equal(kinds(project), "unknown null");
    project.dispose();
  });

  it("what comes together, in whichever order it is told", async () => {
    const texts: Texts = { "/w/a.py": main, "/w/user.py": "" };
    const project = await projectIn(inMemory(texts));
    assert.equal(kinds(project), "unknown null");
    texts["/w/src/b.py"] = "async def job(): ...\n";
    texts["/w/user.py"] = "pass\n";
    project.changed("/w/user.py");
    project.changed("/w/src");
    assert.equal(kinds(project), "coroutine job");
    delete texts["/w/src/b.py"];
    project.changed("/w/user.py");
    project.changed("/w/src/b.py");
    assert.equal(kinds(project), "unknown null");
    project.dispose();
  });

  it("open documents before the disk, until they close", async () => {
    const texts: Texts = { "/w/a.py": main, "/w/b.py": "async def job(): ...\n" };
    const project = await projectIn(inMemory(texts));
    const parser = await testParser();
    assert.equal(kinds(project), "coroutine job");
    const edited = parser.parse("import asyncio\ndef job(): return asyncio.Future()\n");
    project.open("/w/b.py", edited);
    assert.equal(kinds(project), "future asyncio.Future");
    project.changed("/w/b.py");
    assert.equal(kinds(project), "future asyncio.Future", "the disk does not matter while it is open");
    project.close("/w/b.py");
    edited.dispose();
    assert.equal(kinds(project), "coroutine job");
    project.dispose();
  });

  it("keeps what does not depend on a change", async () => {
    const texts: Texts = { "/w/a.py": main, "/w/b.py": "async def job(): ...\n", "/w/c.py": "" };
    const project = await projectIn(inMemory(texts));
    assert.equal(kinds(project), "coroutine job");
    const [a, b] = ["/w/a.py", "/w/b.py"].map((each) => project.treeAt(each));
    assert.ok(a && b);
    const stamps = [project.stamp(a), project.stamp(b)];
    project.changed("/w/c.py");
    texts["/w/notes.txt"] = texts["/w/__pycache__/b.cpython-312.pyc"] = "no module";
    project.changed("/w/b.txt");
    assert.deepEqual([project.stamp(a) === stamps[0], project.stamp(b) === stamps[1]], [true, true]);
    project.open("/w/a.py", a);
    assert.deepEqual([project.stamp(a) === stamps[0], project.stamp(b) === stamps[1]], [true, true]);
    project.changed("/w/b.py");
    assert.notEqual(project.stamp(a), stamps[0]);
    project.dispose();
  });
});

describe("what is told of a file rests on", () => {
  const grounds = (project: Project, address = "/w/a.py") => {
    const { files, folders } = project.groundsOf(address);
    return [...files, "in", ...folders].join(" ");
  };

  it("the files that it imports, and theirs", async () => {
    const texts: Texts = { "/w/a.py": main, "/w/b.py": "from c import job\n", "/w/c.py": "async def job(): ...\n" };
    const project = await projectIn(inMemory({ ...texts, "/w/d.py": main }));
    assert.equal(grounds(project), "/w/a.py in", "nothing was asked yet");
    assert.equal(kinds(project), "coroutine job");
    assert.equal(grounds(project), "/w/a.py /w/b.py /w/c.py in");
    project.dispose();
  });

  it("the folders that have not what it imports, until one has", async () => {
    const texts: Texts = { "/w/a.py": "from pkg.b import job\nasync def f(): await job()\n", "/w/pkg/__init__.py": "" };
    const project = await projectIn(inMemory(texts));
    assert.equal(kinds(project), "unknown null");
    assert.equal(grounds(project), "/w/a.py in /w /lib/site-packages /w/pkg");
    texts["/w/pkg/notes.txt"] = "";
    assert.equal(project.listed("/w/pkg"), false);
    texts["/w/pkg/b.py"] = "async def job(): ...\n";
    assert.equal(kinds(project), "unknown null", "nobody said so yet");
    assert.equal(project.listed("/w/pkg"), true);
    assert.equal(kinds(project), "coroutine job");
    assert.equal(grounds(project), "/w/a.py /w/pkg/b.py in");
    project.dispose();
  });

  it("no more than so many", async () => {
    const names = Array.from({ length: 200 }, (_, at) => `m${at}`);
    const texts: Texts = Object.fromEntries(names.map((name) => [`/w/${name}.py`, "def f(): ...\n"]));
    texts["/w/a.py"] = `${names.map((name) => `from ${name} import f as ${name}f`).join("\n")}
async def main():\n${names.map((name) => `    await ${name}f()\n`).join("")}`;
    const project = await projectIn(inMemory(texts));
    kinds(project);
    assert.equal(project.groundsOf("/w/a.py").files.length, 64);
    project.dispose();
  });
});

describe("files that change unsaid", () => {
  it("are told once, by their states", async () => {
    const states = new Map([
      ["/w/a.py", "1"],
      ["/w/b.py", "1"],
    ]);
    const seen = new Seen();
    const files = seen.reading(inMemory({ "/w/a.py": "" }), { now: (each) => states.get(each), soon: async () => "" });
    const changed = (since = Number.POSITIVE_INFINITY) =>
      seen.changed(["/w/a.py", "/w/b.py", "/w/c.py"], since, async (each) => states.get(each));
    for (const name of ["a", "c"]) files.read(`/w/${name}.py`);
    assert.deepEqual(await changed(), [], "b was not read, c is still not there");
    states.set("/w/a.py", "2").set("/w/b.py", "2").set("/w/c.py", "2");
    assert.deepEqual(await changed(0), [], "looked at since");
    assert.deepEqual(await changed(), ["/w/a.py", "/w/c.py"]);
    assert.deepEqual(await changed(), [], "not read again");
    files.read("/w/a.py");
    states.delete("/w/a.py");
    assert.deepEqual(await changed(), ["/w/a.py"]);
  });

  it("have other states on disk, as folders have, even at the same moment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "awaitscope-states-"));
    const file = join(folder, "a.py");
    const both = () => [nodeStates.now(folder), nodeStates.now(file)];
    const [empty, none] = both();
    assert.equal(none, undefined);
    writeFileSync(file, "1");
    const [with1, first] = both();
    assert.ok(empty !== with1 && first?.endsWith("just now"), "it may change again without another time");
    utimesSync(file, 1, 1);
    const old = nodeStates.now(file);
    assert.ok(old && !old.endsWith("just now"));
    assert.equal(await nodeStates.soon(file), old);
    for (const address of [join(folder, "b.py"), `${file}/c`, "\0"])
      assert.equal(await nodeStates.soon(address), undefined);
    rmSync(folder, { recursive: true });
  });
});

/** Files that are only there once they were brought. */
class Remote implements Files {
  readonly brought = new Set<string>();
  readonly rounds: string[][] = [];

  constructor(readonly texts: Texts) {}

  read(address: string): ReturnType<Files["read"]> {
    return this.brought.has(address) ? inMemory(this.texts).read(address) : "later";
  }

  list(folder: string): ReturnType<Files["list"]> {
    return this.brought.has(folder) ? inMemory(this.texts).list(folder) : "later";
  }

  bring = async (addresses: readonly string[]): Promise<void> => {
    this.rounds.push([...addresses]);
    for (const each of addresses) this.brought.add(each);
  };
}

describe("files that are read later", () => {
  const texts: Texts = {
    "/w/a.py": main,
    "/w/b.py": "from pkg.c import job\n",
    "/w/pkg/__init__.py": "",
    "/w/pkg/c.py": "async def job(): ...\n",
  };

  async function opened(files: Files): Promise<{ project: Project; ask: () => string }> {
    const project = await projectIn(files);
    const tree = (await testParser()).parse(main);
    project.open("/w/a.py", tree);
    const ask = () =>
      awaitSites(tree)
        .map((site) => resolve(site, tree, project).kind)
        .join(", ");
    return { project, ask };
  }

  it("are asked for until the answer needs no more", async () => {
    const files = new Remote(texts);
    const { project, ask } = await opened(files);
    assert.equal(ask(), "unknown");
    assert.equal(await settle(project, ask, files.bring, () => false), "coroutine");
    assert.deepEqual(project.takeWanted(), []);
    assert.ok(files.rounds.length < 12, `${files.rounds.length} rounds`);
    assert.ok(
      files.rounds.flat().every((each) => !each.includes("a.py")),
      "an open document is not read",
    );
    project.dispose();
  });

  it("are given up after so many rounds, with what is known by then", async () => {
    const files = new Remote(texts);
    const { project, ask } = await opened(files);
    assert.equal(await settle(project, ask, files.bring, () => false, 2), "unknown");
    assert.equal(files.rounds.length, 1);
    project.dispose();
  });

  it("are not waited for once nobody wants the answer", async () => {
    const files = new Remote(texts);
    const { project, ask } = await opened(files);
    let isCancelled = false;
    const bring = async (addresses: readonly string[]) => {
      await files.bring(addresses);
      isCancelled = true;
    };
    assert.equal(await settle(project, ask, bring, () => isCancelled), undefined);
    assert.equal(files.rounds.length, 1);
    project.dispose();
  });

  it("that never come are asked for once", async () => {
    const asked: string[] = [];
    const files: Files = { read: () => "later", list: () => "later" };
    const { project, ask } = await opened(files);
    const bring = async (addresses: readonly string[]) => void asked.push(...addresses);
    assert.equal(await settle(project, ask, bring, () => false), "unknown");
    assert.ok(asked.length < 100, `${asked.length} asked`);
    project.dispose();
  });
});
