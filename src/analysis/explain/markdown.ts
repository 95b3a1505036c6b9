// From an explanation to Markdown. Invariant: no text of the user's program is ever markup.

import { type Piece, type Prose, prose } from "../prose";
import type { Explanation } from "./explain";
import type { Story } from "./story";

/** The address of a line, counted from 1, of the file or of another one; undefined leaves the line as plain text. */
export type Link = (line: number, file?: string) => string | undefined;

/** Something that can be done, as a link behind the last line. */
export interface Action {
  readonly title: string;
  readonly address: string;
}

/** The explanation as Markdown of at most eight lines. */
export function markdown(explanation: Explanation, link: Link = () => undefined, action?: Action): string {
  const { headline, body, cautions } = explanation;
  const lines = [headline, ...body, ...cautions.map((caution) => prose`⚠ ${caution}`)];
  const more = action ? ` [${escapeMarkdown(action.title)}](<${encodeAddress(action.address)}>)` : "";
  return lines.map((each) => sentence(each, link)).join("  \n") + more;
}

/** A story as Markdown: its chapters as headings, their steps as numbered lists. */
export function storyMarkdown(story: Story, link: Link = () => undefined): string {
  const chapters = story.chapters.map(({ title, steps }) => {
    const items = steps.map((step, index) => `${index + 1}. ${sentence(step, link)}`);
    return [`**${escapeMarkdown(title)}**`, items.join("\n")].join("\n\n");
  });
  return chapters.join("\n\n");
}

function sentence(text: Prose, link: Link): string {
  return text.map((piece) => markup(piece, link)).join("");
}

function markup(piece: Piece, link: Link): string {
  if (typeof piece === "string") return escapeMarkdown(piece);
  switch (piece.kind) {
    case "code":
      return codeSpan(piece.text);
    case "strong":
      return `**${escapeMarkdown(piece.text)}**`;
    case "line": {
      const address = link(piece.line, piece.file);
      const text = piece.isCode ? codeSpan(piece.text) : escapeMarkdown(piece.text);
      return address === undefined ? text : `[${text}](<${encodeAddress(address)}>)`;
    }
  }
}

/** A code span whose fence is longer than any run of backticks inside: nothing in it can end it. */
function codeSpan(text: string): string {
  const flat = oneLine(text);
  const runs = [...flat.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = /^`|`$|^ .* $/.test(flat) || flat === "" ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Text in which no character means anything to Markdown, HTML, or VS Code's icons. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()#+\-.!|<>&~$@:]/g, "\\$&");
}

/** A line break or another control character would end the line that it is put on. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}

function encodeAddress(address: string): string {
  return address.replace(/[<>\\\s]/g, encodeURIComponent);
}
