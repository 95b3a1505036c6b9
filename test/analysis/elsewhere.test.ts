// What a language server adds: where names are defined that the code alone does not tell. Here the answers are written
// down; the suites of test/host ask a real one.
import assert from "node:assert/strict";
import { resolve } from "../../src/analysis/awaiting/resolve";
import { awaitSites } from "../../src/analysis/code/awaits";
import type { PythonParser, SyntaxTree } from "../../src/analysis/code/syntax";
import { withDefinitions } from "../../src/analysis/infer/elsewhere";
import { type DefinitionPlace, noSource } from "../../src/analysis/modules";
import { testParser } from "./parser";

const library = `
import asyncio
from typing import overload

class Client:
    def __init__(self):
        self.closed = asyncio.get_running_loop().create_future()

    async def get(self, url):
        return self

    @property
    def ready(self) -> asyncio.Task[int]: ...

    @staticmethod
    async def ping(): ...

    def plain(self):
        return 1

    late = None

class Case(elsewhere.Case):
    def setUp(self):
        self.done = asyncio.get_running_loop().create_future()

class Base:
    @overload
    async def pick(self, x: int) -> int: ...
    @overload
    async def pick(self, x: str) -> str: ...

async def fetch(url):
    return url

def other(x):
    return x
`;

describe("definitions from elsewhere", () => {
  let parser: PythonParser;
  before(async () => {
    parser = await testParser();
  });

  /** The kind of the await in `code`, when what ends at `|` there is defined at the `targets` of the library. */
  function kind(marked: string, ...targets: string[]): string {
    const end = marked.indexOf("|");
    const tree = parser.parse(`async def main(x):\n    await ${marked.replace("|", "")}\n`);
    const other = parser.parse(library);
    const asked: string[] = [];
    const source = withDefinitions(noSource, (from, offset) => {
      asked.push(wordAt(from, offset));
      return wordAt(from, offset) === wordBefore(marked, end) ? places(other, targets) : undefined;
    });
    const [site] = awaitSites(tree);
    assert.ok(site);
    const answer = resolve(site, tree, source);
    assert.ok(asked.includes(wordBefore(marked, end)), `asked for ${asked}`);
    return answer.kind;
  }

  function places(tree: SyntaxTree, targets: readonly string[]): DefinitionPlace[] {
    return targets.map((target) => {
      const offset = target === "" ? 0 : tree.text.indexOf(target);
      assert.notEqual(offset, -1, target);
      return { tree, offset: offset + (/^(?:async )?def |^class |^self\./.exec(target)?.[0].length ?? 0) };
    });
  }

  it("tell methods of an object that the code does not tell", () => {
    assert.equal(kind("x.get|(1)", "async def get"), "coroutine");
    assert.equal(kind("x.ping|()", "async def ping"), "coroutine");
  });

  it("tell attributes that methods assign, and properties", () => {
    assert.equal(kind("x.closed|", "self.closed"), "future");
    assert.equal(kind("x.ready|", "def ready"), "task");
  });

  it("tell functions and classes of modules", () => {
    assert.equal(kind("x.fetch|(1)", "async def fetch"), "coroutine");
    assert.equal(kind("x.Client|().get(1)", "class Client"), "coroutine");
  });

  it("tell a module by its first character", () => {
    assert.equal(kind("x.library|.fetch(1)", ""), "coroutine");
  });

  it("take overloads as one", () => {
    assert.equal(kind("x.pick|(1)", "async def pick(self, x: int)", "async def pick(self, x: str)"), "coroutine");
  });

  it("tell several things where there are several", () => {
    assert.equal(kind("x.either|", "self.closed", "def ready"), "union");
  });

  it("complete what the code tells in part", () => {
    const part = "(x if x.a else open('f')).get|(1)";
    assert.equal(kind(part, "async def get"), "coroutine");
  });

  it("take what is assigned where a base that is not read may have more", () => {
    assert.equal(kind("x.done|", "self.done"), "future");
  });

  it("tell nothing where one of several is not told", () => {
    assert.equal(kind("x.other|(1)", "async def get", "url\n\ndef other"), "unknown");
  });

  it("tell nothing where nothing is defined", () => {
    assert.equal(kind("x.get|(1)"), "unknown");
    assert.equal(kind("x.get|(1)", "return self"), "unknown");
    assert.equal(kind("x.get|(1)", "url\n\ndef other"), "unknown");
  });

  it("are the standard library's own where they lie in it", () => {
    const source = { ...noSource, standard: () => "asyncio.locks" };
    const tree = parser.parse("async def main(x):\n    await x.wait()\n");
    const runs = "class Event:\n    def wait(self):\n        return made_up\n";
    const [site] = awaitSites(tree);
    assert.ok(site);
    const place = { tree: parser.parse(runs), offset: runs.indexOf("wait") };
    assert.equal(
      resolve(
        site,
        tree,
        withDefinitions(source, () => [place]),
      ).what,
      "asyncio.Event.wait",
    );
  });

  it("never end in circles", () => {
    const text =
      "class C:\n    def m(self):\n        self.a = self.a.b\n        return self.a\n\nasync def f(x):\n    await x.a\n";
    const tree = parser.parse(text);
    const source = withDefinitions(noSource, () => [{ tree, offset: text.indexOf("self.a = ") + 5 }]);
    const [site] = awaitSites(tree);
    assert.ok(site);
    assert.equal(resolve(site, tree, source).kind, "unknown");
  });

  function wordAt(tree: SyntaxTree, offset: number): string {
    return /^\w*/.exec(tree.text.slice(offset))?.[0] ?? "";
  }

  function wordBefore(text: string, end: number): string {
    return /\w*$/.exec(text.slice(0, end))?.[0] ?? "";
  }
});
