// The standard library as it is shipped, and what stubs tell.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { explainTree } from "../../../src/analysis/explain/explainFile";
import { settle } from "../../../src/analysis/project/settle";
import { Typeshed, typeshedRoot } from "../../../src/analysis/project/typeshed";
import { root } from "../../root";
import { testParser } from "../parser";
import { found, inMemory, projectIn, type Texts } from "./files";

const shipped = join(root, "dist", "typeshed.gz");

async function loaded(): Promise<Typeshed> {
  const typeshed = new Typeshed();
  await typeshed.load(new Uint8Array(readFileSync(shipped)));
  return typeshed;
}

/** What the awaits of `/w/a.py` wait for, one line each. */
async function awaits(texts: Texts, minor: number, platform = "linux"): Promise<string[]> {
  const project = await projectIn(inMemory(texts), { typeshed: await loaded(), minor, platform, sysPath: ["/lib"] });
  const tree = project.treeAt("/w/a.py");
  assert.ok(tree);
  const rows = explainTree(tree, "/w/a.py", project);
  project.dispose();
  return rows.map(({ kind, what, suspends, definition }) => {
    const at = definition ? ` at ${definition.file ?? ""}:${definition.line}` : "";
    return `${kind} ${what} ${suspends}${at}`;
  });
}

describe("the standard library's stubs", () => {
  it("are one small file, with their licence beside it", () => {
    assert.ok(statSync(shipped).size < 550_000, `${statSync(shipped).size} bytes`);
    assert.match(readFileSync(join(root, "dist", "typeshed.LICENSE"), "utf8"), /Apache License/);
  });

  it("are there for the versions that have them", async () => {
    const typeshed = await loaded();
    const has = (module: string) => [9, 11, 12, 13].filter((minor) => typeshed.has(module, minor)).join(" ");
    assert.equal(has("asyncio"), "9 11 12 13");
    assert.equal(has("asyncio.taskgroups"), "11 12 13");
    assert.equal(has("asyncio.tasks"), "9 11 12 13");
    assert.equal(has("distutils.cmd"), "9 11");
    assert.equal(has("requests"), "");
    assert.ok(typeshed.read(`${typeshedRoot}/asyncio/tasks.pyi`));
    assert.equal(typeshed.read(`${typeshedRoot}/asyncio`), undefined);
  });

  it("come before the interpreter's own files, and behind those of the workspace", async () => {
    const texts = {
      "/w/a.py": "",
      "/lib/queue.py": "",
      "/lib/idlelib/__init__.py": "",
      "/w/heapq.py": "",
      "/lib/typing.py": "",
    };
    const project = await projectIn(inMemory(texts), { typeshed: await loaded(), minor: 13, sysPath: ["/lib"] });
    const importer = project.treeAt("/w/a.py");
    assert.ok(importer);
    assert.equal(project.library(project.module("queue", 0, importer) ?? importer), "queue");
    assert.equal(
      project.library(project.module("xml.etree.ElementTree", 0, importer) ?? importer),
      "xml.etree.ElementTree",
    );
    assert.equal(found(project, "/w/a.py", "heapq"), "/w/heapq.py");
    assert.equal(found(project, "/w/a.py", "idlelib"), "/lib/idlelib/__init__.py");
    assert.equal(project.library(project.module("typing", 0, importer) ?? importer), "typing");
    project.dispose();
  });

  it("tell what awaits wait for; what the tables know comes first", async () => {
    const code = `
import asyncio
from asyncio import AbstractEventLoop
from asyncio.base_events import BaseEventLoop
from asyncio.staggered import staggered_race
async def f(loop: AbstractEventLoop, base: BaseEventLoop):
    await loop.create_connection(None)
    await loop.getaddrinfo("", 1)
    await loop.create_task(f())
    await base.sock_recv(None, 1)
    await staggered_race([], None)
    await asyncio.sleep(1)
    await asyncio.Queue().get()
`;
    const told = await awaits({ "/w/a.py": code }, 13);
    assert.deepEqual(
      told.map((line) => line.split(" ", 2).join(" ")),
      [
        "coroutine asyncio.AbstractEventLoop.create_connection",
        "coroutine asyncio.AbstractEventLoop.getaddrinfo",
        "task asyncio.Task",
        "coroutine asyncio.BaseEventLoop.sock_recv",
        "coroutine staggered_race",
        "coroutine asyncio.sleep",
        "coroutine asyncio.Queue.get",
      ],
    );
  });
});

