// Files that mean harm, or were never meant to be read: a project answers, soon, and claims nothing.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explainTree } from "../../../src/analysis/explain/explainFile";
import type { Project } from "../../../src/analysis/project/project";
import { nodeFiles } from "../../../src/nodeFiles";
import { cpuTime, testParser } from "../parser";
import { found, inMemory, projectIn, type Texts } from "./files";

const call = "async def f():\n    await job()\n";

async function kinds(texts: Texts, address = "/w/a.py"): Promise<string> {
  const project = await projectIn(inMemory(texts));
  const told = kindsIn(project, address);
  project.dispose();
  return told;
}

function kindsIn(project: Project, address: string): string {
  const tree = project.treeAt(address);
  assert.ok(tree);
  return explainTree(tree, address, project)
    .map(({ kind, what }) => `${kind} ${what ?? ""}`.trim())
    .join(", ");
}

describe("a project stands", () => {
  const cases: Readonly<Record<string, readonly [Texts, string]>> = {
    "modules that import each other": [
      {
        "/w/a.py": `from b import job\n${call}`,
        "/w/b.py": "from a import f\nfrom c import job\n",
        "/w/c.py": "from b import job\n",
      },
      "unknown",
    ],
    "modules that import each other, and one that ends it": [
      { "/w/a.py": `from b import job\n${call}`, "/w/b.py": "from a import f\nasync def job(): await f()\n" },
      "coroutine job",
    ],
    "a module that imports itself": [
      {
        "/w/a.py": `import a\nfrom a import job as again\nasync def job(): ...\nasync def f():\n    await a.job()\n    await again()\n`,
      },
      "coroutine job, coroutine job",
    ],
    "a module that imports its own name from itself": [{ "/w/a.py": `from a import job\n${call}` }, "unknown"],
    "all of each other's names": [
      {
        "/w/a.py": `from b import *\n${call}`,
        "/w/b.py": "from c import *\n",
        "/w/c.py": "from b import *\nfrom a import *\n",
      },
      "unknown",
    ],
    "a class whose base is itself, in another file": [
      {
        "/w/a.py": "from b import C\nclass B(C): ...\nasync def f():\n    await B().run()\n",
        "/w/b.py": "from a import B\nclass C(B): ...\n",
      },
      "unknown",
    ],
    "a module that is no text": [
      { "/w/a.py": `from b import job\n${call}`, "/w/b.py": "\0\u0001\uffff".repeat(10_000) },
      "unknown",
    ],
    "a module of nothing but brackets": [
      { "/w/a.py": `from b import job\n${call}`, "/w/b.py": "(".repeat(50_000) },
      "unknown",
    ],
  };
  for (const [name, [texts, expected]] of Object.entries(cases))
    it(name, async () => assert.equal(await kinds(texts), expected));

  it("a module of the standard library's name beside a script is neither one nor the other", async () => {
    const { Typeshed, typeshedRoot } = await import("../../../src/analysis/project/typeshed");
    class One extends Typeshed {
      override read = (address: string) => (address === `${typeshedRoot}/queue.pyi` ? new Uint8Array() : undefined);
      override list = (folder: string) =>
        folder === typeshedRoot ? new Map([["queue.pyi", "file" as const]]) : undefined;
      override has = () => true;
    }
    const texts = { "/w/tools/queue.py": "", "/w/tools/a.py": "", "/w/queue.py": "", "/w/a.py": "" };
    const project = await projectIn(inMemory(texts), { workspace: ["/w"], typeshed: new One() });
    assert.equal(found(project, "/w/a.py", "queue"), "/w/queue.py", "a root of the workspace comes first");
    const scripts = await projectIn(inMemory(texts), { workspace: ["/elsewhere"], typeshed: new One() });
    assert.equal(found(scripts, "/w/tools/a.py", "queue"), undefined);
  });

  it("a chain of 2,000 modules", async () => {
    const texts: Texts = { "/w/a.py": `from m0 import job\n${call}` };
    for (let index = 0; index < 2_000; index++) texts[`/w/m${index}.py`] = `from m${index + 1} import job\n`;
    const project = await projectIn(inMemory(texts));
    let told = "";
    const took = cpuTime(() => {
      told = kindsIn(project, "/w/a.py");
    });
    assert.equal(told, "unknown");
    assert.ok(took < 1_000, `${took} ms`);
    project.dispose();
  });

  it("20 MB of code in a module, which it does not read", async () => {
    const project = await projectIn(
      inMemory({ "/w/a.py": `from big import job\n${call}`, "/w/big.py": "async def job(): ...\n".repeat(1_000_000) }),
    );
    let told = "";
    const took = cpuTime(() => {
      told = kindsIn(project, "/w/a.py");
    });
    assert.equal(told, "unknown");
    assert.ok(took < 500, `${took} ms`);
    project.dispose();
  });
});

