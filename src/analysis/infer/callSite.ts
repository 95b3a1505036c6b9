// One call, and what calls of every kind ask about it.
import type { Argument, Expression } from "../code/ast";
import { fact } from "../facts/knowledge";
import { code, prose } from "../prose";
import type { Where } from "../scopes/scope";
import {
  type FactValue,
  force,
  type Inference,
  isNone,
  type Made,
  present,
  union,
  unknown,
  type Value,
} from "./values";

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

const nowhere: Expression = { kind: "other", start: 0, end: 0, children: [] };

/** What the special method of a value gives, as Python itself calls it. */
export function special(value: Value, method: string, infer: Inference, where: Where): Value {
  return infer.call(infer.attribute(value, method, where), [], nowhere, where);
}

/** What awaiting a value gives. */
export function awaited(value: Value, infer?: Inference, where?: Where): Value {
  switch (value.kind) {
    case "coroutine":
      return force(value.result);
    case "instance":
      return (value.result ? force(value.result) : undefined) ?? unknown(prose`what it gives is not told`);
    case "object": {
      if (!infer || !where) return unknown(prose`what it gives is not told`);
      const iterator = special(value, "__await__", infer, where);
      return iterator.kind === "sequence" && iterator.result
        ? force(iterator.result)
        : unknown(prose`what its ${code("__await__")} gives is not told`);
    }
    case "union": {
      const some = present(value);
      return some.kind === "union"
        ? union(some.members.map((member) => awaited(member, infer, where)))
        : awaited(some, infer, where);
    }
    case "unknown":
      return value;
    default:
      return unknown(prose`what it gives is not told`);
  }
}

/** Any item of what is iterated over. */
export function elementOf(value: Value, infer: Inference, where: Where): Value {
  switch (value.kind) {
    case "sequence":
      return force(value.element);
    case "instance":
      if (value.name === "asyncio._AsCompleted")
        return {
          kind: "coroutine",
          type: "coroutine",
          of: asCompletedItem,
          result: () => unknown(prose`it is whichever ends next`),
        };
      return value.name.startsWith("typing.Async") || value.name === "types.AsyncGeneratorType"
        ? ((value.result && force(value.result)) ?? unknown(prose`what it holds is not told`))
        : iterated(value, infer, where);
    case "object":
    case "plain":
    case "class":
      return iterated(value, infer, where);
    case "union": {
      const members = value.members.filter((member) => !isNone(member));
      return union(members.map((member) => elementOf(member, infer, where)));
    }
    case "unknown":
      return value;
    default:
      return unknown(prose`what it holds is not followed`);
  }
}

/** As a `for` loop asks for it: `__iter__`, then `__next__`. */
function iterated(value: Value, infer: Inference, where: Where): Value {
  const iterator = special(value, "__iter__", infer, where);
  if (iterator.kind === "sequence") return force(iterator.element);
  return iterator.kind === "unknown" ? iterator : special(iterator, "__next__", infer, where);
}

const asCompletedItem = {
  kind: "fact",
  name: "asyncio.as_completed",
  fact: fact("asyncio._AsCompleted.item"),
} as FactValue;
