// What is around a block of a function, as far as it decides whether work in it may be moved into tasks.
import type { Block, Statement, Try, With } from "../code/ast";
import type { Inference, Value } from "../infer/values";
import type { Scope } from "./scope";

/**
 * `open`: nothing in the way. `guarded`: an `except` catches what is raised in it. `ordered`: in it things happen one by
 * one on purpose, or its end is not to be waited for by more than one task: a lock, a transaction, a `finally`.
 */
export interface Surrounding {
  readonly kind: "open" | "guarded" | "ordered";
}

/** Context managers that only measure time, or are a client whose requests are apart. */
const harmless: ReadonlySet<string> = new Set([
  "asyncio.timeout",
  "asyncio.timeout_at",
  "asyncio.Timeout",
  "aiohttp.ClientSession",
  "httpx.AsyncClient",
]);

export function surroundingOf(block: Block, scope: Scope, infer: Inference): Surrounding {
  let kind: Surrounding["kind"] = "open";
  for (let at: Block = block; at.owner; at = at.owner.parent) {
    const one = within(at, at.owner, scope, infer);
    if (one === "ordered") return { kind: "ordered" };
    if (one === "guarded") kind = one;
  }
  return { kind };
}

function within(block: Block, owner: Statement, scope: Scope, infer: Inference): Surrounding["kind"] {
  if (owner.kind === "with") return isHarmless(owner, scope, infer) ? "open" : "ordered";
  return owner.kind === "try" ? inTry(block, owner) : "open";
}

function inTry(block: Block, owner: Try): Surrounding["kind"] {
  if (block === owner.body) return owner.handlers.length > 0 ? "guarded" : "open";
  return block === owner.otherwise ? "open" : "ordered";
}

function isHarmless(statement: With, scope: Scope, infer: Inference): boolean {
  return statement.items.every(({ value }) => {
    const found = infer.valueOf(value, { scope, statement });
    const callee = value.kind === "call" ? infer.valueOf(value.callee, { scope, statement }) : undefined;
    return [found, callee].some((each) => each !== undefined && harmless.has(nameOf(each)));
  });
}

function nameOf(value: Value): string {
  return value.kind === "instance" || value.kind === "fact" || value.kind === "unknown" ? (value.name ?? "") : "";
}
