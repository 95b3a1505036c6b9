// Stubs (`.pyi`) say what a module has for each version of Python and each platform: here the branches that hold for one
// are chosen, before anything else looks at the code.
import type { Expression } from "./ast";
import { expression } from "./expressions";
import { field, isType, named } from "./rawNodes";
import type { RawNode } from "./syntax";

/** What a stub is read for. */
export interface Target {
  /** The minor version of Python 3. */
  readonly minor: number;
  /** `sys.platform`: "linux", "darwin", "win32". */
  readonly platform: string;
}

/** The node with the statements of branches that hold in place of each `if` that versions and platforms decide. */
export function applicable(node: RawNode, text: string, target: Target): RawNode {
  const { type, field, named, start, end } = node;
  let children: readonly RawNode[] | undefined;
  return {
    type,
    field,
    named,
    start,
    end,
    get children() {
      children ??= node.children.flatMap((child) => chosen(child, text, target));
      return children;
    },
  };
}

function chosen(node: RawNode, text: string, target: Target): readonly RawNode[] {
  if (node.type !== "if_statement") return [applicable(node, text, target)];
  for (const clause of [node, ...named(node).filter(isType("elif_clause"))]) {
    const condition = field(clause, "condition");
    const holds = condition && decide(expression(condition, text), text, target);
    if (holds === undefined) return [applicable(node, text, target)];
    if (holds) return statements(field(clause, "consequence"), text, target);
  }
  const otherwise = named(node).find(isType("else_clause"));
  return otherwise ? statements(field(otherwise, "body"), text, target) : [];
}

function statements(block: RawNode | undefined, text: string, target: Target): readonly RawNode[] {
  return block ? applicable(block, text, target).children : [];
}

/** Whether a condition holds; undefined where neither version nor platform tell. */
function decide(node: Expression, text: string, target: Target): boolean | undefined {
  switch (node.kind) {
    case "boolean": {
      const left = decide(node.left, text, target);
      const right = decide(node.right, text, target);
      const decisive = node.operator === "or";
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
    case "name":
      return node.id === "TYPE_CHECKING" ? true : undefined;
    case "literal":
      return node.type === "bool" ? text.slice(node.start, node.end) === "True" : undefined;
    case "operation":
      return compared(node, text, target);
    default:
      return undefined;
  }
}

function compared(node: Extract<Expression, { kind: "operation" }>, text: string, target: Target): boolean | undefined {
  const [operand] = node.operands;
  if (node.operator === "not" && operand) {
    const inner = decide(operand, text, target);
    return inner === undefined ? undefined : !inner;
  }
  const source = text.slice(node.start, node.end);
  const platform = /^sys\.platform\s*(==|!=)\s*["'](\w+)["']$/.exec(source);
  if (platform) return (platform[2] === target.platform) === (platform[1] === "==");
  const version = /^sys\.version_info\s*(>=|<)\s*\(\s*3\s*,\s*(\d+)\s*,?\s*\)$/.exec(source);
  return version ? target.minor >= Number(version[2]) === (version[1] === ">=") : undefined;
}
