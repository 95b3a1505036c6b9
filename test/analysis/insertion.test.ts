// Patterns put into files: every snippet at every caret of these files gives a file that Ruff would leave as it is.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tab stops look like template strings
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import type { PythonParser } from "../../src/analysis/code/syntax";
import type { TextEdit } from "../../src/analysis/edits/fix";
import { fitted, gapAt } from "../../src/analysis/snippets/insertion";
import { root } from "../root";
import { expand } from "../snippets/expand";
import { testParser } from "./parser";

const snippets = Object.values(
  JSON.parse(readFileSync(join(root, "snippets/python.json"), "utf8")) as Record<
    string,
    { prefix: string; body: string[] }
  >,
);

/** What differs for the place: plain imports, type variables, decorators, functions, a variable first, an `if` last. */
const few = ["aw-class", "aw-cached", "aw-retry", "aw-types-coroutine", "aw-context", "aw-run", "aw-gather"];

/** Carets are `⌖`: each of them is a case. */
const files: Readonly<Record<string, string>> = {
  "an empty file": "⌖",
  "a docstring": '"""What it is for."""⌖\n',
  "first comments": "#!/usr/bin/env python3\n# Ours.\n⌖",
  "comments and code": "# Ours.\n\nNUMBER = 1\n⌖\n\ndef f() -> int:\n    return ⌖NUMBER\n",
  "code alone": "def f() -> int:\n    return 1⌖\n\n\n⌖def g() -> int:\n    return 2⌖\n",
  "imports of its own":
    "import asyncio\nimport os\n⌖\n\nasync def f() -> str:\n    await asyncio.sleep(1)\n⌖\n    return os.sep\n",
  "names to add to": "from typing import Any, NamedTuple\n\n\nclass Row(NamedTuple):⌖\n    value: Any\n",
  "many names": [
    "from typing import (",
    "    Any,",
    "    ClassVar,",
    "    Literal,",
    "    NamedTuple,",
    "    Protocol,",
    "    TypedDict,",
    "    overload,",
    ")",
    "",
    "print(Any, ClassVar, Literal, NamedTuple, Protocol, TypedDict, overload)",
    "⌖",
  ].join("\n"),
  "others' imports": "import numpy\nfrom aiohttp import web\n\nprint(numpy, web)⌖\n",
  both: "import json\nimport sys\nfrom re import match\n\nimport numpy\n\nfrom . import own\n\nprint(json, sys, match, numpy, own)\n⌖",
  "a future": '"""Doc."""\n\nfrom __future__ import annotations\n\n\ndef f() -> int:\n    return 1⌖\n',
  "a type variable":
    'from typing import TypeVar\n\nT = TypeVar("T")\n⌖\n\ndef same(value: T) -> T:\n    return value\n',
  "a decorator":
    "import functools\n\n\n# Says why.\n@functools.lru_cache(\n    maxsize=None,\n)\ndef f() -> int:\n    ⌖return 1\n\n\nprint(f())\n",
  "a comment at the end": "import os\n\n\ndef f() -> str:\n    return os.sep\n\n\n# That is all.⌖\n",
  "another name": "import asyncio as aio\nimport typing\n\nprint(aio, typing)\n⌖",
};

const apply = (text: string, edits: readonly TextEdit[]): string =>
  [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, text }) => now.slice(0, start) + text + now.slice(end), text);

/** As the command does it: the imports first, then the definitions where the caret is then. */
function inserted(parser: PythonParser, text: string, offset: number, body: readonly string[]): string {
  const before = parser.parse(text);
  const pattern = fitted(before, body);
  before.dispose();
  const moved = pattern.imports.filter(({ start }) => start <= offset);
  const caret = moved.reduce((at, edit) => at + edit.text.length - (edit.end - edit.start), offset);
  const tree = parser.parse(apply(text, pattern.imports));
  const { start, end, before: above, after } = gapAt(tree, caret, pattern.body);
  tree.dispose();
  return tree.text.slice(0, start) + above + expand(pattern.body) + after + tree.text.slice(end);
}

describe("a pattern in a file", function () {
  this.timeout(20_000);
  let parser: PythonParser;
  const ruff = new Workspace(
    { "line-length": 88, "target-version": "py39", lint: { select: ["E", "F", "W", "I"], ignore: ["F811"] } },
    PositionEncoding.Utf16,
  );
  before(async () => {
    parser = await testParser();
  });

  for (const [name, marked] of Object.entries(files)) {
    const text = marked.replaceAll("⌖", "");
    const carets = marked
      .split("⌖")
      .slice(0, -1)
      .map((_, index, parts) => parts.slice(0, index + 1).join("").length);
    it(`is laid out with ${name}`, () => {
      const own = new Set((ruff.check(text) as { code: string }[]).map(({ code }) => code));
      const isPlain = name === "an empty file" || name === "imports of its own";
      for (const { prefix, body } of snippets.filter(({ prefix }) => isPlain || few.includes(prefix)))
        for (const caret of carets) {
          const result = inserted(parser, text, caret, body);
          const where = `${prefix} at ${caret}:\n${result}`;
          assert.equal(result, ruff.format(result), where);
          const reports = (ruff.check(result) as { code: string; message: string }[]).filter(
            ({ code }) => !own.has(code),
          );
          assert.deepEqual(
            reports.map(({ message }) => message),
            [],
            where,
          );
          const tree = parser.parse(result);
          assert.ok(tree.isWhole, where);
          tree.dispose();
        }
    });
  }

  it("keeps the line ends and what is there", () => {
    const text = "import os\r\n\r\n\r\ndef f() -> str:\r\n    return os.sep\r\n";
    const result = inserted(parser, text, text.length, [
      "import asyncio",
      "",
      "",
      "async def f() -> None:",
      "\tawait asyncio.sleep(0)",
      "",
    ]);
    assert.match(
      result,
      /^import asyncio\r\nimport os\r\n\r\n\r\ndef f\(\) -> str:\r\n {4}return os.sep\r\n\r\n\r\nasync def/,
    );
  });

  it("imports nothing for what is left out", () => {
    const text = 'from typing import TypeVar as Variable\n\nT = Variable("T")\nT = TypeVar("T")\n';
    const tree = parser.parse(text);
    const body = ["from typing import Any, TypeVar", "", 'T = TypeVar("T")', "", "", "def f(value: Any) -> None: ..."];
    const { imports, body: rest } = fitted(tree, body);
    assert.deepEqual(
      imports.map((edit) => edit.text),
      ["from typing import Any, TypeVar as Variable"],
    );
    assert.equal(rest, "def f(value: Any) -> None: ...");
    tree.dispose();
  });
});
