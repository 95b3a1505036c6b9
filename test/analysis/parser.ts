// The parser for tests, loaded once from the files that the build puts into dist, and a clock.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadParser, type PythonParser } from "../../src/analysis/code/syntax";
import { root } from "../root";

let loaded: Promise<PythonParser> | undefined;

export function testParser(): Promise<PythonParser> {
  const bytes = (name: string) => readFileSync(join(root, "dist", name));
  loaded ??= loadParser({ runtime: bytes("web-tree-sitter.wasm"), python: bytes("tree-sitter-python.wasm") });
  return loaded;
}

/** What `work` takes of the processor, in ms: a busy machine does not make it longer. */
export function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
