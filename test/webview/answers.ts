// How soon whoever types sees what a key did: from the event's own time stamp to the frame that shows it.
import type { Frame, Page } from "playwright-core";

/** Notes from now on how long after a key its frame is seen; read them with `answersOf`. */
export async function watchAnswers(page: Page | Frame): Promise<void> {
  await page.evaluate(() => {
    const answers: number[] = [];
    Object.assign(globalThis, { answers });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === "keydown") answers.push(duration);
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** Presses a key ten times a second until `over`; how many it were. */
export async function typeUntil(page: Page, over: Promise<unknown>): Promise<number> {
  let going = true;
  const stop = () => {
    going = false;
  };
  over.then(stop, stop);
  let keys = 0;
  for (; going; keys++) {
    await page.keyboard.press(keys % 2 === 0 ? "w" : "s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return keys;
}

/** Milliseconds from each of `keys` keys to its frame, sorted; 0 for those below 16 ms, of which the browser does not tell. */
export async function answersOf(page: Page | Frame, keys: number): Promise<number[]> {
  const slow = await page.evaluate(() => (globalThis as unknown as { answers: number[] }).answers);
  return [...Array<number>(Math.max(0, keys - slow.length)).fill(0), ...slow.sort((a, b) => a - b)];
}
