// The case files are the documentation: each await of `cases/*.py` has a comment under it that says what it is.
//
//     await asyncio.sleep(0)
//     # ^ coroutine asyncio.sleep · suspends always · gives None
//
// The caret stands under the keyword. The first part is the kind and what exactly, both always told. `fails` is told
// whenever the await fails. The others are checked where they are given: `suspends`, `gives`, `runs`, `made line 7`,
// `defined line 3`; of `because`, `caution`, `woken by`, `does`, `leaving` a part of the text is enough,
// and a full stop says that the text ends there.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Awaitable } from "../../src/analysis/awaiting/awaitable";
import { resolve } from "../../src/analysis/awaiting/resolve";
import { type AwaitSite, awaitAt, awaitSites } from "../../src/analysis/code/awaits";
import type { SyntaxTree } from "../../src/analysis/code/syntax";
import { type DefinitionSource, noSource } from "../../src/analysis/modules";
import { Typeshed } from "../../src/analysis/project/typeshed";
import { plain } from "../../src/analysis/prose";
import { root } from "../root";
import { testParser } from "./parser";
import { inMemory, projectIn } from "./project/files";

interface Expectation {
  readonly line: number;
  readonly column: number;
  readonly parts: readonly string[];
}

const folder = join(root, "test", "analysis", "cases");

/** The comments with a caret; each speaks of the nearest line of code above it. */
function expectations(lines: readonly string[]): Expectation[] {
  const found: Expectation[] = [];
  let code = 0;
  lines.forEach((text, index) => {
    const comment = /^(\s*#\s*)\^\s*(.*)$/.exec(text);
    if (!comment) code = index + 1;
    else found.push({ line: code, column: comment[1]?.length ?? 0, parts: (comment[2] ?? "").split(" · ") });
  });
  return found;
}

/** A part as the await really has it, and whether a piece of it is enough. */
function actual(part: string, awaitable: Awaitable): { text: string; inside?: true } {
  const text = (value: Awaitable["reason"]) => (value ? plain(value) : "nothing");
  const [word = ""] = part.split(" ");
  switch (word) {
    case "suspends":
      return { text: `suspends ${awaitable.suspends}` };
    case "gives":
      return { text: `gives ${awaitable.gives ?? "nothing known"}` };
    case "runs":
      return { text: `runs ${awaitable.runs ?? "nowhere known"}` };
    case "made":
      return { text: `made line ${awaitable.made?.line ?? "here"}` };
    case "defined":
      return { text: `defined line ${awaitable.definition?.line ?? "elsewhere"}` };
    case "fails":
      return { text: awaitable.fails ? "fails" : "works" };
    case "because":
      return { text: `because ${text(awaitable.reason ?? awaitable.suspendsWhy)}`, inside: true };
    case "caution":
      return { text: `caution ${awaitable.cautions.map(plain).join(" ") || "nothing"}`, inside: true };
    case "woken":
      return { text: `woken by ${text(awaitable.wokenBy)}`, inside: true };
    case "does":
      return { text: `does ${text(awaitable.does)}`, inside: true };
    case "leaving":
      return { text: `leaving ${awaitable.leaving?.what} suspends ${awaitable.leaving?.suspends}` };
    case "and":
      return { text: `and ${(awaitable.others ?? []).map(head).join(", ")}` };
    default:
      return { text: head(awaitable) };
  }
}

function head(awaitable: Awaitable): string {
  return [awaitable.kind, awaitable.what].filter((word) => word !== undefined).join(" ");
}

/** The expectation with what is not so replaced by what is. */
function answer(parts: readonly string[], awaitable: Awaitable): string {
  const checked = parts.map((part, index) => {
    const { text, inside } = index === 0 ? { text: head(awaitable) } : actual(part, awaitable);
    const told = part.slice(part.indexOf(" ") + 1).replace(/^by /, "");
    return inside && `${text}.`.toLowerCase().includes(told.toLowerCase()) ? part : text;
  });
  if (awaitable.fails && !parts.includes("fails")) checked.push("fails");
  return checked.join(" · ");
}

function under(site: AwaitSite, expectation: Expectation): boolean {
  const { line, column } = site.place;
  return (
    expectation.line === line && column <= expectation.column && expectation.column < column + site.end - site.start
  );
}

async function check(file: string, tree: SyntaxTree, source: DefinitionSource): Promise<void> {
  const expected = expectations(tree.text.split("\n"));
  const sites = awaitSites(tree);
  const wanted: string[] = [];
  const found: string[] = [];
  for (const site of sites) {
    const expectation = expected.find((each) => under(site, each));
    const parts = expectation?.parts ?? ["(a comment that says what it is)"];
    const at = `${site.place.line}: ${tree.text.split("\n")[site.place.line - 1]?.trim()}\n    # ^ `;
    wanted.push(at + parts.join(" · "));
    found.push(at + answer(parts, resolve(site, tree, source)));
    assert.deepEqual(awaitAt(tree, site.place), site, `awaitAt finds the site of line ${site.place.line}`);
  }
  for (const each of expected)
    assert.ok(
      sites.some((site) => under(site, each)),
      `${file}:${each.line}: the caret points at no await`,
    );
  assert.equal(found.join("\n"), wanted.join("\n"));
}

describe("analysis cases", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".py")))
    it(file, async () => {
      const tree = (await testParser()).parse(readFileSync(join(folder, file), "utf8"));
      await check(file, tree, noSource);
      tree.dispose();
    });
});

// Each folder of `across` is a program: `main.py` with carets, the modules around it, and the standard library.
describe("analysis cases across files", () => {
  const across = join(root, "test", "analysis", "across");
  for (const name of readdirSync(across))
    it(name, async () => {
      const files = readdirSync(join(across, name), { recursive: true, encoding: "utf8" });
      const texts = files
        .filter((file) => /\.pyi?$/.test(file))
        .map((file) => [`/w/${file}`, readFileSync(join(across, name, file), "utf8")] as const);
      const typeshed = new Typeshed();
      await typeshed.load(new Uint8Array(readFileSync(join(root, "dist", "typeshed.gz"))));
      const project = await projectIn(inMemory(Object.fromEntries(texts)), { typeshed, minor: 13 });
      const tree = project.treeAt("/w/main.py");
      assert.ok(tree);
      await check(name, tree, project);
      project.dispose();
    });
});
