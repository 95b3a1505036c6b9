// All await sites of a file as rows: what `awaitscope explain` prints.
import type { Kind, Suspends } from "../awaiting/awaitable";
import { resolve } from "../awaiting/resolve";
import { awaitSites, type Form } from "../code/awaits";
import type { Location } from "../code/source";
import type { PythonParser, SyntaxTree } from "../code/syntax";
import { type DefinitionSource, noSource } from "../modules";
import { plain } from "../prose";

/** One await site. Lines count from 1, columns from 0 in UTF-16 code units. Null is what is not known. */
export interface Row {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly form: Form;
  readonly kind: Kind;
  readonly what: string | null;
  readonly suspends: Suspends;
  /** Where it is defined; `file` where that is another one. */
  readonly definition: Location | null;
  readonly reason: string | null;
}

/** The await sites of a text, in its order. `async with a, b` gives a row for each. */
export function explainFile(
  parser: PythonParser,
  file: string,
  text: string,
  source: DefinitionSource = noSource,
): Row[] {
  const tree = parser.parse(text);
  const rows = explainTree(tree, file, source);
  tree.dispose();
  return rows;
}

/** The await sites of a file that is parsed. */
export function explainTree(tree: SyntaxTree, file: string, source: DefinitionSource): Row[] {
  return awaitSites(tree).flatMap((site) => {
    const awaitable = resolve(site, tree, source, true);
    const all = site.form === "async with" ? [awaitable, ...(awaitable.others ?? [])] : [awaitable];
    return all.map((each) => ({
      file,
      ...site.place,
      form: site.form,
      kind: each.kind,
      what: each.what ?? null,
      suspends: each.suspends,
      definition: each.definition ?? null,
      reason: each.reason ? plain(each.reason) : null,
    }));
  });
}
