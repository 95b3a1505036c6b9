// `npm test` may not report a success that is none.
import assert from "node:assert/strict";
import { add, closingLineOf, countTests, reasonsOf } from "../counts";

describe("counting tests", () => {
  it("adds up mocha's summaries", () => {
    const output =
      "\n  12 passing (3s)\n  1 pending\n  2 failing\n\n  1) a test\n     3 passing\n\n  5 passing (65ms)\n";
    assert.deepEqual(countTests("mocha", output, 2), { passed: 17, failed: 2, skipped: 1 });
  });

  it("adds up unittest's summaries, one a Python", () => {
    const output =
      "Ran 10 tests in 0.1s\n\nOK (skipped=2, expected failures=1)\nRan 1 test in 0s\n\nOK\n" +
      "Ran 9 tests in 1s\n\nFAILED (failures=1, errors=2, unexpected successes=1)\n";
    assert.deepEqual(countTests("unittest", output, 1), { passed: 14, failed: 4, skipped: 2 });
  });

  it("takes the last closing line of a part", () => {
    const output = "3 passed, 0 failed\n7 passed, 1 failed, 2 skipped\nnot 9 passed, 9 failed\n";
    assert.deepEqual(countTests("closing", output, 1), { passed: 7, failed: 1, skipped: 2 });
  });

  it("makes one failure of an end with an error that no test explains", () => {
    assert.deepEqual(countTests("mocha", "  4 passing (1s)\n", 7), { passed: 4, failed: 1, skipped: 0 });
    assert.deepEqual(countTests("closing", "4 passed, 0 failed\n", undefined), { passed: 4, failed: 1, skipped: 0 });
  });

  it("makes one failure of a part that ran no test", () => {
    for (const dialect of ["mocha", "unittest", "closing"] as const)
      assert.deepEqual(countTests(dialect, "all is well\n", 0), { passed: 0, failed: 1, skipped: 0 });
    assert.equal(countTests("unittest", "Ran 0 tests in 0s\n\nNO TESTS RAN\n", 5).failed, 1);
  });

  it("takes a part that only ends for one test", () => {
    assert.deepEqual(countTests("exit", "", 0), { passed: 1, failed: 0, skipped: 0 });
    assert.deepEqual(countTests("exit", "line 3: wrong", 1), { passed: 0, failed: 1, skipped: 0 });
  });

  it("sees through colours", () => {
    assert.equal(
      countTests("mocha", "\u001b[92m \u001b[0m\u001b[32m 3 passing\u001b[0m\u001b[90m (9ms)\u001b[0m\n", 0).passed,
      3,
    );
  });

  it("says why tests were skipped, as far as parts tell", () => {
    const python = (lacks: number) =>
      `Ran 9 tests in 1s\n\nOK (skipped=3)\nnot run (${lacks}): trio is not installed\n`;
    const counts = [python(1), python(2)].map((output) => countTests("unittest", output, 0)).reduce(add);
    assert.deepEqual(reasonsOf(counts), ["not run (3): trio is not installed", "not run (3): no reason is given"]);
    const pending = countTests("mocha", "    not run (1): mypy is missing\n  2 passing (1s)\n  1 pending\n", 0);
    assert.deepEqual(reasonsOf(pending), ["not run (1): mypy is missing"]);
    assert.deepEqual(reasonsOf(countTests("exit", "", 0)), []);
  });

  it("closes with the line that machines read", () => {
    assert.equal(closingLineOf({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
    assert.equal(closingLineOf({ passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
  });
});
