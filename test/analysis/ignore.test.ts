// Comments that ignore reports, and the quick fix that writes them.
import assert from "node:assert/strict";
import { ignoring, unknownIgnores } from "../../src/analysis/mistakes/ignore";
import { mistakesOf } from "../../src/analysis/mistakes/mistakesOf";
import { plain } from "../../src/analysis/prose";
import { testParser } from "./parser";

const code = (comment: string, top = "") =>
  `${top}import asyncio\nasync def f():\n    job = f()\n    await job\n    print(f"{f()}", await job)${comment}\n`;

async function reported(text: string): Promise<string[]> {
  const tree = (await testParser()).parse(text);
  const found = mistakesOf(tree).map(({ rule }) => rule);
  tree.dispose();
  return found;
}

const both = ["coroutine-in-text", "awaited-twice"];

describe("# awaitscope: ignore", () => {
  it("ignores what it names, on its line", async () => {
    assert.deepEqual(await reported(code("")), both);
    assert.deepEqual(await reported(code("  # awaitscope: ignore[awaited-twice]")), ["coroutine-in-text"]);
    assert.deepEqual(await reported(code("  # awaitscope: ignore[awaited-twice, coroutine-in-text]")), []);
    assert.deepEqual(await reported(code("  # noqa # awaitscope:ignore[ coroutine-in-text ] as planned")), [
      "awaited-twice",
    ]);
    assert.deepEqual(await reported(code("  # awaitscope: ignore")), []);
    assert.deepEqual(await reported(code("  # awaitscope: ignore[]")), both, "an empty list names nothing");
    assert.deepEqual(await reported(code("\n# awaitscope: ignore")), both, "another line");
    assert.deepEqual(
      await reported(code("\n'# awaitscope: ignore'", "x = '''\n# awaitscope: ignore\n'''\n")),
      both,
      "a text",
    );
  });

  it("ignores it in the whole file, at its top", async () => {
    assert.deepEqual(await reported(code("", "# awaitscope: ignore\n")), []);
    assert.deepEqual(await reported(code("", "#!/usr/bin/env python\n\n# awaitscope: ignore[awaited-twice]\n")), [
      "coroutine-in-text",
    ]);
    assert.deepEqual(
      await reported(code("", '"""What the\nfile is."""\n# awaitscope: ignore\n')),
      [],
      "its docstring above",
    );
    assert.deepEqual(await reported(code("", "import os\n# awaitscope: ignore\n")), both, "code before it");
  });

  it("covers a mistake of several lines from its first or its last", async () => {
    const long = (first: string, last: string) =>
      `import asyncio\nasync def f():\n    job = f()\n    await job\n    await (${first}\n        job\n    )${last}\n`;
    assert.deepEqual(await reported(long("", "")), ["awaited-twice"]);
    assert.deepEqual(await reported(long("  # awaitscope: ignore", "")), []);
    assert.deepEqual(await reported(long("", "  # awaitscope: ignore[awaited-twice]")), []);
  });

  it("tells of names that are no rule's", async () => {
    const tree = (await testParser()).parse("x = 1  # awaitscope: ignore[awaited-twise, awaited-twice,  nonsense]\r\n");
    const told = unknownIgnores(tree).map(({ start, end, message }) => [tree.slice({ start, end }), plain(message)]);
    assert.deepEqual(told, [
      ["awaited-twise", "Awaitscope has no rule awaited-twise: nothing is ignored."],
      ["nonsense", "Awaitscope has no rule nonsense: nothing is ignored."],
    ]);
    tree.dispose();
  });

  it("is written by the quick fix, and then holds", async () => {
    const texts = [
      code(""),
      code("  # a comment"),
      code("   "),
      code("  # awaitscope: ignore[coroutine-in-text]"),
      code("  # awaitscope: ignore[]"),
      code("").replaceAll("\n", "\r\n"),
      code("").replaceAll("\n", "\r"),
      code("").trimEnd(),
    ];
    for (const text of texts) {
      const tree = (await testParser()).parse(text);
      const mistake = mistakesOf(tree).find(({ rule }) => rule === "awaited-twice");
      assert.ok(mistake, text);
      const { start, end, text: written } = ignoring(tree, mistake);
      tree.dispose();
      const fixed = text.slice(0, start) + written + text.slice(end);
      assert.equal((await reported(fixed)).includes("awaited-twice"), false, fixed);
      assert.equal(fixed.split(/\r\n|\r|\n/).length, text.split(/\r\n|\r|\n/).length, "no line more or less");
      assert.match(fixed, /[^ ] {2}#|ignore\[(?:coroutine-in-text, )?awaited-twice\]/);
    }
  });
});
