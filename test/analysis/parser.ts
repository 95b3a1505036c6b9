// The parser for tests, loaded once from the files that the build puts into dist.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadParser, type PythonParser } from "../../src/analysis/syntax";
import { root } from "../root";

let loaded: Promise<PythonParser> | undefined;

export function testParser(): Promise<PythonParser> {
  const bytes = (name: string) => readFileSync(join(root, "dist", name));
  loaded ??= loadParser({ runtime: bytes("web-tree-sitter.wasm"), python: bytes("tree-sitter-python.wasm") });
  return loaded;
}
