// Random edits of Python text, the same in every run: what a typist, a paste or a broken file may leave behind.
import type { Edit } from "../../src/analysis/code/syntax";

/** Small repeatable random numbers: the same edits in every run. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pieces = [
  ..."()[]{}:,.=*@#'\"\\\n\t ;",
  "await ",
  "async ",
  "async for x in ",
  "async with a as b:\n",
  "def f(",
  "class C(C):\n",
  "    ",
  "\n\n",
  "\r\n",
  '"""',
  "f'{",
  "lambda: ",
  "yield from ",
  "self.x = self.x\n",
  "global x\n",
  "x = x\n",
  "@x\n",
  "return ",
  "é",
  "😀",
  "\0",
  "import asyncio as x\n",
  "from x import *\n",
  "match x:\n case ",
];

/** An edit, and the text after it. */
export interface Change extends Edit {
  readonly text: string;
}

export function randomChange(text: string, next: (below: number) => number): Change {
  const start = next(text.length + 1);
  const removed = Math.min(next(3) === 0 ? next(60) : 0, text.length - start);
  const added =
    next(4) === 0 ? text.slice(next(text.length), next(text.length)).slice(0, 80) : (pieces[next(pieces.length)] ?? "");
  return { start, removed, inserted: added.length, text: text.slice(0, start) + added + text.slice(start + removed) };
}
