// The places of a trace: code objects and sites, by their numbers in each stream, by index, and by file and line.

import type { Site, Stream } from "./entities";
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
