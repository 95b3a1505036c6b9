// The analysis as its callers see it: rows of a file, other files through a source, a bundle for the browser, and speed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { resolve } from "../../src/analysis/awaiting/resolve";
import { awaitSites } from "../../src/analysis/code/awaits";
import { loadParser, type SyntaxTree } from "../../src/analysis/code/syntax";
import { explainFile } from "../../src/analysis/explain/explainFile";
import type { DefinitionSource } from "../../src/analysis/modules";
import { root } from "../root";
import { cpuTime, testParser } from "./parser";

describe("rows of a file", () => {
  it("tell all that is known of each await", async () => {
    const text =
      "import asyncio\r\n\r\nasync def f():\r\n    é = 1; await asyncio.sleep(é); await f()\r\n    async with g, asyncio.Lock():\r\n        pass\r\n";
    assert.deepEqual(explainFile(await testParser(), "dir/a.py", text), [
      {
        file: "dir/a.py",
        line: 4,
        column: 11,
        form: "await",
        kind: "coroutine",
        what: "asyncio.sleep",
        suspends: "always",
        definition: null,
        reason: null,
      },
      {
        file: "dir/a.py",
        line: 4,
        column: 35,
        form: "await",
        kind: "coroutine",
        what: "f",
        suspends: "always",
        definition: { line: 3, column: 10 },
        reason: null,
      },
      {
        file: "dir/a.py",
        line: 5,
        column: 4,
        form: "async with",
        kind: "unknown",
        what: null,
        suspends: "unknown",
        definition: null,
        reason: "g is not defined in this file, so what g is cannot be told.",
      },
      {
        file: "dir/a.py",
        line: 5,
        column: 4,
        form: "async with",
        kind: "coroutine",
        what: "asyncio.Lock.__aenter__",
        suspends: "maybe",
        definition: null,
        reason: null,
      },
    ]);
  });

  it("have a reason wherever the kind is unknown", async () => {
    for (const name of ["names.py", "classes.py", "annotations.py", "decorators.py"]) {
      const text = readFileSync(join(root, "test", "analysis", "cases", name), "utf8");
      for (const row of explainFile(await testParser(), name, text))
        assert.equal(row.kind === "unknown", row.reason !== null && row.suspends === "unknown", JSON.stringify(row));
    }
  });
});

describe("other files", () => {
  const files: Readonly<Record<string, string>> = {
    library:
      "import asyncio\nfrom .inner import Client as Client\nasync def load() -> str: ...\ndef start(): return asyncio.create_task(load())\ndef wrap(f):\n    async def inner(*a): return await f(*a)\n    return inner\n",
    ".inner":
      "import asyncio\nclass Client:\n    def __init__(self): self.jobs = asyncio.Queue()\n    async def get(self): return await self.jobs.get()\n    @property\n    def task(self): return asyncio.create_task(self.get())\n",
  };

  it("may import all of each other", async () => {
    const parser = await testParser();
    const a = parser.parse("from b import *\nasync def f():\n    await g()\n    await h()\n");
    const b = parser.parse("from a import *\nasync def g(): ...\n");
    const source: DefinitionSource = { module: (name) => (name === "a" ? a : name === "b" ? b : undefined) };
    const kinds = awaitSites(a).map((site) => resolve(site, a, source).kind);
    assert.deepEqual(kinds, ["coroutine", "unknown"]);
    a.dispose();
    b.dispose();
  });

  it("are followed through the source that the caller gives", async () => {
    const parser = await testParser();
    const trees = new Map<string, SyntaxTree>();
    const source: DefinitionSource = {
      module(name, level) {
        const key = ".".repeat(level) + name;
        const text = files[key];
        const tree = trees.get(key) ?? (text === undefined ? undefined : parser.parse(text));
        if (tree) trees.set(key, tree);
        return tree;
      },
    };
    const text =
      "import library\nfrom library import Client, start, wrap\nfrom missing import gone\n@wrap\ndef mine(): ...\nclass Sub(Client): ...\n" +
      "async def f():\n    await library.load()\n    await start()\n    await Client().get()\n    await Sub().task\n    await Sub().jobs.get()\n    await mine()\n    await gone()\n    await library.absent()\n";
    const tree = parser.parse(text);
    const found = awaitSites(tree).map((site) => {
      const { kind, what, definition } = resolve(site, tree, source);
      assert.equal(definition, undefined, "a place in another file is not one in this");
      return `${kind} ${what ?? ""}`;
    });
    assert.deepEqual(found, [
      "coroutine load",
      "task asyncio.Task",
      "coroutine Client.get",
      "task asyncio.Task",
      "coroutine asyncio.Queue.get",
      "coroutine inner",
      "unknown ",
      "unknown ",
    ]);
    for (const each of [...trees.values(), tree]) each.dispose();
  });
});

describe("the browser's bundle", () => {
  it("parses in a world without require, process and files", async () => {
    const bundled = await build({
      stdin: {
        contents:
          'export { loadParser } from "./src/analysis/code/syntax"; export { explainFile } from "./src/analysis/explain/explainFile";',
        resolveDir: root,
        loader: "ts",
      },
      bundle: true,
      write: false,
      platform: "browser",
      format: "cjs",
      target: "es2022",
      logLevel: "silent",
      alias: { "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs" },
      absWorkingDir: root,
    });
    assert.deepEqual(bundled.warnings, []);
    const module = { exports: {} as Record<string, unknown> };
    const world = { module, exports: module.exports, WebAssembly, TextDecoder, TextEncoder, URL, console, performance };
    const context = createContext({
      ...world,
      WorkerGlobalScope: class {},
      self: { location: { href: "http://localhost/worker.js" } },
    });
    runInContext(bundled.outputFiles[0]?.text ?? "", context);
    const api = module.exports as { loadParser: typeof loadParser; explainFile: typeof explainFile };
    const bytes = (name: string) => readFileSync(join(root, "dist", name));
    const parser = await api.loadParser({
      runtime: bytes("web-tree-sitter.wasm"),
      python: bytes("tree-sitter-python.wasm"),
    });
    const [row] = api.explainFile(parser, "a.py", "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n");
    assert.equal(row?.what, "asyncio.sleep");
  });

  it("says so when the bytes are no parser", async () => {
    await assert.rejects(loadParser({ runtime: new Uint8Array(), python: new Uint8Array(8) }));
    assert.ok(await testParser(), "and the right bytes still load");
  });
});

describe("speed", () => {
  /** The shortest of several runs, in ms. */
  function fastest(runs: number, work: () => void): number {
    return Math.min(...Array.from({ length: runs }, () => cpuTime(work)));
  }

  it("of a file of 10,000 lines", async function () {
    this.timeout(30_000);
    const parser = await testParser();
    const unit = readFileSync(join(root, "test", "analysis", "cases", "classes.py"), "utf8");
    const text = unit.repeat(Math.ceil(10_000 / unit.split("\n").length));
    const sites = fastest(4, () => {
      const tree = parser.parse(text);
      assert.ok(awaitSites(tree).length > 1000);
      tree.dispose();
    });
    const tree = parser.parse(text);
    const at = text.lastIndexOf("await");
    const key = fastest(10, () => {
      const edited = `${text.slice(0, at)}x${text.slice(at)}`;
      parser.parse(edited, tree, [{ start: at, removed: 0, inserted: 1 }]).dispose();
    });
    tree.dispose();
    console.log(`      parse and sites ${sites.toFixed(0)} ms, parse after a key ${key.toFixed(1)} ms`);
    assert.ok(sites < 150, `sites took ${sites} ms`);
    assert.ok(key < 40, `a key took ${key} ms`);
  });
});
