// Which cautions of the knowledge tables hold at an await: some only in a loop, only in older Pythons, only where nothing
// else awaits.
import { contains, type Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { AwaitFact, Circumstance } from "../facts/knowledge";
import type { Inference } from "../infer/values";
import { type Prose, words } from "../prose";
import { statementIn } from "../scopes/callAt";
import { frameOf, type Scope, scopeAt } from "../scopes/scope";

/** The cautions that hold for an await at an offset. */
export function cautionsAt({ cautions = [] }: AwaitFact, offset: number, tree: SyntaxTree, infer: Inference): Prose[] {
  return cautions.flatMap((each) => {
    if (typeof each === "string") return [words(each)];
    return holds(each.when, offset, tree, infer) ? [words(each.says)] : [];
  });
}

function holds(when: Circumstance, offset: number, tree: SyntaxTree, infer: Inference): boolean {
  if (when.before !== undefined) return infer.minor === undefined || infer.minor < when.before;
  const scope = frameOf(scopeAt(infer.moduleScope(tree), offset));
  switch (when.place) {
    case "in a loop":
      return isAround(["for", "while"], scope, offset);
    case "outside a while":
      return !isAround(["while"], scope, offset);
    case "with a body that awaits nothing":
      return awaitsNothing(scope, offset);
    case "without a close before":
      return !/\.close\(/.test(tree.slice({ start: codeStart(scope), end: offset }));
  }
}

function codeStart({ node }: Scope): number {
  return node.start;
}

function isAround(kinds: readonly Statement["kind"][], scope: Scope, offset: number): boolean {
  for (let at = statementIn(scope, offset); at; at = at.parent.owner) if (kinds.includes(at.kind)) return true;
  return false;
}

/** The `async with` at the offset has no other await in its body. */
function awaitsNothing(scope: Scope, offset: number): boolean {
  const statement = statementIn(scope, offset);
  if (statement?.kind !== "with") return false;
  return ![...scope.awaits, ...scope.implicitAwaits].some(({ node }) => contains(statement.body, node.start));
}
