// What code puts into a list or set after it is made: `tasks.append(asyncio.create_task(…))`.
import { type Block, type Expression, ownBlocks, ownExpressions, type Statement, subexpressions } from "../code/ast";
import type { Scope, Where } from "./scope";

export interface Addition {
  /** Undefined when something else than one value is added. */
  readonly node: Expression | undefined;
  readonly where: Where;
}

const adders = new Set(["append", "add", "appendleft"]);
const changers = new Set(["extend", "insert", "update", "extendleft", "__setitem__"]);

/** What the code of a frame puts into a list or set by this name. */
export function additions(name: string, frame: Scope): Addition[] {
  const { node } = frame;
  const body = !("kind" in node) ? node : node.kind === "function" || node.kind === "class" ? node.body : undefined;
  const found: Addition[] = [];
  if (body && name !== "" && mentions(frame, name)) searchBlock(body, name, frame, found);
  return found;
}

/** A quick look at the text first: most names are never added to. */
function mentions(frame: Scope, name: string): boolean {
  const text = frame.tree.slice(frame.node);
  const isChanged = [...adders, ...changers].some((verb) => text.includes(`${name}.${verb}`));
  return isChanged || text.includes(`${name} +=`) || text.includes(`${name}[`);
}

function searchBlock(block: Block, name: string, scope: Scope, found: Addition[]): void {
  for (const statement of block.statements) {
    const where = { scope, statement };
    for (const node of ownExpressions(statement)) searchExpression(node, name, where, found);
    if (changes(statement, name)) found.push({ node: undefined, where });
    for (const inner of ownBlocks(statement)) searchBlock(inner, name, scope, found);
  }
}

function searchExpression(node: Expression, name: string, where: Where, found: Addition[]): void {
  if (node.kind === "call" && node.callee.kind === "attribute") {
    const { object, name: verb } = node.callee;
    if (object.kind === "name" && object.id === name) {
      if (adders.has(verb)) found.push({ node: node.args[0]?.value, where });
      if (changers.has(verb)) found.push({ node: undefined, where });
    }
  }
  for (const inner of subexpressions(node)) searchExpression(inner, name, where, found);
}

function changes(statement: Statement, name: string): boolean {
  if (statement.kind === "augment") return statement.target.kind === "name" && statement.target.id === name;
  const target = statement.kind === "assign" ? statement.targets[0] : undefined;
  return target?.kind === "subscript" && target.object.kind === "name" && target.object.id === name;
}
