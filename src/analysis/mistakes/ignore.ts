// `# awaitscope: ignore[name, other]` on a line, and at the top of a file: which reports the user does not want.

import type { SyntaxTree } from "../code/syntax";
import { code, type Prose, prose } from "../prose";
import type { Mistake } from "./mistake";
import { isRule, type RuleName } from "./rules";

const marker = /#\s*awaitscope:\s*ignore\b(?:\s*\[([^\]\n]*)\])?/g;

/** What the comments of a file say. */
export interface Ignored {
  /** Whether a mistake that starts on this line, or ends there, is to be kept quiet. */
  covers(mistake: Mistake): boolean;
  /** Names in the comments that are no rule's. */
  readonly unknown: readonly IgnoredName[];
}

export interface IgnoredName {
  readonly start: number;
  readonly end: number;
  readonly message: Prose;
}

/** `all` for a bare `ignore`. */
type Names = "all" | ReadonlySet<string>;

export function ignoredIn(tree: SyntaxTree): Ignored {
  if (!tree.text.includes("awaitscope:")) return { covers: () => false, unknown: [] };
  const lines = new Map<number, Names>();
  const unknown: IgnoredName[] = [];
  let file: Names = new Set();
  for (const found of tree.text.matchAll(marker)) {
    const comment = commentAround(tree, found.index);
    if (!comment) continue;
    const names = namesOf(found[1]);
    unknown.push(...unknownNames(found, names));
    const { line } = tree.place(found.index);
    if (isAlone(tree, found.index) && isAtTop(tree, found.index)) file = merged(file, names);
    else lines.set(line, merged(lines.get(line), names));
  }
  const has = (names: Names | undefined, rule: RuleName) => names === "all" || names?.has(rule) === true;
  return {
    covers: ({ rule, start, end }) =>
      has(file, rule) || has(lines.get(tree.place(start).line), rule) || has(lines.get(tree.place(end).line), rule),
    unknown,
  };
}

/** Names that comments ignore and no rule has. */
export function unknownIgnores(tree: SyntaxTree): readonly IgnoredName[] {
  return ignoredIn(tree).unknown;
}

function commentAround(tree: SyntaxTree, offset: number): boolean {
  return tree.at(offset)?.type === "comment";
}

function namesOf(list: string | undefined): Names {
  if (list === undefined) return "all";
  return new Set(
    list
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  );
}

function merged(a: Names | undefined, b: Names): Names {
  if (a === "all" || b === "all") return "all";
  return new Set([...(a ?? []), ...b]);
}

function unknownNames(found: RegExpExecArray, names: Names): IgnoredName[] {
  if (names === "all") return [];
  return [...names]
    .filter((name) => !isRule(name))
    .map((name) => {
      const start = found.index + found[0].indexOf(name, found[0].indexOf("["));
      return {
        start,
        end: start + name.length,
        message: prose`Awaitscope has no rule ${code(name)}: nothing is ignored.`,
      };
    });
}

/** Whether nothing but the comment is on its line. */
function isAlone(tree: SyntaxTree, offset: number): boolean {
  return tree.text.slice(tree.lines.offset({ line: tree.place(offset).line, column: 0 }), offset).trim() === "";
}

/** Whether only comments, blank lines and the file's docstring are above. */
function isAtTop(tree: SyntaxTree, offset: number): boolean {
  const [first] = tree.module.statements;
  const [text] = first?.kind === "expression" ? first.values : [];
  const isDocstring = text?.kind === "literal" && text.type === "str" && text.end <= offset;
  const above = isDocstring
    ? tree.text.slice(0, text.start) + tree.text.slice(text.end, offset)
    : tree.text.slice(0, offset);
  return above.split(/\r\n|\r|\n/).every((each) => /^\s*(?:#.*)?$/.test(each));
}

/** One replacement that makes a comment of the line ignore the rule too. */
export function ignoring(
  tree: SyntaxTree,
  { rule, start }: Pick<Mistake, "rule" | "start">,
): { start: number; end: number; text: string } {
  const { line } = tree.place(start);
  const from = tree.lines.offset({ line, column: 0 });
  const to = lineEnd(tree, line);
  const text = tree.text.slice(from, to);
  for (const found of text.matchAll(marker)) {
    const list = found[1];
    if (list === undefined || !commentAround(tree, from + found.index)) continue;
    const at = from + found.index + found[0].lastIndexOf("]");
    return { start: at, end: at, text: list.trim() === "" ? rule : `, ${rule}` };
  }
  const end = from + text.trimEnd().length;
  return { start: end, end: to, text: `  # awaitscope: ignore[${rule}]` };
}

function lineEnd(tree: SyntaxTree, line: number): number {
  return tree.lines.offset({ line, column: Number.MAX_SAFE_INTEGER }) - trailing(tree, line);
}

/** `offset` of a place beyond a line stops before the line's last character; a `\r\n` has two. */
function trailing(tree: SyntaxTree, line: number): number {
  const at = tree.lines.offset({ line, column: Number.MAX_SAFE_INTEGER });
  return tree.text.charAt(at) === "\n" && tree.text.charAt(at - 1) === "\r" ? 1 : 0;
}
