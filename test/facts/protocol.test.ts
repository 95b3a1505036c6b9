// What is awaitable, said before anything runs, against what every Python found does with the very same code.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Awaitable } from "../../src/analysis/awaiting/awaitable";
import { resolve } from "../../src/analysis/awaiting/resolve";
import { awaitSites } from "../../src/analysis/code/awaits";
import { noSource } from "../../src/analysis/modules";
import { plain } from "../../src/analysis/prose";
import { testParser } from "../analysis/parser";
import { findPythons, type Python } from "../pythons";
import { root } from "../root";

const file = join(root, "test", "analysis", "protocol.py");

function outcomes(python: Python): Record<string, string | null> {
  const run = spawnSync(python.path, ["-W", "ignore", file], { encoding: "utf8", timeout: 60_000 });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

/** The last await of each function that Python runs, by the function's name, as told for one Python. */
async function answers(names: readonly string[], minor: number): Promise<Map<string, Awaitable>> {
  const text = readFileSync(file, "utf8");
  const tree = (await testParser()).parse(text);
  const source = { ...noSource, minor };
  const found = new Map<string, Awaitable>();
  for (const name of names) {
    const start = text.indexOf(`async def ${name}(`);
    const end = text.indexOf("\n\n\n", start);
    const site = awaitSites(tree).findLast((each) => start < each.start && each.start < end);
    if (site) found.set(name, resolve(site, tree, source));
  }
  return found;
}

describe("the await protocol", () => {
  for (const python of findPythons())
    it(`goes as told on Python ${python.version}, with its own error texts`, async () => {
      const seen = outcomes(python);
      const told = await answers(Object.keys(seen), python.minor);
      assert.equal(told.size, Object.keys(seen).length, "each function has an await");
      assert.ok(told.size > 60);
      for (const [name, error] of Object.entries(seen)) {
        const answer = told.get(name);
        assert.equal(name.startsWith("fails_"), error !== null, `${name} is named after what it does: ${error}`);
        if (!answer || error === null) {
          assert.ok(answer && answer.kind !== "unknown" && !answer.fails, `${name} works`);
          continue;
        }
        assert.deepEqual(quoted(answer), [cut(error)], name);
        assert.equal(answer.fails ?? false, name !== "fails_twice", `${name}: Python says ${error}`);
      }
    });

  it("gives the texts of all versions where the version is not known", async () => {
    const tree = (await testParser()).parse("async def f():\n    await 1\n");
    const [site] = awaitSites(tree);
    assert.ok(site);
    assert.equal(
      plain(resolve(site, tree).reason ?? []),
      "1 is an int, so the await fails: TypeError: object int can't be used in 'await' expression (3.14 on: TypeError: 'int' object can't be awaited).",
    );
  });
});

/** The errors that the answer quotes, in the order of its sentences. */
function quoted(answer: Awaitable): string[] {
  return [...(answer.reason ?? []), ...answer.cautions.flat()].flatMap((piece) =>
    typeof piece !== "string" && piece.kind === "code" && /^\w+Error: /.test(piece.text) ? [piece.text] : [],
  );
}

/** Without what differs from run to run: the task's name and coroutine. */
function cut(message: string): string {
  return message.replace(/ <Task .*$/s, "");
}
