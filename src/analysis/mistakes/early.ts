// `task.result()` where the task has had no turn since it was made.
import { type Call, contains, type Expression } from "../code/ast";
import type { FileInference as Inference } from "../infer/infer";
import { code, line, prose } from "../prose";
import { reachingBefore } from "../scopes/flow";
import type { Binding, Where } from "../scopes/scope";

import { isExpected } from "./expected";
import { type Mistake, mistake, related } from "./mistake";
import { lastName } from "./origin";
import { owners, pausesIn, type Survey, type Unit, valueAt } from "./survey";

export function* resultTooEarly({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync) continue;
    for (const { node, where } of unit.calls) {
      const name = askedName(node);
      const binding = name === undefined ? undefined : madeBy(name, node, where, unit, infer);
      if (
        name === undefined ||
        !binding ||
        isExpected(where.statement, /^(?:InvalidStateError|Exception|CancelledError)$/)
      )
        continue;
      const at = line(tree.place(binding.span.start).line);
      yield mistake(
        "result-too-early",
        node,
        prose`${code(name)} is made at ${at} and nothing is awaited since, so it has not run: this raises ${code("InvalidStateError: Result is not set.")} Write ${code(`await ${name}`)}.`,
        [related(binding.span, prose`made here`)],
      );
    }
  }
}

/** The name in `name.result()` and `name.exception()`. */
function askedName({ callee, args }: Call): string | undefined {
  if (callee.kind !== "attribute" || (callee.name !== "result" && callee.name !== "exception") || args.length > 0)
    return undefined;
  return callee.object.kind === "name" ? callee.object.id : undefined;
}

/** The binding that made the task right before, with no turn of the loop in between. */
function madeBy(name: string, node: Call, where: Where, unit: Unit, infer: Inference): Binding | undefined {
  const { statement, scope } = where;
  if (!statement || scope !== unit.scope) return undefined;
  const reach = reachingBefore(scope, name, statement, node.start);
  const [binding] = reach.bindings;
  if (reach.open || reach.bindings.length !== 1 || binding?.kind !== "value" || binding.path.length > 0)
    return undefined;
  const made = binding.where.statement;
  const isAround =
    made && [statement, ...owners(statement)].some((each) => each.parent === made.parent && each.index > made.index);
  if (!isAround || !isTask(binding.value, binding.where, infer) || pausesIn(unit, binding.value.start, node.start))
    return undefined;
  return isTouched(name, binding, node, unit) ? undefined : binding;
}

/** A fresh task: it begins to run at the next turn of the loop at the earliest. */
function isTask(value: Expression, where: Where, infer: Inference): boolean {
  if (value.kind !== "call") return false;
  const found = valueAt(infer, value, where);
  const isFresh =
    found.kind === "instance" && found.made?.offset === value.start && found.made.tree === where.scope.tree;
  const isTask =
    isFresh && found.name === "asyncio.Task" && /^(?:create_task|ensure_future)$/.test(lastName(value.callee) ?? "");
  return isTask && found.runs?.kind !== "instance" && !/eager_start/.test(where.scope.tree.slice(value));
}

/** Whether anything between may end the task: code that is handed it, or asks whether it is done. */
function isTouched(name: string, binding: Binding, node: Call, unit: Unit): boolean {
  const between = { start: binding.span.end, end: node.start };
  const { tree } = unit.scope;
  const isNamed = unit.names.some(({ node: each }) => each.id === name && contains(between, each.start));
  return isNamed || /run_until_complete|run_forever|_run_once|run_briefly/.test(tree.slice(between));
}
