// What makes right what a diagnostic reports: by the diagnostic's rule, at its span.
import type { ClassDef, Expression, Span } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { type DefinitionSource, noSource } from "../modules";
import { callsOf, needsParentheses, type PlacedCall } from "./calls";
import { dottedName } from "./dotted";
import type { Asked, Fix, TextEdit } from "./fix";
import { askedAt, fixesAt } from "./fixesAt";
import { movedToThread } from "./unblocked";

/** The fixes for a report of `rule` about `span`. `minor` as for `fixesAt`. */
export function answersTo(
  rule: string,
  span: Span,
  tree: SyntaxTree,
  minor: number | undefined,
  source: DefinitionSource = noSource,
): Fix[] {
  const own = answers[rule];
  const fixes = own
    ? own(askedAt(tree, span, minor, source), span)
    : fixesAt(tree, { start: span.start, end: span.start }, minor, source).filter((fix) => fix.rule === rule);
  return fixes.map((fix) => ({ ...fix, kind: "quickfix", rule }));
}

type Answer = (asked: Asked, span: Span) => Fix[];

/** Those that need to know what was found; the others are offered without a report, too. */
const answers: Readonly<Record<string, Answer>> = {
  "never-awaited": awaited,
  "coroutine-in-text": awaited,
  "nested-run": awaitedDirectly,
  "result-too-early": awaitedFirst,
  "blocking-helper": inThread,
  "async-test-never-runs": runByLoop,
};

/** The call that a report is about, in a function that may await. */
function callAt({ scope, statement }: Asked, { start, end }: Span): PlacedCall | undefined {
  const isAsync = "kind" in scope.node && scope.node.kind === "function" && scope.node.isAsync;
  if (!isAsync || !statement) return undefined;
  return callsOf(statement).find(({ call }) => call.start === start && call.end === end);
}

function one(title: string, edits: readonly TextEdit[]): Fix[] {
  return [{ title, kind: "quickfix", edits, preferred: true }];
}

function inPlaceOf(placed: PlacedCall, text: string): readonly TextEdit[] {
  const { start, end } = placed.call;
  return [{ start, end, text: needsParentheses(placed) ? `(${text})` : text }];
}

function awaited(asked: Asked, span: Span): Fix[] {
  const placed = callAt(asked, span);
  if (!placed) return [];
  const { start, end } = placed.call;
  const [before, after] = needsParentheses(placed) ? ["(await ", ")"] : ["await ", ""];
  const edits = [
    { start, end: start, text: before },
    { start: end, end, text: after },
  ];
  return one(
    "Add the missing await: the call only makes a coroutine",
    edits.filter(({ text }) => text !== ""),
  );
}

/** `asyncio.run(main())` in a running loop. */
function awaitedDirectly(asked: Asked, span: Span): Fix[] {
  const placed = callAt(asked, span);
  const [argument, ...more] = placed?.call.args ?? [];
  if (!placed || !argument || argument.name !== undefined || argument.value.kind === "starred") return [];
  const { callee } = placed.call;
  const isMethod = callee.kind === "attribute" && callee.name === "run_until_complete";
  if (more.length > 0 || (!isMethod && dottedName(callee, asked.scope) !== "asyncio.run")) return [];
  const text = asked.tree.slice(argument.value);
  const operand = isPrimary(argument.value) ? text : `(${text})`;
  return one(
    `Await it in the loop that runs already: await ${text.length > 40 ? "…" : text}`,
    inPlaceOf(placed, `await ${operand}`),
  );
}

function isPrimary(node: Expression): boolean {
  return node.kind === "call" || node.kind === "name" || node.kind === "attribute" || node.kind === "subscript";
}

/** `task.result()` before the task had a turn. */
function awaitedFirst(asked: Asked, span: Span): Fix[] {
  const placed = callAt(asked, span);
  const callee = placed?.call.callee;
  if (!placed || callee?.kind !== "attribute" || callee.name !== "result") return [];
  const text = `await ${asked.tree.slice(callee.object)}`;
  return one(`Wait for the task: ${text}`, inPlaceOf(placed, text));
}

function inThread(asked: Asked, span: Span): Fix[] {
  const placed = callAt(asked, span);
  const fix = placed && movedToThread(placed, asked);
  return fix ? [fix] : [];
}

/** An async test in a plain `TestCase`. */
function runByLoop({ scope, tree }: Asked): Fix[] {
  const bases = "kind" in scope.node && scope.node.kind === "class" ? (scope.node as ClassDef).bases : [];
  const base = bases.find(({ value }) => dottedName(value, scope.parent ?? scope) === "unittest.TestCase")?.value;
  if (base?.kind !== "attribute") return [];
  const text = `${tree.slice(base.object)}.IsolatedAsyncioTestCase`;
  return one(`Let an event loop run the async tests: ${text}`, [{ start: base.start, end: base.end, text }]);
}
