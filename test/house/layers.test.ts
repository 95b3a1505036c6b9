// The house's walls: who may import whom, and what no tracked file may hold. Directions are those of src/README.md.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { root } from "../root";

/** What a place may import beside itself: folders of src/ and npm packages (`preact` stands for `preact/hooks` too). */
const walls: Readonly<Record<string, readonly string[]>> = {
  analysis: [],
  "analysis/code/syntax.ts": ["web-tree-sitter"],
  trace: [],
  insight: ["trace"],
  export: ["trace", "insight"],
  webview: ["trace", "insight", "preact", "@preact/signals"],
};

interface Import {
  /** Path below src/ with forward slashes. */
  readonly from: string;
  /** Package name (`node:fs` is `node:`), or a path below src/. */
  readonly to: string;
}

const specifiers = [
  /(?:^|;)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*["']([^"']+)["']/gm, // also over several lines
  /\b(?:import|require)\(\s*["']([^"']+)["']\s*\)/g,
];

/** The specifiers that a source text imports, type imports included: a wall has no window. */
function specifiersOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return specifiers.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ""));
}

function target(from: string, specifier: string): string {
  if (specifier.startsWith("."))
    return normalize(join(dirname(from), specifier))
      .split(sep)
      .join("/");
  if (specifier.startsWith("node:")) return "node:";
  const [scope, name] = specifier.split("/");
  return specifier.startsWith("@") ? `${scope}/${name}` : (scope ?? specifier);
}

function importsOfSource(): Import[] {
  const source = join(root, "src");
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => /\.(ts|tsx)$/.test(path) && !path.endsWith(".d.ts"))
    .flatMap((from) =>
      specifiersOf(readFileSync(join(source, from), "utf8")).map((specifier) => ({
        from,
        to: target(from, specifier),
      })),
    );
}

const isTop = (path: string): boolean => !path.includes("/");
const folderOf = (path: string): string => path.split("/")[0] ?? "";
const show = (imports: readonly Import[]): string[] => imports.map(({ from, to }) => `${from} imports ${to}`);

function mayImport({ from, to }: Import): boolean {
  const folder = folderOf(from);
  const allowed = [...(walls[folder] ?? []), ...(walls[from] ?? []), folder];
  return allowed.includes(to) || allowed.includes(folderOf(to));
}

/** Files that git tracks and that hold text of ours. */
function trackedTexts(): { path: string; text: string }[] {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
  return listed
    .filter((path) => path !== "" && !/\.(png|gif|ico|ttf|woff2?|gz|awaitscope)$/.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(root, path), "utf8") }];
      } catch {
        return []; // deleted, and the deletion not yet committed
      }
    });
}

function linesThatHold(pattern: RegExp, only: (path: string) => boolean = () => true): string[] {
  return trackedTexts()
    .filter(({ path }) => only(path))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    );
}

describe("the house", () => {
  const imports = importsOfSource();

  it("reads imports of every form", () => {
    const text = [
      'import a from "a"; import "b";',
      'import {\n  c,\n} from "c";',
      'export { d } from "d";',
      'import type { e } from "e";',
      'const f = await import("f"), g = require("g");',
      '// import "not";\n/* import "nor"; */',
    ].join("\n");
    assert.deepEqual(specifiersOf(text).sort(), ["a", "c", "d", "e", "f", "g"].concat("b").sort());
  });

  it("was found", () => {
    const folders = new Set(imports.map(({ from }) => folderOf(from)));
    for (const folder of ["analysis", "trace", "webview"]) assert.ok(folders.has(folder), `nothing in ${folder}/`);
  });

  it("lets only files directly in src/ import vscode", () => {
    assert.deepEqual(show(imports.filter(({ from, to }) => to === "vscode" && !isTop(from))), []);
  });

  it("knows a wall when it meets one", () => {
    const may = (from: string, to: string): boolean => mayImport({ from, to });
    assert.ok(may("webview/main.tsx", "trace/model") && may("webview/main.tsx", "preact"));
    assert.ok(
      may("analysis/code/syntax.ts", "web-tree-sitter") && may("analysis/scopes/scope.ts", "analysis/facts/all"),
    );
    assert.ok(!may("analysis/scopes/scope.ts", "web-tree-sitter") && !may("analysis/scopes/scope.ts", "trace/model"));
    assert.ok(!may("trace/model.ts", "node:") && !may("trace/model.ts", "launch"));
    assert.ok(!may("insight/findings.ts", "webview/main") && !may("webview/main.tsx", "vscode"));
  });

  it("keeps every folder behind its walls", () => {
    const folders = imports.filter(({ from }) => !isTop(from));
    const unknown = folders.filter(({ from }) => walls[folderOf(from)] === undefined);
    assert.deepEqual(show(unknown), [], "a folder of src/ without a line in `walls`");
    assert.deepEqual(show(folders.filter((one) => !mayImport(one))), []);
  });

  it("imports extension.ts nowhere", () => {
    assert.deepEqual(show(imports.filter(({ to }) => /^extension(\.ts)?$/.test(to))), []);
  });

  it("builds the command line without vscode", () => {
    const reached = new Set<string>(["cli"]);
    for (let before = 0; before !== reached.size; ) {
      before = reached.size;
      for (const { from, to } of imports) if (reached.has(from.replace(/\.tsx?$/, ""))) reached.add(to);
    }
    assert.ok(reached.size > 1, "cli.ts imports nothing");
    assert.equal(reached.has("vscode"), false);
  });

  it("holds no path of somebody's machine", () => {
    // Put together here, so that this line is none.
    const homes = ["work", "root", "farm", "home/[a-z]", "Users/[a-z]"].join("|");
    const pattern = new RegExp(`(?<![\\w.:*])/(?:${homes})[\\w-]*/\\w|\\.pyenv/vers${"ions"}|/opt/(?:pw|py)[\\w-]*/`);
    assert.deepEqual(
      linesThatHold(pattern, (path) => path !== "package-lock.json"),
      [],
    );
  });

  it("narrows no test run", () => {
    const pattern = new RegExp(`\\b(?:it|test|describe|suite|context)\\.on${"ly"}\\(`);
    assert.deepEqual(
      linesThatHold(pattern, (path) => path.startsWith("test/")),
      [],
    );
  });

  it("leaves nothing for later", () => {
    const pattern = new RegExp(`\\b(?:TO${"DO"}|FIX${"ME"}|XX${"X"})\\b`);
    assert.deepEqual(
      linesThatHold(pattern, (path) => /^(src|test|media|snippets)\//.test(path)),
      [],
    );
  });
});
