// Defects of `__await__` itself: what it returns and what it yields.
import { classMember } from "../classes";
import { home } from "../prose";
import { awaitMethod } from "../protocol";
import type { Check } from "./check";

export const protocolChecks: readonly Check[] = [
  (_parts, of, infer) => {
    const found = classMember(of, "__await__", infer);
    if (!found || !("owner" in found) || found.value.kind !== "function") return [];
    const shape = awaitMethod(found.value, of, infer);
    if (shape.kind !== "fails") return [];
    return [
      {
        rule: "await-not-iterator",
        span: found.value.definition.nameSpan,
        message: home(shape.why, infer.addressOf(found.value.where.scope.tree)),
        related: [],
      },
    ];
  },
];
