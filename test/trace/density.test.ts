// How many of many tasks are in each state over time, also on a scale on which idle stretches are shorter.
import assert from "node:assert/strict";
import { densityOf } from "../../src/trace/density";
import { IdleTimes } from "../../src/trace/idle";
import { momentOf } from "../../src/trace/moment";
import { readTrace } from "../../src/trace/report";
import { squeeze } from "../../src/webview/axis";
import { fitAll, timeOf } from "../../src/webview/viewport";
import { crawler, file, sleeper } from "../webview/samples";

const COLUMNS = 400;

/** Whether a column in which no task changes its state says what its middle is. */
function check(bytes: Buffer, squeezed: boolean): number {
  const { model } = readTrace(bytes);
  const { start, last } = model;
  const axis = squeezed ? squeeze(new IdleTimes(model).gaps(last), start, last) : undefined;
  assert.equal(axis !== undefined, squeezed);
  const view = fitAll({ start, end: last }, COLUMNS, { axis });
  const averages = densityOf(model, { members: model.tasks }, [view.from, view.to], COLUMNS, last, axis);
  let checked = 0;
  for (let column = 0; column < COLUMNS; column++) {
    const [left, right] = [momentOf(model, timeOf(view, column)), momentOf(model, timeOf(view, column + 1))];
    if (right.time >= last || left.rows.join() !== right.rows.join()) continue;
    checked++;
    const { suspended, ready, running } = left.counts;
    for (const [state, expected] of [suspended, ready, running].entries())
      assert.ok(Math.abs((averages[state]?.[column] ?? 0) - expected) < 1e-6, `column ${column}, state ${state}`);
  }
  return checked;
}

describe("tasks by state over time", () => {
  it("are as many as there are", () => {
    assert.ok(check(file(crawler()), false) > COLUMNS / 2);
    assert.ok(check(file(sleeper()), false) > COLUMNS / 2);
  });

  it("lie where squeezed lanes show them", () => {
    assert.ok(check(file(sleeper()), true) > COLUMNS / 2);
  });
});
