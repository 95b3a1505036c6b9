// Read, await, write: shared state that is written from what was read before an await.
import { contains, type Expression, type Statement, subexpressions } from "../code/ast";
import type { FileInference as Inference } from "../infer/infer";
import { code, line, type Prose, prose } from "../prose";
import { keyOf } from "../scopes/scope";

import { maySuspend } from "./locks";
import { type Mistake, mistake, related } from "./mistake";
import { isAlwaysEvaluated } from "./paths";
import { owners, type Survey, type Unit } from "./survey";

export function* staleWrites({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units) {
    if (!unit.isAsync || unit.awaits.length === 0) continue;
    for (const statement of unit.statements) {
      const found = inOneStatement(statement, unit, infer) ?? overStatements(statement, unit, infer);
      if (!found || isGuarded(statement, unit)) continue;
      const { key, read, pause, target } = found;
      const where: Prose =
        found.kind === "one"
          ? prose`Python reads ${code(key)} before the await and adds to what it read then`
          : prose`${code(key)} is read at ${line(tree.place(read.start).line)}, and the await at ${line(tree.place(pause.start).line)} lets other tasks run before this writes it`;
      yield mistake("stale-write", target, prose`${where}: what another task puts there meanwhile is lost.`, [
        related(read, prose`read here`),
        related(pause, prose`other tasks run here`),
      ]);
    }
  }
}

interface Stale {
  readonly kind: "one" | "several";
  readonly key: string;
  readonly read: Expression;
  readonly pause: Expression;
  readonly target: Expression;
}

/** `self.n += await f()`, `self.n = self.n + await f()`. */
function inOneStatement(statement: Statement, unit: Unit, infer: Inference): Stale | undefined {
  if (statement.kind !== "augment" && statement.kind !== "assign") return undefined;
  const target =
    statement.kind === "augment" ? statement.target : statement.targets.length === 1 ? statement.targets[0] : undefined;
  const key = target && sharedKey(target, unit);
  const { value } = statement;
  if (!key || !value) return undefined;
  const read = statement.kind === "augment" ? target : firstRead(value, key);
  const pause = unit.awaits.find(
    (each) =>
      read &&
      contains(value, each.node.start) &&
      (read === target || read.end <= each.node.start) &&
      isAlwaysEvaluated(each.node, unit) &&
      maySuspend(each, infer),
  )?.node;
  // `self.x = self.x or await f()`, `self.x = g(self.x, await f())` are not sums of what was read.
  const isSum = statement.kind === "augment" || value.kind === "operation";
  return read && pause && isSum ? { kind: "one", key, read, pause, target } : undefined;
}

/** `n = self.n`, an await, `self.n = n + 1`. */
function overStatements(statement: Statement, unit: Unit, infer: Inference): Stale | undefined {
  if (statement.kind !== "assign" || statement.targets.length !== 1 || statement.value?.kind !== "operation")
    return undefined;
  const [target] = statement.targets;
  const key = target && sharedKey(target, unit);
  if (!key) return undefined;
  for (const operand of statement.value.operands) {
    const name = operand.kind === "name" ? operand.id : undefined;
    const bindings = name === undefined ? [] : (unit.scope.bindings.get(name) ?? []);
    const [binding] = bindings;
    const isCopy =
      bindings.length === 1 && binding?.kind === "value" && binding.path.length === 0 && keyOf(binding.value) === key;
    const source = binding?.where.statement;
    if (!isCopy || !source || source.parent !== statement.parent || source.index >= statement.index) continue;
    const pause = unit.awaits.find(
      (each) =>
        each.where.statement?.parent === statement.parent &&
        each.node.start > source.end &&
        each.node.end <= statement.start &&
        isAlwaysEvaluated(each.node, unit) &&
        maySuspend(each, infer),
    )?.node;
    const isWrittenBetween = (unit.scope.bindings.get(key) ?? []).some(
      ({ span }) => span.start > source.end && span.end < statement.start,
    );
    if (pause && !isWrittenBetween) return { kind: "several", key, read: binding.value, pause, target };
  }
  return undefined;
}

/** `self.x` of a method, or a name that the function declares `global` or `nonlocal`. */
function sharedKey(target: Expression, unit: Unit): string | undefined {
  if (target.kind === "name") return unit.scope.outer.has(target.id) ? target.id : undefined;
  const isMethod = unit.around?.scope.kind === "class";
  const self = isMethod ? unit.definition?.parameters[0]?.name : undefined;
  return target.kind === "attribute" && target.object.kind === "name" && target.object.id === self
    ? keyOf(target)
    : undefined;
}

function firstRead(value: Expression, key: string): Expression | undefined {
  if (keyOf(value) === key) return value;
  for (const part of subexpressions(value)) {
    const found = firstRead(part, key);
    if (found) return found;
  }
  return undefined;
}

/** Some lock, or whatever else an `async with` or `with` around it may be; or the code takes one by hand. */
function isGuarded(statement: Statement, unit: Unit): boolean {
  for (const owner of owners(statement)) if (owner.kind === "with") return true;
  return unit.calls.some(({ node }) => node.callee.kind === "attribute" && node.callee.name === "acquire");
}
