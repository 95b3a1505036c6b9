// What the command line says of the awaits of a set: as anybody would compare it.
import { dirname, join, relative, sep } from "node:path";
import type { Row } from "../../../src/analysis/explain/explainFile";
import { run } from "../../processes";
import { root } from "../../root";
import { type AtHand, placeKey, type Truth } from "./truth";

/** The kind that `awaitscope explain --json` tells, by place. */
export async function explainedKinds({ folder, python, truths }: AtHand): Promise<Map<string, string>> {
  const cli = join(root, "dist", "cli.js");
  const asking = python === undefined ? [] : ["--python", python];
  const args = [cli, "explain", "--json", ...asking, ...topFolders(truths)];
  const { code, output } = await run(process.execPath, args, { cwd: folder, limit: 600_000 });
  if (code !== 0) throw new Error(`awaitscope explain ended with ${code}:\n${output.slice(-2000)}`);
  const rows = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Row);
  const awaits = rows.filter(({ form }) => form === "await");
  return new Map(awaits.map((row) => [placeKey({ ...row, file: relativeTo(folder, row.file) }), row.kind]));
}

/** The folders of the files, without those inside of others. */
function topFolders(truths: readonly Truth[]): string[] {
  const folders = [...new Set(truths.map(({ file }) => dirname(file)))];
  return folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)));
}

function relativeTo(folder: string, file: string): string {
  const path = file.startsWith(sep) ? relative(folder, file) : file;
  return path.split(sep).join("/");
}
