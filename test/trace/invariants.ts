// What must hold of a model whatever file it was read from.
import assert from "node:assert/strict";
import { awaitGraphOf } from "../../src/trace/awaitGraph";
import { fateOf } from "../../src/trace/cancels";
import { blame, heldBetween, holdersAt, uses, waitersAt } from "../../src/trace/contention";
import { densityOf } from "../../src/trace/density";
import type { Task } from "../../src/trace/entities";
import { cameFrom, flowsOf, leadsTo } from "../../src/trace/flows";
import { graphRows } from "../../src/trace/graphRows";
import { IdleTimes } from "../../src/trace/idle";
import { arrange, PLAIN } from "../../src/trace/lanes";
import { measure } from "../../src/trace/measure";
import { momentOf, taskAt } from "../../src/trace/moment";
import { describeProblem } from "../../src/trace/reader";
import { type ReadTrace, report } from "../../src/trace/report";
import { STATE, STATE_NAMES } from "../../src/trace/rows";
import { causeOf, errorOf, runnerOf, segmentAt, segmentOf, stackOf, taskTree, waitOf } from "../../src/trace/segments";
import { sitsOf, sitText } from "../../src/trace/sits";
import { firstLook } from "../../src/webview/firstLook";
import { circleText, rowText } from "../../src/webview/graphText";
import { linksOf } from "../../src/webview/links";
import { storyOf } from "../../src/webview/story";

type Model = ReadTrace["model"];

/** Throws an AssertionError where the model contradicts itself. `bytes`: the length of the file. */
export function checkModel({ reader, model }: ReadTrace, bytes: number): void {
  if (reader.problem) assert.match(describeProblem(reader.problem), /^(The trace is damaged at byte \d+: |This )/);
  assert.ok(model.rows.total <= 3 * bytes && model.tasks.length <= bytes, "no more rows than the bytes can tell");
  if (model.tasks.length > 0 || model.loops.length > 0) assert.ok(Number.isFinite(model.start + model.last));
  checkLanes(model);
  checkFamily(model);
  checkIncidents(model);
}

/** Asks all that the command line and the panel ask. */
export function askEverything(trace: ReadTrace): void {
  const { model } = trace;
  firstLook(model, model.last);
  for (const owner of arrange(model).owners) {
    const segment = segmentAt(model, owner, (model.start + model.last) / 2, model.last);
    if (segment) assert.ok(segment.end >= segment.start && storyOf(model, segment, model.last).parts);
    linksOf(model, segment);
    if (owner.kind === "group") densityOf(model, owner, [model.start, model.last], 9, model.last);
  }
  const graph = awaitGraphOf(model, (model.start + model.last) / 2, model.last);
  for (const row of graphRows(graph, new Set())) rowText(model, graph, row);
  for (const circle of graph.cycles) circleText(graph, circle);
  for (const line of report(trace).split("\n").slice(3)) assert.ok([...line].length <= 100, line);
  for (const owner of [...model.tasks, ...model.loops])
    for (let row = 0; row < owner.lane.rows; row += 1 + (owner.lane.rows >> 4)) {
      const segment = segmentOf(model, owner, row, model.last);
      assert.ok(segment && storyOf(model, segment, model.last).title.length > 0);
      for (const { from, to } of flowsOf(model, segment).flows) {
        assert.ok(from.row >= 0 && from.row < from.owner.lane.rows && to.row >= 0 && to.row < to.owner.lane.rows);
        assert.ok(from.owner !== to.owner, "an arrow goes from one lane to another");
      }
      cameFrom(model, segment);
      leadsTo(model, segment);
    }
  const moment = momentOf(model, (model.start + model.last) / 2);
  for (const index of moment.order) assert.ok((taskAt(model, moment, index)?.seconds ?? -1) >= 0);
  for (const sit of sitsOf(model, moment)) assert.ok(sit.tasks.length > 0 && sitText(sit).length < 400);
  const { running, ready, suspended } = measure(model, model.start, model.last, model.last);
  assert.ok(running >= 0 && ready >= 0 && suspended >= 0);
  for (const { start, end } of new IdleTimes(model).gaps(model.last)) assert.ok(end >= start);
}

