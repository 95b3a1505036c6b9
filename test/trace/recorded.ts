// The traces that the tracer recorded, for the tests that read them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";

const FOLDER = join(root, "test", "trace", "fixtures");

/** Names of the recorded traces, without their ending. */
export function recorded(): string[] {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  return files.filter((name) => name.endsWith(".awaitscope")).map((name) => name.replace(/\.awaitscope$/, ""));
}

export function readRecorded(name: string): Buffer {
  return readFileSync(join(FOLDER, `${name}.awaitscope`));
}
