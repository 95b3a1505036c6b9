// What Python says where an await fails, word for word: the texts of CPython 3.9 to 3.15, by version. Facts, each checked
// by running it (`test/facts/protocol.test.ts`).
import { type Prose, prose } from "../prose";

/** `since` is the minor version of Python 3 that began to say it so. `{type}` and the like are filled in. */
interface Text {
  readonly since: number;
  readonly text: string;
}

/** The texts of an error, oldest first. */
type Texts = readonly [Text, ...Text[]];

const noAsyncContext = "TypeError: '{type}' object does not support the asynchronous context manager protocol";

const errors = {
  "not awaitable": [
    { since: 9, text: "TypeError: object {type} can't be used in 'await' expression" },
    { since: 14, text: "TypeError: '{type}' object can't be awaited" },
  ],
  "no iterator": [
    { since: 9, text: "TypeError: __await__() returned non-iterator of type '{type}'" },
    { since: 15, text: "TypeError: {owner}.__await__() must return an iterator, not {type}" },
  ],
  "coroutine returned": [
    { since: 9, text: "TypeError: __await__() returned a coroutine" },
    { since: 15, text: "TypeError: {owner}.__await__() must return an iterator, not coroutine" },
  ],
  "coroutine in a generator": [
    { since: 9, text: "TypeError: cannot 'yield from' a coroutine object in a non-coroutine generator" },
  ],
  "bad yield": [{ since: 9, text: "RuntimeError: Task got bad yield: {value}" }],
  "bad yield of some value": [{ since: 9, text: "RuntimeError: Task got bad yield" }],
  "future yielded": [{ since: 9, text: "RuntimeError: yield was used instead of yield from in task" }],
  "awaited twice": [{ since: 9, text: "RuntimeError: cannot reuse already awaited coroutine" }],
  "awaited by another": [{ since: 9, text: "RuntimeError: coroutine is being awaited already" }],
  "no running loop": [{ since: 9, text: "RuntimeError: no running event loop" }],
  "not iterable": [{ since: 9, text: "TypeError: 'async for' requires an object with __aiter__ method, got {type}" }],
  "bad round": [{ since: 9, text: "TypeError: 'async for' received an invalid object from __anext__: {type}" }],
  "bad context": [
    {
      since: 9,
      text: "TypeError: 'async with' received an object from {method} that does not implement __await__: {type}",
    },
  ],
  "no async context": [
    { since: 9, text: "AttributeError: {missing}" },
    { since: 11, text: noAsyncContext },
    { since: 14, text: `${noAsyncContext} (missed {missed} method)` },
  ],
  "no async context, a plain one": [
    { since: 9, text: "AttributeError: {missing}" },
    { since: 11, text: noAsyncContext },
    {
      since: 14,
      text: `${noAsyncContext} (missed {missed} method) but it supports the context manager protocol. Did you mean to use 'with'?`,
    },
  ],
} satisfies Record<string, Texts>;

export type AwaitError = keyof typeof errors;

/** What is put into a text: the type's name, the class that `__await__` was called on, the yielded value. */
export type ErrorParts = Readonly<Record<string, string>>;

/** The error as Python 3.`minor` writes it. */
export function errorText(error: AwaitError, minor: number, parts: ErrorParts = {}): string {
  const texts: Texts = errors[error];
  const { text } = texts.findLast(({ since }) => since <= minor) ?? texts[0];
  return filled(text, parts);
}

/** The error as the interpreter in use writes it; where that is not known, as each version does. */
export function errorProse(error: AwaitError, minor: number | undefined, parts: ErrorParts = {}): Prose {
  if (minor !== undefined) return [verbatim(errorText(error, minor, parts))];
  const [oldest, ...later]: Texts = errors[error];
  const others = later.map(({ since, text }) => prose`3.${String(since)} on: ${verbatim(filled(text, parts))}`);
  const first: Prose = [verbatim(filled(oldest.text, parts))];
  return others.length === 0
    ? first
    : prose`${first} (${others.flatMap((each, index) => (index > 0 ? ["; ", ...each] : each))})`;
}

function filled(text: string, parts: ErrorParts): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
}

/** Longer than other code may be: an error's text is searched for, so it is never cut. */
function verbatim(text: string): Prose[number] {
  return { kind: "code", text };
}

/** Types whose name in messages is another than ours; undefined where it depends on more than is known here. */
const typeNames: Readonly<Record<string, string | undefined>> = {
  None: "NoneType",
  Template: "string.templatelib.Template",
  file: undefined,
  iterator: undefined,
  "threading._Lock": "_thread.lock",
  "types.AsyncGeneratorType": "async_generator",
  "asyncio.EventLoop": undefined,
  "asyncio.SelectorEventLoop": undefined,
  "asyncio.AbstractEventLoop": undefined,
};

/** How messages name a type that the analysis calls `name`: a class of Python code by its last word. */
export function typeInMessage(name: string): string | undefined {
  if (name in typeNames) return typeNames[name];
  // What anyio makes is of a class of its backend.
  if (name.includes(" ") || name.startsWith("anyio.")) return undefined;
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Python's `repr` of a literal as it stands in code, where that needs no evaluation. */
export function reprOf(text: string): string | undefined {
  if (/^(?:0|[1-9]\d*|True|False|\.\.\.)$/.test(text)) return text === "..." ? "Ellipsis" : text;
  const quoted = /^(["'])((?:(?!\1)[^\\\n])*)\1$/.exec(text)?.[2];
  if (quoted === undefined || /[^\x20-\x7e]/.test(quoted)) return undefined;
  return quoted.includes("'") ? `"${quoted}"` : `'${quoted}'`;
}
