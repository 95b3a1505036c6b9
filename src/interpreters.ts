/** Asks the chosen interpreter, once, where it finds modules; hears when another one is chosen. */
import type { PythonEnvironmentApi } from "@vscode/python-environments";
import type { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";
import type { Command } from "./launch";
import { chosenCommand, commandsOnPath, exportsOf } from "./python";
import { searchPath } from "./searchPath";
import type { Answer, Interpreters } from "./surroundings";

/** The interpreters of this machine. Nothing is started before the first question. */
export function interpreters(): Interpreters & vscode.Disposable {
  const answers = new Map<string, Promise<Answer | undefined>>();
  const changed = new vscode.EventEmitter<void>();
  const subscriptions: vscode.Disposable[] = [changed];
  const forget = () => {
    answers.clear();
    changed.fire();
  };
  let isFollowing = false;
  const follow = () => {
    if (isFollowing) return;
    isFollowing = true;
    void followChoices(forget).then((each) => subscriptions.push(...each));
  };

  const ask = (command: Command): Promise<Answer | undefined> => {
    const key = JSON.stringify(command);
    const known = answers.get(key) ?? searchPath(command);
    answers.set(key, known);
    return known;
  };

  return {
    async answer(resource, otherwise) {
      follow();
      const usual = otherwise === undefined ? undefined : { program: otherwise, args: [] };
      const chosen = (await chosenCommand(resource)) ?? usual;
      if (chosen) return ask(chosen);
      for (const command of commandsOnPath()) {
        const answer = await ask(command);
        if (answer) return answer;
      }
      return undefined;
    },
    onDidChange: (listener) => changed.event(listener),
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  };
}

/** Calls `changed` when another interpreter is chosen, by whichever of the ways to choose one. */
async function followChoices(changed: () => void): Promise<vscode.Disposable[]> {
  const setting = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("awaitscope.pythonPath")) changed();
  });
  const environments = await exportsOf<PythonEnvironmentApi>("ms-python.vscode-python-envs");
  const python = await exportsOf<PythonExtension>("ms-python.python");
  const others = [
    environments?.onDidChangeEnvironment?.(changed),
    python?.environments?.onDidChangeActiveEnvironmentPath(changed),
  ];
  return [setting, ...others.filter((each) => each !== undefined)];
}
