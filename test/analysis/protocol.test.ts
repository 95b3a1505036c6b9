// What is awaitable, said before anything runs, against what every Python found does with the very same code.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Awaitable } from "../../src/analysis/awaitable";
import { awaitSites } from "../../src/analysis/awaits";
import { plain } from "../../src/analysis/prose";
import { resolve } from "../../src/analysis/resolve";
import { findPythons, type Python } from "../pythons";
import { root } from "../root";
import { testParser } from "./parser";

const file = join(root, "test", "analysis", "protocol.py");

function outcomes(python: Python): Record<string, string | null> {
  const run = spawnSync(python.path, ["-W", "ignore", file], { encoding: "utf8", timeout: 60_000 });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

/** The last await of each function that Python runs, by the function's name. */
async function answers(names: readonly string[]): Promise<Map<string, Awaitable>> {
  const text = readFileSync(file, "utf8");
  const tree = (await testParser()).parse(text);
  const found = new Map<string, Awaitable>();
  for (const name of names) {
    const start = text.indexOf(`async def ${name}(`);
    const end = text.indexOf("\n\n\n", start);
    const site = awaitSites(tree).findLast((each) => start < each.start && each.start < end);
    if (site) found.set(name, resolve(site, tree));
  }
  return found;
}

describe("the await protocol", () => {
  for (const python of findPythons())
    it(`goes as told on Python ${python.version}`, async () => {
      const seen = outcomes(python);
      const told = await answers(Object.keys(seen));
      assert.equal(told.size, Object.keys(seen).length, "each function has an await");
      assert.ok(told.size > 30);
      for (const [name, error] of Object.entries(seen)) {
        const answer = told.get(name);
        assert.notEqual(answer?.kind, "unknown", `${name} is known`);
        assert.equal(answer?.fails ?? false, error !== null, `${name}: Python says ${error}`);
        assert.equal(name.startsWith("fails_"), error !== null, `${name} is named after what it does`);
        const message = error?.startsWith("RuntimeError") || python.minor < 14 ? error : null;
        if (message && isQuoted(name))
          assert.ok(plain(answer?.reason ?? []).includes(cut(message)), `${name}: ${message} is told`);
      }
    });
});

/** Those whose error text the hover gives. */
function isQuoted(name: string): boolean {
  return !/not_called|_with|_for/.test(name);
}

/** Without what differs from run to run: the task's name and coroutine. */
function cut(message: string): string {
  return message.replace(/ in task <.*$|\s<Task .*$/s, "").replace(/ with .*$/s, "");
}
