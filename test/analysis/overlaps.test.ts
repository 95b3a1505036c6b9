// Which awaits could overlap: the files in overlaps/ are the documentation, each async function of theirs says what is
// found in it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { awaitSites } from "../../src/analysis/code/awaits";
import type { SyntaxTree } from "../../src/analysis/code/syntax";
import { overlapHint } from "../../src/analysis/explain/overlapHint";
import { type DefinitionSource, noSource } from "../../src/analysis/modules";
import { type Overlap, overlaps, spansOf } from "../../src/analysis/overlap/independent";
import type { Project } from "../../src/analysis/project/project";
import { Typeshed } from "../../src/analysis/project/typeshed";
import { plain } from "../../src/analysis/prose";
import { root } from "../root";
import { testParser } from "./parser";
import { inMemory, projectIn } from "./project/files";

const folder = join(root, "test", "analysis", "overlaps");

/** `12+13 sure`: the lines, and what is known of them. */
function told(overlap: Overlap, tree: SyntaxTree): string {
  const lines = spansOf(overlap).map(({ start }) => tree.place(start).line);
  const shares = overlap.shared.map((name) => ` shares ${name}`);
  return `${lines.join("+")}${overlap.sure ? " sure" : ""}${overlap.guarded ? " guarded" : ""}${shares.join("")}`;
}

/** Each async function's first line with what is found in it. */
function answers(tree: SyntaxTree, source?: DefinitionSource): string[] {
  const found = overlaps(tree, source);
  const texts = tree.text.split("\n");
  const heads = texts.flatMap((text, index) => (/^\s*async def .*:/.test(text) ? [index] : []));
  return heads.map((head, index) => {
    const next = heads[index + 1] ?? texts.length;
    const inside = found.filter((each) => {
      const row = tree.place(spansOf(each)[0]?.start ?? 0).line - 1;
      return head < row && row < next;
    });
    const code = (texts[head] ?? "").replace(/ {2}# → .*$/, "");
    return inside.length > 0 ? `${code}  # → ${inside.map((each) => told(each, tree)).join(", ")}` : code;
  });
}

/** A project of one file, with the standard library's stubs. */
async function projectOf(text: string): Promise<Project> {
  const typeshed = new Typeshed();
  await typeshed.load(new Uint8Array(readFileSync(join(root, "dist", "typeshed.gz"))));
  return projectIn(inMemory({ "/w/a.py": text }), { typeshed, minor: 13 });
}

describe("awaits that could overlap", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".py"))) {
    const text = readFileSync(join(folder, file), "utf8");
    const wanted = text.split("\n").filter((each) => /^\s*async def .*:/.test(each));

    it(`${file}, on its own`, async () => {
      const tree = (await testParser()).parse(text);
      assert.ok(tree.isWhole);
      assert.equal(answers(tree).join("\n"), wanted.join("\n"));
      tree.dispose();
    });

    it(`${file}, with the standard library`, async () => {
      const project = await projectOf(text);
      const tree = project.treeAt("/w/a.py");
      assert.ok(tree);
      assert.equal(answers(tree, project).join("\n"), wanted.join("\n"));
      project.dispose();
    });
  }

  it("follows functions of other files", async () => {
    const main = `from shop import change, price

async def main():
    first = await price("a")
    second = await price("b")
    return first, second

async def changes():
    first = await change("a")
    second = await change("b")
    return first, second
`;
    const shop = `import asyncio

log = []

async def price(name: str) -> int:
    await asyncio.sleep(1)
    return len(name)

async def change(name: str) -> int:
    await asyncio.sleep(1)
    log.append(name)
    return len(log)
`;
    const project = await projectIn(inMemory({ "/w/a.py": main, "/w/shop.py": shop }));
    const tree = project.treeAt("/w/a.py");
    assert.ok(tree);
    assert.deepEqual(
      overlaps(tree, project).map((each) => told(each, tree)),
      ["4+5 sure"],
    );
    project.dispose();
  });
});

describe("objects that tasks may share", () => {
  const client = (name: string) => `
class ${name}:
    def __init__(self) -> None:
        self.hits = 0

    async def get(self, url: str) -> str:
        self.hits = self.hits + 1
        return await unread(url)
`;
  const main = (module: string, name: string) => `from ${module} import ${name}

async def main(client: ${name}):
    first = await client.get("a")
    second = await client.get("b")
    return first, second
`;

  async function found(module: string, name: string, address: string): Promise<number> {
    const texts = { "/w/a.py": main(module, name), [address]: client(name) };
    const project = await projectIn(inMemory(texts));
    const tree = project.treeAt("/w/a.py");
    assert.ok(tree);
    const all = overlaps(tree, project).length;
    project.dispose();
    return all;
  }

  it("are told by their package, not by the name of their class", async () => {
    assert.equal(await found("httpx", "AsyncClient", "/lib/site-packages/httpx/__init__.py"), 1);
    assert.equal(await found("httpy", "AsyncClient", "/lib/site-packages/httpy/__init__.py"), 0);
    assert.equal(await found("mine", "AsyncClient", "/w/mine.py"), 0);
  });
});

/** What hovers on the awaits of a function say, one line each. */
async function hints(body: readonly string[], minor?: number): Promise<string[]> {
  const head = ["import asyncio", "async def get(n: int) -> int:", "    await asyncio.sleep(n)", "    return n", ""];
  const tree = (await testParser()).parse(
    [...head, "async def main():", ...body.map((text) => `    ${text}`), ""].join("\n"),
  );
  const found = awaitSites(tree).slice(1);
  const texts = found.map((site) => plain(overlapHint(site, tree, { ...noSource, minor }) ?? []));
  tree.dispose();
  return texts;
}

describe("what a hover says of awaits that could overlap", () => {
  it("names the line whose await does not use the result", async () => {
    assert.deepEqual(await hints(["a = await get(1)", "b = await get(2)"]), [
      "Line 8's await does not use this result, so the two add up. asyncio.TaskGroup overlaps them.",
      "This await does not use the result of line 7, so the two add up. asyncio.TaskGroup overlaps them.",
    ]);
  });

  it("counts more than two", async () => {
    const [first] = await hints(["a = await get(1)", "b = await get(2)", "c = await get(3)"]);
    assert.equal(
      first,
      "Line 8's await does not use this result, so the times of all 3 in a row add up. asyncio.TaskGroup overlaps them.",
    );
  });

  it("names gather where an except would miss a group", async () => {
    const body = ["try:", "    a = await get(1)", "    b = await get(2)", "except OSError:", "    pass"];
    assert.match((await hints(body))[0] ?? "", /so the two add up\. asyncio\.gather overlaps them\.$/);
  });

  it("names gather for Pythons without task groups", async () => {
    const [first] = await hints(["a = await get(1)", "b = await get(2)"], 10);
    assert.match(first ?? "", /so the two add up\. asyncio\.gather overlaps them\.$/);
  });

  it("speaks of rounds", async () => {
    assert.deepEqual(await hints(["found = []", "for n in range(3):", "    found.append(await get(n))"]), [
      "Each round waits for the one before and does not use its result: the waits for each n add up. asyncio.TaskGroup overlaps them.",
    ]);
  });

  it("says nothing where one uses the other, or where it cannot be told", async () => {
    assert.deepEqual(await hints(["a = await get(1)", "b = await get(a)"]), ["", ""]);
    assert.deepEqual(await hints(["a = await what(1)", "b = await what(2)"]), ["", ""]);
    assert.deepEqual(await hints(["a = await get(1)"]), [""]);
  });
});
