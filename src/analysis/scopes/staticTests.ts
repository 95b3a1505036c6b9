// Conditions that are decided before the code runs: the version of Python, `TYPE_CHECKING`.
import type { Expression } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";

/** Where no interpreter says otherwise. */
export const usualMinor = 13;

/** Whether a condition holds on Python 3.`minor`; undefined where that depends on the run. */
export function staticTest(test: Expression, tree: SyntaxTree, minor: number): boolean | undefined {
  const again = (part: Expression | undefined) => (part ? staticTest(part, tree, minor) : undefined);
  switch (test.kind) {
    case "name":
    case "attribute":
      // A type checker's view: it says what things are.
      return /^(?:\w+\.)?TYPE_CHECKING$/.test(tree.slice(test)) ? true : undefined;
    case "literal":
      return test.type === "bool" ? tree.slice(test) === "True" : undefined;
    case "boolean": {
      const [left, right] = [again(test.left), again(test.right)];
      const deciding = test.operator === "or";
      if (left === deciding || right === deciding) return deciding;
      return left === undefined || right === undefined ? undefined : !deciding;
    }
    case "operation": {
      if (test.operator !== "not") return versionTest(test, tree, minor);
      const inner = again(test.operands[0]);
      return inner === undefined ? undefined : !inner;
    }
    default:
      return undefined;
  }
}

/** `sys.version_info >= (3, 11)`, `sys.version_info[0] == 3`. */
function versionTest(
  test: Extract<Expression, { kind: "operation" }>,
  tree: SyntaxTree,
  minor: number,
): boolean | undefined {
  const [left, right] = test.operands;
  const about = left && /^(?:sys\.)?version_info(\[0\]|\.major)?$/.exec(tree.slice(left));
  const numbers = right && /^\(?\s*(\d+)\s*(?:,\s*(\d+))?[\s,]*\)?$/.exec(tree.slice(right));
  if (!about || !numbers) return undefined;
  const wanted = [Number(numbers[1]), ...(numbers[2] === undefined ? [] : [Number(numbers[2])])];
  const order = compare(about[1] ? [3] : [3, minor, 0], wanted);
  switch (test.operator) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "==":
      return about[1] ? order === 0 : undefined;
    case "!=":
      return about[1] ? order !== 0 : undefined;
    default:
      return undefined;
  }
}

/** As Python compares tuples: the longer one is the greater where the shorter is its beginning. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
