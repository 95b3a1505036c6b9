// Loads the rest of the page's code as soon as its lanes are there, so that they are drawn sooner.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

type More = typeof import("./more");

const loaded = signal<More | undefined>(undefined);
let asked: Promise<More> | undefined;

/** The rest of the code; asked for once. */
export function more(): Promise<More> {
  asked ??= import("./more").then((found) => {
    loaded.value = found;
    return found;
  });
  return asked;
}

/** A component of the rest; nothing until that is there. */
export function later<P extends object>(pick: (found: More) => ComponentType<P>): ComponentType<P> {
  return function Later(props: P) {
    const found = loaded.value;
    if (found === undefined) {
      void more();
      return null;
    }
    const Shown = pick(found);
    return <Shown {...props} />;
  };
}
