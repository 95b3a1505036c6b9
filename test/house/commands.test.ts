// The palette's commands are the timeline's actions.
import assert from "node:assert/strict";
import { ACTIONS } from "../../src/webview/actions";
import { commandsOf, commandsOfActions, readManifest } from "../commands";
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
});
