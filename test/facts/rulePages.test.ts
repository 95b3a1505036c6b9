// Each rule has a page, and the page is true: what it calls wrong is reported, what it calls right is not, and a real Python
// says what the page says that it says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mistakesOf } from "../../src/analysis/mistakes/mistakesOf";
import { pageOf, type RuleName, ruleNames, rules } from "../../src/analysis/mistakes/rules";
import { noSource } from "../../src/analysis/modules";
import { testParser } from "../analysis/parser";
import { anyPython } from "../pythons";
import { root } from "../root";

interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly wrong: string;
  /** What Python prints for it, line by line. */
  readonly says: readonly string[];
  readonly right: string;
  readonly ignoring: string;
}

function read(rule: RuleName): Page {
  const text = readFileSync(join(root, pageOf(rule)), "utf8");
  const part = (title: string) => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  const block = (from: string, language: string) =>
    new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(from)?.[1] ?? "";
  const [title = "", , subtitle = ""] = text.split("\n");
  return {
    title: title.replace(/^# /, ""),
    subtitle,
    wrong: block(part("Wrong"), "python"),
    says: block(part("Wrong"), "text")
      .split("\n")
      .filter((line) => line !== ""),
    right: block(part("Right"), "python"),
    ignoring: part("When to ignore it").trim(),
  };
}

async function reported(code: string): Promise<RuleName[]> {
  const tree = (await testParser()).parse(code);
  const found = mistakesOf(tree, noSource, ruleNames).map(({ rule }) => rule);
  tree.dispose();
  return found;
}

function run(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "awaitscope-page-"));
  try {
    writeFileSync(join(folder, "page.py"), code);
    const { stdout, stderr } = spawnSync(anyPython().path, ["page.py"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
    });
    return `${stdout}\n${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("pages of rules", () => {
  it("are those of the rules", () => {
    const files = readdirSync(join(root, "media", "rules")).map((name) => `media/rules/${name}`);
    assert.deepEqual(files.sort(), ruleNames.map(pageOf).sort());
  });

  for (const rule of ruleNames)
    it(rule, async function () {
      this.timeout(30_000);
      const page = read(rule);
      assert.equal(page.title, rules[rule].title);
      assert.equal(page.subtitle, `\`${rule}\` · ${rules[rule].severity}`);
      assert.notEqual(page.ignoring, "");
      assert.ok(
        (await reported(page.wrong)).includes(rule),
        `the wrong example is not reported: ${await reported(page.wrong)}`,
      );
      const left = (await reported(page.right)).filter((name) => name === rule || rules[name].severity !== "off");
      assert.deepEqual(left, [], "the right example");
      if (page.says.length === 0) return;
      const printed = run(page.wrong);
      for (const line of page.says) assert.ok(printed.includes(line), `${line}\n---\n${printed}`);
      const better = run(page.right);
      assert.doesNotMatch(better, /Error|Warning|FAILED/, "the right example works");
    });
});