describe("what is not followed", () => {
  it("says why", async () => {
    const texts: Texts = {
      "/w/a.py":
        "from fast import a\nfrom gone import b\nfrom . import c\nfrom big import d\nfrom pkg.sub import e\nimport pkg.sub\n" +
        "async def f():\n    await a()\n    await b()\n    await c()\n    await d()\n    await e()\n    await pkg.sub.g()\n",
      "/w/fast.cpython-313-darwin.so": "",
      "/w/big.py": "#".repeat(2_100_000),
      "/w/pkg/sub.py": "x = 1\n",
    };
    const project = await projectIn(inMemory(texts));
    const tree = project.treeAt("/w/a.py");
    assert.ok(tree);
    const reasons = explainTree(tree, "/w/a.py", project).map(({ reason }) => reason?.replace(/, so what .*/, ""));
    assert.deepEqual(reasons, [
      "a comes from fast, which is compiled, so that its code cannot be read",
      "b comes from gone, which is not found",
      "c comes from ., which is not found",
      "d comes from big, which cannot be read",
      "e comes from pkg.sub, whose code does not show it",
      "g comes from pkg.sub, whose code does not show it",
    ]);
    project.dispose();
  });
});

describe("files on disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-project-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, bytes: string | Uint8Array) => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  };
  const project = () => projectIn(nodeFiles, { workspace: [folder], sysPath: [] });

  it("are read in their own coding", async () => {
    write("a.py", `from b import job, größe\nasync def f():\n    await job()\n    await größe()\n`);
    write("b.py", Buffer.from("# -*- coding: latin-1 -*-\nasync def job(): 'ä'\nasync def größe(): ...\n", "latin1"));
    assert.equal(kindsIn(await project(), `${folder}/a.py`), "coroutine job, coroutine größe");
  });

  it("may be links, to themselves as well", async () => {
    write(
      "a.py",
      `from real import job\nfrom again.again.link import job as linked\nasync def f():\n    await job()\n    await linked()\n`,
    );
    write("else.txt", "async def job(): ...\n");
    symlinkSync(join(folder, "else.txt"), join(folder, "real.py"));
    symlinkSync(join(folder, "else.txt"), join(folder, "link.py"));
    symlinkSync(folder, join(folder, "again"));
    symlinkSync(join(folder, "loop"), join(folder, "loop"));
    symlinkSync(join(folder, "gone"), join(folder, "dead.py"));
    assert.equal(kindsIn(await project(), `${folder}/a.py`), "coroutine job, coroutine job");
  });

  it("that cannot be read are as good as none", async () => {
    write("x.py/inner.txt", "");
    assert.equal(nodeFiles.read(join(folder, "x.py")), undefined, "a folder");
    assert.equal(nodeFiles.read(join(folder, "gone.py")), undefined);
    assert.equal(nodeFiles.list(join(folder, "gone")), undefined);
    assert.equal(nodeFiles.read("/dev/zero"), undefined, "a device never ends");
    assert.equal(nodeFiles.read(`${folder}/\0`), undefined, "no name of a file");
  });
});

describe("trees at rest", () => {
  it("tell what they told before, of code that is read for the first time", async () => {
    const parser = await testParser();
    const text =
      "class A:\n    async def f(self):\n        await self.g()\n    async def g(self): return 1\nif x:\n    def h(): pass\n";
    const [awake, resting] = [parser.parse(text), parser.parse(text)];
    const shape = (tree: typeof awake) =>
      JSON.stringify(tree.module, (key, value) => (key === "parent" || key === "owner" ? undefined : value));
    assert.ok(resting.module.statements.length === 2 && resting.isAwake);
    resting.rest();
    assert.equal(resting.isAwake, false);
    assert.equal(shape(resting), shape(awake));
    resting.rest();
    assert.equal(resting.find(["await"]).length, awake.find(["await"]).length);
    for (const tree of [awake, resting]) tree.dispose();
    assert.equal(resting.find(["await"]).length, 0, "disposed of for good");
  });

  it("keep the parser's memory small, whatever is read", async () => {
    const long = `async def job():\n${"    await job()\n".repeat(20_000)}`;
    const texts: Texts = {};
    for (let index = 0; index < 8; index++) texts[`/w/m${index}.py`] = long;
    const project = await projectIn(inMemory(texts));
    for (const address of Object.keys(texts)) {
      project.treeAt(address);
      project.trim();
    }
    const trees = Object.keys(texts).flatMap((each) => project.treeAt(each) ?? []);
    const awake = trees.filter((tree) => tree.isAwake).reduce((length, tree) => length + tree.text.length, 0);
    assert.ok(awake > 0 && awake <= 1_700_000, `${awake} characters`);
    assert.ok(trees.at(-1)?.isAwake && !trees[0]?.isAwake, "those used last stay");
    project.dispose();
  }).timeout(20_000);
});
