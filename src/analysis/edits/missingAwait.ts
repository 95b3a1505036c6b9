// A coroutine that is made and never awaited, where its value is used at once or not at all: adds the `await`.
import type { Call, Expression, Statement } from "../code/ast";
import { present } from "../infer/values";
import { code, plain } from "../prose";
import type { Where } from "../scopes/scope";
import { isUsedAfter } from "../scopes/uses";
import { callsAt, needsParentheses, type PlacedCall } from "./calls";
import type { Asked, Fix, TextEdit } from "./fix";

export function missingAwaitFixes(asked: Asked): Fix[] {
  const { scope, statement, span } = asked;
  const isAsync = "kind" in scope.node && scope.node.kind === "function" && scope.node.isAsync;
  if (!isAsync || !statement) return [];
  for (const placed of callsAt(statement, span)) {
    const why = reasonOf(placed, statement, asked);
    if (why !== undefined) return [fixOf(placed, why, asked)];
  }
  return [];
}

function fixOf(placed: PlacedCall, why: string, { tree }: Asked): Fix {
  const { call } = placed;
  const edits: TextEdit[] = needsParentheses(placed)
    ? [insert(call.start, "(await "), insert(call.end, ")")]
    : [insert(call.start, "await ")];
  const title = `Add the missing await: ${plain([code(tree.slice(call))])} ${why}`;
  return { title, kind: "quickfix", edits, preferred: true, rule: "never-awaited" };
}

function insert(at: number, text: string): TextEdit {
  return { start: at, end: at, text };
}

/** Why the coroutine is certainly not what is wanted there; undefined where it may be. */
function reasonOf({ call, around }: PlacedCall, statement: Statement, asked: Asked): string | undefined {
  const use = useOf(call, around, statement, asked);
  if (use === undefined) return undefined;
  const where: Where = { scope: asked.scope, statement };
  const value = present(asked.infer.valueOf(call, where));
  const all = value.kind === "union" ? value.members : [value];
  return all.every((each) => each.kind === "coroutine" && each.type === "coroutine") ? use : undefined;
}

function useOf(call: Call, around: Expression | undefined, statement: Statement, asked: Asked): string | undefined {
  if (!around) return useInStatement(call, statement, asked);
  switch (around.kind) {
    case "attribute":
      return coroutineMembers.has(around.name) ? undefined : `is a coroutine, which has no ${around.name}`;
    case "subscript":
      return around.object === call ? "is a coroutine, which has no items" : undefined;
    case "operation":
      return around.operator === "is" || around.operator === "is not" ? undefined : "is a coroutine, not its result";
    case "conditional":
      return around.test === call ? "is a coroutine, which is always true" : undefined;
    case "boolean":
      return around.left === call ? "is a coroutine, which is always true" : undefined;
    case "literal":
      return "is a coroutine: its text is not its result's";
    default:
      return undefined;
  }
}

const coroutineMembers = new Set(
  "send throw close __await__ cr_await cr_code cr_frame cr_running cr_origin".split(" "),
);

function useInStatement(call: Call, statement: Statement, asked: Asked): string | undefined {
  switch (statement.kind) {
    case "expression":
      return statement.values.length === 1 ? "only makes a coroutine, which never runs" : undefined;
    case "if":
    case "while":
      return "is a coroutine, which is always true";
    case "for":
      return statement.iterable === call && !statement.isAsync ? "is a coroutine, which has no items" : undefined;
    case "assign": {
      const [target] = statement.targets;
      const isLost =
        statement.targets.length === 1 &&
        target?.kind === "name" &&
        !asked.scope.outer.has(target.id) &&
        !isUsedAfter(target.id, statement, asked.scope);
      return isLost ? "only makes a coroutine, which never runs" : undefined;
    }
    default:
      return undefined;
  }
}
