// Sentences as data: plain words, pieces of the user's code, and lines of files. Whoever shows them decides on markup, so
// no text of the user's program can become any.
import type { Location } from "./code/source";

export type Piece =
  | string
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | LinePiece;

/** A line of a file, counted from 1, and what is said in its place: words, or (`isCode`) a piece of code. */
export interface LinePiece {
  readonly kind: "line";
  readonly line: number;
  readonly text: string;
  readonly isCode?: true;
  /** The address of the file; none is the one that the sentence is about. */
  readonly file?: string;
}

export type Prose = readonly Piece[];

const longestCode = 80;

/** A piece of the user's code, on one line and short enough to read. */
export function code(text: string): Piece {
  const flat = oneLine(text);
  return { kind: "code", text: flat.length > longestCode ? `${flat.slice(0, longestCode - 1)}…` : flat };
}

/** Code of several lines on one: no space where brackets were broken, no comments. */
export function oneLine(text: string): string {
  return text
    .replace(/(^|\s)#[^"'\n]*(?=\n)/g, "$1")
    .replace(/([([{])\s*\n\s*/g, "$1")
    .replace(/\s*\n\s*([)\]}])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
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

/** A line, counted from 1, of the file that the sentence is about or of another one. */
export function line(number: number, text = `line ${number}`, file?: string): Piece {
  return { kind: "line", line: number, text, ...(file !== undefined && { file }) };
}

/** A piece of code that leads to where it is defined, where that is known. */
export function defined(text: string, at: Location | undefined): Piece {
  const piece = code(text);
  if (!at || typeof piece === "string" || piece.kind !== "code") return piece;
  return {
    kind: "line",
    line: at.line,
    text: piece.text,
    isCode: true,
    ...(at.file !== undefined && { file: at.file }),
  };
}

/** The last part of a file's address. */
export function fileName(address: string): string {
  return address.slice(Math.max(address.lastIndexOf("/"), address.lastIndexOf("\\")) + 1);
}

/** "line 31"; "line 31 of session.py" where that is another file. */
export function placed({ line: number, file }: Location): Piece {
  return line(number, file === undefined ? undefined : `line ${number} of ${fileName(file)}`, file);
}

/** The sentence as it is said in a file: its own lines without its name. */
export function home(text: Prose, file: string | undefined): Prose {
  return text.map((piece) => {
    if (typeof piece === "string" || piece.kind !== "line" || piece.file === undefined || piece.file !== file)
      return piece;
    const { file: own, text: words, ...rest } = piece;
    return { ...rest, text: words.replace(` of ${fileName(own)}`, "") };
  });
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

/** A text of our own with `code` in backticks and `{places}` to be filled; undefined where one has nothing to fill it. */
export function filled(text: string, parts: Readonly<Record<string, Prose | undefined>>): Prose | undefined {
  const pieces = text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 1 ? parts[part] : words(part)));
  return pieces.every((piece) => piece !== undefined) ? pieces.flat() : undefined;
}

function isProse(piece: Piece | Prose): piece is Prose {
  return Array.isArray(piece);
}

/** The sentence without any markup, for the command line and for JSON. */
export function plain(text: Prose): string {
  return text.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
}
