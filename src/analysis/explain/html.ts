// From a story to HTML, for a page without scripts. Invariant: no text of the user's program is ever markup.

import type { Piece, Prose } from "../prose";
import type { Link } from "./markdown";
import type { Chapter, Story } from "./story";

/** The body of a page that tells a story; `link` gives the addresses of lines, and `place` is where the await stands. */
export function storyHtml(story: Story, place: Prose, link: Link): string {
  const { headline, summary, cautions, chapters } = story;
  const lines = summary.map((each) => `<p>${html(each, link)}</p>`);
  const warned = cautions.map((each) => `<p class="caution"><span aria-hidden="true">⚠</span> ${html(each, link)}</p>`);
  return [
    `<h1>${html(headline, link)}</h1>`,
    `<p class="place">${html(place, link)}</p>`,
    `<div class="summary">${[...lines, ...warned].join("\n")}</div>`,
    ...chapters.map((each) => chapter(each, link)),
  ].join("\n");
}

function chapter({ title, steps }: Chapter, link: Link): string {
  const items = steps.map((step) => `<li>${html(step, link)}</li>`).join("\n");
  return `<section>\n<h2>${escaped(title)}</h2>\n<ol>\n${items}\n</ol>\n</section>`;
}

/** A sentence as HTML. */
export function html(text: Prose, link: Link): string {
  return text.map((piece) => markup(piece, link)).join("");
}

function markup(piece: Piece, link: Link): string {
  if (typeof piece === "string") return escaped(piece);
  switch (piece.kind) {
    case "code":
      return `<code>${escaped(piece.text)}</code>`;
    case "strong":
      return `<strong>${escaped(piece.text)}</strong>`;
    case "line": {
      const text = piece.isCode ? `<code>${escaped(piece.text)}</code>` : escaped(piece.text);
      const address = link(piece.line, piece.file);
      return address === undefined ? text : `<a href="${escaped(address)}">${text}</a>`;
    }
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text in which no character means anything to HTML, in content and in attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => entities[each] ?? "").replace(/\p{Cc}/gu, " ");
}
