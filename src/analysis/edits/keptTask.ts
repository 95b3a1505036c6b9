// A task that nobody holds: the event loop keeps weak references only, so it may vanish midway.
import type { Call } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Scope } from "../scopes/scope";
import type { Asked, Fix, TextEdit } from "./fix";
import { freshName, importEnd, moduleName } from "./imports";
import { indentAt, isAlone, lineEnd, lineStart, newlineOf } from "./layout";

/** Functions that make a task and leave it to the caller to hold it; a task group holds its own. */
const makers: ReadonlySet<string> = new Set([
  "asyncio.create_task",
  "asyncio.ensure_future",
  "asyncio.AbstractEventLoop.create_task",
  "asyncio.BaseEventLoop.create_task",
]);

export function keptTaskFixes(asked: Asked): Fix[] {
  const { tree, statement, scope, infer } = asked;
  const call = statement?.kind === "expression" && statement.values.length === 1 ? statement.values[0] : undefined;
  if (call?.kind !== "call" || !statement || !isAlone(tree, statement)) return [];
  const value = infer.valueOf(call, { scope, statement });
  const isTask = value.kind === "instance" && value.by !== undefined && makers.has(value.by.name);
  if (!isTask || statement.start !== call.start || statement.end !== call.end) return [];
  return [inBackground(call, asked), named(call, asked)];
}

function inBackground(call: Call, { tree, scope }: Asked): Fix {
  const task = freshName("task", tree, new Set());
  const set = backgroundSet(scope, tree);
  const separator = `${newlineOf(tree)}${indentAt(tree, call.start)}`;
  const after = [`${set.name}.add(${task})`, `${task}.add_done_callback(${set.name}.discard)`];
  const end = lineEnd(tree, call.end);
  return {
    title: `Keep the task in ${set.name} until it is done: without a reference it may vanish midway`,
    kind: "quickfix",
    edits: [
      ...set.edits,
      { start: call.start, end: call.start, text: `${task} = ` },
      { start: end, end, text: after.map((text) => `${separator}${text}`).join("") },
    ],
    preferred: true,
  };
}

function named(call: Call, { tree }: Asked): Fix {
  const task = freshName("task", tree, new Set());
  return {
    title: `Name the task ${task}: it is kept as long as this function runs, and can be awaited`,
    kind: "quickfix",
    edits: [{ start: call.start, end: call.start, text: `${task} = ` }],
  };
}

/** The module's set of tasks: `background_tasks`, made behind the imports if there is none. */
function backgroundSet(scope: Scope, tree: SyntaxTree): { readonly name: string; readonly edits: readonly TextEdit[] } {
  const known = knownSet(moduleOf(scope), tree);
  if (known !== undefined) return { name: known, edits: [] };
  const name = freshName("background_tasks", tree, new Set());
  const asyncio = moduleName("asyncio", moduleOf(scope));
  const type = asyncio?.edits.length === 0 ? `: set[${asyncio.name}.Task]` : "";
  const newline = newlineOf(tree);
  const end = importEnd(tree);
  const made = `${name}${type} = set()`;
  if (end !== undefined) return { name, edits: [{ start: end, end, text: `${newline}${newline}${made}` }] };
  const at = lineStart(tree, tree.module.statements[0]?.start ?? 0);
  return { name, edits: [{ start: at, end: at, text: `${made}${newline.repeat(3)}` }] };
}

function moduleOf(scope: Scope): Scope {
  return scope.parent ? moduleOf(scope.parent) : scope;
}

/** A variable of the module that begins as an empty set and whose name says that it holds tasks. */
function knownSet(module: Scope, tree: SyntaxTree): string | undefined {
  for (const [name, [binding, ...more]] of module.bindings) {
    const value = binding?.kind === "value" && more.length === 0 ? tree.slice(binding.value) : "";
    if (/^set\(\s*\)$/.test(value) && /tasks$/i.test(name)) return name;
  }
  return undefined;
}
