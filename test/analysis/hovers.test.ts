// Whole hovers, as a reader sees them: each file of `hovers/` is a chapter, each `##` of it one program, with a caret
// under what is hovered, and the text of its hover and of its steps below. `python NAME.py` is another file beside it.
// `AWAITSCOPE_WRITE=1` writes what is shown now into the files: read the difference before you keep it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SyntaxTree } from "../../src/analysis/code/syntax";
import { explainAt } from "../../src/analysis/explain/explainAt";
import { markdown, storyMarkdown } from "../../src/analysis/explain/markdown";
import { storyOf } from "../../src/analysis/explain/story";
import type { DefinitionSource } from "../../src/analysis/modules";
import { root } from "../root";
import { testParser } from "./parser";

const folder = join(root, "test", "analysis", "hovers");

interface Block {
  /** "python", "python other.py", "hover", "steps". */
  readonly info: string;
  readonly text: string;
}

/** The fenced blocks of a chapter's section, in order. */
function blocks(section: string): Block[] {
  return [...section.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = "", text = ""]) => ({ info, text }));
}

/** Markdown as a reader sees it: without the escapes; links into other files with where they lead. */
function read(text: string): string {
  return text
    .replace(/\[((?:\\.|[^\]\\])*)\]\(<([^>]*)>\)/g, (_, words: string, address: string) => `${words}{${address}}`)
    .replace(/\\([^\w\s])/g, "$1")
    .replaceAll("  \n", "\n");
}

async function shown(all: readonly Block[]): Promise<Map<string, string>> {
  const parser = await testParser();
  const trees = new Map<string, SyntaxTree>();
  for (const { info, text } of all)
    if (info.startsWith("python"))
      trees.set(info === "python" ? "main.py" : info.slice("python ".length), parser.parse(text));
  const tree = trees.get("main.py");
  assert.ok(tree, "a program");
  const source: DefinitionSource = {
    module: (name) => trees.get(`${name.replaceAll(".", "/")}.py`),
    address: (other) => [...trees].find(([, each]) => each === other)?.[0],
  };
  const found = explainAt(tree, caret(tree.text), source);
  const link = (line: number, file?: string) => (file === undefined ? undefined : `${file}#${line}`);
  const hover = found ? `${read(markdown(found.explanation, link))}\n` : "(nothing)\n";
  const steps = found?.site ? `${read(storyMarkdown(storyOf(found.site, tree, source), link))}\n` : "(nothing)\n";
  for (const each of trees.values()) each.dispose();
  return new Map([
    ["hover", hover],
    ["steps", steps],
  ]);
}

/** The offset above the one caret. */
function caret(text: string): number {
  const mark = /^([ #]*)\^ *$/m.exec(text);
  assert.ok(mark, "a caret");
  const before = text.lastIndexOf("\n", mark.index - 2) + 1;
  return before + (mark[1]?.length ?? 0);
}

describe("whole hovers", () => {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const chapter = readFileSync(path, "utf8");
    const sections = chapter.split(/^(?=## )/m);
    for (const section of sections.slice(1))
      it(`${file}: ${/^## (.*)/.exec(section)?.[1]}`, async () => {
        const all = blocks(section);
        const answers = await shown(all);
        const now = all.map((block) => ({ ...block, text: answers.get(block.info) ?? block.text }));
        if (process.env.AWAITSCOPE_WRITE) {
          let index = 0;
          const rewritten = section.replace(
            /^```(.*)\n([\s\S]*?)^```$/gm,
            (_, info: string) => `\`\`\`${info}\n${now[index++]?.text}\`\`\``,
          );
          writeFileSync(
            path,
            readFileSync(path, "utf8").replace(section, () => rewritten),
          );
        } else assert.deepEqual(now, all);
      });
  }
});
