// From what is awaited to the sentences that a hover shows, as plain data.
import type { Awaitable } from "./awaitable";
import type { AwaitSite } from "./awaits";
import { code, type Prose, prose } from "./prose";

export interface Explanation {
  /** What is awaited and what comes back. */
  readonly headline: Prose;
  /** At most six sentences. */
  readonly body: readonly Prose[];
  /** What can go wrong here. */
  readonly caution?: Prose;
}

/** Explains an await in the user's own names.  */
export function explain(site: AwaitSite, awaitable: Awaitable): Explanation {
  const operand = site.operands[0];
  return {
    headline: prose`${site.form} ${operand && code(operand.text)} — ${awaitable.kind}`,
    body: awaitable.reason ? [awaitable.reason] : [],
  };
}
