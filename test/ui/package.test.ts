// The VSIX holds what runs and what people read about it: nothing else, and little of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { anyPython } from "../pythons";
import { vsix } from "./workbench";

const megabyte = 1_000_000;

/** Paths in the VSIX, below its folder `extension/`. */
function listing(): string[] {
  const program = "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";
  return execFileSync(anyPython().path, ["-c", program, vsix], { encoding: "utf8" })
    .trim()
    .split(/\r?\n/)
    .filter((path) => path.startsWith("extension/"))
    .map((path) => path.slice("extension/".length));
}

describe("the VSIX", () => {
  const files = listing();

  it("holds only what its kind of thing needs", () => {
    const allowed = /^(dist|media|snippets)\/|^(package\.json|README\.md|CHANGELOG\.md|LICENSE(\.txt)?)$/i;
    assert.deepEqual(
      files.filter((path) => !allowed.test(path)),
      [],
    );
  });

  it("holds no sources, maps, caches or packages", () => {
    const unwanted = /node_modules|\.map$|\.tsx?$|__pycache__|\.pyc$|(^|\/)tests?\//;
    assert.deepEqual(
      files.filter((path) => unwanted.test(path)),
      [],
    );
  });

  it("holds all that runs", () => {
    const names = ["extension.js", "browser.js", "webview/main.js", "cli.js", "tree-sitter-python.wasm", "typeshed.gz"];
    const wanted = [...names, "tracer/awaitscope/__main__.py", "tracer/awaitscope/inject/sitecustomize.py"];
    for (const path of wanted) assert.ok(files.includes(`dist/${path}`), `dist/${path} is missing`);
    assert.ok(files.includes("snippets/python.json"));
  });

  it("is smaller than 3 MB", () => {
    const { size } = statSync(vsix);
    console.log(`      ${(size / megabyte).toFixed(2)} MB, ${files.length} files`);
    assert.ok(size < 3 * megabyte);
  });
});
