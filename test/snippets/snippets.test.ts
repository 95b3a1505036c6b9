// The snippets: their JSON, the text that they insert, and what that text does on every Python found.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tab stops look like template strings
import assert from "node:assert/strict";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { readTrace } from "../../src/trace/report";
import { summary } from "../../src/trace/summary";
import { type Outcome, run } from "../processes";
import { describePythons, findPythons } from "../pythons";
import { root } from "../root";
import { expand, pieces } from "./expand";

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly notWhen: string;
  readonly body: readonly string[];
}

const all = Object.entries(
  JSON.parse(readFileSync(join(root, "snippets/python.json"), "utf8")) as Record<string, Snippet>,
);

/** The custom awaitables, then the tools of asyncio, then forms for Pythons before 3.11. */
const prefixes = [
  "class timed countdown retry ratelimit cached progress compose context nonblocking cancellable validate once",
  "producer future iterator types-coroutine object lazy-task timeout",
  "run task gather taskgroup as-completed wait timeout-block shield to-thread semaphore-map queue-workers async-iter",
  "async-context signal-shutdown",
  "timeout-py39 timeout-block-py39",
].flatMap((line) => line.split(" ").map((name) => `aw-${name}`));

/** Python 3.11 brought what these use: checked for the oldest Python, they are left out. */
const since311 = ["aw_timeout.py", "aw_taskgroup.py", "aw_timeout_block.py"];
const readme = readFileSync(join(root, "README.md"), "utf8");
const here = join(root, "test/snippets");
const bodyOf = (snippet: Snippet): string => snippet.body.join("\n");
const linesOf = (snippet: Snippet): string[] => expand(bodyOf(snippet)).split("\n");

/** Everything that a strict project is likely to have on: format and lint with the defaults of a Black-sized line. */
const ruff = new Workspace(
  {
    "line-length": 88,
    "target-version": "py39",
    lint: { select: ["E", "F", "W", "I", "UP", "B", "C4", "PIE", "PL", "PERF", "RET", "RUF", "SIM"] },
  },
  PositionEncoding.Utf16,
);

/** The tab stops whose default is a name that the snippet defines. */
function namesOf(snippet: Snippet): ReadonlyMap<number, string> {
  const text = expand(bodyOf(snippet));
  const stops = pieces(bodyOf(snippet)).flatMap((piece): [number, string][] =>
    piece.kind === "stop" && piece.shows !== undefined ? [[piece.stop, piece.shows]] : [],
  );
  return new Map(
    stops.filter(([, name]) => new RegExp(`^(?:(?:async )?def|class) ${name}\\b|^${name}: `, "m").test(text)),
  );
}

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
  it("has a snippet for each pattern and each tool", () => {
    assert.deepEqual(all.map(([, { prefix }]) => prefix).sort(), [...prefixes].sort());
  });

  it("is short: 25 lines at the median", () => {
    const lengths = all.map(([, snippet]) => linesOf(snippet).length - 1).sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    assert.ok(median <= 25, `lines: ${lengths.join(", ")}`);
  });

  for (const [name, snippet] of all)
    describe(`${snippet.prefix} (${name})`, () => {
      it("says in one line what it is and when to use it", () => {
        assert.match(snippet.description, /^[A-Z].{8,}: use it .+\.$/);
        assert.ok(snippet.description.length <= 120, `${snippet.description.length} characters`);
      });

      it("says in one line when not to use it", () => {
        assert.match(snippet.notWhen, /^[a-zA-Z].+[^.]$/);
        assert.ok(snippet.notWhen.length <= 80, `${snippet.notWhen.length} characters`);
      });

      it("has a row in the README that says the same", () => {
        const [, gives = "", use = ""] = /^(.+?): use it (.+)\.$/.exec(snippet.description) ?? [];
        const what = gives.charAt(0).toLowerCase() + gives.slice(1);
        const row = `| \`${snippet.prefix}\` | ${what} | ${use} | ${snippet.notWhen} |`;
        assert.ok(readme.includes(`\n${row}\n`), row);
      });

      it("numbers its tab stops without a gap and ends at one $0", () => {
        const stops = pieces(bodyOf(snippet)).flatMap((piece) => (piece.kind === "stop" ? [piece.stop] : []));
        const numbers = [...new Set(stops)].sort((a, b) => a - b);
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => index),
        );
        assert.equal(stops.filter((stop) => stop === 0).length, 1);
        assert.ok(numbers.length >= 2, "a name, then the end");
      });

      it("shows one default at every mention of a tab stop", () => {
        const shown = new Map<number, string>();
        for (const piece of pieces(bodyOf(snippet))) {
          if (piece.kind === "text" || piece.shows === undefined) continue;
          assert.equal(shown.get(piece.stop) ?? piece.shows, piece.shows);
          shown.set(piece.stop, piece.shows);
        }
      });

      it("has a name to type first, and typing another leaves nothing of the default", () => {
        const names = namesOf(snippet);
        assert.ok(names.has(1), "tab stop 1 names what is defined");
        for (const [stop, name] of names) {
          const renamed = expand(bodyOf(snippet), { [stop]: "renamed" });
          assert.match(renamed, /\brenamed\b/);
          assert.doesNotMatch(renamed, new RegExp(`\\b${name}\\b`));
        }
      });

      it("is laid out and ordered as Ruff would, and gives it nothing to say", () => {
        const text = linesOf(snippet).join("\n");
        assert.equal(ruff.format(text), text);
        assert.deepEqual(
          (ruff.check(text) as { message: string }[]).map(({ message }) => message),
          [],
        );
        assert.doesNotMatch(text, /\t|\$/);
      });

      it("begins with its imports and no __future__, and has a docstring of at most three lines", () => {
        const text = linesOf(snippet).join("\n");
        assert.match(text, /^(import|from) \w/);
        assert.doesNotMatch(text, /__future__|typing_extensions/);
        const [, docstring] = /^(?:class|async def|def) [\s\S]*?:\n {4}"""([\s\S]*?)"""/m.exec(text) ?? [];
        const documented = docstring ?? /^async def [\s\S]*?:\n {4}"""([\s\S]*?)"""/m.exec(text)?.[1];
        assert.ok(documented !== undefined && documented.split("\n").length <= 3);
      });
    });
});

