// Builds everything that runs: the extension (desktop and browser), the webview, the command line and the tests,
// and copies what they load beside them. `node esbuild.js [--clean] [--watch] [--production]`.
const { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const { gzipSync } = require("node:zlib");
const esbuild = require("esbuild");

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");

/** Files under `folder` whose path ends in `ending`, sorted. */
function files(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(ending) && !path.includes("fixtures"))
    .sort();
}

const shared = {
  bundle: true,
  target: "es2022",
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: "none",
  logLevel: "warning",
  // The parser's ES module asks for `import.meta.url`, which a CommonJS bundle does not have.
  alias: { "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs" },
};
const node = { ...shared, platform: "node", format: "cjs", target: "node20", external: ["vscode"] };

/** The editor's API as one module of what is used of it: else each file that imports it copies all of it as it starts. */
const apiOnce = {
  name: "api",
  setup(build) {
    const texts = files("src", ".ts").map((path) => readFileSync(path, "utf8"));
    const used = new Set(texts.flatMap((text) => [...text.matchAll(/\bvscode\.(\w+)/g)].map(([, name]) => name)));
    const lines = [...used].map((name) => `export const ${name} = api.${name};`);
    const contents = `const api = require("vscode");\n${lines.join("\n")}`;
    build.onResolve({ filter: /^vscode$/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "api" } : { path, external: true },
    );
    build.onLoad({ filter: /./, namespace: "api" }, () => ({ contents, loader: "js" }));
  },
};

const bundles = [
  // Always as it ships: how long it takes to start is mostly how long it takes to read.
  { ...node, minify: true, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", plugins: [apiOnce] },
  { ...node, entryPoints: ["src/cli.ts"], outfile: "dist/cli.js", banner: { js: "#!/usr/bin/env node" } },
  {
    ...shared,
    platform: "browser",
    format: "cjs",
    external: ["vscode"],
    entryPoints: ["src/browser.ts"],
    outfile: "dist/browser.js",
    plugins: [apiOnce],
  },
  {
    ...shared,
    platform: "browser",
    format: "esm",
    splitting: true, // what the lanes do not need is loaded after them
    entryPoints: ["src/webview/main.tsx"],
    outdir: "dist/webview",
    jsx: "automatic",
    jsxImportSource: "preact",
  },
];

const webTests = join("test", "host", "web");

/** Tests and test programs: node bundles that keep npm packages outside, under out/test. */
const tests = {
  ...node,
  packages: "external",
  alias: {},
  minify: false,
  sourcemap: "linked",
  entryPoints: files("test", ".ts").filter((path) => !path.endsWith(".d.ts") && !path.startsWith(webTests)),
  outbase: ".",
  outdir: "out",
};

/** The tests of the browser build: a web worker loads no modules, so all they need is in one bundle. */
const testsInWorker = {
  ...shared,
  platform: "browser",
  format: "cjs",
  external: ["vscode"],
  define: { module: "undefined" }, // mocha's browser build would export itself in our place
  minify: false,
  sourcemap: "inline",
  entryPoints: [join(webTests, "index.ts")],
  outfile: join("out", webTests, "index.js"),
};

function copyAssets() {
  mkdirSync("dist", { recursive: true });
  cpSync("node_modules/web-tree-sitter/web-tree-sitter.wasm", "dist/web-tree-sitter.wasm");
  cpSync("node_modules/tree-sitter-python/tree-sitter-python.wasm", "dist/tree-sitter-python.wasm");
  for (const name of ["codicon.css", "codicon.ttf"])
    cpSync(join("node_modules/@vscode/codicons/dist", name), join("dist", name));
  cpSync("node_modules/@vscode/codicons/LICENSE", "dist/codicon.LICENSE");
  cpSync("src/tracer", "dist/tracer", { recursive: true, filter: (path) => !/__pycache__|\.pyc$/.test(path) });
}

/** typeshed's standard library in one file, as `analysis/project/typeshed.ts` reads it. */
function packTypeshed() {
  const typeshed = "node_modules/pyright/dist/typeshed-fallback";
  const folder = join(typeshed, "stdlib");
  const paths = [join(folder, "VERSIONS"), ...files(folder, ".pyi")];
  const texts = paths.map((path) => readFileSync(path));
  const index = paths.map((path, at) => [relative(folder, path).split(sep).join("/"), texts[at].length]);
  const packed = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...texts]);
  writeFileSync("dist/typeshed.gz", gzipSync(packed, { level: 9 }));
  cpSync(join(typeshed, "LICENSE"), "dist/typeshed.LICENSE");
}

async function main() {
  if (process.argv.includes("--clean"))
    for (const old of ["dist", "out"]) rmSync(old, { recursive: true, force: true });
  rmSync("dist/webview", { recursive: true, force: true }); // the names of its parts change
  copyAssets();
  packTypeshed();
  const all = [...bundles.filter((bundle) => existsSync(bundle.entryPoints[0])), tests, testsInWorker];
  if (!watch) return void (await Promise.all(all.map((options) => esbuild.build(options))));
  for (const options of all) await (await esbuild.context({ ...options, logLevel: "info" })).watch();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
