// The words and variables that start a traced program.
import { strict as assert } from "node:assert";
import { delimiter, join } from "node:path";
import { complaint, probe, tracedArguments, tracingEnvironment } from "../../src/launch";
import { allPythons, anyPython } from "../pythons";

const recording = { out: "OUT", children: false };
const traced = (line: string, more = recording): string => tracedArguments("TRACER", more, line.split(" ")).join(" ");

describe("tracedArguments", () => {
  for (const line of [
    "app.py -I -E",
    "-X dev -O app.py a b",
    "-m pytest -S",
    "-W Ignore -Werror app.py",
    "-c print() -I",
    "-u -",
    "-Om pkg -I",
  ])
    it(`leaves ${line}`, () => assert.equal(traced(line), line));

  for (const [line, expected] of [
    ["-I app.py a", "-I TRACER --out OUT app.py a"],
    ["-X dev -sE -m pkg -S", "-X dev -sE TRACER --out OUT -m pkg -S"],
    ["-W error -S app.py", "-W error -S TRACER --out OUT app.py"],
  ] as const)
    it(`puts the launcher into ${line}`, () => assert.equal(traced(line), expected));
});

describe("tracingEnvironment", () => {
  const inject = join("T", "inject");
  const path = (old?: string) => tracingEnvironment("T", recording, old).PYTHONPATH;

  it("tells an unset PYTHONPATH from an empty one", () => {
    assert.equal(path(), inject);
    assert.equal(path(""), inject + delimiter);
    assert.equal(path("a"), `${inject}${delimiter}a`);
  });
});

describe("probe", () => {
  before("find the Pythons", function () {
    this.timeout(60_000); // each one is started
    anyPython();
  });

  it("knows a Python that will do", async () => {
    const python = anyPython();
    assert.deepEqual(await probe({ program: python.path, args: [] }), { kind: "usable", version: python.version });
  });

  it("says what is wrong with a program that is absent, or no Python", async () => {
    assert.deepEqual(await probe({ program: "no-such-python", args: [] }), { kind: "absent" });
    assert.equal((await probe({ program: process.execPath, args: [] })).kind, "no-answer");
  });

  it("refuses a Python that is too old", async () => {
    const old = allPythons().find((python) => python.minor < 9);
    const answer = old ? await probe({ program: old.path, args: [] }) : { kind: "too-old", version: "3.8.0" };
    assert.deepEqual(answer, { kind: "too-old", version: old?.version ?? "3.8.0" });
  });

  it("says what to do", () => {
    const sentence = complaint("python3", { kind: "too-old", version: "3.8.18" });
    assert.equal(sentence, "python3 is Python 3.8.18. Tracing needs CPython 3.9 or newer: choose another interpreter.");
  });
});
