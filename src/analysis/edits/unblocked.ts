// A call that stops the event loop, moved off it: to asyncio's own pause, or to a helper thread.
import type { Argument, Call, Expression, Statement } from "../code/ast";
import type { FoundNode, SyntaxTree } from "../code/syntax";
import type { Scope } from "../scopes/scope";
import { callsAt, needsParentheses, type PlacedCall } from "./calls";
import { dottedName } from "./dotted";
import type { Asked, Fix, TextEdit } from "./fix";
import { type ModuleName, moduleName } from "./imports";
import { argumentList, callText, indentAt, isAlone, newlineOf, stepAt } from "./layout";
import { isForeign } from "./sentences";

/** Functions that wait for a disk, a network or another process, and may run in a thread as they are. */
const blocking: ReadonlySet<string> = new Set([
  ...["get", "post", "put", "patch", "delete", "head", "options", "request"].flatMap((name) => [
    `requests.${name}`,
    `httpx.${name}`,
  ]),
  "urllib.request.urlopen",
  "urllib.request.urlretrieve",
  ...["run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"].map((name) => `subprocess.${name}`),
  "os.system",
  "os.waitpid",
  ...["copy", "copy2", "copyfile", "copyfileobj", "copytree", "move", "rmtree", "make_archive"].map(
    (name) => `shutil.${name}`,
  ),
  "socket.create_connection",
  "socket.getaddrinfo",
  "socket.gethostbyname",
]);

/** Methods of `pathlib.Path` that read or write a whole file. */
const ofPaths = new Set("read_text read_bytes write_text write_bytes".split(" "));

export function unblockedFixes(asked: Asked): Fix[] {
  const { scope, statement, span, tree } = asked;
  const isAsync = "kind" in scope.node && scope.node.kind === "function" && scope.node.isAsync;
  const asyncio = isAsync && statement && !isForeign(tree) ? moduleName("asyncio", scope) : undefined;
  if (!asyncio || !statement) return [];
  for (const placed of callsAt(statement, span)) {
    const fix = fixOf({ ...placed, statement, asyncio, tree }, scope);
    if (fix) return [fix];
  }
  return [];
}

/** The same for a call that is known to block. */
export function movedToThread(placed: PlacedCall, { scope, statement, tree }: Asked): Fix | undefined {
  const list = argumentList(tree, placed.call);
  const asyncio = isForeign(tree) ? undefined : moduleName("asyncio", scope);
  if (!list || !statement || !asyncio || hasComment(tree, placed.call, list.start)) return undefined;
  const callee = tree.slice(placed.call.callee);
  return inThread({ ...placed, statement, asyncio, tree }, [callee, ...argumentsIn(list, tree)], `${callee} runs`);
}

/** A call to be replaced, and what is needed to write another. */
interface Blocked extends PlacedCall {
  readonly statement: Statement;
  readonly asyncio: ModuleName;
  readonly tree: SyntaxTree;
}

function fixOf(placed: Blocked, scope: Scope): Fix | undefined {
  const { call, around, tree } = placed;
  const list = argumentList(tree, call);
  const name = dottedName(call.callee, scope);
  if (!list || around?.kind === "await" || hasComment(tree, call, list.start)) return undefined;
  const callee = tree.slice(call.callee);
  const given = argumentsIn(list, tree);
  if (name === "time.sleep" && call.args.length === 1 && isPositional(call.args[0])) return sleeping(placed, given);
  const isPath =
    call.callee.kind === "attribute" && ofPaths.has(call.callee.name) && isPathObject(call.callee.object, scope);
  const isFile = isOpenedFile(call, scope);
  if (isFile) return inThread(placed, [`lambda: ${tree.slice(call)}`], "the file is read");
  if (!isPath && (name === undefined || !blocking.has(name))) return undefined;
  return inThread(placed, [callee, ...given], `${callee} runs`);
}

/** The arguments as they are written; all in one where there are comments or line breaks. */
function argumentsIn(list: FoundNode, tree: SyntaxTree): string[] {
  const inside = tree.text.slice(list.start + 1, list.end - 1).trim();
  const isPlain = !/[\r\n]/.test(inside);
  if (!isPlain) return [inside];
  return list.children.filter((child) => child.named).map((child) => tree.slice(child));
}

/** A comment between the function and its arguments would be lost. */
function hasComment(tree: SyntaxTree, call: Call, until: number): boolean {
  return tree.text.slice(call.callee.end, until).trim() !== "";
}

function isPositional(argument: Argument | undefined): boolean {
  return argument !== undefined && argument.name === undefined && argument.value.kind !== "starred";
}

function sleeping(placed: Blocked, given: readonly string[]): Fix {
  return {
    title: "Pause only this task with asyncio.sleep: time.sleep stops the event loop and every task on it",
    kind: "quickfix",
    edits: replaced(placed, "sleep", given),
    preferred: true,
  };
}

function inThread(placed: Blocked, given: readonly string[], what: string): Fix {
  return {
    title: `Move the call to a thread: while ${what} there, the event loop runs other tasks`,
    kind: "quickfix",
    edits: replaced(placed, "to_thread", given),
    preferred: true,
  };
}

function replaced(placed: Blocked, name: string, given: readonly string[]): TextEdit[] {
  const { call, statement, asyncio, tree } = placed;
  const callee = `await ${asyncio.name}.${name}`;
  const flat = `${callee}(${given.join(", ")})`;
  const indent = indentAt(tree, statement.start);
  const margin = { indent, step: stepAt(tree, statement), newline: newlineOf(tree) };
  const head = tree.text.slice(statement.start, call.start);
  const isWhole = call.end === statement.end && isAlone(tree, statement) && !/[\r\n]/.test(head + flat);
  const text = isWhole ? callText(callee, given, head, "", margin).slice(head.length) : flat;
  const awaited = needsParentheses(placed) ? `(${text})` : text;
  return [...asyncio.edits, { start: call.start, end: call.end, text: awaited }];
}

/** `Path(…)`, as far as this file shows it. */
function isPathObject(node: Expression, scope: Scope): boolean {
  if (node.kind === "call") return dottedName(node.callee, scope) === "pathlib.Path";
  if (node.kind !== "name") return false;
  const [binding, ...more] = scope.bindings.get(node.id) ?? [];
  if (!binding || more.length > 0) return false;
  if (binding.kind === "value") return binding.path.length === 0 && isPathObject(binding.value, scope);
  const annotation = binding.kind === "parameter" ? binding.parameter.annotation : undefined;
  return annotation !== undefined && dottedName(annotation, scope) === "pathlib.Path";
}

/** `open(…).read()`: opened, read and forgotten in one go. */
function isOpenedFile({ callee, args }: Call, scope: Scope): boolean {
  if (callee.kind !== "attribute" || !/^read(lines)?$/.test(callee.name) || args.length > 0) return false;
  const opened = callee.object.kind === "call" ? callee.object : undefined;
  if (opened?.callee.kind !== "name" || opened.callee.id !== "open") return false;
  return isBuiltin("open", scope) && opened.args.every(({ value }) => isSimple(value));
}

function isBuiltin(name: string, from: Scope): boolean {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) if (scope.bindings.has(name)) return false;
  return true;
}

/** What means the same when a lambda looks at it a moment later. */
function isSimple(node: Expression): boolean {
  if (node.kind === "literal") return node.parts.every(isSimple);
  return node.kind === "name" || (node.kind === "attribute" && isSimple(node.object));
}
