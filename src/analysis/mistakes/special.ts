// Functions that may not be async, because of who calls them; and coroutines that a cache keeps.
import type { ClassDef, FunctionDef } from "../code/ast";
import { resolutionOrder } from "../infer/classes";
import type { FileInference as Inference } from "../infer/infer";
import type { ClassValue } from "../infer/values";
import { code, type Prose, prose, words } from "../prose";
import { specialMethods } from "./facts";
import { type Mistake, mistake } from "./mistake";
import { importedName } from "./origin";
import type { Survey, Unit } from "./survey";

export function* asyncSpecialMethods({ units, infer }: Survey): Generator<Mistake> {
  for (const unit of units) {
    const { definition } = unit;
    if (!definition?.isAsync || unit.around?.scope.kind !== "class" || unit.yields.length > 0) continue;
    const told = specialMethod(definition, unit.around.scope.node as ClassDef, infer.minor) ?? setter(definition);
    if (told) yield mistake("async-special-method", definition.nameSpan, told);
  }
}

function specialMethod({ name, decorators }: FunctionDef, of: ClassDef, minor: number | undefined): Prose | undefined {
  const known = decorators.length === 0 && Object.hasOwn(specialMethods, name) ? specialMethods[name] : undefined;
  if (!known) return undefined;
  if ("raises" in known) {
    const isNew = known.from15 !== undefined && minor !== undefined && minor >= 15;
    const error = isNew ? `TypeError: ${of.name}.${name}() must return ${known.from15}, not coroutine` : known.raises;
    return prose`Python calls ${code(name)} itself and awaits nothing: it raises ${code(error)}.`;
  }
  return prose`Python calls ${code(name)} itself and awaits nothing: ${words(known.does)}.`;
}

/** `@size.setter` and `@size.deleter` of a property of that name. */
function setter({ name, decorators }: FunctionDef): Prose | undefined {
  const [only] = decorators;
  if (decorators.length !== 1 || only?.kind !== "attribute" || only.object.kind !== "name" || only.object.id !== name)
    return undefined;
  if (only.name !== "setter" && only.name !== "deleter") return undefined;
  const what = only.name === "setter" ? `x.${name} = …` : `del x.${name}`;
  return prose`${code(what)} calls this and drops its coroutine: the body never runs.`;
}

// ---- tests that never run

export function* asyncTests({ units, infer }: Survey): Generator<Mistake> {
  for (const unit of units) {
    const { definition, around } = unit;
    if (!definition?.isAsync || !/^test/.test(definition.name) || definition.decorators.length > 0) continue;
    if (around?.scope.kind !== "class" || unit.yields.length > 0 || !isPlainTestCase(around, infer)) continue;
    yield mistake(
      "async-test-never-runs",
      definition.nameSpan,
      prose`${code("unittest.TestCase")} calls ${code(definition.name)} and awaits nothing: the test passes and its body never runs. ${code("unittest.IsolatedAsyncioTestCase")} runs it.`,
    );
  }
}

/** A class that is a `unittest.TestCase` and nothing that may run tests in its own way. */
function isPlainTestCase(unit: Unit, infer: Inference): boolean {
  const definition = unit.scope.node as ClassDef;
  const { parent } = unit.scope;
  if (!parent) return false;
  const of: ClassValue = { kind: "class", definition, where: { scope: parent, statement: definition } };
  const order = resolutionOrder(of, infer);
  const names = order.classes
    .map((each) => (each.kind === "known" ? each.name : undefined))
    .filter((name) => name !== undefined);
  const isWhole =
    !order.missing &&
    names.includes("unittest.TestCase") &&
    names.every((name) => name === "unittest.TestCase" || name === "builtins.object");
  const isPlain = order.classes.every((each) => each.kind === "known" || !runsTestsItself(each, infer));
  return isWhole && isPlain;
}

const ownWays = [
  "run",
  "__call__",
  "_callTestMethod",
  "__getattribute__",
  "__getattr__",
  "__init_subclass__",
  "__new__",
  "__init__",
  "debug",
];

/** Whether a class may do something of its own with its tests. */
function runsTestsItself({ definition, where }: ClassValue, infer: Inference): boolean {
  const { bindings } = infer.scopeOf(definition, where);
  const isPlain = definition.decorators.length === 0 && definition.bases.every(({ name }) => name === undefined);
  return !isPlain || ownWays.some((name) => bindings.has(name));
}

// ---- cached coroutines

const caches = new Set(["functools.lru_cache", "functools.cache"]);

export function* cachedCoroutines({ units }: Survey): Generator<Mistake> {
  for (const unit of units) {
    const { definition, scope } = unit;
    if (!definition?.isAsync || unit.yields.length > 0 || !scope.parent) continue;
    const where = { scope: scope.parent, statement: definition };
    // Only the innermost: another decorator in between may make a future of the coroutine.
    const last = definition.decorators.at(-1);
    const named = last?.kind === "call" ? last.callee : last;
    const name = named && importedName(named, where);
    if (!last || name === undefined || !caches.has(name)) continue;
    yield mistake(
      "cached-coroutine",
      last,
      prose`${code(name)} keeps the coroutine, not its result: the second call with the same arguments gives the same coroutine, and awaiting it raises ${code("RuntimeError: cannot reuse already awaited coroutine")}.`,
    );
  }
}
