// What explaining costs, in CPU time of this process, on the asyncio of a Python found and its tests. Run with --expose-gc;
// prints figures beside the design's bars and beside Python's own `ast` on the same text.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { awaitSites } from "../../src/analysis/code/awaits";
import { decodePython } from "../../src/analysis/code/source";
import { loadParser, type PythonParser, type SyntaxTree } from "../../src/analysis/code/syntax";
import { explainAt } from "../../src/analysis/explain/explainAt";
import { explainFile } from "../../src/analysis/explain/explainFile";
import { markdown } from "../../src/analysis/explain/markdown";
import { anyPython } from "../pythons";
import { root } from "../root";
import { race } from "./packages";
import { cpuTime } from "./parser";
import { standardLibrary } from "./sites";

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? 0;
}

/** The median of several runs, each after a garbage collection, in ms. */
function measured(work: () => void, runs = 9): number {
  const times = Array.from({ length: runs }, () => {
    globalThis.gc?.();
    return cpuTime(work);
  });
  return median(times);
}

function row(what: string, milliseconds: number, bar: string): void {
  const shown = milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(0);
  console.log(`${what.padEnd(58)} ${`${shown} ms`.padStart(11)}   ${bar}`);
}

async function load(): Promise<PythonParser> {
  const bytes = (name: string) => readFileSync(join(root, "dist", name));
  return loadParser({ runtime: bytes("web-tree-sitter.wasm"), python: bytes("tree-sitter-python.wasm") });
}

function hover(tree: SyntaxTree, offset: number): string {
  const found = explainAt(tree, offset);
  assert.ok(found);
  return markdown(found.explanation);
}

/** CPU time of Python's `ast` for parsing texts and finding their awaits, in ms. */
function reference(python: string, texts: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), "awaitscope-bench-"));
  const files = texts.map((text, index) => {
    const path = join(folder, `${index}.py`);
    writeFileSync(path, text);
    return path;
  });
  const run = spawnSync(python, [join(root, "test", "analysis", "reference.py"), ...files], { encoding: "utf8" });
  rmSync(folder, { recursive: true, force: true });
  assert.equal(run.status, 0, run.stderr);
  return (JSON.parse(run.stdout) as { ms: number }).ms;
}

/** Real code of so many lines: files one behind the other, the last one cut where a line of its own block begins. */
function longText(texts: readonly string[], lines: number): string {
  const all: string[] = [];
  while (all.length < lines) for (const text of texts) all.push(...text.split("\n"));
  const end = all.findIndex((line, index) => index >= lines && /^(async )?(def|class) /.test(line));
  return `${all.slice(0, end < 0 ? lines : end).join("\n")}\n`;
}

function largest(texts: readonly string[]): string {
  const awaits = (text: string) => text.split("await ").length;
  return [...texts].sort((a, b) => awaits(b) - awaits(a))[0] ?? "";
}

async function main(): Promise<void> {
  const { path: python, version } = anyPython();
  const library = standardLibrary(anyPython());
  const folders = ["asyncio", join("test", "test_asyncio")].map((name) => join(library, name)).filter(existsSync);
  const files = folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(".py") && statSync(path).isFile())
    .sort();
  const texts = files.map((file) => decodePython(readFileSync(file)));
  const before = process.cpuUsage();
  const parser = await load();
  const { user, system } = process.cpuUsage(before);
  row("load the parser", (user + system) / 1000, "");

  const long = longText(texts, 10_000);
  const last = long.lastIndexOf("await ");
  row(
    "first hover in 10,000 lines, cold",
    cpuTime(() => hover(parser.parse(long), last)),
    "<= 150 ms",
  );
  const parse = measured(() => parser.parse(long).dispose());
  row("parse 10,000 lines", parse, "");
  const sites = measured(() => {
    const tree = parser.parse(long);
    awaitSites(tree);
    tree.dispose();
  });
  const ast = reference(python, [long]);
  row("parse and sites of 10,000 lines", sites, `Python ${version}'s ast: ${ast.toFixed(0)} ms`);
  row(
    "first hover in 10,000 lines, warm code",
    measured(() => {
      const tree = parser.parse(long);
      hover(tree, last);
      tree.dispose();
    }),
    "<= 150 ms",
  );
  keys(parser, long, last);
  hovers(parser, largest(texts));

  const explained = measured(() => {
    for (const text of texts) explainFile(parser, "", text);
  }, 5);
  row(
    `explain ${files.length} files, ${lines(texts)} lines`,
    explained,
    `Python ${version}'s ast: ${reference(python, texts).toFixed(0)} ms`,
  );
  packages(python, library);
}

/**
 * Whole packages beside Pyright: asyncio, unittest and their tests, or what `AWAITSCOPE_BENCH_PACKAGES` names, separated
 * as in `PATH`.
 */
function packages(python: string, library: string): void {
  const named = (process.env.AWAITSCOPE_BENCH_PACKAGES ?? "").split(delimiter).filter((path) => path !== "");
  const usual = ["asyncio", "unittest", join("test", "test_asyncio"), join("test", "test_unittest")];
  const paths = (named.length > 0 ? named : usual.map((name) => join(library, name))).filter(existsSync);
  const { ours, pyright, sites } = race(library, paths, python);
  const ratio = `Pyright: ${pyright.toFixed(0)} ms, 1/${(pyright / ours).toFixed(1)} of it; <= 1/5`;
  row(`explain ${paths.length} packages across files, ${sites} awaits`, ours, ratio);
}

function lines(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.split("\n").length, 0);
}

/** Typing a word at an await, letter by letter, and hovering after each. */
function keys(parser: PythonParser, text: string, at: number): void {
  let tree = parser.parse(text);
  const parses: number[] = [];
  const hovering: number[] = [];
  let typed = text;
  for (let key = 0; key < 25; key++) {
    const start = at + "await ".length;
    typed = `${typed.slice(0, start)}x${typed.slice(start)}`;
    globalThis.gc?.();
    const previous = tree;
    parses.push(cpuTime(() => (tree = parser.parse(typed, previous, [{ start, removed: 0, inserted: 1 }]))));
    hovering.push(cpuTime(() => hover(tree, at)));
    previous.dispose();
  }
  tree.dispose();
  row("parse again after a key in 10,000 lines, median", median(parses), "<= 2 ms");
  row("hover after a key in 10,000 lines, median", median(hovering), "");
}

function hovers(parser: PythonParser, text: string): void {
  const tree = parser.parse(text);
  const sites = awaitSites(tree);
  for (const { start } of sites) hover(tree, start);
  globalThis.gc?.();
  const times = sites.flatMap(({ start }) => Array.from({ length: 5 }, () => cpuTime(() => hover(tree, start))));
  const what = `warm hover in ${lines([text])} lines with ${sites.length} awaits`;
  row(`${what}, p50`, median(times), "");
  row(`${what}, p95`, quantile(times, 0.95), "<= 5 ms");
  tree.dispose();
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
