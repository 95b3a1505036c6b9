// The suite's voice: a line in the report file, or on the console where nobody asked for a report.
import { appendFileSync } from "node:fs";
import { format } from "node:util";
import { reportVariable } from "../report";

export function tell(...parts: unknown[]): void {
  const report = process.env[reportVariable];
  if (report === undefined) console.log(...parts);
  else appendFileSync(report, `${format(...parts)}\n`);
}
