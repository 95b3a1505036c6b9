// Where definitions in other files come from.
import type { SyntaxTree } from "./code/syntax";

/** Where a name is defined: in which file, and where its definition begins there. */
export interface DefinitionPlace {
  readonly tree: SyntaxTree;
  readonly offset: number;
}

/** Why a module's code cannot be followed: it is compiled, lies nowhere that is looked, or is too long or not readable. */
export type Absence = "compiled" | "missing" | "unread";

/** Gives the modules that a file imports. Who implements it decides where to look and keeps the trees. */
export interface DefinitionSource {
  /**
   * The module that `import name` means in `importer`; `level` is the number of leading dots. Undefined when it cannot
   * be found or read. Must not throw.
   */
  module(name: string, level: number, importer: SyntaxTree): SyntaxTree | undefined;
  /** Whether `from module import *` surely gives nothing by the name `word`, as the text tells without being parsed. */
  lacks?(name: string, level: number, importer: SyntaxTree, word: string): boolean;
  /** Why `module` gives nothing, where that is known. */
  absence?(name: string, level: number, importer: SyntaxTree): Absence | undefined;
  /** The name of the module of the standard library that a tree is: its stub, or its code where that is known. */
  library?(tree: SyntaxTree): string | undefined;
  /** The source that runs, for the tree of a stub. */
  behind?(stub: SyntaxTree): SyntaxTree | undefined;
  /** The name of the module of the standard library that a tree is: our stub of it, another copy, or what runs. */
  standard?(tree: SyntaxTree): string | undefined;
  /** The path or URI of a tree that it gave. */
  address?(tree: SyntaxTree): string | undefined;
  /** Another object as soon as something else may be true of a tree: when it, or what it imports, has changed. */
  stamp?(tree: SyntaxTree): object;
  /** The minor version of Python 3 that runs the code, where it is known. */
  readonly minor?: number | undefined;
  /**
   * Where a language server finds what the name at `offset` means. Undefined when none was asked yet, which is noted:
   * then the question may be worth asking again. Must not throw.
   */
  definition?(tree: SyntaxTree, offset: number): readonly DefinitionPlace[] | undefined;
}

/** No other file: what one file and the knowledge tables tell. */
export const noSource: DefinitionSource = { module: () => undefined };
