// The snippets: their JSON, the text that they insert, and what that text does on every Python found.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tab stops look like template strings
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Outcome, run } from "../processes";
import { describePythons, findPythons } from "../pythons";
import { root } from "../root";
import { expand, pieces } from "./expand";

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const all = Object.entries(
  JSON.parse(readFileSync(join(root, "snippets/python.json"), "utf8")) as Record<string, Snippet>,
);
const here = join(root, "test/snippets");
const bodyOf = (snippet: Snippet): string => snippet.body.join("\n");
const linesOf = (snippet: Snippet): string[] => expand(bodyOf(snippet)).split("\n");

describe("expanding a snippet", () => {
  it("fills tab stops with what was typed, else with the default, at every mention", () => {
    const body = "class ${1:Name}($2):\n\t\tself.$1 = ${1:Name}$0";
    assert.equal(expand(body), "class Name():\n        self.Name = Name");
    assert.equal(expand(body, { 1: "A", 2: "B" }), "class A(B):\n        self.A = A");
  });
  it("takes the first choice and undoes escapes", () => {
    assert.equal(expand("${1|one\\,two,three|} \\$1 \\} \\\\ ${2:a\\}b}"), "one,two $1 } \\ a}b");
  });
  it("refuses what it does not know", () => {
    for (const body of ["$TM_FILENAME", "${1:a ${2:nested}}", "${1/(.*)/$1/}", "${1:open"])
      assert.throws(() => expand(body), /^Error: Not understood at/, body);
  });
});

describe("snippets/python.json", () => {
  it("has a prefix of its own for each snippet", () => {
    const prefixes = all.map(([, { prefix }]) => prefix);
    assert.deepEqual([...new Set(prefixes)], prefixes);
    assert.ok(prefixes.length >= 5);
    for (const prefix of prefixes) assert.match(prefix, /^aw-[a-z]+$/);
  });

  it("is short: 25 lines at the median", () => {
    const lengths = all.map(([, snippet]) => snippet.body.length).sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    assert.ok(median <= 25, `lines: ${lengths.join(", ")}`);
  });

  for (const [name, snippet] of all)
    describe(`${snippet.prefix} (${name})`, () => {
      it("says in one line what it is and when to use it", () => {
        assert.match(snippet.description, /^[A-Z].{10,}: use it .+\.$|^[A-Z].{10,}: share .+\.$/);
        assert.ok(snippet.description.length <= 120, `${snippet.description.length} characters`);
      });

      it("numbers its tab stops without a gap and ends at one $0", () => {
        const stops = pieces(bodyOf(snippet)).flatMap((piece) => (piece.kind === "stop" ? [piece.stop] : []));
        const numbers = [...new Set(stops)].sort((a, b) => a - b);
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => index),
        );
        assert.equal(stops.filter((stop) => stop === 0).length, 1);
        assert.ok(numbers.length >= 3, "a name and something to choose, then the end");
      });

      it("shows one default at every mention of a tab stop", () => {
        const shown = new Map<number, string>();
        for (const piece of pieces(bodyOf(snippet))) {
          if (piece.kind === "text" || piece.shows === undefined) continue;
          assert.equal(shown.get(piece.stop) ?? piece.shows, piece.shows);
          shown.set(piece.stop, piece.shows);
        }
      });

      it("starts with the class's name, and typing another leaves nothing of the default", () => {
        const [, name] = /^class (\w+)/m.exec(expand(bodyOf(snippet))) ?? [];
        const renamed = expand(bodyOf(snippet), { 1: "Renamed" });
        assert.match(renamed, /^class Renamed\b/m);
        assert.doesNotMatch(renamed, new RegExp(`\\b${name}\\b`));
      });

      it("is laid out as a formatter would: four spaces, 88 columns, one newline at the end", () => {
        const lines = linesOf(snippet);
        for (const line of lines) {
          assert.equal((/^ */.exec(line)?.[0].length ?? 0) % 4, 0, line);
          assert.ok(line.length <= 88, `${line.length} columns: ${line}`);
          assert.doesNotMatch(line, /\s$|\t|\$/);
        }
        assert.match(lines.join("\n"), /\S\n\n\n(@.*\n)?class .*[^\n]\n$/s);
        assert.doesNotMatch(lines.join("\n"), /\n\n\n\n/);
      });

      it("begins with its imports and no __future__, and has a docstring of at most three lines", () => {
        const text = linesOf(snippet).join("\n");
        assert.match(text, /^import asyncio\n/);
        assert.doesNotMatch(text, /__future__/);
        const [, docstring] = /class .*:\n {4}"""([\s\S]*?)"""/.exec(text) ?? [];
        assert.ok(docstring !== undefined && docstring.split("\n").length <= 3);
      });
    });
});

/** Runs jobs two at a time, in order; a promise for each. */
function inPairs<T>(jobs: readonly (() => Promise<T>)[]): readonly Promise<T>[] {
  const started: Promise<T>[] = [];
  for (const job of jobs) {
    const before = started.at(-2);
    started.push(before === undefined ? job() : before.then(job, job));
  }
  return started;
}

const hasMypy = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "mypy")));

describe("the text that the snippets insert", function () {
  this.timeout(120_000);
  const pythons = findPythons();
  const folder = mkdtempSync(join(tmpdir(), "awaitscope-snippets-"));
  const modules = all.map(([, snippet]) => ({
    path: join(folder, `${snippet.prefix.replace("-", "_")}.py`),
    text: expand(bodyOf(snippet)),
  }));
  const env = { ...process.env, MYPYPATH: folder, PYTHONASYNCIODEBUG: "1", PYTHONDONTWRITEBYTECODE: "1" };
  let outcomes: readonly Promise<Outcome>[];

  before(() => {
    for (const { path, text } of modules) writeFileSync(path, text);
    const mypy = [
      "--strict",
      "--cache-dir",
      join(folder, "cache"),
      join(here, "typed.py"),
      ...modules.map(({ path }) => path),
    ];
    const behaviour = ["-W", "error", join(here, "behaviour.py"), folder];
    outcomes = inPairs([
      () => run("mypy", hasMypy ? mypy : ["--version"], { env }),
      ...pythons.map(
        ({ path }) =>
          () =>
            run(path, behaviour, { env, limit: 60_000 }),
      ),
    ]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it(`has Pythons to run on. ${describePythons()}`, () => assert.ok(pythons.length > 0));

  it("passes mypy --strict, its generics kept", async function () {
    if (!hasMypy) {
      console.log("    not run (1): mypy is missing on PATH, which checks the snippets' types: apt-get install mypy");
      return this.skip();
    }
    const outcome = await outcomes[0];
    assert.equal(outcome?.code, 0, outcome?.output);
  });

  for (const [index, { version }] of pythons.entries())
    it(`behaves on Python ${version}, with -W error and asyncio's debug mode`, async () => {
      const outcome = await outcomes[index + 1];
      assert.equal(outcome?.code, 0, outcome?.output);
      assert.match(outcome?.output ?? "", /^Ran [1-9]\d+ tests/m);
    });
});
