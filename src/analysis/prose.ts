// Sentences as data: plain words, pieces of the user's code, and lines of files. Whoever shows them decides on markup, so
// no text of the user's program can become any.

export type Piece =
  | string
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "line"; readonly line: number; readonly text: string };

export type Prose = readonly Piece[];

const longestCode = 80;

/** A piece of the user's code, on one line and short enough to read. */
export function code(text: string): Piece {
  const flat = text.replace(/\s+/g, " ").trim();
  return { kind: "code", text: flat.length > longestCode ? `${flat.slice(0, longestCode - 1)}…` : flat };
}

/** The word that a sentence turns on. */
export function strong(text: string): Piece {
  return { kind: "strong", text };
}

/** `an` or `a` and the word as code. */
export function a(text: string): Prose {
  return [/^[aeiou]/i.test(text) ? "an " : "a ", code(text)];
}

/** The sentence with its first letter in capitals, unless it begins with the user's code. */
export function capital(text: Prose): Prose {
  const [first, ...rest] = text;
  return typeof first === "string" ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : text;
}

/** A line of the file that the sentence is about, counted from 1. */
export function line(number: number, text = `line ${number}`): Piece {
  return { kind: "line", line: number, text };
}

/** Template tag: `` prose`${code(name)} is not defined` ``. Prose and undefined may be put in as well. */
export function prose(words: TemplateStringsArray, ...pieces: readonly (Piece | Prose | undefined)[]): Prose {
  const all = words.flatMap((word, index): Piece[] => {
    const piece = pieces[index];
    return [word, ...(piece === undefined ? [] : isProse(piece) ? piece : [piece])];
  });
  return all.filter((piece) => piece !== "");
}

/** A text of our own with `code` in backticks. */
export function words(text: string): Prose {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : part))
    .filter((piece) => piece !== "");
}

function isProse(piece: Piece | Prose): piece is Prose {
  return Array.isArray(piece);
}

/** The sentence without any markup, for the command line and for JSON. */
export function plain(text: Prose): string {
  return text.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
}
