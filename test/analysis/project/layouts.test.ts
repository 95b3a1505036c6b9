// Which file an import means: a table of layouts, each a few files in memory.
import assert from "node:assert/strict";
import { found, inMemory, projectIn } from "./files";

/** A layout: its files, and what imports in one of them mean ("" is nothing). A line is `address: import -> address`. */
interface Layout {
  readonly files: readonly string[];
  readonly texts?: Readonly<Record<string, string>>;
  readonly workspace?: readonly string[];
  readonly imports: readonly string[];
}

const layouts: Readonly<Record<string, Layout>> = {
  "a package in the workspace": {
    files: ["/w/pkg/__init__.py", "/w/pkg/a.py", "/w/pkg/sub/__init__.py", "/w/pkg/sub/b.py", "/w/main.py"],
    imports: [
      "/w/main.py: pkg -> /w/pkg/__init__.py",
      "/w/main.py: pkg.a -> /w/pkg/a.py",
      "/w/main.py: pkg.sub.b -> /w/pkg/sub/b.py",
      "/w/pkg/sub/b.py: ..a -> /w/pkg/a.py",
      "/w/pkg/sub/b.py: .. -> /w/pkg/__init__.py",
      "/w/pkg/sub/b.py: . -> /w/pkg/sub/__init__.py",
      "/w/pkg/sub/__init__.py: .b -> /w/pkg/sub/b.py",
      "/w/pkg/sub/b.py: main -> /w/main.py",
      "/w/main.py: pkg.gone ->",
      "/w/main.py: pkg.a.gone ->",
      "/w/pkg/sub/b.py: .....a ->",
    ],
  },
  "a src layout": {
    files: ["/w/src/pkg/__init__.py", "/w/src/pkg/a.py", "/w/tests/test_a.py"],
    imports: ["/w/tests/test_a.py: pkg.a -> /w/src/pkg/a.py", "/w/src/pkg/a.py: pkg -> /w/src/pkg/__init__.py"],
  },
  "scripts beside each other, away from the roots": {
    files: [
      "/w/tools/run.py",
      "/w/tools/jobs.py",
      "/w/tools/conftest.py",
      "/w/tools/deep/__init__.py",
      "/w/tools/deep/x.py",
    ],
    imports: [
      "/w/tools/run.py: jobs -> /w/tools/jobs.py",
      "/w/tools/run.py: conftest -> /w/tools/conftest.py",
      "/w/tools/deep/x.py: jobs -> /w/tools/jobs.py",
      "/w/tools/deep/x.py: deep.x -> /w/tools/deep/x.py",
    ],
  },
  "a workspace opened inside a package": {
    files: ["/r/pkg/__init__.py", "/r/pkg/a.py", "/r/other.py"],
    workspace: ["/r/pkg"],
    imports: ["/r/pkg/a.py: pkg.a -> /r/pkg/a.py", "/r/pkg/a.py: other -> /r/other.py"],
  },
  "a namespace package over several roots": {
    files: ["/w/ns/one/__init__.py", "/w/ns/one/a.py", "/lib/site-packages/ns/two/__init__.py", "/w/main.py"],
    imports: [
      "/w/main.py: ns ->",
      "/w/main.py: ns.one -> /w/ns/one/__init__.py",
      "/w/main.py: ns.two -> /lib/site-packages/ns/two/__init__.py",
      "/w/ns/one/a.py: ..two -> /lib/site-packages/ns/two/__init__.py",
    ],
  },
  "a regular package before a namespace of the same name": {
    files: ["/w/pkg/data.txt", "/w/pkg/inner.py", "/lib/site-packages/pkg/__init__.py", "/w/main.py"],
    imports: ["/w/main.py: pkg -> /lib/site-packages/pkg/__init__.py", "/w/main.py: pkg.inner ->"],
  },
  "a package before a module of the same name": {
    files: ["/w/x.py", "/w/x/__init__.py", "/w/main.py"],
    imports: ["/w/main.py: x -> /w/x/__init__.py"],
  },
  "a folder named like a module's file": {
    files: ["/w/x.py/readme.txt", "/lib/site-packages/x.py", "/w/main.py"],
    imports: ["/w/main.py: x -> /lib/site-packages/x.py"],
  },
  "stubs beside sources, and in packages of their own": {
    files: [
      "/w/main.py",
      "/w/beside.py",
      "/w/beside.pyi",
      "/lib/site-packages/foo/__init__.py",
      "/lib/site-packages/foo/a.py",
      "/lib/site-packages/foo/b.py",
      "/lib/site-packages/foo-stubs/__init__.pyi",
      "/lib/site-packages/foo-stubs/a.pyi",
    ],
    imports: [
      "/w/main.py: beside -> /w/beside.pyi",
      "/w/main.py: foo -> /lib/site-packages/foo-stubs/__init__.pyi",
      "/w/main.py: foo.a -> /lib/site-packages/foo-stubs/a.pyi",
      "/w/main.py: foo.b -> /lib/site-packages/foo/b.py",
      "/lib/site-packages/foo-stubs/a.pyi: .b -> /lib/site-packages/foo/b.py",
    ],
  },
  "compiled modules": {
    files: [
      "/w/main.py",
      "/lib/site-packages/fast.cpython-313-x86_64-linux-gnu.so",
      "/lib/site-packages/slow.py",
      "/lib/site-packages/slow.abi3.so",
    ],
    imports: ["/w/main.py: fast ->", "/w/main.py: slow -> /lib/site-packages/slow.py"],
  },
  "editable installs": {
    files: [
      "/code/lib/pathed.py",
      "/code/src/mapped/__init__.py",
      "/code/src/mapped/a.py",
      "/code/one.py",
      "/lib/near/here.py",
      "/w/main.py",
    ],
    texts: {
      "/lib/site-packages/mine.pth": "# a comment\nimport os; os.system('never')\n/code/lib\n../near\n\n/gone\n",
      "/lib/site-packages/__editable___mapped_1_0_finder.py":
        "MAPPING: dict[str, str] = {'mapped': '/code/src/mapped', 'one': '/code/one'}\nNAMESPACES = {}\n",
    },
    imports: [
      "/w/main.py: pathed -> /code/lib/pathed.py",
      "/w/main.py: here -> /lib/near/here.py",
      "/w/main.py: mapped -> /code/src/mapped/__init__.py",
      "/w/main.py: mapped.a -> /code/src/mapped/a.py",
      "/code/src/mapped/a.py: mapped.a -> /code/src/mapped/a.py",
      "/w/main.py: one -> /code/one.py",
    ],
  },
  "names that are no modules": {
    files: ["/w/main.py"],
    imports: [
      "/w/main.py: main -> /w/main.py",
      "/w/main.py: a..b ->",
      "/w/main.py: ../main ->",
      "/w/main.py: typing ->",
    ],
  },
};

describe("imports", () => {
  for (const [name, { files, texts = {}, workspace = ["/w"], imports }] of Object.entries(layouts))
    it(`are found: ${name}`, async () => {
      const all = { ...Object.fromEntries(files.map((each) => [each, ""])), ...texts };
      const project = await projectIn(inMemory(all), { workspace });
      const lines = imports.map((line) => {
        const [, from = "", what = ""] = /^(\S+): (\S+) ->/.exec(line) ?? [];
        return `${from}: ${what} -> ${found(project, from, what) ?? ""}`.trimEnd();
      });
      assert.deepEqual(lines, imports);
      project.dispose();
    });
});
