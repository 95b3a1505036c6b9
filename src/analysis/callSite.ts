// One call, and what calls of every kind ask about it.
import type { Argument, Expression } from "./ast";
import { fact } from "./knowledge";
import { prose } from "./prose";
import type { Where } from "./scope";
import { type FactValue, force, type Inference, type Made, present, union, unknown, type Value } from "./values";

export interface CallSite {
  readonly args: readonly Argument[];
  /** The call itself. */
  readonly at: Expression;
  readonly where: Where;
}

export function madeAt(site: CallSite): Made {
  return { tree: site.where.scope.tree, offset: site.at.start };
}

/** The value of a positional argument; keyword arguments count behind the positional ones. */
export function argument(site: CallSite, index: number, infer: Inference): Value {
  const positional = site.args.filter((each) => each.name === undefined);
  const node =
    positional[index]?.value ?? site.args.filter((each) => each.name !== undefined)[index - positional.length]?.value;
  if (!node || node.kind === "starred" || positional.slice(0, index).some((each) => each.value.kind === "starred"))
    return unknown(prose`its argument is not shown`);
  return infer.valueOf(node, site.where);
}

/** What awaiting a value gives. */
export function awaited(value: Value): Value {
  switch (value.kind) {
    case "coroutine":
      return force(value.result);
    case "instance":
      return (value.result ? force(value.result) : undefined) ?? unknown(prose`what it gives is not told`);
    case "union":
      return union(present(value).kind === "union" ? value.members.map(awaited) : [awaited(present(value))]);
    case "unknown":
      return value;
    default:
      return unknown(prose`what it gives is not told`);
  }
}

/** Any item of what is iterated over. */
export function elementOf(value: Value): Value {
  switch (value.kind) {
    case "sequence":
      return force(value.element);
    case "instance":
      return value.name === "asyncio._AsCompleted"
        ? {
            kind: "coroutine",
            type: "coroutine",
            of: asCompletedItem,
            result: () => unknown(prose`it is whichever ends next`),
          }
        : unknown(prose`what it holds is not followed`);
    case "union":
      return union(value.members.map(elementOf));
    case "unknown":
      return value;
    default:
      return unknown(prose`what it holds is not followed`);
  }
}

const asCompletedItem = {
  kind: "fact",
  name: "asyncio.as_completed",
  fact: fact("asyncio._AsCompleted.item"),
} as FactValue;
