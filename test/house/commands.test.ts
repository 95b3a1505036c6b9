// The palette's commands are the timeline's actions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pageOf, ruleNames } from "../../src/analysis/mistakes/rules";
import { ACTIONS } from "../../src/webview/actions";
import { commandsOf, commandsOfActions, readManifest } from "../commands";
import { root } from "../root";
import { severitySchema, severitySetting } from "../ruleSettings";

describe("the timeline's commands", () => {
  it("are in the manifest, one for each action (`npm run commands` writes them)", () => {
    assert.deepEqual(commandsOf(readManifest()), commandsOfActions());
  });

  it("have keys and names that are one action's alone", () => {
    const keys = ACTIONS.flatMap((action) => [...action.keys]);
    assert.deepEqual(keys, [...new Set(keys)]);
    const labels = ACTIONS.map(({ label }) => label);
    assert.deepEqual(labels, [...new Set(labels)]);
    assert.ok(ACTIONS.every(({ id }) => /^[a-z][A-Za-z]+$/.test(id)));
  });
});

describe("the setting of the rules", () => {
  it("lists each rule (`npm run commands` writes it)", () => {
    assert.deepEqual(readManifest().contributes.configuration.properties[severitySetting], severitySchema());
  });

  it("is described in the README, each rule with a link to its page", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const missing = ruleNames.filter((rule) => !readme.includes(`[\`${rule}\`](${pageOf(rule)})`));
    assert.deepEqual(missing, []);
  });
});
