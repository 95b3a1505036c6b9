// What a check finds, as plain data.
import type { Span } from "../code/ast";
import type { Prose } from "../prose";
import type { RuleName } from "./rules";

/** A mistake that is certain. Offsets into the file's text in UTF-16 code units. */
export interface Mistake extends Span {
  readonly rule: RuleName;
  /** What happens here, in one or two sentences. */
  readonly message: Prose;
  readonly related: readonly Related[];
}

/** Another place of the same file that belongs to the mistake: where the lock is taken, where the task is made. */
export interface Related extends Span {
  readonly message: Prose;
}

/** Where a mistake lies and what is said of it. */
export function mistake(
  rule: RuleName,
  { start, end }: Span,
  message: Prose,
  related: readonly Related[] = [],
): Mistake {
  return { rule, start, end, message, related };
}

export function related({ start, end }: Span, message: Prose): Related {
  return { start, end, message };
}
