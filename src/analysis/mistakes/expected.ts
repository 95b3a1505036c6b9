// Failures that the code itself waits for: tests that provoke a mistake on purpose make none.
import type { Expression, Statement } from "../code/ast";
import { lastName } from "./origin";
import { owners } from "./survey";

const catching = /^(?:assertRaises|assertWarns|assertLogs|raises|warns|suppress|catch_warnings|expect|catch)/;

/** Whether an exception of this statement is caught around it: `assertRaises`, `pytest.raises`, a handler. */
export function isExpected(statement: Statement | undefined, exceptions: RegExp): boolean {
  if (!statement) return false;
  let inner = statement;
  for (const owner of owners(statement)) {
    if (owner.kind === "with" && owner.items.some(({ value }) => isCatcher(value))) return true;
    const isBody = owner.kind === "try" && inner.parent === owner.body;
    if (isBody && owner.handlers.some(({ types }) => types.some((type) => names(type, exceptions)))) return true;
    inner = owner;
  }
  return false;
}

function isCatcher(value: Expression): boolean {
  return value.kind === "call" && catching.test(lastName(value.callee) ?? "");
}

function names(type: Expression, exceptions: RegExp): boolean {
  if (type.kind === "display") return type.elements.some((element) => names(element, exceptions));
  return exceptions.test(lastName(type) ?? "");
}
