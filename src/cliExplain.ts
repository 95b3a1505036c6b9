/** `awaitscope explain`: every await of Python files and folders, and the mistakes in them. */
import * as fs from "node:fs";
import { extname, join, resolve } from "node:path";
import { explainTree, type Row } from "./analysis/explainFile";
import { options, print, statOf, USAGE, UsageError } from "./commandLine";
import { addressOf } from "./nodeFiles";
import { projectOf } from "./nodeProject";

export async function explain(words: readonly string[]): Promise<number> {
  const { values, positionals } = options(words, { json: "boolean", python: "string" });
  if (positionals.length === 0) throw new UsageError(`awaitscope explain: name files or folders\n${USAGE}`);
  const project = await projectOf(positionals, values.python as string | undefined);
  const format = values.json ? JSON.stringify : sentence;
  for (const path of positionals)
    for (const file of pythonFiles(path)) {
      const tree = project.treeAt(addressOf(resolve(file)));
      for (const row of tree ? explainTree(tree, file, project) : []) print(format(row));
      project.trim();
    }
  return 0;
}

/** `app.py:12:5: await coroutine asyncio.sleep, suspends always`, as compilers write places: columns from 1. */
function sentence({ file, line, column, form, kind, what, suspends, reason }: Row): string {
  const told = `${form} ${kind}${what === null || what === kind ? "" : ` ${what}`}`;
  return `${file}:${line}:${column + 1}: ${told}${suspends === "unknown" ? "" : `, suspends ${suspends}`}${reason === null ? "" : `: ${reason}`}`;
}

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
