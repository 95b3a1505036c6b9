// The places of a trace: code objects and sites, by their numbers in each stream, by index, and by file and line.

import type { Loop, Site, Stream, Task } from "./entities";
import type { SiteFields } from "./format";

/** Every site, in the order of definition. */
export class Places {
  readonly all: Site[] = [];
  private readonly byLine = new Map<string, Site[]>();

  /** Invariant: a site's parent was defined before it, so stacks have no cycles. */
  define(stream: Stream, fields: SiteFields): void {
    const [number, parent, code, line, endLine, column, endColumn, what] = fields;
    const defined: Site = {
      index: this.all.length,
      parent: stream.sites.get(parent),
      code: stream.codes.get(code),
      line,
      endLine,
      column,
      endColumn,
      what,
      suspensions: 0,
      waited: 0,
      runs: 0,
      ran: 0,
      longest: -1,
      worst: undefined,
      worstRow: 0,
    };
    this.all.push(defined);
    stream.sites.set(number, defined);
    if (defined.code === undefined) return;
    const place = `${defined.code.file}:${line}`;
    const known = this.byLine.get(place);
    if (known) known.push(defined);
    else this.byLine.set(place, [defined]);
  }

  /** Every site whose frame is at this line. */
  at(file: string, line: number): readonly Site[] {
    return this.byLine.get(`${file}:${line}`) ?? [];
  }
}

/** A callback that is named by this site ran, in this row of the loop's lane. */
export function ran(site: Site, seconds: number, loop: Loop, row: number): void {
  site.runs++;
  site.ran += seconds;
  if (seconds > site.longest) worst(site, seconds, loop, row);
}

/** The longest so far. */
export function worst(site: Site, seconds: number, owner: Task | Loop, row: number): void {
  site.longest = seconds;
  site.worst = owner;
  site.worstRow = row;
}
