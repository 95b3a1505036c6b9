// Defects of custom awaitables: named where they are, and seen to fail as told by running the very same classes. The case
// file is the documentation: each class that has a defect says which, the one beside it has none.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { inferenceFor } from "../../src/analysis/awaiting/resolve";
import type { SyntaxTree } from "../../src/analysis/code/syntax";
import { noSource } from "../../src/analysis/modules";
import { type Defect, defectRules } from "../../src/analysis/patterns/defect";
import { defectsIn, defectsOf } from "../../src/analysis/patterns/defects";
import { plain } from "../../src/analysis/prose";
import { testParser } from "../analysis/parser";
import { findPythons, type Python } from "../pythons";
import { root } from "../root";

const file = join(root, "test", "analysis", "patterns", "defects.py");
const text = readFileSync(file, "utf8");

/** What each check saw of each class, by rule. */
type Outcomes = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

async function run(python: Python, path: string): Promise<Outcomes> {
  const { stdout } = await promisify(execFile)(python.path, ["-W", "ignore", path], { timeout: 60_000 });
  return JSON.parse(stdout);
}

/** The defects of each class of the file, those that other tools report included. */
function defectsByClass(tree: SyntaxTree): Map<string, readonly Defect[]> {
  const infer = inferenceFor(tree, noSource);
  const scope = infer.moduleScope(tree);
  const found = new Map<string, readonly Defect[]>();
  for (const node of scope.inner.keys())
    if ("kind" in node && node.kind === "class")
      found.set(node.name, defectsOf({ kind: "class", definition: node, where: { scope, statement: node } }, infer));
  return found;
}

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly rule: string;
}

/** What is marked in the file: the caret stands somewhere below the code that is meant. */
function marks(): Mark[] {
  const found: Mark[] = [];
  let line = 0;
  text.split("\n").forEach((each, index) => {
    const [, before = "", rules = ""] = /^(\s*#\s*)\^ (.*)$/.exec(each) ?? [];
    if (rules === "") line = index + 1;
    else for (const rule of rules.split(" ")) found.push({ line, column: before.length, rule });
  });
  return found;
}

describe("defects of awaitables", () => {
  it("are named where they are, and nowhere else", async () => {
    const tree = (await testParser()).parse(text);
    const all = [...defectsByClass(tree).values()].flat();
    const wanted = marks();
    const found = all.map(({ rule, span }) => {
      const { line, column } = tree.place(span.start);
      const isThere = (mark: Mark) => mark.line === line && mark.rule === rule;
      const at = wanted.find(isThere)?.column ?? -1;
      return { line, column: column <= at && at < column + span.end - span.start ? at : column, rule };
    });
    const sorted = (all: readonly Mark[]) => all.map((each) => JSON.stringify(each)).sort();
    assert.deepEqual(sorted(found), sorted(wanted));
    tree.dispose();
  });

  it("each have a case, a title and a message", async () => {
    const tree = (await testParser()).parse(text);
    const all = [...defectsByClass(tree).values()].flat();
    assert.deepEqual([...new Set(all.map(({ rule }) => rule))].sort(), Object.keys(defectRules).sort());
    for (const { message } of all) assert.match(plain(message), /^\S.+[.)]$/);
    const elsewhere = new Set(all.filter((each) => each.elsewhere).map(({ rule }) => rule));
    assert.deepEqual([...elsewhere].sort(), ["cancel-swallowed", "task-not-kept"]);
    assert.deepEqual(defectsIn(tree).length, all.filter((each) => !each.elsewhere).length);
    tree.dispose();
  });

  it("fail as told, on every Python, and no longer after their fixes", async function () {
    this.timeout(120_000);
    const tree = (await testParser()).parse(text);
    const told = defectsByClass(tree);
    const folder = mkdtempSync(join(tmpdir(), "defects-"));
    const fixed = join(folder, "fixed.py");
    writeFileSync(fixed, withFixes(told));
    try {
      // They mostly sleep: all at once takes little longer than one.
      await Promise.all(
        findPythons().map(async (python) => {
          const [before, after] = await Promise.all([run(python, file), run(python, fixed)]);
          compare(before, told, python.version);
          for (const [name, defects] of told)
            for (const { rule, fix } of defects)
              if (fix) assert.equal(after[rule]?.[name], false, `${python.version}: ${name} is fixed`);
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    const fixes = [...told.values()].flat().filter(({ fix }) => fix);
    assert.ok(fixes.length >= 7, `${fixes.length} have a fix`);
    tree.dispose();
  });
});

type Told = ReadonlyMap<string, readonly Defect[]>;

/** Each class fails exactly by the rules that it is told to break. */
function compare(seen: Outcomes, told: Told, version: string): void {
  assert.deepEqual(Object.keys(seen).sort(), Object.keys(defectRules).sort());
  for (const [rule, classes] of Object.entries(seen))
    for (const [name, fails] of Object.entries(classes)) {
      const isTold = told.get(name)?.some((each) => each.rule === rule) ?? false;
      assert.equal(fails, isTold, `${version}: ${name}, ${rule}`);
    }
}

/** The case file with every fix made. */
function withFixes(told: Told): string {
  const edits = [...told.values()].flat().flatMap(({ fix }) => fix?.edits ?? []);
  const fromEnd = [...edits].sort((a, b) => b.start - a.start);
  return fromEnd.reduce((all, { start, end, text: by }) => all.slice(0, start) + by + all.slice(end), text);
}
