// An `async def` where a plain function is called: the call makes a coroutine that nobody awaits.
import type { Argument, Call, Expression } from "../code/ast";
import { derives } from "../facts/knowledge";
import type { FileInference as Inference } from "../infer/infer";
import type { Value } from "../infer/values";
import { code, type Prose, prose } from "../prose";
import type { Where } from "../scopes/scope";
import { coroutineOf } from "./coroutines";
import { isExpected } from "./expected";
import { type Caller, callers, callingMethods } from "./facts";
import { type Mistake, mistake, related } from "./mistake";
import { importedName, isCoroutineFunction, lastName } from "./origin";
import type { Survey } from "./survey";
import { valueAt } from "./survey";

const shortNames = new Set(
  [...Object.keys(callers), ...Object.keys(callingMethods)].map((name) => name.slice(name.lastIndexOf(".") + 1)),
);

export function* coroutineCallbacks({ units, infer, tree }: Survey): Generator<Mistake> {
  for (const unit of units)
    for (const { node, where } of unit.calls) {
      const last = lastName(node.callee);
      const found = last !== undefined && shortNames.has(last) ? callerOf(node, where, infer) : undefined;
      const given = found && argumentOf(node, found.caller);
      const target = given && targetOf(given, where, infer);
      if (!found || !given || !target || isExpected(where.statement, /^(?:TypeError|Exception)$/)) continue;
      yield mistake("coroutine-as-callback", given, told(found, target.name, tree.slice(given)), target.related);
    }
}

interface Called {
  readonly name: string;
  readonly caller: Caller;
}

function callerOf(node: Call, where: Where, infer: Inference): Called | undefined {
  const { callee } = node;
  const imported = importedName(callee, where) ?? builtinName(callee, where, infer);
  const direct = imported === undefined ? undefined : callers[imported];
  if (imported !== undefined && direct) return { name: imported.replace("builtins.", ""), caller: direct };
  if (callee.kind !== "attribute") return undefined;
  const value = valueAt(infer, callee.object, where);
  const owner = value.kind === "instance" ? value.name : undefined;
  const found = Object.entries(callingMethods).find(([name]) => {
    const cut = name.lastIndexOf(".");
    return name.slice(cut + 1) === callee.name && owner !== undefined && derives(owner, name.slice(0, cut));
  });
  return found && { name: callee.name, caller: found[1] };
}

function builtinName(callee: Expression, where: Where, infer: Inference): string | undefined {
  const value = callee.kind === "name" ? valueAt(infer, callee, where) : undefined;
  return value?.kind === "builtin" ? `builtins.${value.name}` : undefined;
}

function argumentOf({ args }: Call, { index, keyword }: Caller): Expression | undefined {
  const named = args.find(({ name }) => name !== undefined && name === keyword)?.value;
  const positional = args.filter(({ name }) => name === undefined);
  const isShown = positional.slice(0, index + 1).every(({ value }: Argument) => value.kind !== "starred");
  return named ?? (index >= 0 && isShown ? positional[index]?.value : undefined);
}

/** What is handed over, where calling it surely makes a coroutine: an `async def`, a lambda or partial of one. */
function targetOf(
  given: Expression,
  where: Where,
  infer: Inference,
): { name: string; related: Mistake["related"] } | undefined {
  if (given.kind === "lambda") return lambdaTarget(given, where, infer);
  const partial =
    given.kind === "call" && importedName(given.callee, where) === "functools.partial"
      ? given.args[0]?.value
      : undefined;
  const value: Value = valueAt(infer, partial ?? given, where);
  if (!isCoroutineFunction(value, infer)) return undefined;
  const isHere = value.where.scope.tree === where.scope.tree;
  return {
    name: value.definition.name,
    related: isHere ? [related(value.definition.nameSpan, prose`an ${code("async def")}`)] : [],
  };
}

function lambdaTarget(given: Extract<Expression, { kind: "lambda" }>, where: Where, infer: Inference) {
  const scope = infer.scopeOf(given, where);
  const made = coroutineOf(given.body, { scope, statement: where.statement }, infer);
  const of = made?.of;
  return of?.kind === "function" || of?.kind === "fact"
    ? { name: of.kind === "fact" ? of.name : of.definition.name, related: [] }
    : undefined;
}

function told({ name, caller }: Called, target: string, text: string): Prose {
  const is = prose`${code(target)} is an ${code("async def")}`;
  if (caller.raises) return prose`${is}, and ${code(name)} cannot take one: it raises ${code(caller.raises)}.`;
  if (caller.gives) return prose`${is}: ${code(name)} only calls it, and ${caller.gives}. ${code(target)} never runs.`;
  return prose`${is}: ${code(name)} only calls ${code(text)} and drops the coroutine, so ${code(target)} never runs.`;
}
