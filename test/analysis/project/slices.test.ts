// The modules of a huge package are read in slices; the answer is the one that reading all at once gives.
import assert from "node:assert/strict";
import { resolve } from "../../../src/analysis/awaiting/resolve";
import { awaitSites } from "../../../src/analysis/code/awaits";
import { Project } from "../../../src/analysis/project/project";
import { settle } from "../../../src/analysis/project/settle";
import { testParser } from "../parser";
import { inMemory, type Texts } from "./files";

const modules = 30;
/** Every module speaks of the name, so that its text alone does not tell that it lacks it. */
const padding = "# a line of a long module, no job\n".repeat(40);
const texts: Texts = {
  "/w/a.py": "from pkg import job\nasync def main():\n    await job()\n",
  "/w/pkg/__init__.py": Array.from({ length: modules }, (_, index) => `from .m${index} import *\n`).join(""),
  ...Object.fromEntries(
    Array.from({ length: modules }, (_, index) => [
      `/w/pkg/m${index}.py`,
      `${padding}def other${index}(): ...\n${index === 0 ? "async def job(): ...\n" : ""}`,
    ]),
  ),
};

/** What the await in `a.py` waits for, and the characters that were parsed in each slice. */
async function answer(most: number): Promise<{ kind: string; slices: number[] }> {
  const slices: number[] = [0];
  const parser = await testParser();
  const counting = Object.assign(Object.create(parser) as typeof parser, {
    parse(text: string) {
      slices[slices.length - 1] = (slices.at(-1) ?? 0) + text.length;
      return parser.parse(text);
    },
  });
  const project = new Project(counting, inMemory(texts), { workspace: ["/w"], sysPath: [] });
  const ask = () => {
    const tree = project.treeAt("/w/a.py");
    const [site] = tree ? awaitSites(tree) : [];
    return tree && site ? resolve(site, tree, project).kind : "unread";
  };
  const next = async () => void slices.push(0);
  const kind = (await settle(project, ask, next, () => false, 40, most)) ?? "cancelled";
  project.dispose();
  return { kind, slices };
}

describe("the modules of a huge package", () => {
  it("are read in slices, to the same answer", async () => {
    const whole = await answer(Number.POSITIVE_INFINITY);
    assert.equal(whole.kind, "coroutine");
    assert.equal(whole.slices.length, 1);
    const sliced = await answer(4_000);
    assert.equal(sliced.kind, "coroutine");
    assert.ok(sliced.slices.length > 5, `${sliced.slices.length} slices`);
    assert.ok(Math.max(...sliced.slices) < 4_000 + 1_300, `a slice of ${Math.max(...sliced.slices)} bytes`);
    const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
    assert.equal(sum(sliced.slices), sum(whole.slices), "nothing is parsed twice");
  });

  for (const list of ['["other",  # see [1]\n  "job"]', "[job.__name__]", "[NAME]", '["other"]\n__all__ += ["job"]'])
    it(`are parsed where the text does not tell their names: __all__ = ${JSON.stringify(list)}`, async () => {
      const files = {
        "/w/a.py": "from pkg import job\nasync def main():\n    await job()\n",
        "/w/pkg/__init__.py": "from .m import *\n",
        "/w/pkg/m.py": `__all__ = ${list}\nasync def job(): ...\n`,
      };
      const project = new Project(await testParser(), inMemory(files), { workspace: ["/w"], sysPath: [] });
      const [importer, module] = [project.treeAt("/w/pkg/__init__.py"), "m"];
      assert.equal(importer && project.lacks(module, 1, importer, "job"), false);
      project.dispose();
    });

  it("are not parsed for a name that is not in their text", async () => {
    const asked: string[] = [];
    const parser = await testParser();
    const noting = Object.assign(Object.create(parser) as typeof parser, {
      parse(text: string) {
        asked.push(text);
        return parser.parse(text);
      },
    });
    const others = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `/w/pkg/m${index}.py`,
        index % 2 === 0 ? `def other${index}(): ...\n` : `__all__ = ["other"]\ndef job(): ...\n`,
      ]),
    );
    const files: Record<string, string> = {
      ...others,
      "/w/a.py": "from pkg import job\nasync def main():\n    await job()\n",
      "/w/pkg/__init__.py": Array.from({ length: 20 }, (_, index) => `from .m${index} import *\n`).join(""),
      "/w/pkg/m0.py": "from .deep import *\n",
      "/w/pkg/deep.py": "async def job(): ...\n",
    };
    const project = new Project(noting, inMemory(files), { workspace: ["/w"], sysPath: [] });
    const tree = project.treeAt("/w/a.py");
    const [site] = tree ? awaitSites(tree) : [];
    assert.equal(tree && site && resolve(site, tree, project).kind, "coroutine");
    assert.equal(asked.length, 4, "a.py, the package, m0.py and deep.py");
    files["/w/pkg/m7.py"] = "def job(): return 1\n";
    project.changed("/w/pkg/m7.py");
    assert.notEqual(tree && site && resolve(site, tree, project).kind, "coroutine", "a later star has the name now");
    project.dispose();
  });
});
