/** `awaitscope explain`: every await of Python files and folders, and the mistakes in them. */
import * as fs from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { SyntaxTree } from "./analysis/code/syntax";
import { answersTo } from "./analysis/edits/answers";
import { explainTree, type Row } from "./analysis/explain/explainFile";
import type { Mistake } from "./analysis/mistakes/mistake";
import { mistakesOf } from "./analysis/mistakes/mistakesOf";
import { isRule } from "./analysis/mistakes/rules";
import { type SarifResult, sarif, sarifResult } from "./analysis/mistakes/sarif";
import { enabledRules, isSeverity, type Severities, severitiesOf } from "./analysis/mistakes/severities";
import type { Project } from "./analysis/project/project";
import { plain } from "./analysis/prose";
import { options, print, statOf, USAGE, UsageError, version } from "./commandLine";
import { addressOf } from "./nodeFiles";
import { projectOf } from "./nodeProject";

const flags = {
  json: "boolean",
  sarif: "boolean",
  mistakes: "boolean",
  check: "boolean",
  rules: "string",
  python: "string",
} as const;

/** What is printed of each file. */
interface Output {
  file(tree: SyntaxTree, file: string, found: readonly Mistake[]): void;
  end(): void;
}

/** Exit codes: 0, or 1 when `--check` finds a mistake that is a warning or an error; 2 for words that mean nothing. */
export async function explain(words: readonly string[]): Promise<number> {
  const { values, positionals } = options(words, flags);
  if (positionals.length === 0) throw new UsageError(`awaitscope explain: name files or folders\n${USAGE}`);
  if (values.json && values.sarif) throw new UsageError("awaitscope explain: --json and --sarif are two formats");
  const severities = severitiesOf(rulesOf(values.rules as string | undefined));
  const project = await projectOf(positionals, values.python as string | undefined);
  const output = outputOf(values, severities, project);
  const wanted = values.json && !values.mistakes && !values.check ? [] : enabledRules(severities);
  let failures = 0;
  for (const path of positionals)
    for (const file of pythonFiles(path)) {
      const tree = project.treeAt(addressOf(resolve(file)));
      if (!tree) continue;
      const found = wanted.length > 0 ? mistakesOf(tree, project, wanted) : [];
      failures += found.filter(({ rule }) => severities[rule] === "warning" || severities[rule] === "error").length;
      output.file(tree, file, found);
      project.trim();
    }
  output.end();
  return values.check && failures > 0 ? 1 : 0;
}

/** `stale-write=off,sequential-awaits=hint`. */
function rulesOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? "").split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", severity = ""] = pair.split("=");
      if (!isRule(name)) throw new UsageError(`awaitscope explain: there is no rule ${name}`);
      if (!isSeverity(severity))
        throw new UsageError(`awaitscope explain: ${name} can be off, hint, information, warning or error`);
      return [name, severity];
    }),
  );
}

// ---- what is printed

type Flags = ReturnType<typeof options>["values"];

function outputOf({ json, sarif: asSarif, mistakes }: Flags, severities: Severities, project: Project): Output {
  if (asSarif) return new SarifOutput(severities, project);
  const rowOf = json ? JSON.stringify : sentence;
  const told = json ? mistakeRow : mistakeSentence;
  return {
    file(tree, file, found) {
      const rows = mistakes ? [] : explainTree(tree, file, project).map((row) => ({ at: row, text: rowOf(row) }));
      const isTold = !json || mistakes;
      const reports = isTold
        ? found.map((each) => ({ at: tree.place(each.start), text: told(each, tree, file, severities) }))
        : [];
      const all = [...rows, ...reports].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
      for (const { text } of all) print(text);
    },
    end: () => undefined,
  };
}

/** `app.py:12:5: await coroutine asyncio.sleep, suspends always`, as compilers write places: columns from 1. */
function sentence({ file, line, column, form, kind, what, suspends, reason }: Row): string {
  const told = `${form} ${kind}${what === null || what === kind ? "" : ` ${what}`}`;
  return `${file}:${line}:${column + 1}: ${told}${suspends === "unknown" ? "" : `, suspends ${suspends}`}${reason === null ? "" : `: ${reason}`}`;
}

/** `app.py:12:5: warning awaited-twice: …`. */
function mistakeSentence(
  { rule, start, message }: Mistake,
  tree: SyntaxTree,
  file: string,
  severities: Severities,
): string {
  const { line, column } = tree.place(start);
  return `${file}:${line}:${column + 1}: ${severities[rule]} ${rule}: ${plain(message)}`;
}

/** A line of JSON: lines count from 1, columns from 0 in UTF-16 code units, as in rows of awaits. */
function mistakeRow(
  { rule, start, end, message, related }: Mistake,
  tree: SyntaxTree,
  file: string,
  severities: Severities,
): string {
  const [from, to] = [tree.place(start), tree.place(end)];
  return JSON.stringify({
    kind: "mistake",
    file,
    ...from,
    endLine: to.line,
    endColumn: to.column,
    rule,
    severity: severities[rule],
    message: plain(message),
    related: related.map((each) => ({ ...tree.place(each.start), message: plain(each.message) })),
  });
}

/** Collects all files' mistakes, and prints one log at the end. */
class SarifOutput implements Output {
  private readonly results: SarifResult[] = [];

  constructor(
    private readonly severities: Severities,
    private readonly project: Project,
  ) {}

  file(tree: SyntaxTree, file: string, found: readonly Mistake[]): void {
    const uri = uriOf(file);
    for (const mistake of found) {
      const fixes = answersTo(mistake.rule, mistake, tree, this.project.minor, this.project);
      this.results.push(sarifResult({ mistake, severity: this.severities[mistake.rule], tree, uri, fixes }));
    }
  }

  end(): void {
    const page = (path: string) => {
      const file = join(__dirname, "..", path);
      return { uri: pathToFileURL(file).href, markdown: fs.readFileSync(file, "utf8") };
    };
    print(JSON.stringify(sarif(this.results, enabledRules(this.severities), version(), page), undefined, 2));
  }
}

/** Relative to the current folder, for files in it. */
function uriOf(file: string): string {
  const path = relative(process.cwd(), resolve(file));
  if (path.startsWith("..") || resolve(path) === path) return pathToFileURL(resolve(file)).href;
  return path.split(sep).map(encodeURIComponent).join("/");
}

// ---- what is read

/** The Python files at `path`, sorted; not those of hidden folders, caches, virtual environments and node_modules. */
function* pythonFiles(path: string): Generator<string> {
  const entry = statOf(path);
  if (!entry.isDirectory()) return yield path;
  for (const child of fs.readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, child.name);
    if (child.isDirectory() && !isForeign(inner, child.name)) yield* pythonFiles(inner);
    else if (child.isFile() && extname(child.name) === ".py") yield inner;
  }
}

function isForeign(folder: string, name: string): boolean {
  return (
    name.startsWith(".") ||
    name === "node_modules" ||
    name === "__pycache__" ||
    fs.existsSync(join(folder, "pyvenv.cfg"))
  );
}
