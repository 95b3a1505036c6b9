// From an explanation to Markdown. Invariant: no text of the user's program is ever markup.
import type { Explanation } from "./explain";
import { type Piece, type Prose, plain } from "./prose";

/** The address of a line of the file, counted from 1; undefined leaves the line as plain text. */
export type Link = (line: number) => string | undefined;

/** The explanation as Markdown of at most eight lines. */
export function markdown(explanation: Explanation, link: Link = () => undefined): string {
  const lines = [explanation.headline, ...explanation.body];
  return lines.map((each) => each.map((piece) => pieceText(piece, link)).join("")).join("  \n");
}

function pieceText(piece: Piece, _link: Link): string {
  return escapeMarkdown(plain([piece] satisfies Prose));
}

/** Text in which no character means anything to Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~$@:]/g, "\\$&").replace(/\s+/g, " ");
}
