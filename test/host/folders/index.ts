// The entry that VS Code's extension host calls where several folders are open: the tests beside this file.
export { run } from "../suite/index";
