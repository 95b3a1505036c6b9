// What several parts of the page do alike: see how far a list is scrolled, and take time over what changes often.

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What is seen of a list that scrolls, in CSS pixels. `look`: to be called as it scrolls. */
export interface Seen {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly seen: Signal<{ readonly top: number; readonly height: number }>;
  look(): void;
}

export function useSeen(): Seen {
  const scroller = useRef<HTMLDivElement>(null);
  const seen = useSignal({ top: 0, height: 600 });
  const look = () => {
    const { scrollTop: top = 0, clientHeight: height = 0 } = scroller.current ?? {};
    if (top !== seen.peek().top || height !== seen.peek().height) seen.value = { top, height };
  };
  useEffect(() => {
    const resized = new ResizeObserver(look);
    if (scroller.current) resized.observe(scroller.current);
    return () => resized.disconnect();
  }, []);
  return { scroller, seen, look };
}

/** Calls `take` when a signal that `watch` reads has changed: at once, then not for `pause` ms, then again. */
export function useCalm(pause: number, watch: () => void, take: () => void): void {
  const waiting = useRef<number | undefined>(undefined);
  useSignalEffect(() => {
    watch();
    if (waiting.current !== undefined) return;
    take();
    waiting.current = window.setTimeout(() => {
      waiting.current = undefined;
      take();
    }, pause);
  });
  useEffect(() => () => window.clearTimeout(waiting.current), []);
}
