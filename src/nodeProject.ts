/** The project of files and folders on disk, for the command line: its roots are those of Python started there. */
import { dirname, join, resolve } from "node:path";
import { loadParser, type PythonParser } from "./analysis/code/syntax";
import { Project } from "./analysis/project/project";
import { Typeshed } from "./analysis/project/typeshed";
import { readFile, statOf, UsageError } from "./commandLine";
import { addressOf, nodeFiles } from "./nodeFiles";
import { type SearchPath, searchPath } from "./searchPath";

/**
 * What the files at `paths` may import: each other, the standard library, and what an interpreter finds: `python`, or the
 * first one on `PATH`, if there is any.
 */
export async function projectOf(paths: readonly string[], python: string | undefined): Promise<Project> {
  const workspace = paths.map((path) => addressOf(resolve(statOf(path).isDirectory() ? path : dirname(path))));
  const found = await firstAnswer(python === undefined ? ["python3", "python"] : [python]);
  if (!found && python !== undefined) throw new UsageError(`awaitscope explain: ${python} is no Python that answers`);
  const { sysPath = [], ...version } = found ?? {};
  const typeshed = new Typeshed();
  await typeshed.load(new Uint8Array(readFile(join(__dirname, "typeshed.gz"))));
  const around = { workspace, sysPath: sysPath.map(addressOf), typeshed, ...version };
  return new Project(await parserFromDisk(), nodeFiles, around);
}

async function firstAnswer(programs: readonly string[]): Promise<SearchPath | undefined> {
  for (const program of programs) {
    const answer = await searchPath({ program, args: [] });
    if (answer) return answer;
  }
  return undefined;
}

function parserFromDisk(): Promise<PythonParser> {
  const [runtime, python] = ["web-tree-sitter.wasm", "tree-sitter-python.wasm"].map((name) =>
    readFile(join(__dirname, name)),
  );
  return loadParser({ runtime: runtime as Uint8Array, python: python as Uint8Array });
}
