// The text of a Python file: how its bytes become text, and how its offsets become lines and columns.

/** A place in a file as people read it: lines from 1, columns from 0 in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A place in any file. `file` is its address, as a `DefinitionSource` gives it; none is the file that is looked at. */
export interface Location extends Place {
  readonly file?: string;
}

/** Where the lines of a text begin. A line ends with `\n`, `\r\n` or a lone `\r`, as for Python and for VS Code. */
export class Lines {
  readonly #starts: readonly number[];
  readonly #length: number;

  constructor(text: string) {
    this.#starts = lineStarts(text);
    this.#length = text.length;
  }

  place(offset: number): Place {
    const row = this.#row(offset);
    return { line: row + 1, column: offset - this.#start(row) };
  }

  /** The offset of a place; beyond the text it is the text's end. */
  offset(place: Place): number {
    const row = place.line - 1;
    if (row < 0) return 0;
    if (row >= this.#starts.length) return this.#length;
    const next = this.#starts[row + 1] ?? this.#length + 1;
    return Math.min(this.#start(row) + Math.max(place.column, 0), next - 1);
  }

  #start(row: number): number {
    return this.#starts[row] ?? 0;
  }

  #row(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#start(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  const hasReturns = text.includes("\r");
  for (let at = text.indexOf("\n"); !hasReturns && at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (hasReturns) for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return starts;
}

// PEP 263: a comment in one of the first two lines, the first of which may only be a comment or blank.
const coding = /^(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/** Python's codec names that the platform's decoder knows by another name. */
const codecs: Readonly<Record<string, string>> = {
  "latin-1": "windows-1252",
  latin1: "windows-1252",
  "iso-8859-1": "windows-1252",
  "iso-8859-15": "iso-8859-15",
  ascii: "utf-8",
  "us-ascii": "utf-8",
  cp1252: "windows-1252",
  cp1251: "windows-1251",
  cp932: "shift_jis",
  euc_jp: "euc-jp",
  euc_kr: "euc-kr",
};

/**
 * The text of a Python file: UTF-8, or what its coding line says; without the byte order mark. Bytes that do not fit
 * become U+FFFD, and an unknown coding is read as UTF-8: this never throws.
 */
export function decodePython(bytes: Uint8Array): string {
  const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 512));
  const name = coding.exec(head)?.[1]?.toLowerCase().replaceAll("_", "-") ?? "utf-8";
  return decoder(codecs[name] ?? codecs[name.replaceAll("-", "_")] ?? name).decode(bytes);
}

function decoder(name: string): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch {
    return new TextDecoder();
  }
}
