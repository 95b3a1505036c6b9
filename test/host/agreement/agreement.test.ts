// With Pyright as the user's language server: what we say of awaits then, and how long a hover takes.
import assert from "node:assert/strict";
import { join } from "node:path";
import * as vscode from "vscode";
import { resolve } from "../../../src/analysis/awaiting/resolve";
import { awaitAt } from "../../../src/analysis/code/awaits";
import type { SyntaxTree } from "../../../src/analysis/code/syntax";
import type { DefinitionSource } from "../../../src/analysis/modules";
import { interpreters } from "../../../src/interpreters";
import { nodeFiles, nodeStates } from "../../../src/nodeFiles";
import { Workspace } from "../../../src/workspace";
import {
  type AtHand,
  atHand,
  certain,
  compare,
  cpython,
  describe as described,
  packages,
  packagesVariable,
  placeKey,
  shares,
  type Truth,
} from "../../analysis/truth/truth";
import { extension, hoverText } from "../suite/editor";
import { tell } from "../suite/tell";

/** Percent; milliseconds. */
const bars = { agreement: 99, contradicted: 0.1, warm: 50 };
const sampled = 300;

/** The same numbers from 0 to 1 in every run. */
function* numbers(): Generator<number> {
  for (let state = 5; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function sample(truths: readonly Truth[], size: number): Truth[] {
  const known = truths.filter(({ kind }) => certain.has(kind));
  const random = numbers();
  const keyed = known.map((truth) => ({ truth, key: random.next().value as number }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, size)
    .map(({ truth }) => truth);
}

const percentile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;

interface Heard {
  /** What is said, by place. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Milliseconds of each hover: at an await for the first time, and again. */
  readonly first: readonly number[];
  readonly warm: readonly number[];
}

/** Hovers each await through VS Code, as a user would, until the language server has had its time. */
async function hear(folder: string, truths: readonly Truth[], ours: Workspace): Promise<Heard> {
  const kinds = new Map<string, string>();
  const first: number[] = [];
  const warm: number[] = [];
  for (const file of new Set(truths.map((truth) => truth.file))) {
    const document = await vscode.workspace.openTextDocument(join(folder, file));
    await answersOf(document);
    for (const truth of truths.filter((each) => each.file === file)) {
      const position = new vscode.Position(truth.line - 1, truth.column);
      first.push(await timed(() => hoverText(document, position)));
      kinds.set(placeKey(truth), await kindAt(ours, document, position));
      warm.push(await timed(() => hoverText(document, position)));
    }
  }
  return { kinds, first, warm };
}

/** The server has read the document when it knows where anything in it is defined. */
async function answersOf(document: vscode.TextDocument): Promise<void> {
  const offset = document.getText().search(/(?<=^(?:async )?def )\w/m);
  await vscode.commands.executeCommand("vscode.executeDefinitionProvider", document.uri, document.positionAt(offset));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The kind of the await that the hover at a place tells of: by the code that the hover is made by. */
async function kindAt(ours: Workspace, document: vscode.TextDocument, near: vscode.Position): Promise<string> {
  const { token } = new vscode.CancellationTokenSource();
  const kindIn = (tree: SyntaxTree, source: DefinitionSource): string => {
    const site = awaitAt(tree, document.offsetAt(near));
    return site ? resolve(site, tree, source).kind : "none";
  };
  return (await ours.ask(document, kindIn, token, { definitions: true, near })) ?? "none";
}

describe("with Pyright as the language server", () => {
  let ours: Workspace;
  before(async function () {
    this.timeout(60_000);
    await extension().activate();
    ours = new Workspace(extension().extensionUri, {
      files: nodeFiles,
      states: nodeStates,
      interpreters: interpreters(),
    });
    await vscode.extensions.getExtension("awaitscope.pyright-server")?.activate();
  });
  after(() => ours.dispose());

  for (const set of process.env[packagesVariable] === undefined ? [cpython] : [cpython, packages])
    it(`agrees with the truth about ${set.name}`, async function () {
      this.timeout(500_000);
      const found: AtHand | undefined = atHand(set);
      if (!found) {
        tell(`      not run (1): the files of ${set.name} are not at hand`);
        this.skip();
      }
      const truths = sample(found.truths, sampled);
      const { kinds, first, warm } = await hear(found.folder, truths, ours);
      const agreement = compare(truths, (truth) => kinds.get(placeKey(truth)));
      tell(`      ${described(agreement)}`);
      for (const each of agreement.unknown) tell(`      not told: ${placeKey(each)} is ${each.kind} (${each.type})`);
      tell(
        `      hovers: p95 ${percentile(first, 0.95).toFixed(1)} ms at first, ${percentile(warm, 0.95).toFixed(1)} ms warm`,
      );
      const { agreement: agreed, contradicted } = shares(agreement);
      assert.deepEqual(agreement.falseNo, []);
      assert.ok(contradicted <= bars.contradicted, `${contradicted} % contradictions`);
      assert.ok(percentile(warm, 0.95) <= bars.warm, `a warm hover takes ${percentile(warm, 0.95)} ms`);
      assert.ok(agreed >= bars.agreement, `${agreed} % agreement`);
    });
});
