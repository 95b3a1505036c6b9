// Reads the syntax of snippets as far as ours use it, and expands them as VS Code inserts them.
// Text, `$1`, `${1}`, `${1:default}`, `${1|one,two|}` and the escapes `\$`, `\}`, `\\`. Anything else is refused.

const token = /\\([$}\\])|\$(\d+)|\$\{(\d+)(?::((?:\\[$}\\]|[^\\${}])*)|\|((?:\\[$},|\\]|[^\\|])+)\|)?\}|([^\\$]+)/y;

/** Text, or a tab stop: its number and what its place shows when this mention of it says so. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "stop"; readonly stop: number; readonly shows: string | undefined };

const plainText = (text: string): string => text.replace(/\\([$},|\\])/g, "$1");

function firstChoice(choices: string): string {
  return plainText(/^(?:\\.|[^\\,])*/.exec(choices)?.[0] ?? "");
}

function pieceOf([whole, escaped, bare, braced, text, choices, plain]: RegExpExecArray): Piece {
  if (escaped !== undefined) return { kind: "text", text: escaped };
  if (plain !== undefined) return { kind: "text", text: whole };
  const shows = text !== undefined ? plainText(text) : choices !== undefined ? firstChoice(choices) : undefined;
  return { kind: "stop", stop: Number(bare ?? braced), shows };
}

/** The pieces of a snippet's body. Throws on syntax that VS Code knows and this reader does not. */
export function pieces(body: string): readonly Piece[] {
  const found: Piece[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const match = token.exec(body);
    if (match === null) throw new Error(`Not understood at ${at}: ${body.slice(at, at + 30)}`);
    found.push(pieceOf(match));
  }
  return found;
}

/**
 * The text of a snippet with `typed` put into its tab stops and the defaults in the others. Like the editor it fills
 * every mention of a stop with the same text and turns leading tabs into the indentation in use: four spaces.
 */
export function expand(body: string, typed: Readonly<Record<number, string>> = {}): string {
  const parts = pieces(body);
  const shown = new Map<number, string>();
  for (const part of parts)
    if (part.kind === "stop" && part.shows !== undefined && !shown.has(part.stop)) shown.set(part.stop, part.shows);
  const text = parts.map((part) =>
    part.kind === "text" ? part.text : (typed[part.stop] ?? shown.get(part.stop) ?? ""),
  );
  return text.join("").replace(/^\t+/gm, (tabs) => "    ".repeat(tabs.length));
}