/** Starts jobs in order, so many at a time: each once the one so many before it has ended; a promise for each. */
function inTurn<T>(atOnce: number, jobs: readonly (() => Promise<T>)[]): readonly Promise<T>[] {
  const started: Promise<T>[] = [];
  for (const job of jobs) {
    const before = started.at(-atOnce);
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
    path: join(folder, `${snippet.prefix.replaceAll("-", "_")}.py`),
    text: expand(bodyOf(snippet)),
  }));
  const env = { ...process.env, MYPYPATH: folder, PYTHONASYNCIODEBUG: "1", PYTHONDONTWRITEBYTECODE: "1" };
  let outcomes: readonly Promise<Outcome>[];

  before(() => {
    for (const { path, text } of modules) writeFileSync(path, text);
    copyFileSync(join(here, "typed.py"), join(folder, "typed.py"));
    cpSync(join(root, "snippets/examples"), join(folder, "examples"), { recursive: true });
    const mypy = ["--strict", "--cache-dir", join(folder, "cache"), "--exclude", "examples", folder];
    const behaviour = ["-W", "error", join(here, "behaviour.py"), folder];
    outcomes = inTurn(availableParallelism() + 1, [
      () => run("mypy", hasMypy ? mypy : ["--version"], { env }),
      () => pyright(folder, "3.15"),
      () => pyright(folder, "3.9", [...since311, "typed.py", "examples"]),
      ...pythons.map(
        ({ path }) =>
          () =>
            run(path, behaviour, { env, limit: 90_000 }),
      ),
      () => traced(pythons.at(-1)?.path ?? "", folder),
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

  for (const [index, version] of ["3.15", "3.9"].entries())
    it(`passes Pyright's strict mode for Python ${version}`, async () => {
      const outcome = await outcomes[index + 1];
      assert.equal(outcome?.code, 0, outcome?.output);
      assert.match(outcome?.output ?? "", /^0 errors, 0 warnings/m);
    });

  for (const [index, { version, minor }] of pythons.entries())
    it(`behaves on Python ${version}, with -W error and asyncio's debug mode`, async () => {
      const outcome = await outcomes[index + 3];
      assert.equal(outcome?.code, 0, outcome?.output);
      assert.match(outcome?.output ?? "", /^Ran [1-9]\d+ tests/m);
      const those = minor < 11 ? all.length - since311.length : all.length;
      assert.match(outcome?.output ?? "", new RegExp(`${those} snippets in \\d+ cases: \\d+ checked`));
    });

  it("leaves no task, no error and no warning behind, as the trace of every case tells", async () => {
    const outcome = await outcomes.at(-1);
    assert.equal(outcome?.code, 0, outcome?.output);
    const { program, tasks, troubles, trace } = summary(readTrace(readFileSync(join(folder, "every.awaitscope"))));
    assert.ok(trace.ended && tasks.length > 10_000, `${tasks.length} tasks of ${program?.python}`);
    assert.deepEqual(
      tasks.filter(({ outcome }) => outcome === null),
      [],
    );
    assert.deepEqual(troubles, []);
  });
});

/** The cases of every snippet under the tracer: not in debug mode, which has warnings of its own for slow steps. */
function traced(python: string, folder: string): Promise<Outcome> {
  const program = [join(here, "behaviour.py"), folder, "test_every.py"];
  const args = [
    join(root, "dist/cli.js"),
    "trace",
    "--python",
    python,
    "--out",
    join(folder, "every.awaitscope"),
    "--",
  ];
  return run(process.execPath, [...args, ...program], { limit: 90_000 });
}

/** Pyright on the files of a folder, for one version of Python; `except` are names of files that it leaves out. */
function pyright(folder: string, pythonVersion: string, except: readonly string[] = []): Promise<Outcome> {
  const project = join(folder, `pyright-${pythonVersion}.json`);
  const settings = {
    typeCheckingMode: "strict",
    pythonVersion,
    exclude: except,
    reportUnusedVariable: false, // typed.py names types only
    reportUnnecessaryTypeIgnoreComment: true,
  };
  writeFileSync(project, JSON.stringify(settings));
  return run(process.execPath, [join(root, "node_modules/pyright/index.js"), "--project", project]);
}