/** Rows tile: each ends where the next begins, and refers to what there is. */
function checkLanes(model: Model): void {
  const lanes = [...model.tasks, ...model.loops, ...model.jobs.workers].map(({ lane }) => lane);
  const total = lanes.reduce((sum, { rows }) => sum + rows, 0);
  assert.equal(total, model.rows.total, "every row is in one lane");
  for (const owner of [...model.tasks, ...model.loops]) {
    let end = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < owner.lane.rows; row++) {
      const segment = segmentOf(model, owner, row, model.last);
      assert.ok(segment && segment.start >= end && segment.end >= segment.start, "time goes forward");
      assert.ok(STATE_NAMES.includes(segment.state));
      if (owner.kind === "loop" && segment.state === "running") assert.ok(runnerOf(model, segment).by, "a task ran");
      if (owner.kind === "task" && segment.state === "ready") assert.ok(causeOf(model, segment));
      if (owner.kind === "task" && segment.state === "suspended") stackOf(waitOf(model, segment)?.site);
      end = segment.start;
    }
    if (owner.kind === "task") checkTask(model, owner);
  }
  for (const { lane } of model.jobs.workers)
    for (let row = 0; row < lane.rows; row++)
      if (model.rows.stateOf(lane, row) === STATE.running) assert.ok(model.jobs.all[model.rows.refOf(lane, row)]);
}

function checkTask(model: Model, task: Task): void {
  const { running, ready, suspended, lane } = task;
  assert.ok(lane.rows > 0 && running >= 0 && ready >= 0 && suspended >= 0);
  const spent = model.rows.startOf(lane, lane.rows - 1) - model.rows.startOf(lane, 0);
  assert.ok(
    Math.abs(running + ready + suspended - spent) <= 1e-6 + 1e-9 * Math.abs(spent) * lane.rows,
    "all is booked",
  );
  if (task.outcome === "failed") errorOf(model, task);
}

function checkFamily(model: Model): void {
  for (const { parent, index } of model.allSites) assert.ok(parent === undefined || parent.index < index);
  const order = arrange(model, { ...PLAIN, internals: true });
  for (const task of model.tasks) assert.ok(order.laneOf(task) >= 0, "each task has a lane or is folded into one");
  const { owners, depths } = taskTree(model);
  assert.equal(new Set(owners).size, model.tasks.length + model.loops.length, "each lane is shown once");
  assert.equal(depths.length, owners.length);
  for (const task of model.tasks) if (task.parent) assert.ok(task.parent.children?.includes(task));
}

function checkIncidents(model: Model): void {
  const middle = (model.start + model.last) / 2;
  for (const resource of model.resources) {
    const { holds, waits } = resource;
    for (let row = 0; row < holds.length; row++) {
      assert.ok(holds.get(row, 0) < model.tasks.length);
      assert.ok(!(holds.get(row, 2) < holds.get(row, 1)), "a hold ends after it began");
      assert.ok(row === 0 || holds.get(row, 1) >= holds.get(row - 1, 1), "holds are in order");
    }
    for (let row = 0; row < waits.length; row++) assert.ok(model.tasks[waits.first(row)]);
    holdersAt(model, resource, middle);
    waitersAt(model, resource, middle);
    for (const { seconds } of [...blame(model, resource), ...heldBetween(model, resource, model.start, model.last)])
      assert.ok(seconds >= 0);
    assert.ok(resource.mostHeld >= resource.held && resource.mostWaiting >= resource.waiting.size);
  }
  for (const { seconds, longest } of uses(model)) assert.ok(seconds >= longest && longest >= 0);
  for (const cancel of model.cancels) {
    assert.ok(fateOf(cancel).length > 0 && cancel.task.cancels?.includes(cancel));
    assert.ok(cancel.row < cancel.task.lane.rows);
  }
  for (const { started, ended } of model.jobs.all) assert.ok(ended === undefined || ended >= (started ?? 0));
}