describe("stubs", () => {
  const stub = `
import sys
if sys.version_info >= (3, 12):
    async def job() -> int: ...
elif sys.platform == "win32" or TYPE_CHECKING and sys.version_info < (3, 9):
    def job() -> str: ...
else:
    from asyncio import Future
    def job() -> Future[int]: ...
class A:
    if not (sys.version_info < (3, 12)):
        async def __aenter__(self): ...
    async def run(self) -> None: ...
    def plain(self): ...
`;
  const code =
    "from b import A, job\nasync def f():\n    await job()\n    await A().run()\n    await A().plain()\n    await A()\n";

  it("hold for a version and a platform", async () => {
    const texts = { "/w/a.py": code, "/w/b.pyi": stub };
    const first = async (minor: number, platform: string) =>
      (await awaits(texts, minor, platform))[0]?.split(" ", 2).join(" ");
    assert.equal(await first(12, "linux"), "coroutine job");
    assert.equal(await first(11, "linux"), "future asyncio.Future");
    assert.equal(await first(11, "win32"), "unknown null");
  });

  it("say nothing of what code does, or of what they leave out", async () => {
    assert.deepEqual(await awaits({ "/w/a.py": code, "/w/b.pyi": stub }, 12), [
      "coroutine job maybe at /w/b.pyi:4",
      "coroutine A.run maybe at /w/b.pyi:13",
      "unknown null unknown",
      "unknown null unknown",
    ]);
  });

  it("lead to the source that runs", async () => {
    const source =
      "import asyncio\nasync def job(): return 1\nclass A:\n    async def run(self):\n        await asyncio.sleep(0)\n";
    const told = await awaits({ "/w/a.py": code, "/w/b.pyi": stub, "/w/b.py": source }, 12);
    assert.deepEqual(told.slice(0, 2), ["coroutine job never at /w/b.py:2", "coroutine A.run maybe at /w/b.py:4"]);
  });

  it("of the standard library lead to the interpreter's own files", async () => {
    const texts = {
      "/w/a.py": "from asyncio.staggered import staggered_race\nasync def f():\n    await staggered_race([], None)\n",
      "/lib/asyncio/__init__.py": "",
      "/lib/asyncio/staggered.py":
        "import asyncio\nasync def staggered_race(a, b):\n    if a: return\n    await asyncio.Future()\n",
    };
    assert.deepEqual(await awaits(texts, 13), ["coroutine staggered_race maybe at /lib/asyncio/staggered.py:2"]);
    const { "/w/a.py": alone } = texts;
    assert.deepEqual(await awaits({ "/w/a.py": alone }, 13), ["coroutine staggered_race maybe"]);
  });

  it("are brought when they are first needed", async () => {
    const typeshed = new Typeshed();
    const project = await projectIn(inMemory({ "/w/a.py": "" }), { typeshed });
    const tree = (await testParser()).parse(
      "from subprocess import Popen\nfrom asyncio.staggered import staggered_race\nasync def f():\n    await staggered_race([], None)\n",
    );
    project.open("/w/a.py", tree);
    const wanted: string[] = [];
    const load = async (addresses: readonly string[]) => {
      wanted.push(...addresses);
      await typeshed.load(new Uint8Array(readFileSync(shipped)));
    };
    const kind = await settle(
      project,
      () => explainTree(tree, "", project)[0]?.kind,
      load,
      () => false,
    );
    assert.equal(kind, "coroutine");
    assert.deepEqual(wanted, [typeshedRoot]);
    project.dispose();
    tree.dispose();
  });
});
