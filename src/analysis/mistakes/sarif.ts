// Mistakes as a SARIF 2.1.0 log, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
import type { Span } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { type Prose, plain } from "../prose";
import type { Mistake } from "./mistake";
import { pageOf, type RuleName, rules, type Severity } from "./rules";

/** A mistake with what is needed to say where it is. `uri` is relative to the source root with "/", or absolute. */
export interface Located {
  readonly mistake: Mistake;
  readonly severity: Severity;
  readonly tree: SyntaxTree;
  readonly uri: string;
  /** What would make it right, one or the other. */
  readonly fixes: readonly Change[];
}

/** A change of the file: edits of the text as it is now, which do not overlap. */
interface Change {
  readonly title: string;
  readonly edits: readonly (Span & { readonly text: string })[];
}

/** A rule's page: its address and its Markdown. */
export interface Page {
  readonly uri: string;
  readonly markdown: string;
}

const levels: Readonly<Record<Severity, string>> = {
  off: "none",
  hint: "note",
  information: "note",
  warning: "warning",
  error: "error",
};

/** One run of the tool. Result columns count UTF-16 code units from 1, as SARIF does when it says so. */
export function sarif(
  found: readonly SarifResult[],
  named: readonly RuleName[],
  version: string,
  page: (path: string) => Page,
): object {
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Awaitscope",
            semanticVersion: version,
            rules: named.map((name) => described(name, page(pageOf(name)))),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The folder in which awaitscope was started." } } },
        results: found.map((result) => ({ ...result, ruleIndex: named.indexOf(result.ruleId) })),
      },
    ],
  };
}

function described(name: RuleName, { uri, markdown }: Page): object {
  const { title, what, why, severity } = rules[name];
  return {
    id: name,
    name: name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: unmarked(title) },
    fullDescription: { text: unmarked(`${what} ${why}`) },
    helpUri: uri,
    help: { text: unmarked(`${what} ${why}`), markdown },
    defaultConfiguration: { enabled: severity !== "off", level: severity === "off" ? "note" : levels[severity] },
  };
}

function unmarked(text: string): string {
  return text.replaceAll("`", "");
}

export type SarifResult = ReturnType<typeof sarifResult>;

/** One result. It holds nothing of the tree, which may be disposed of afterwards. */
export function sarifResult({ mistake, severity, tree, uri, fixes }: Located) {
  return {
    ruleId: mistake.rule,
    level: levels[severity],
    message: { text: textOf(mistake.message) },
    locations: [location(mistake, uri, tree)],
    ...(mistake.related.length > 0 && {
      relatedLocations: mistake.related.map((each, id) => ({
        id,
        message: { text: textOf(each.message) },
        ...location(each, uri, tree),
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map((change) => fix(change, uri, tree)) }),
  };
}

function fix({ title, edits }: Change, uri: string, tree: SyntaxTree) {
  const replacements = edits.map((edit) => ({
    deletedRegion: region(edit, tree),
    insertedContent: { text: edit.text },
  }));
  return { description: { text: title }, artifactChanges: [{ artifactLocation: artifact(uri), replacements }] };
}

/** SARIF reads `[text](target)` in a message as a link: code of the user's is none. */
function textOf(message: Prose): string {
  return plain(message).replace(/\[(?=[^\]]*\]\()/g, "\\[");
}

function location(span: Span, uri: string, tree: SyntaxTree) {
  return { physicalLocation: { artifactLocation: artifact(uri), region: region(span, tree) } };
}

function artifact(uri: string) {
  const isRelative = !/^[a-z][a-z0-9+.-]+:/i.test(uri);
  return { uri, ...(isRelative && { uriBaseId: "%SRCROOT%" }) };
}

function region(span: Span, tree: SyntaxTree) {
  const [start, end] = [tree.place(span.start), tree.place(span.end)];
  return {
    startLine: start.line,
    startColumn: start.column + 1,
    endLine: end.line,
    endColumn: end.column + 1,
  };
}
