// What is awaited without the word: entering and leaving an `async with`, each round of an `async for`.
import type { Expression } from "../code/ast";
import type { Where } from "../scopes/scope";
import type { Inference, Value } from "./values";

/** What entering awaits: the value of `manager.__aenter__()`. `node` is the manager's expression. */
export function entered(manager: Value, node: Expression, where: Where, infer: Inference): Value {
  return special(manager, "__aenter__", node, where, infer);
}

/** What leaving awaits. */
export function left(manager: Value, node: Expression, where: Where, infer: Inference): Value {
  return special(manager, "__aexit__", node, where, infer);
}

/** The iterator of what is iterated over, and what each round awaits. */
export function round(
  value: Value,
  node: Expression,
  where: Where,
  infer: Inference,
): { readonly iterator: Value; readonly next: Value } {
  const iterator = special(value, "__aiter__", node, where, infer);
  return { iterator, next: special(iterator, "__anext__", node, where, infer) };
}

function special(value: Value, method: string, node: Expression, where: Where, infer: Inference): Value {
  return infer.call(infer.attribute(value, method, where), [], node, where);
}
