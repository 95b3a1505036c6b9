// A change of a file that is offered to the user: edits as data. Who applies them applies all of a fix as one step.
import type { Span, Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Inference } from "../infer/values";
import type { Scope } from "../scopes/scope";

/** One replacement; those of a fix do not overlap, and all offsets are those of the text before. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** `quickfix` makes something right that is wrong; `refactor.rewrite` is another way to do the same. */
export type FixKind = "quickfix" | "refactor.rewrite";

export interface Fix {
  /** What it does and what changes. */
  readonly title: string;
  readonly kind: FixKind;
  readonly edits: readonly TextEdit[];
  /** The one to take if any. */
  readonly preferred?: true;
  /** The diagnostic that it answers. */
  readonly rule?: string;
}

/** Where fixes are asked for. */
export interface Asked {
  readonly tree: SyntaxTree;
  /** The caret, or what is selected. */
  readonly span: Span;
  readonly infer: Inference;
  /** The function whose code is there. */
  readonly scope: Scope;
  /** The innermost statement there, if it is one of that function's. */
  readonly statement: Statement | undefined;
  /** The minor version of Python 3 that the code must run on, where it is known. */
  readonly minor: number | undefined;
}
