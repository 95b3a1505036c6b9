// What a check of a class is given, and how it says what it finds.
import type { Span } from "../code/ast";
import type { ClassValue, Inference } from "../infer/values";
import type { Prose } from "../prose";
import type { Pattern } from "./catalog";
import type { Defect, DefectRule } from "./defect";
import type { Dissected } from "./dissection";

export interface Subject {
  readonly parts: Dissected;
  readonly of: ClassValue;
  readonly infer: Inference;
  readonly pattern: Pattern | undefined;
}

export type Check = (subject: Subject) => readonly Defect[];

/** A defect at a span; what else it has goes into `more`. */
export function defect(
  rule: DefectRule,
  { start, end }: Span,
  message: Prose,
  more: Partial<Pick<Defect, "related" | "fix" | "elsewhere">> = {},
): Defect {
  return { rule, span: { start, end }, message, related: [], ...more };
}
