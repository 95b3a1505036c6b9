// What is found out about a file lasts as long as it is true, and no longer than the file's version.
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { awaitSites } from "../../../src/analysis/code/awaits";
import type { SyntaxTree } from "../../../src/analysis/code/syntax";
import { fixesAt } from "../../../src/analysis/edits/fixesAt";
import { explainAt } from "../../../src/analysis/explain/explainAt";
import { markdown } from "../../../src/analysis/explain/markdown";
import { storyOf } from "../../../src/analysis/explain/story";
import { mistakesOf } from "../../../src/analysis/mistakes/mistakesOf";
import type { Project } from "../../../src/analysis/project/project";
import { testParser } from "../parser";
import { inMemory, projectIn, type Texts } from "./files";

const base = (body: string) => `import asyncio
class Base:
    def __init__(self, operation): self.operation = operation
    async def run(self):
${body}
`;
const once = base("        return await self.operation()");
const retried = base(`        for attempt in range(5):
            try:
                return await self.operation()
            except Exception:
                await asyncio.sleep(2 ** attempt)`);
const user = `import asyncio
from base import Base
class Job(Base):
    def __await__(self):
        return self.run().__await__()
async def first(n: int) -> int:
    await asyncio.sleep(n)
    return n
async def main():
    a = await first(1)
    b = await first(2)
    return a, b, await Job(first)
`;

/** All that an editor asks of a file. */
function askAll(tree: SyntaxTree, project: Project): void {
  for (const site of awaitSites(tree)) {
    explainAt(tree, site.start, project);
    storyOf(site, tree, project);
    fixesAt(tree, { start: site.start, end: site.start }, undefined, project);
  }
  explainAt(tree, tree.text.indexOf("__await__"), project);
  mistakesOf(tree, project);
}

/** The garbage collector, which Node hides. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

describe("what is known of a file", () => {
  it("goes with the version of the text that it was told of", async () => {
    const parser = await testParser();
    const project = await projectIn(inMemory({ "/w/base.py": once }));
    const versions: WeakRef<SyntaxTree>[] = [];
    let tree = parser.parse(user);
    for (let step = 0; step < 20; step++) {
      const change = { start: 0, removed: 0, inserted: 2 };
      const after = parser.parse(`#\n${tree.text}`, tree, [change]);
      project.open("/w/user.py", after);
      tree.dispose();
      tree = after;
      versions.push(new WeakRef(tree));
      askAll(tree, project);
    }
    const collect = collector();
    await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds until the turn ends
    collect();
    const alive = versions.filter((each) => each.deref() !== undefined).length;
    assert.ok(alive <= 2, `${alive} of 20 versions are still held`);
    project.dispose();
    tree.dispose();
  });

  it("changes with the files that it rests on", async () => {
    const texts: Record<string, string> = { "/w/base.py": once, "/w/user.py": user } satisfies Texts;
    const project = await projectIn(inMemory(texts));
    const tell = () => {
      const tree = project.treeAt("/w/user.py");
      const found = tree && explainAt(tree, tree.text.indexOf("__await__"), project);
      return found ? markdown(found.explanation) : "";
    };
    const before = tell();
    texts["/w/base.py"] = retried;
    project.changed("/w/base.py");
    const after = tell();
    assert.doesNotMatch(before, /retr/i);
    assert.match(after, /retr/i);
    project.dispose();
  });
});
