// A run that goes on: one message of records is made here, and the page sends it to itself again and again with later
// times, so that neither making nor carrying the records is measured.
import type { Page } from "playwright-core";
import { head, type Record_, Seconds, values } from "../trace/encode";
import { APP } from "./samples";

const LOOP = 0x7f00_0000_1000;
const FIRST_TASK = 1000;

export interface Stream {
  /** Header, loop and tasks: what comes before the first message. */
  readonly opening: Buffer;
  /** One message; its times are seconds since the message's begin. */
  readonly message: Buffer;
  /** Where its times lie, in bytes. */
  readonly times: readonly number[];
  /** How many records a message has, and how many the opening. */
  readonly records: number;
  readonly openingRecords: number;
  /** Seconds of the program that a message takes. */
  readonly seconds: number;
}

/** `tasks` tasks take `rounds` steps each in a message, which takes `seconds`; the loop waits between the rounds. */
export function streamOf(tasks: number, rounds: number, seconds: number): Stream {
  const opening: Record_[] = [
    ["thread", 1, "MainThread"],
    ["code", 0, APP, "worker", 1],
    ["site", 0, -1, 0, 5, 5, 4, 20, "asyncio.sleep"],
    ["run", 0, LOOP, "Loop", 0],
  ];
  for (let task = 0; task < tasks; task++) opening.push(["task", 0, FIRST_TASK + task, `worker ${task}`, 0]);
  opening.push(["callback", 0, 0, tasks]);
  for (let task = 0; task < tasks; task++) opening.push(["step", FIRST_TASK + task, 0, 0, tasks - task - 1]);
  const step = (seconds * 0.7) / (tasks * rounds);
  const records: Record_[] = [];
  let now = 0;
  for (let round = 0; round < rounds; round++) {
    now += (seconds * 0.3) / rounds;
    records.push(["wakeups", now, 0, tasks]);
    for (let task = 0; task < tasks; task++) {
      now += step;
      records.push(["step", FIRST_TASK + task, now, 0, tasks - task - 1]);
    }
  }
  const message = values(0, records);
  return {
    opening: Buffer.concat([head({ clock: new Seconds(0) }), values(0, opening)]),
    message,
    times: timesIn(message),
    records: records.length,
    openingRecords: opening.length,
    seconds,
  };
}

/** Where the doubles lie in a frame that holds ints and doubles only. */
function timesIn(message: Buffer): number[] {
  const places: number[] = [];
  let at = 4 + 5 + 5 + 5; // the frame's length, then `(2`, the stream's number, `[n`
  while (at < message.length) {
    const type = String.fromCharCode(message[at] as number);
    if (type === "g") places.push(at + 1);
    else if (type !== "i") throw new Error(`no int or double at ${at} of a message`);
    at += type === "g" ? 9 : 5;
  }
  return places;
}

/** Opens a live trace in the page, and leaves the stream there for `play`. */
export async function begin(page: Page, { opening, message, times, seconds }: Stream): Promise<void> {
  await page.evaluate(
    ([opening, message, times, seconds]) => {
      const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const send = (data: object) => window.dispatchEvent(new MessageEvent("message", { data }));
      const first = bytes(opening);
      const template = bytes(message);
      const relative = times.map((at) => new DataView(template.buffer).getFloat64(at, true));
      let offset = first.length;
      let sent = 0;
      send({ kind: "open", title: "stream.py", live: true, status: { kind: "running" } });
      send({ kind: "size", size: first.length });
      send({ kind: "bytes", offset: 0, bytes: first.buffer });
      const next = () => {
        const copy = template.slice();
        const view = new DataView(copy.buffer);
        const now = seconds * sent++;
        for (const [index, at] of times.entries()) view.setFloat64(at, now + (relative[index] ?? 0), true);
        const began = performance.now();
        send({ kind: "bytes", offset, bytes: copy.buffer });
        offset += copy.length;
        return performance.now() - began;
      };
      Object.assign(window, { next, finish: () => send({ kind: "status", status: { kind: "ended", exitCode: 0 } }) });
    },
    [opening.toString("base64"), message.toString("base64"), times, seconds] as const,
  );
}

/** What the page noted while a stream was played, in milliseconds. */
export interface Played {
  /** Of each message: how long it took to take it in, and until the frame that shows it was drawn. */
  readonly append: readonly number[];
  readonly latency: readonly number[];
}

/** Plays `messages` messages, one every `apart` milliseconds as far as the page keeps up. */
export function play(page: Page, messages: number, apart: number): Promise<Played> {
  return page.evaluate(
    async ([messages, apart]) => {
      const { next } = window as unknown as { next(): number };
      const append: number[] = [];
      const latency: number[] = [];
      const began = performance.now();
      for (let message = 0; message < messages; message++) {
        const due = began + message * apart;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
        const sent = performance.now();
        append.push(next());
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => latency.push(performance.now() - sent);
          port2.postMessage(0); // answered after this frame's drawing
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { append, latency };
    },
    [messages, apart] as const,
  );
}

/** Sends `messages` messages in a few frames, as though time had been pressed together. */
export function press(page: Page, messages: number, each = 60): Promise<void> {
  return page.evaluate(
    async ([messages, each]) => {
      const { next } = window as unknown as { next(): number };
      for (let sent = 0; sent < messages; sent += each) {
        for (let one = 0; one < Math.min(each, messages - sent); one++) next();
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
    [messages, each] as const,
  );
}

/** Says that the program ended. */
export async function finish(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { finish(): void }).finish());
}

/** The events that the panel's status line counts. */
export async function eventsShown(page: Page): Promise<number> {
  const facts = (await page.locator(".facts").textContent()) ?? "";
  return Number(/([\d,]+) events?/.exec(facts)?.[1]?.replaceAll(",", ""));
}
