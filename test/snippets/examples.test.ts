// The examples: each holds its pattern as the snippet inserts it, has nothing for a checker to say, and its trace tells what
// the pattern is for.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { readTrace, report } from "../../src/trace/report";
import { type Outcome, run } from "../processes";
import { anyPython, findPythons } from "../pythons";
import { root } from "../root";
import { expand } from "./expand";

const folder = join(root, "snippets", "examples");
const snippets = Object.values(
  JSON.parse(readFileSync(join(root, "snippets/python.json"), "utf8")) as Record<
    string,
    { prefix: string; body: string[] }
  >,
);
const fileOf = (prefix: string): string => `${prefix.replaceAll("-", "_")}.py`;

/** What the program prints and what the report of its trace says, by pattern: lines of which each must be there.
 * Times have room upwards: a busy machine wakes tasks late. */
const expected: Readonly<Record<string, { prints: readonly RegExp[]; tells: readonly RegExp[] }>> = {
  "aw-class": { prints: [/^tea$/, /^\['tea', 'tea'\]$/], tells: [/2× +.* Operation\._run|Operation\._run/] },
  "aw-timed": { prints: [/^\['tea', 'coffee', 'milk'\]$/], tells: [/ 3× .*asyncio\.sleep/, /main · asyncio\.gather/] },
  "aw-countdown": { prints: [/^took 0\.[3-5] s and 0\.[3-5] s$/], tells: [/ 6× .*Countdown\.__await__/] },
  "aw-retry": {
    prints: [/^call 3 went well$/],
    tells: [/ 3× .*fetch · asyncio\.sleep/, / 2× .*Retry\._run · asyncio\.sleep/],
  },
  "aw-ratelimit": {
    prints: [/^call 4 at /],
    tells: [/ 3× .*Lock 1\.acquire/, / 4× .*RateLimit\._run · asyncio\.sleep/],
  },
  "aw-cached": {
    prints: [/CancelledError\(.*\), 'B', 'A', 'B', 'A'\]$/, /^A without a wait$/],
    tells: [/ 2× .*load · asyncio\.sleep/, /asker 1 of a +cancelled by Task-1/, /cancelled · Cached\.__call__/],
  },
  "aw-progress": { prints: [/^1 of 4$/, /^4 of 4$/, /^downloaded$/], tells: [/ 4× .*download · asyncio\.sleep/] },
  "aw-compose": { prints: [/^hello answered \(0\.[2-5] s\)$/], tells: [/ 1× .*answer · asyncio\.sleep/] },
  "aw-context": { prints: [/^\['done for first', 'done for second'\] -$/], tells: [/ 2× .*work · asyncio\.sleep/] },
  "aw-nonblocking": {
    prints: [/^tick$/, /^\['read', 'read'\]$/],
    tells: [/^Jobs in threads \(2\)/, /slow of reader 1: .*ran [3-6]\d\d ms/],
  },
  "aw-cancellable": {
    prints: [/^undone$/, /^cancelled: True$/],
    tells: [/it ended the task [1-4]\d\d ms later/, /undo · asyncio\.sleep/],
  },
  "aw-validate": { prints: [/^42$/, /^'many': invalid literal/], tells: [/ 2× .*ask · asyncio\.sleep/] },
  "aw-once": {
    prints: [/^connected$/, /^c uses the connection$/],
    tells: [/ 1× .*connect · asyncio\.sleep/, / 3× .*Once\._result · asyncio\.wait/],
  },
  "aw-producer": { prints: [/^0\.[1-4] s apart$/], tells: [/ 2× .*read · asyncio\.sleep/] },
  "aw-future": { prints: [/^answered from a thread$/], tells: [/ 1× .*asyncio\.Future/] },
  "aw-iterator": { prints: [/^done with 3 suspensions$/], tells: [/ 3× .*main · CountedSteps/] },
  "aw-types-coroutine": { prints: [/^\d+ ms behind$/], tells: [/loop_lag · yield/, /done · compute/] },
  "aw-object": { prints: [/^breakfast: \['tea', 'toast'\]$/], tells: [/ 2× .*fetch · asyncio\.sleep/] },
  "aw-lazy-task": {
    prints: [/^other work is done$/, /^table$/],
    tells: [/done · Background\._run/, / 1× .*Background\._result · asyncio\.wait/],
  },
  "aw-timeout": {
    prints: [/^over 0\.2 s$/],
    tells: [/cancelled by asyncio\.timeout/, /asyncio\.timeout took it back/],
  },
  "aw-timeout-py39": { prints: [/^over 0\.2 s$/], tells: [/cancelled · work/, /cancelled by Task-1 .*Limited\._run/] },
  "aw-run": { prints: [], tells: [/done · main/] },
  "aw-task": {
    prints: [/^sent a$/, /ConnectionError: the post is closed$/],
    tells: [/failed: ConnectionError/, /done · send/],
  },
  "aw-gather": {
    prints: [/^\['a', 'b', 'c'\]$/, /^failed: broken$/],
    tells: [/cancelled · fetch/, /failed: ConnectionError/],
  },
  "aw-taskgroup": {
    prints: [/^\['a', 'b', 'c'\]$/, /^failed: ExceptionGroup/],
    tells: [/cancelled · fetch/, /cancelled by .*TaskGroup/],
  },
  "aw-as-completed": { prints: [/^0\.1$/, /^0\.3$/], tells: [/ 3× .*fetch · asyncio\.sleep/] },
  "aw-wait": {
    prints: [/^good$/],
    tells: [/failed: ConnectionError/, /cancelled · ask/, /first_success · asyncio\.wait/],
  },
  "aw-timeout-block": { prints: [/^42$/, /^40$/], tells: [/cancelled by asyncio\.timeout/] },
  "aw-timeout-block-py39": { prints: [/^42$/, /^40$/], tells: [/cancelled · price/] },
  "aw-shield": {
    prints: [/^committed$/, /^cancelled: True$/],
    tells: [/it ended the task [1-3]\d\d ms later/, /done · commit/], // the later the cancel, the less is left
  },
  "aw-to-thread": { prints: [/^\d+ bytes$/], tells: [/^Jobs in threads \(1\)/] },
  "aw-semaphore-map": {
    prints: [/'page 5'\]$/],
    tells: [/ 4× .*Semaphore 1\.acquire/, / 6× .*fetch · asyncio\.sleep/],
  },
  "aw-queue-workers": {
    prints: [/^done with 8$/],
    tells: [/Queue 1\.join/, / 9× .*work · asyncio\.sleep/, /^Cancels \(3\)/],
  },
  "aw-async-iter": { prints: [/^a 3$/, /^b 3$/], tells: [/ [68]× .*Ticks\.__anext__ · asyncio\.sleep/] },
  "aw-async-context": { prints: [/^b'hello\\n'$/], tells: [/asyncio\.open_connection/, /StreamWriter\.wait_closed/] },
  "aw-signal-shutdown": {
    prints: [/^at work$/, /^all is put away$/],
    tells: [/cancelled · service/, /it ended the task [1-4]\d\d ms later/],
  },
};

