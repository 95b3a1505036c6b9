/**
 * The projects that documents belong to: one for each workspace folder, and one for what lies outside of them. Keeps them
 * true: open documents go before the disk, and whatever changes is dropped and looked at again when it is next needed.
 */
import * as vscode from "vscode";
import { addressOf, addressOfDocument, folderOfDocument, isFile, isOnDisk } from "./addresses";
import type { PythonParser, SyntaxTree } from "./analysis/code/syntax";
import { withDefinitions } from "./analysis/infer/elsewhere";
import type { DefinitionSource } from "./analysis/modules";
import type { Files } from "./analysis/project/files";
import type { Surroundings } from "./analysis/project/imports";
import { Project } from "./analysis/project/project";
import { isTypeshed, Typeshed } from "./analysis/project/typeshed";
import type { Definitions } from "./definitions";
import { EditorFiles } from "./editorFiles";
import { Seen, type State, type States } from "./seen";
import { environmentFiles, type Interpreters, isEnvironment, surroundingsOf } from "./surroundings";
import type { Trees } from "./trees";
import { watchFiles, watchPackages } from "./watching";

/** What only a desktop or a server has. */
export interface Desktop {
  readonly files: Files;
  readonly states: States;
  readonly interpreters: Interpreters;
}

/** A project in use. */
interface Entry {
  readonly project: Project;
  /** The project, and what the language server tells beside. */
  readonly elsewhere: DefinitionSource;
  readonly parser: PythonParser;
  readonly opened: Set<vscode.TextDocument>;
  readonly dispose: () => void;
}

/** Milliseconds that the first question waits for the interpreter; then it goes on without, and is told of later. */
const patience = 1_000;

export class Projects implements vscode.Disposable {
  readonly #seen = new Seen();
  readonly #editorFiles = new EditorFiles(this.#seen);
  readonly #typeshed = new Typeshed();
  readonly #files: Files;
  readonly #entries = new Map<string, Promise<Entry>>();
  readonly #live = new Set<Entry>();
  #subscription: vscode.Disposable | undefined;
  readonly #looking = new Map<vscode.TextDocument, Promise<boolean>>();

  constructor(
    private readonly extension: vscode.Uri,
    private readonly trees: Trees,
    private readonly definitions: Definitions,
    private readonly desktop: Desktop | undefined,
    private readonly tell: () => void,
  ) {
    const disk = desktop && this.#seen.reading(desktop.files, desktop.states);
    const reader = (address: string) => (disk && isOnDisk(address) ? disk : this.#editorFiles);
    this.#files = {
      read: (address) => reader(address).read(address),
      list: (folder) => reader(folder).list(folder),
    };
  }

