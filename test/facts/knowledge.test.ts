// The knowledge tables against every Python found: kinds and versions by looking at its modules, `suspends` by awaiting
// well-known things in known situations.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bottoms } from "../../src/analysis/facts/bottoms";
import { allFacts, type Fact, fact, isKnownModule, knownName, memberFact } from "../../src/analysis/facts/knowledge";
import { findPythons, type Python } from "../pythons";
import { root } from "../root";

function run(python: Python, script: string, input = ""): unknown {
  const path = join(root, "test", "analysis", script);
  const answer = spawnSync(python.path, ["-W", "ignore", path], { encoding: "utf8", input, timeout: 60_000 });
  assert.equal(answer.status, 0, `${python.version}: ${answer.stderr}`);
  return JSON.parse(answer.stdout);
}

/** A condition takes these from its lock when it is made: the class has not got them. */
const onInstances = /^asyncio\.Condition\.(acquire|release|locked)$/;

/** Names that Python can be asked about: its own modules, no stand-ins, no built-in methods without a signature. */
function canBeChecked(name: string): boolean {
  const isOwn = /^(asyncio|contextlib|functools|unittest|concurrent|warnings|dataclasses|time)\./.test(name);
  return isOwn && !onInstances.test(name) && !/\._[A-Z]/.test(name);
}

function has(found: Fact, python: Python): boolean {
  return (found.since ?? 0) <= python.minor && python.minor <= (found.until ?? 99);
}

/** What Python must say about a name with this fact. */
function expected(found: Fact): readonly string[] {
  switch (found.is) {
    case "coroutine":
      return ["coroutine"];
    case "class":
      return [found.awaitable ? "awaitable class" : "class"];
    case "function":
      return ["function", "class"];
    case "attribute":
      return ["value", "missing"];
    case "decorator":
      return ["function", "class"];
  }
}

/** `name` may end in what is said of the arguments: "asyncio.wait_for: timeout=None". */
function suspendsOf(name: string): string | undefined {
  const [called = "", condition = ""] = name.split(": ");
  const known = fact(called === "asyncio.as_completed" ? "asyncio._AsCompleted.item" : called);
  if (condition) assert.ok(known?.calls?.[condition], `the tables know ${name}`);
  return known?.calls?.[condition]?.suspends ?? known?.suspends;
}

describe("knowledge tables", () => {
  const names = [...allFacts().keys()].filter(canBeChecked);

  for (const python of findPythons()) {
    it(`agree with Python ${python.version}`, function () {
      this.timeout(60_000);
      const answer = run(python, "surface.py", JSON.stringify(names)) as {
        found: Record<string, string>;
        coroutines: string[];
      };
      const wrong = names.flatMap((name) => {
        const known = fact(name) as Fact;
        const says = answer.found[name] ?? "missing";
        // Windows has an event loop of its own, other systems have not.
        if (!has(known, python) || (says === "missing" && name.startsWith("asyncio.Proactor"))) return [];
        return expected(known).includes(says) ? [] : [`${name}: the tables say ${known.is}, Python says ${says}`];
      });
      assert.deepEqual(wrong, []);
      const lacking = answer.coroutines.filter((name) => {
        const cut = name.lastIndexOf(".");
        const owner = fact(name.slice(0, cut));
        const known = owner ? memberFact(name.slice(0, cut), name.slice(cut + 1))?.fact : fact(name);
        return known?.is !== "coroutine" || !has(known, python);
      });
      assert.deepEqual(lacking, [], "public coroutine functions that the tables do not have, or not for this version");
    });

    it(`say how awaits suspend on Python ${python.version}`, function () {
      this.timeout(60_000);
      const seen = run(python, "suspending.py") as Record<string, boolean[]>;
      const wrong = Object.entries(seen).filter(([name, turns]) => {
        const suspends = suspendsOf(name);
        if (suspends === "always") return turns.includes(false);
        if (suspends === "never") return turns.includes(true);
        // Where two situations are known, one suspends and one does not.
        return suspends !== "maybe" || (turns.length > 1 && new Set(turns).size === 1);
      });
      assert.deepEqual(wrong, []);
    });
  }

  it("were held against at least one Python", () => assert.ok(findPythons().length > 0, "install python3"));

  it("know names by every module that has them", () => {
    assert.equal(knownName("asyncio.locks.Lock"), "asyncio.Lock");
    assert.equal(knownName("asyncio.subprocess.create_subprocess_exec"), "asyncio.create_subprocess_exec");
    assert.equal(knownName("asyncio.subprocess.Process"), "asyncio.subprocess.Process");
    assert.equal(knownName("collections.abc.Awaitable"), "typing.Awaitable");
    assert.equal(knownName("mine.Lock"), "mine.Lock");
    assert.ok(isKnownModule("asyncio.subprocess"));
    assert.ok(!isKnownModule("asyncio.Lock"));
  });

  it("say of everyone who wakes a task what is at the bottom there", () => {
    const wakers = [...allFacts().values()].flatMap((known) => [known, ...Object.values(known.calls ?? {})]);
    const named = new Set(wakers.flatMap(({ wokenBy }) => (wokenBy ? [wokenBy] : [])));
    assert.deepEqual(Object.keys(bottoms).sort(), [...named].sort());
    for (const { short, comes } of Object.values(bottoms)) {
      assert.match(short, /^[a-z].*[^.]$/);
      assert.match(comes, /^[A-Z`{].*\.$/s);
    }
  });

  it("write every text as a sentence or as a part of one", () => {
    const all = [...allFacts()].flatMap(([name, known]) =>
      [known, ...Object.values(known.calls ?? {})].map((found) => ({ name, found })),
    );
    for (const { name, found } of all) {
      const cautions = (found.cautions ?? []).map((each) => (typeof each === "string" ? each : each.says));
      for (const text of [...cautions, ...(found.does ? [found.does] : [])])
        assert.match(text, /^[A-Z`].*\.$/s, `${name}: a whole sentence`);
      for (const text of [found.why, found.wokenBy])
        if (text) assert.match(text, /^(?![A-Z]).*[^.]$/s, `${name}: a part of a sentence`);
    }
  });
});
