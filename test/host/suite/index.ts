// The entry that VS Code's extension host calls: runs the bundled tests beside this file with mocha.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { tell } from "./tell";

/** Resolves when every test passed, rejects otherwise: VS Code makes that its exit code. */
export function run(): Promise<void> {
  // The spec reporter keeps a `console.log` of its own, taken before VS Code replaces the console.
  Mocha.reporters.Base.consoleLog = tell;
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, slow: 2_000, color: false, forbidOnly: true });
  const { AWAITSCOPE_GREP: grep } = process.env; // some of the tests, for who works on them
  if (grep) mocha.grep(grep);
  for (const name of readdirSync(__dirname).sort()) if (name.endsWith(".test.js")) mocha.addFile(join(__dirname, name));
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}