  /** The project of a document, and its tree there as it is at the time of asking. */
  async open(document: vscode.TextDocument): Promise<Entry & { tree(): SyntaxTree }> {
    this.#subscription ??= this.#follow();
    const folder = folderOfDocument(document);
    const key = keyOf(folder);
    const making = this.#entries.get(key) ?? this.#make(key, folder);
    this.#entries.set(key, making);
    making.catch(() => this.#entries.delete(key)); // the parser's files may be readable the next time
    const entry = await making;
    return { ...entry, tree: () => this.#synchronised(entry, document) };
  }

  /** Brings what a project wants to read. What is here already was put off for a slice: the editor has its turn. */
  async load(addresses: readonly string[]): Promise<void> {
    if (addresses.some(isTypeshed)) await this.#loadTypeshed();
    const unread = addresses.filter((address) => !isTypeshed(address) && this.#files.list(address) === "later");
    await Promise.all([delay(0), ...unread.map((address) => this.#editorFiles.load(address))]);
  }

  async #loadTypeshed(): Promise<void> {
    if (this.#typeshed.isLoaded) return;
    const file = vscode.Uri.joinPath(this.extension, "dist", "typeshed.gz");
    await this.#typeshed.load(new Uint8Array(await vscode.workspace.fs.readFile(file)));
  }

  /**
   * Looks whether files that an answer about a document rests on have changed unsaid, and takes that for said: true where
   * any did, so that the answer is another one now. It reads nothing, and only asks for states; false after `limit` ms:
   * what is seen later counts the next time.
   * @param since what was looked at after that moment, by `performance.now()`, is not looked at again
   */
  look(document: vscode.TextDocument, since: number, limit: number): Promise<boolean> {
    // One at a time: where a drive does not answer they would pile up.
    const looking = this.#looking.get(document) ?? this.#look(document, since);
    this.#looking.set(document, looking);
    void looking.finally(() => this.#looking.delete(document));
    return Promise.race([looking, delay(limit).then(() => false)]);
  }

  async #look(document: vscode.TextDocument, since: number): Promise<boolean> {
    const folder = folderOfDocument(document);
    const entry = await this.#entries.get(keyOf(folder))?.catch(() => undefined);
    if (!entry) return false;
    const { files, folders } = entry.project.groundsOf(addressOfDocument(document));
    const environments = folder && folders.length > 0 ? environmentFiles(folder) : [];
    const all = [...files, ...environments, ...folders];
    const changed = await this.#seen.changed(all, since, (each) => this.#stateOf(each));
    const differs = changed.map((each) => (folders.includes(each) ? this.#listed(each) : this.#fileChanged(each)));
    return differs.includes(true);
  }

  #stateOf(address: string): Promise<State> {
    const states = isOnDisk(address) ? this.desktop?.states : undefined;
    return states ? states.soon(address) : this.#editorFiles.stateOf(address);
  }

  /** What is told about a document is to be worked out again. */
  refresh(document: vscode.TextDocument): void {
    const tree = this.trees.known(document);
    if (tree) for (const { project } of this.#live) project.refresh(tree);
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#dropAll();
  }

  // ---- making

  async #make(key: string, folder: vscode.WorkspaceFolder | undefined): Promise<Entry> {
    const environments = folder ? environmentFiles(folder) : [];
    await Promise.all(environments.map(async (each) => this.#seen.note(each, await this.#stateOf(each))));
    const finding = surroundingsOf(folder, this.desktop?.interpreters);
    const parser = await this.trees.parser();
    const found = await Promise.race([finding, delay(patience)]);
    if (!found) void this.#remakeWhenFound(key, finding);
    return this.#entry(parser, found ?? { workspace: folder ? [addressOf(folder.uri)] : [], sysPath: [] });
  }

  async #remakeWhenFound(key: string, finding: ReturnType<typeof surroundingsOf>): Promise<void> {
    const parser = await this.trees.parser();
    const before = this.#entries.get(key);
    const found = await finding;
    if (!before || this.#entries.get(key) !== before) return; // replaced meanwhile
    this.#entries.set(key, Promise.resolve(this.#entry(parser, found)));
    this.#drop(await before);
    this.#changed();
  }

  #entry(parser: PythonParser, around: Surroundings): Entry {
    const project = new Project(parser, this.#files, { ...around, typeshed: this.#typeshed });
    const elsewhere = withDefinitions(project, (tree, offset) => {
      const document = this.trees.documentOf(tree);
      return document && this.definitions.at(document, offset, (address) => project.treeAt(address));
    });
    const watching = watchPackages(around.sysPath, (uri) => this.#fileChanged(addressOf(uri)));
    const dispose = () => {
      watching.dispose();
      project.dispose();
    };
    const entry = { project, elsewhere, parser, opened: new Set<vscode.TextDocument>(), dispose };
    this.#live.add(entry);
    return entry;
  }

  // ---- keeping true

  /** The document's tree, after the project has got every open document that differs from its file. */
  #synchronised(entry: Entry, document: vscode.TextDocument): SyntaxTree {
    for (const other of vscode.workspace.textDocuments)
      if (other !== document && (entry.opened.has(other) || (other.isDirty && isModule(other))))
        this.#openIn(entry, other);
    return this.#openIn(entry, document);
  }

  #openIn({ project, parser, opened }: Entry, document: vscode.TextDocument): SyntaxTree {
    const tree = this.trees.of(document, parser);
    project.open(addressOfDocument(document), tree);
    if (!document.isClosed) opened.add(document);
    return tree;
  }

  #follow(): vscode.Disposable {
    const { workspace } = vscode;
    return vscode.Disposable.from(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document.languageId === "python") this.#changed();
      }),
      workspace.onDidCloseTextDocument((document) => this.#close(document)),
      watchFiles((uri) => this.#fileChanged(addressOf(uri))),
      workspace.onDidChangeWorkspaceFolders(() => this.#reset()),
      workspace.onDidGrantWorkspaceTrust(() => this.#reset()),
      this.desktop?.interpreters.onDidChange(() => this.#reset()) ?? { dispose: () => undefined },
    );
  }

  #close(document: vscode.TextDocument): void {
    this.definitions.forget(document);
    for (const { project, opened } of this.#live)
      if (opened.delete(document)) project.close(addressOfDocument(document));
  }

  #listed(folder: string): boolean {
    this.#editorFiles.forget(folder);
    const differs = [...this.#live].map(({ project }) => project.listed(folder)).includes(true);
    if (differs) this.#changed();
    return differs;
  }

  #fileChanged(address: string): true {
    this.#editorFiles.forget(address);
    for (const { project } of this.#live) project.changed(address);
    if (isEnvironment(address)) this.#reset();
    else this.#changed();
    return true;
  }

  /** Other files, or another interpreter, are looked at from now on. */
  #reset(): void {
    this.#dropAll();
    this.#changed();
  }

  #changed(): void {
    for (const document of this.definitions.clear()) this.refresh(document);
    this.tell();
  }

  #dropAll(): void {
    for (const entry of this.#live) this.#drop(entry);
    this.#entries.clear();
  }

  #drop(entry: Entry): void {
    this.#live.delete(entry);
    entry.dispose();
  }
}

function keyOf(folder: vscode.WorkspaceFolder | undefined): string {
  return folder?.uri.toString() ?? "";
}

/** Whether other files may import a document. */
function isModule(document: vscode.TextDocument): boolean {
  return document.languageId === "python" && isFile(document.uri) && !document.isClosed;
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
