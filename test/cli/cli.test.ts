// The command line as a user runs it: dist/cli.js in a process of its own.
import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { anyPython } from "../pythons";
import { root } from "../root";

const cli = join(root, "dist", "cli.js");
const python = () => anyPython().path;
let folder = "";

before(() => {
  folder = mkdtempSync(join(tmpdir(), "awaitscope-cli-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function awaitscope(args: readonly string[], input = "", env: NodeJS.ProcessEnv = {}) {
  const options = { cwd: folder, input, encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], options);
  return { status, signal, stdout, stderr };
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const tasks = `
import asyncio, sys

async def child(n):
    await asyncio.sleep(0.01 * n)
    return n

async def main():
    print(await asyncio.gather(*(child(n) for n in range(3))), sys.stdin.read())
    sys.exit(7)

asyncio.run(main())
`;

describe("awaitscope trace", () => {
  it("leaves stdin, stdout, stderr and the exit code to the program, and writes a trace that report reads", () => {
    write("tasks.py", tasks);
    const run = awaitscope(["trace", "--python", python(), "--", "tasks.py"], "hello");
    assert.deepEqual(run, { status: 7, signal: null, stdout: "[0, 1, 2] hello\n", stderr: "" });
    const report = awaitscope(["report", "tasks.awaitscope"]);
    assert.equal(report.status, 0, report.stderr);
    assert.match(report.stdout, /Task-1\b/);
    assert.match(report.stdout, /asyncio\.sleep/);
  });

  it("traces under -I, where the environment is not read", () => {
    write("tasks.py", tasks);
    const run = awaitscope(
      ["trace", "--python", python(), "--out", "isolated.awaitscope", "--", "-I", "tasks.py"],
      "x",
    );
    assert.deepEqual(run, { status: 7, signal: null, stdout: "[0, 1, 2] x\n", stderr: "" });
    assert.match(awaitscope(["report", "isolated.awaitscope"]).stdout, /Task-1\b/);
  });

  it("passes Ctrl+C on once and dies as the program does", async () => {
    const program = "import asyncio\nprint('up', flush=True)\nasyncio.run(asyncio.sleep(60))\n";
    const args = [cli, "trace", "--python", python(), "--", write("forever.py", program)];
    const child = spawn(process.execPath, args, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.stdout.once("data", () => process.kill(-(child.pid as number), "SIGINT")); // as a terminal does: to the group
    const end = await new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
    assert.equal(end, "SIGINT");
    assert.equal(errors.match(/^KeyboardInterrupt$/gm)?.length, 1, errors);
  });

  it("says what is missing", () => {
    const absent = awaitscope(["trace", "--python", "no-such-python", "--", "x.py"]);
    assert.equal(absent.status, 2);
    assert.match(absent.stderr, /no-such-python was not found\. Tracing needs CPython 3\.9 or newer/);
    assert.match(awaitscope(["trace"]).stderr, /say what to run after --/);
    const nowhere = awaitscope(["trace", "--python", python(), "--out", "no/such/x.awaitscope", "--", "tasks.py"]);
    assert.match(nowhere.stderr, /there is no folder/);
    const file = awaitscope(["trace", "--python", python(), "--", "no_such_file.py"]);
    assert.equal(file.status, 2);
    assert.match(file.stderr, /can't open file .*no_such_file\.py/);
  });
});

describe("awaitscope report", () => {
  it("reads a truncated trace and says so", () => {
    write("tasks.py", tasks);
    awaitscope(["trace", "--python", python(), "--out", "cut.awaitscope", "--", "tasks.py"]);
    const path = join(folder, "cut.awaitscope");
    truncateSync(path, readFileSync(path).byteLength - 5);
    const report = awaitscope(["report", "cut.awaitscope"]);
    assert.equal(report.status, 0, report.stderr);
    assert.match(report.stdout, /The last frame of the file is cut off/);
  });

  it("gives one JSON document with --json", () => {
    write("tasks.py", tasks);
    awaitscope(["trace", "--python", python(), "--out", "whole.awaitscope", "--", "tasks.py"]);
    const report = awaitscope(["report", "--json", "whole.awaitscope"]);
    assert.equal(report.status, 0, report.stderr);
    const told = JSON.parse(report.stdout);
    assert.equal(told.trace.ended, true);
    assert.equal(told.tasks[0].name, "Task-1");
    assert.ok(told.waits.some((wait: { place: { what: string } }) => wait.place.what === "asyncio.sleep"));
    const text = awaitscope(["report", "whole.awaitscope"]).stdout;
    assert.match(text, new RegExp(`Tasks \\(${told.tasks.length}\\)`));
  });

  it("refuses what is no trace, is newer, or is not there, in one line", () => {
    for (const [name, text, complaint] of [
      ["other.awaitscope", "PK\u0003\u0004 something else entirely", /not an? .*trace/i],
      ["newer.awaitscope", "awaitscope 9\n", /newer/],
    ] as const) {
      const report = awaitscope(["report", write(name, text)]);
      assert.equal(report.status, 1);
      assert.match(report.stderr, complaint);
      assert.equal(report.stderr.trim().split("\n").length, 1);
    }
    assert.match(awaitscope(["report", "absent.awaitscope"]).stderr, /there is no file or folder absent\.awaitscope/);
  });
});

describe("awaitscope explain", () => {
  const program =
    "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n    async with asyncio.Lock():\n        pass\n";

  it("prints a JSON line for every await of files and folders", () => {
    write("awaits.py", program);
    const run = awaitscope(["explain", "--json", "awaits.py"]);
    const rows = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map(({ file, line, column, form, kind, what }) => ({ file, line, column, form, kind, what })),
      [
        { file: "awaits.py", line: 3, column: 4, form: "await", kind: "coroutine", what: "asyncio.sleep" },
        {
          file: "awaits.py",
          line: 4,
          column: 4,
          form: "async with",
          kind: "coroutine",
          what: "asyncio.Lock.__aenter__",
        },
      ],
    );
    assert.equal(awaitscope(["explain", "--json", "."]).stdout.includes('"awaits.py"'), true);
  });

  it("follows imports through packages, sources, stubs and the standard library", () => {
    const files: Readonly<Record<string, string>> = {
      "tree/src/pkg/__init__.py": "from .jobs import job as job\n",
      "tree/src/pkg/jobs.py":
        "import asyncio\n\nasync def job(): ...\ndef start(): return asyncio.create_task(job())\n",
      "tree/src/pkg/_fast.pyi": "async def quick() -> int: ...\n",
      "tree/tests/helpers.py": "async def help(): ...\n",
      "tree/tests/test_pkg.py":
        "import unittest.mock\nfrom asyncio.staggered import staggered_race\nimport pkg, pkg.jobs\nfrom pkg._fast import quick\nfrom helpers import help\nfrom gone import lost\n" +
        "async def f():\n    await pkg.job()\n    await pkg.jobs.start()\n    await quick()\n    await help()\n    await staggered_race([], 1)\n    await lost()\n",
    };
    for (const [name, text] of Object.entries(files)) write(name, text);
    const run = awaitscope(["explain", "--json", "tree"]);
    assert.equal(run.status, 0, run.stderr);
    const rows = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const told = rows
      .filter(({ file }) => file.endsWith("test_pkg.py"))
      .map(({ kind, what, definition }) =>
        `${kind} ${what} ${definition?.file.replace(/^.*\/tree\//, "") ?? ""}`.trim(),
      );
    assert.deepEqual(told.toSpliced(4, 1), [
      "coroutine job src/pkg/jobs.py",
      "task asyncio.Task",
      "coroutine quick src/pkg/_fast.pyi",
      "coroutine help tests/helpers.py",
      "unknown null",
    ]);
    assert.match(told[4] ?? "", /^coroutine staggered_race/);
    assert.equal(awaitscope(["explain", "tree"]).stdout.includes("test_pkg.py:8:5: await coroutine job"), true);
  }).timeout(20_000);

  it("reads what an interpreter finds, and runs nothing of it", () => {
    const site = join("venv", "lib", `python3.${anyPython().minor}`, "site-packages");
    write(join(site, "installed.py"), "async def job(): ...\n");
    write(join(site, "run.pth"), "import os; open('ran', 'w')\n");
    write(join(site, "sitecustomize.py"), "open('ran', 'w')\n");
    write(join("venv", "pyvenv.cfg"), `home = ${dirname(python())}\n`);
    const linked = join("venv", "bin", "python");
    mkdirSync(join(folder, dirname(linked)), { recursive: true });
    symlinkSync(python(), join(folder, linked));
    write("uses.py", "from installed import job\nasync def f():\n    await job()\n");
    const run = awaitscope(["explain", "--json", "--python", `./${linked}`, "uses.py"]);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(JSON.parse(run.stdout).kind, "coroutine");
    assert.equal(existsSync(join(folder, "ran")), false);
    const refused = awaitscope(["explain", "--python", "./uses.py", "uses.py"]);
    assert.deepEqual(
      [refused.status, refused.stderr.split("\n")[0]],
      [2, "awaitscope explain: ./uses.py is no Python that answers"],
    );
  }).timeout(20_000);

  const mistaken =
    "import asyncio\nasync def f():\n    job = f()\n    é = await job; await job\n    é.n += await f()\n    print(f'{f()}')\n";

  it("prints mistakes between the awaits, as compilers do", () => {
    write("mistaken.py", mistaken);
    const { stdout, status } = awaitscope(["explain", "mistaken.py"]);
    assert.equal(status, 0);
    const lines = stdout.trim().split("\n");
    assert.equal(lines.length, 5, stdout);
    assert.match(lines[2] ?? "", /^mistaken\.py:4:20: warning awaited-twice: job is awaited already at line 4/);
    assert.match(lines[4] ?? "", /^mistaken\.py:6:14: warning coroutine-in-text: /);
  });

  it("prints JSON lines of mistakes apart from those of awaits", () => {
    write("mistaken.py", mistaken);
    assert.doesNotMatch(awaitscope(["explain", "--json", "mistaken.py"]).stdout, /"mistake"/);
    const rows = awaitscope(["explain", "--json", "--mistakes", "mistaken.py"])
      .stdout.trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map(({ kind, file, line, column, endLine, endColumn, rule, severity }) => [
        [kind, file, rule, severity],
        [line, column, endLine, endColumn],
      ]),
      [
        [
          ["mistake", "mistaken.py", "awaited-twice", "warning"],
          [4, 19, 4, 28],
        ],
        [
          ["mistake", "mistaken.py", "coroutine-in-text", "warning"],
          [6, 13, 6, 16],
        ],
      ],
    );
    assert.deepEqual(rows[0].related[0], { line: 4, column: 8, message: "awaited here first" });
  });

  it("ends with 1 when --check finds warnings, and takes severities", function () {
    this.timeout(20_000); // eight processes
    write("mistaken.py", mistaken);
    write("fine.py", program);
    const check = (...args: string[]) => awaitscope(["explain", "--check", "--mistakes", ...args]).status;
    assert.equal(check("mistaken.py"), 1);
    assert.equal(check("fine.py"), 0);
    assert.equal(check("--json", "mistaken.py"), 1);
    assert.equal(check("--rules", "awaited-twice=hint,coroutine-in-text=off", "mistaken.py"), 0);
    assert.equal(check("--rules", "awaited-twice=error,coroutine-in-text=off", "mistaken.py"), 1);
    assert.equal(check("--rules", "awaited-twise=error", "mistaken.py"), 2);
    assert.equal(check("--rules", "awaited-twice=loud", "mistaken.py"), 2);
    assert.equal(awaitscope(["explain", "--json", "--sarif", "mistaken.py"]).status, 2);
  });

  it("writes a SARIF log", () => {
    const inner = join(folder, "a folder");
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, "mistaken.py"), mistaken);
    const run = awaitscope(["explain", "--sarif", "--check", "."]);
    assert.equal(run.status, 1);
    const log = JSON.parse(run.stdout);
    assert.equal(log.version, "2.1.0");
    const [{ tool, results, columnKind, originalUriBaseIds }] = log.runs;
    assert.deepEqual([columnKind, Object.keys(originalUriBaseIds)], ["utf16CodeUnits", ["%SRCROOT%"]]);
    for (const { id, name, helpUri, help, shortDescription } of tool.driver.rules) {
      assert.match(id, /^[a-z-]+$/);
      assert.match(name, /^[A-Z][A-Za-z]+$/);
      assert.ok(new URL(helpUri).pathname.endsWith(`/media/rules/${id}.md`));
      assert.ok(help.markdown.includes(shortDescription.text.slice(0, 8)) && help.text.length > 20, id);
    }
    const own = results.filter((result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
      result.locations[0]?.physicalLocation.artifactLocation.uri.startsWith("a%20folder/"),
    );
    assert.equal(own.length, 2);
    const [twice] = own;
    assert.equal(tool.driver.rules[twice.ruleIndex].id, twice.ruleId);
    assert.equal(twice.level, "warning");
    assert.deepEqual(twice.locations[0].physicalLocation, {
      artifactLocation: { uri: "a%20folder/mistaken.py", uriBaseId: "%SRCROOT%" },
      region: { startLine: 4, startColumn: 20, endLine: 4, endColumn: 29 },
    });
    assert.equal(twice.relatedLocations[0].message.text, "awaited here first");
    const [{ description, artifactChanges }] = own[1].fixes;
    assert.match(description.text, /^Add the missing await/);
    assert.deepEqual(artifactChanges, [
      {
        artifactLocation: { uri: "a%20folder/mistaken.py", uriBaseId: "%SRCROOT%" },
        replacements: [
          {
            deletedRegion: { startLine: 6, startColumn: 14, endLine: 6, endColumn: 14 },
            insertedContent: { text: "await " },
          },
        ],
      },
    ]);
  });

  it("goes on over a file that does not parse", () => {
    write("broken.py", "async def f(:\n    await (\n");
    assert.equal(awaitscope(["explain", "--json", "broken.py"]).status, 0);
  });

  it("names a path that is not there", () => {
    const run = awaitscope(["explain", "absent"]);
    assert.deepEqual([run.status, run.stderr], [2, "awaitscope: there is no file or folder absent\n"]);
  });
});

describe("awaitscope", () => {
  it("says where the Python package lies", () => {
    const folder = awaitscope(["path"]).stdout.trim();
    for (const file of ["pyproject.toml", "awaitscope/__init__.py", "awaitscope/py.typed"])
      assert.ok(existsSync(join(folder, file)), file);
  });

  it("explains itself", () => {
    for (const words of [["--help"], ["-h"], ["explain", "--help"], ["trace", "-h"]])
      assert.match(awaitscope(words).stdout, /^usage: awaitscope trace/);
    assert.match(awaitscope(["--version"]).stdout, /^\d+\.\d+\.\d+\n$/);
    const unknown = awaitscope(["nonsense"]);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /there is no command nonsense/);
  });
});
