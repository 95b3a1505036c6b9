// Text of a trace as it is safe and clear to show: names without control characters, times in fitting units.

// Control characters, lone surrogates, and what reorders or hides text: bidirectional marks, zero-width spaces, separators.
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Cs}/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** No text of a trace is shown further: nobody reads on, and a page with a name of a megabyte in it stands still. */
const MOST_SHOWN = 4000;

/** A text of the traced program as one visible line: what could hide, reorder or command is escaped as in Python. */
export function printable(text: string): string {
  return shorten(text, MOST_SHOWN).replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, "0")}`;
  return SHORT_ESCAPES[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, "0");
}

/** A value as one line of JSON: what could hide, reorder or command is escaped as JSON does it. */
export function json(value: unknown): string {
  const escaped = (text: string) =>
    Array.from({ length: text.length }, (_, at) => `\\u${hex(text.charCodeAt(at), 4)}`).join("");
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

/** `text`, at most `length` characters, its end replaced by an ellipsis where it is longer. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text.slice(0, 2 * length + 1)]; // a character is two units at most, a text a million
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

const UNITS = [
  { name: "s", seconds: 1 },
  { name: "ms", seconds: 1e-3 },
  { name: "µs", seconds: 1e-6 },
  { name: "ns", seconds: 1e-9 },
] as const;

/** A duration in seconds with three digits and a fitting unit: `412 ms`, `1.42 s`, `35.2 µs`, `2 min 5 s`, `3 h 12 min`. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 36_000) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (size >= 99.95) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  for (const unit of UNITS) {
    const value = seconds / unit.seconds;
    if (unit.name !== "ns" && Math.abs(value) >= 0.9995) return `${threeDigits(value)} ${unit.name}`;
  }
  return `${Math.round(seconds * 1e9)} ns`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/**
 * A moment of a run in seconds, as fine as `step` seconds asks for (but at most nanoseconds), in the unit that fits a run
 * of `span` seconds: `1.234 s`, `12.3 ms`.
 */
export function moment(seconds: number, step = 1e-3, span = 1): string {
  const unit = UNITS.find((each) => span >= each.seconds) ?? UNITS[3];
  const digits = Math.max(0, Math.ceil(Math.log10(unit.seconds / Math.max(1e-9, step)) - 1e-9));
  return `${(seconds / unit.seconds).toFixed(digits)} ${unit.name}`;
}

/** A moment by the clock on the wall, in the local time zone, as fine as `step` seconds asks for: `14:03:27.512`. */
export function clockTime(epochSeconds: number, step = 1e-3): string {
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  const whole = Math.floor(epochSeconds);
  const fraction = Math.min(epochSeconds - whole, 1 - 10 ** -digits / 2 - 1e-9)
    .toFixed(digits)
    .slice(1);
  const date = new Date(whole * 1000);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${parts.map((part) => `${part}`.padStart(2, "0")).join(":")}${fraction}`;
}

/** A count with thousands separated, whatever the locale. */
export function count(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 task`, `2 tasks`, `3 processes`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}
