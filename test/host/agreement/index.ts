// The entry that VS Code's extension host calls where Pyright is the language server: the tests beside this file.
export { run } from "../suite/index";
