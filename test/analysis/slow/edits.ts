// Everything that an editor asks of the analysis, in files under a hundred thousand random edits, with the standard
// library behind them: hovers, their steps, mistakes and fixes. Nothing throws, and no hover takes 200 ms of the processor.
// `node esbuild.js && node out/test/analysis/slow/edits.js [EDITS]`; a quarter of an hour. `npm test` does the same to a few.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { awaitSites } from "../../../src/analysis/code/awaits";
import { decodePython } from "../../../src/analysis/code/source";
import type { SyntaxTree } from "../../../src/analysis/code/syntax";
import { fixesAt } from "../../../src/analysis/edits/fixesAt";
import { explainAt } from "../../../src/analysis/explain/explainAt";
import { markdown, storyMarkdown } from "../../../src/analysis/explain/markdown";
import { storyOf } from "../../../src/analysis/explain/story";
import { mistakesOf } from "../../../src/analysis/mistakes/mistakesOf";
import { Project } from "../../../src/analysis/project/project";
import { Typeshed } from "../../../src/analysis/project/typeshed";
import { nodeFiles } from "../../../src/nodeFiles";
import { anyPython } from "../../pythons";
import { root } from "../../root";
import { cpuTime, testParser } from "../parser";
import { random, randomChange } from "../randomEdits";
import { standardLibrary } from "../sites";

/** So many edits go into one text before another is taken. */
const editsOfOne = 12;
/** A longer file would be parsed most of the time. */
const longest = 40_000;

const next = random(20_261_121);
const slowest = new Map<string, { ms: number; text: string }>();
let asked = 0;

function timed<T>(what: string, text: string, work: () => T): T {
  let answer: T | undefined;
  const ms = cpuTime(() => {
    answer = work();
  });
  asked += 1;
  if (ms > (slowest.get(what)?.ms ?? 0)) slowest.set(what, { ms, text });
  return answer as T;
}

function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".py"))
    .map((name) => join(folder, name));
}

function texts(library: string): string[] {
  const ours = ["analysis", "sample", "tracer/hostile/programs"].map((name) => join(root, "test", name));
  return [...ours, join(library, "asyncio")]
    .flatMap(pythonFiles)
    .map((file) => decodePython(readFileSync(file)))
    .filter((text) => /\b(?:await|async)\b/.test(text) && text.length < longest);
}

/** What an editor asks of a text that was just edited: two hovers and a caret; now and then all the rest. */
function ask(tree: SyntaxTree, project: Project): void {
  const { text } = tree;
  const sites = awaitSites(tree);
  const offsets = [sites[next(sites.length || 1)]?.start ?? 0, next(text.length + 1)];
  for (const offset of offsets) {
    timed("hover", text, () => {
      const found = explainAt(tree, offset, project);
      return found && markdown(found.explanation);
    });
    const start = next(text.length + 1);
    timed("fixes", text, () => fixesAt(tree, { start, end: start + next(200) }, undefined, project));
  }
  const site = sites[next(sites.length || 1)];
  if (site) timed("steps", text, () => storyMarkdown(storyOf(site, tree, project)));
  if (next(4) === 0) timed("mistakes of a file", text, () => mistakesOf(tree, project));
}

async function main(): Promise<void> {
  const edits = Number(process.argv[2] ?? 100_000);
  const python = anyPython();
  const library = standardLibrary(python);
  const corpus = texts(library);
  const parser = await testParser();
  const typeshed = new Typeshed();
  await typeshed.load(new Uint8Array(readFileSync(join(root, "dist", "typeshed.gz"))));
  const project = new Project(parser, nodeFiles, { workspace: [root], sysPath: [library], typeshed });
  const address = join(root, "edited.py");
  for (let done = 0; done < edits; ) {
    let text = corpus[next(corpus.length)] ?? "";
    let tree = parser.parse(text);
    for (let step = 0; step < editsOfOne && done < edits; step++, done++) {
      const change = randomChange(text, next);
      const after = parser.parse(change.text, tree, [change]);
      project.open(address, after);
      tree.dispose();
      tree = after;
      text = change.text;
      try {
        ask(tree, project);
      } catch (error) {
        console.log(`edit ${done} made it throw. The text:\n${text}\n${(error as Error).stack}`);
        process.exitCode = 1;
      }
      project.trim();
    }
    project.close(address);
    tree.dispose();
  }
  console.log(`${edits} edits of ${corpus.length} files, ${asked} questions`);
  for (const [what, { ms }] of slowest) console.log(`${what.padEnd(20)} slowest ${ms.toFixed(1)} ms`);
  const hover = slowest.get("hover");
  if (hover && hover.ms >= 200) {
    console.log(`a hover took ${hover.ms.toFixed(0)} ms in:\n${hover.text}`);
    process.exitCode = 1;
  }
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