/** What the trace must not tell of any: a task that was left, a warning, an error that nobody took. */
const never = [/^Troubles/, /never retrieved/, /not ended/];

interface Ran {
  readonly printed: Outcome;
  readonly report: string;
}

async function trace(prefix: string, traces: string): Promise<Ran> {
  const cli = join(root, "dist", "cli.js");
  const file = join(traces, `${prefix}.awaitscope`);
  const program = join(folder, fileOf(prefix));
  const env = { ...process.env, PYTHONWARNINGS: "error", PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };
  const args = [cli, "trace", "--python", python().path, "--out", file, "--", program];
  const printed = await run(process.execPath, args, { env, limit: 30_000 });
  return { printed, report: existsSync(file) ? report(readTrace(readFileSync(file))) : "There is no trace." };
}

/** A Python that has all of them. */
const python = () => findPythons().find(({ minor }) => minor === 13) ?? anyPython();

describe("the examples", function () {
  this.timeout(120_000);
  const traces = mkdtempSync(join(tmpdir(), "awaitscope-examples-"));
  const ran = new Map<string, Ran>();
  const ruff = new Workspace(
    { "line-length": 88, "target-version": "py39", lint: { select: ["E", "F", "W", "I", "B", "PL", "RUF", "UP"] } },
    PositionEncoding.Utf16,
  );

  before(async () => {
    const waiting = snippets.map(({ prefix }) => prefix);
    const work = async () => {
      for (let prefix = waiting.shift(); prefix; prefix = waiting.shift()) ran.set(prefix, await trace(prefix, traces));
    };
    await Promise.all(Array.from({ length: 2 * availableParallelism() }, work)); // they sleep, mostly
  });
  after(() => rmSync(traces, { recursive: true, force: true }));

  it("are there for each snippet, and no others", () => {
    const names = snippets.map(({ prefix }) => fileOf(prefix)).sort();
    assert.deepEqual(
      readdirSync(folder)
        .filter((name) => name.endsWith(".py"))
        .sort(),
      names,
    );
    assert.deepEqual(Object.keys(expected).map(fileOf).sort(), names);
  });

  for (const { prefix, body } of snippets) {
    it(`${prefix} holds the pattern as it is inserted, and is laid out as Ruff would`, () => {
      const text = readFileSync(join(folder, fileOf(prefix)), "utf8");
      const pattern = expand(body.filter((line) => !/^(import|from) /.test(line)).join("\n")).trim();
      assert.ok(text.includes(`\n\n${pattern}\n`), pattern);
      assert.ok(text.startsWith(`"""${prefix}: `), "its docstring says what the trace shows");
      assert.equal(ruff.format(text), text);
      const ignored = ["PLR2004", "PLW0603"]; // numbers and a counter in a short program
      const reports = ruff.check(text) as { code: string; message: string }[];
      assert.deepEqual(
        reports.filter(({ code }) => !ignored.includes(code)).map(({ message }) => message),
        [],
      );
    });

    it(`${prefix} runs, and its trace tells what it shows`, () => {
      const { printed, report } = ran.get(prefix) as Ran;
      assert.equal(printed.code, 0, printed.output);
      const holds = (text: string, line: RegExp) =>
        assert.ok(
          text.split("\n").some((one) => line.test(one)),
          `${line} in:\n${text}`,
        );
      for (const line of expected[prefix]?.prints ?? []) holds(printed.output, line);
      for (const line of [/^The program ran to its end\.$/, ...(expected[prefix]?.tells ?? [])]) holds(report, line);
      for (const line of never) assert.doesNotMatch(report, new RegExp(line.source, "m"));
    });
  }
});
