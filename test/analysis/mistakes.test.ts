// Each rule has cases of its own in `mistakes/*.py`: a comment with a caret stands under each mistake that must be found,
// with the rule's name and a part of what is said of it. Whatever has no comment must not be reported; rules that are off
// where the user says nothing are on in files whose first line names them.
//
//     second = await job
//     #        ^ awaited-twice: cannot reuse already awaited coroutine
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SyntaxTree } from "../../src/analysis/code/syntax";
import type { Mistake } from "../../src/analysis/mistakes/mistake";
import { mistakesOf } from "../../src/analysis/mistakes/mistakesOf";
import { ruleNames, rules } from "../../src/analysis/mistakes/rules";
import { noSource } from "../../src/analysis/modules";
import { defectRules } from "../../src/analysis/patterns/defect";
import { type Prose, plain } from "../../src/analysis/prose";
import { root } from "../root";
import { testParser } from "./parser";

interface Expectation {
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly part: string;
}

const folder = join(root, "test", "analysis", "mistakes");
const files = readdirSync(folder).filter((name) => name.endsWith(".py"));

function expectations(text: string): Expectation[] {
  const found: Expectation[] = [];
  let code = 0;
  text.split("\n").forEach((line, index) => {
    const comment = /^(\s*#\s*)\^\s*([\w-]+): (.*)$/.exec(line);
    if (!comment) code = index + 1;
    else
      found.push({
        line: code,
        column: comment[1]?.length ?? 0,
        rule: comment[2] ?? "",
        part: (comment[3] ?? "").replaceAll("`", ""),
      });
  });
  return found;
}

function at(tree: SyntaxTree, mistake: Mistake, { line, column }: Expectation): boolean {
  const [start, end] = [tree.place(mistake.start), tree.place(mistake.end)];
  const isAfter = line > start.line || (line === start.line && column >= start.column);
  return start.line === line && isAfter && (end.line > line || column < end.column);
}

function shown(tree: SyntaxTree, rule: string, offset: number, message: Prose): string {
  return `${tree.place(offset).line}: ${rule}: ${plain(message)}`;
}

describe("mistakes", () => {
  for (const file of files)
    it(file, async () => {
      const text = readFileSync(join(folder, file), "utf8");
      const tree = (await testParser()).parse(text);
      const expected = expectations(text);
      const [title = ""] = text.split("\n");
      const wanted = ruleNames.filter((rule) => rules[rule].severity !== "off" || title.includes(rule));
      const found = mistakesOf(tree, noSource, wanted);
      const open = new Set(expected);
      const unexpected = found.filter((mistake) => {
        const match = expected.find(
          (each) => each.rule === mistake.rule && at(tree, mistake, each) && plain(mistake.message).includes(each.part),
        );
        if (match) open.delete(match);
        return !match;
      });
      const reported = unexpected.map(({ rule, start, message }) => shown(tree, rule, start, message));
      const missing = [...open].map(({ line, rule, part }) => `${line}: ${rule}: …${part}…`);
      assert.deepEqual({ reported, missing }, { reported: [], missing: [] });
      tree.dispose();
    });

  it("have a case for each rule, and many in all", () => {
    const all = files.flatMap((file) => expectations(readFileSync(join(folder, file), "utf8")));
    const covered = new Set(all.map(({ rule }) => rule));
    assert.deepEqual(
      ruleNames.filter((rule) => !covered.has(rule) && !Object.hasOwn(defectRules, rule)),
      [],
      "defects of custom awaitables have cases in patterns/",
    );
    assert.ok(all.length >= 50, `${all.length} planted mistakes`);
  });
});
