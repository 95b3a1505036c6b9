// Custom awaitables recognised by their shape: each of our own snippets, and what others write, whatever the names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SyntaxTree } from "../../src/analysis/code/syntax";
import { patterns } from "../../src/analysis/patterns/catalog";
import type { Defect } from "../../src/analysis/patterns/defect";
import { patternAt } from "../../src/analysis/patterns/hover";
import { plain } from "../../src/analysis/prose";
import { root } from "../root";
import { expand } from "../snippets/expand";
import { testParser } from "./parser";

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

const snippets = Object.values(
  JSON.parse(readFileSync(join(root, "snippets", "python.json"), "utf8")) as Record<string, Snippet>,
);
const recognised = new Set(patterns.map(({ prefix }) => prefix));

/** The pattern of each class and function at the top of a file, by name. */
function patternsIn(tree: SyntaxTree): Map<string, string> {
  const definitions = [...tree.text.matchAll(/^(class|(?:async )?def) (\w+)/gm)];
  return new Map(
    definitions.map(({ index, 1: keyword = "", 2: name = "" }) => {
      const atName = patternAt(tree, index + keyword.length + 1);
      assert.deepEqual(patternAt(tree, index), atName, `${name}: keyword and name say the same`);
      return [name, atName?.pattern?.prefix ?? "none"];
    }),
  );
}

/** `# aw-retry` above a definition, with decorators between. */
function expected(text: string): Map<string, string> {
  const comments = text.matchAll(/^# (none|aw-[\w-]+)\b.*\n(?:@.*\n)*(?:class|(?:async )?def) (\w+)/gm);
  return new Map([...comments].map(([, pattern = "", name = ""]) => [name, pattern]));
}

/** The defects of each class at the top of a file, those without `__await__` included. */
function defectsOfAll(tree: SyntaxTree): readonly Defect[] {
  return [...tree.text.matchAll(/^class /gm)].flatMap(({ index }) => patternAt(tree, index)?.defects ?? []);
}

/** Our own, in other words: what people make of them. */
const rewritten: Readonly<Record<string, (text: string) => string>> = {
  "by other names": (text) =>
    Object.entries({
      operation: "job",
      function: "job",
      load: "source",
      _run: "perform",
      _result: "get",
      _task: "worker",
      delay: "pause",
    })
      .reduce((renamed, [name, other]) => renamed.replace(new RegExp(`\\b${name}\\b`, "g"), other), text)
      .replace(/^(class |def )(\w+)([\s\S]*)/m, (_, keyword: string, name: string, rest: string) =>
        `${keyword}Mine${rest}`.replace(new RegExp(`\\b${name}\\b`, "g"), "Mine"),
      ),
  "as a generator": (text) => text.replace(/^( +)return (self\..*__await__\(\))$/m, "$1return (yield from $2)"),
  "with asyncio's names imported": (text) =>
    `${text.replace(/^import asyncio\n/m, "import asyncio as aio\n").replace(/\basyncio\.(?=\w)/g, "aio.")}`,
  "their coroutine kept in a name first": (text) =>
    text.replace(
      /return self\.(\w+)\(\)\.__await__\(\)/,
      "coroutine = self.$1()\n        return coroutine.__await__()",
    ),
};

describe("patterns of awaitables", () => {
  for (const { prefix, body } of snippets.filter((each) => recognised.has(each.prefix.replace(/-py\d+$/, ""))))
    it(`are recognised in our own snippets: ${prefix}`, async () => {
      const tree = (await testParser()).parse(expand(body.join("\n")));
      const found = [...patternsIn(tree).values()].filter((pattern) => pattern !== "none");
      assert.deepEqual(found, [prefix.replace(/-py\d+$/, "")]);
      const told = defectsOfAll(tree).map(({ rule, message }) => `${rule}: ${plain(message)}`);
      assert.deepEqual(told, [], "our own have none of the defects");
      tree.dispose();
    });

  for (const [how, rewrite] of Object.entries(rewritten))
    it(`are recognised in our own snippets ${how}`, async () => {
      const own = snippets.filter((each) => recognised.has(each.prefix.replace(/-py\d+$/, "")));
      const texts = own.map(({ prefix, body }) => ({ prefix, text: expand(body.join("\n")) }));
      const changed = texts.map((each) => ({ ...each, text: rewrite(each.text), before: each.text }));
      assert.ok(changed.filter(({ text, before }) => text !== before).length > 9, "most are written so");
      for (const { prefix, text } of changed) {
        const tree = (await testParser()).parse(text);
        const found = [...patternsIn(tree).values()].filter((pattern) => pattern !== "none");
        assert.deepEqual(found, [prefix.replace(/-py\d+$/, "")], text);
        const told = defectsOfAll(tree).map(({ rule, message }) => `${rule}: ${plain(message)}`);
        assert.deepEqual(told, [], text);
        tree.dispose();
      }
    });

  it("are recognised by shape, whatever the names", async () => {
    const text = readFileSync(join(root, "test", "analysis", "patterns", "shapes.py"), "utf8");
    const tree = (await testParser()).parse(text);
    const wanted = expected(text);
    const found = patternsIn(tree);
    assert.ok(wanted.size > 40);
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted));
    assert.deepEqual(
      [...recognised].filter((each) => ![...wanted.values()].includes(each)),
      [],
      "each has a shape",
    );
    tree.dispose();
  });
});
