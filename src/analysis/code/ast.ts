// The shape of Python code as the rest of the analysis sees it: plain data, independent of the parser that made it.
// Spans are offsets into the file's text in UTF-16 code units, end exclusive.

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Expression =
  | Name
  | Attribute
  | Call
  | Await
  | Subscript
  | Literal
  | Display
  | Comprehension
  | Lambda
  | Conditional
  | BooleanOperation
  | Operation
  | Walrus
  | Yield
  | Starred
  | Other;

export interface Name extends Span {
  readonly kind: "name";
  readonly id: string;
}
export interface Attribute extends Span {
  readonly kind: "attribute";
  readonly object: Expression;
  readonly name: string;
}
export interface Argument {
  /** Set for `name=value`. */
  readonly name?: string;
  /** A `Starred` for `*value` and `**value`. */
  readonly value: Expression;
}
export interface Call extends Span {
  readonly kind: "call";
  readonly callee: Expression;
  readonly args: readonly Argument[];
}
/** `await operand`. The operand of `await x ** 2` is `x`, as in Python; the operand is missing while it is being typed. */
export interface Await extends Span {
  readonly kind: "await";
  readonly operand?: Expression;
}
export interface Subscript extends Span {
  readonly kind: "subscript";
  readonly object: Expression;
  readonly index: readonly Expression[];
}
export type LiteralType = "str" | "bytes" | "int" | "float" | "complex" | "bool" | "None" | "ellipsis" | "template";
export interface Literal extends Span {
  readonly kind: "literal";
  readonly type: LiteralType;
  /** What is evaluated inside an f-string or t-string. */
  readonly parts: readonly Expression[];
  /** The characters between the quotes of a plain string without escapes: what a forward reference says. */
  readonly text?: string;
}
export interface Display extends Span {
  readonly kind: "display";
  readonly type: "list" | "tuple" | "set" | "dict";
  /** Keys of a dict, where there are any; elements are its values. */
  readonly keys: readonly Expression[];
  readonly elements: readonly Expression[];
}
export interface Clause extends Span {
  readonly isAsync: boolean;
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}
export interface Comprehension extends Span {
  readonly kind: "comprehension";
  readonly type: "list" | "set" | "dict" | "generator";
  /** One expression, or key and value of a dict comprehension. */
  readonly elements: readonly Expression[];
  readonly clauses: readonly Clause[];
}
export interface Lambda extends Span {
  readonly kind: "lambda";
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}
export interface Conditional extends Span {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
export interface BooleanOperation extends Span {
  readonly kind: "boolean";
  readonly operator: "and" | "or";
  readonly left: Expression;
  readonly right: Expression;
}
/** Arithmetic, comparison, `not`. */
export interface Operation extends Span {
  readonly kind: "operation";
  readonly operator: string;
  readonly operands: readonly Expression[];
}
export interface Walrus extends Span {
  readonly kind: "walrus";
  readonly target: Name;
  readonly value: Expression;
}
export interface Yield extends Span {
  readonly kind: "yield";
  readonly from: boolean;
  readonly value?: Expression;
}
export interface Starred extends Span {
  readonly kind: "starred";
  readonly value: Expression;
}
/** Slices and whatever does not parse; what is inside still counts. */
export interface Other extends Span {
  readonly kind: "other";
  readonly children: readonly Expression[];
}

export interface Parameter extends Span {
  readonly name: string;
  readonly annotation?: Expression;
  readonly fallback?: Expression;
  readonly star: "" | "*" | "**";
  readonly isKeywordOnly?: true;
}

/** Statements in order. `owner` is the statement that the block belongs to; a module's or function's body has none. */
export interface Block extends Span {
  readonly statements: readonly Statement[];
  readonly owner?: Statement;
}

interface StatementBase extends Span {
  readonly parent: Block;
  readonly index: number;
}

export type Statement =
  | ExpressionStatement
  | Assign
  | Augment
  | Return
  | Raise
  | Delete
  | Import
  | FromImport
  | Outer
  | Jump
  | If
  | While
  | For
  | With
  | Try
  | Match
  | FunctionDef
  | ClassDef
  | TypeAlias;

export interface ExpressionStatement extends StatementBase {
  readonly kind: "expression";
  readonly values: readonly Expression[];
}
/** `a = b = value`, `a: T = value`, `a: T`. */
export interface Assign extends StatementBase {
  readonly kind: "assign";
  readonly targets: readonly Expression[];
  readonly annotation?: Expression;
  readonly value?: Expression;
}
export interface Augment extends StatementBase {
  readonly kind: "augment";
  readonly target: Expression;
  readonly value: Expression;
}
export interface Return extends StatementBase {
  readonly kind: "return";
  readonly value?: Expression;
}
export interface Raise extends StatementBase {
  readonly kind: "raise";
  readonly values: readonly Expression[];
}
export interface Delete extends StatementBase {
  readonly kind: "delete";
  readonly targets: readonly Expression[];
}
export interface ImportedName extends Span {
  /** Dotted for `import a.b`. */
  readonly name: string;
  readonly alias?: string;
}
export interface Import extends StatementBase {
  readonly kind: "import";
  readonly names: readonly ImportedName[];
}
export interface FromImport extends StatementBase {
  readonly kind: "from-import";
  /** Number of leading dots. */
  readonly level: number;
  readonly module: string;
  /** `*` is a name of its own. */
  readonly names: readonly ImportedName[];
}
/** `global a, b` and `nonlocal a, b`. */
export interface Outer extends StatementBase {
  readonly kind: "outer";
  readonly keyword: "global" | "nonlocal";
  readonly names: readonly string[];
}
export interface Jump extends StatementBase {
  readonly kind: "jump";
  readonly keyword: "break" | "continue" | "pass";
}
export interface If extends StatementBase {
  readonly kind: "if";
  readonly branches: readonly { readonly test: Expression; readonly body: Block }[];
  readonly otherwise?: Block;
}
export interface While extends StatementBase {
  readonly kind: "while";
  readonly test: Expression;
  readonly body: Block;
  readonly otherwise?: Block;
}
export interface For extends StatementBase {
  readonly kind: "for";
  readonly isAsync: boolean;
  readonly target: Expression;
  readonly iterable: Expression;
  readonly body: Block;
  readonly otherwise?: Block;
}
export interface WithItem {
  readonly value: Expression;
  readonly target?: Expression;
}
export interface With extends StatementBase {
  readonly kind: "with";
  readonly isAsync: boolean;
  readonly items: readonly WithItem[];
  readonly body: Block;
}
export interface Handler extends Span {
  readonly types: readonly Expression[];
  readonly name?: string;
  readonly body: Block;
}
export interface Try extends StatementBase {
  readonly kind: "try";
  readonly body: Block;
  readonly handlers: readonly Handler[];
  readonly otherwise?: Block;
  readonly last?: Block;
}
export interface Case extends Span {
  /** Names that the pattern binds. */
  readonly captures: readonly string[];
  readonly guard?: Expression;
  readonly body: Block;
}
export interface Match extends StatementBase {
  readonly kind: "match";
  readonly subjects: readonly Expression[];
  readonly cases: readonly Case[];
}
/** `T` of `def f[T]`; a pack is `*Ts` or `**P`. */
export interface TypeParameter {
  readonly name: string;
  readonly isPack: boolean;
  readonly bound?: Expression;
}
export interface FunctionDef extends StatementBase {
  readonly kind: "function";
  readonly typeParameters: readonly TypeParameter[];
  readonly name: string;
  readonly nameSpan: Span;
  readonly isAsync: boolean;
  readonly decorators: readonly Expression[];
  readonly parameters: readonly Parameter[];
  readonly returns?: Expression;
  readonly bodySpan: Span;
  /** Converted when first asked for: most functions of a file are never looked at. */
  readonly body: Block;
}
export interface ClassDef extends StatementBase {
  readonly kind: "class";
  readonly typeParameters: readonly TypeParameter[];
  readonly name: string;
  readonly nameSpan: Span;
  readonly decorators: readonly Expression[];
  readonly bases: readonly Argument[];
  readonly bodySpan: Span;
  /** Converted when first asked for, as a function's. */
  readonly body: Block;
}
export interface TypeAlias extends StatementBase {
  readonly kind: "type-alias";
  readonly name: string;
  readonly typeParameters: readonly TypeParameter[];
  readonly value?: Expression;
}

/** Expressions directly inside one, in the order of the text. Parameters' annotations and defaults included. */
export function subexpressions(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "name":
      return [];
    case "attribute":
      return [node.object];
    case "call":
      return [node.callee, ...node.args.map((argument) => argument.value)];
    case "await":
      return node.operand ? [node.operand] : [];
    case "subscript":
      return [node.object, ...node.index];
    case "literal":
      return node.parts;
    case "display":
      return node.keys.length > 0 ? [...node.keys, ...node.elements] : node.elements;
    case "comprehension":
      return [
        ...node.elements,
        ...node.clauses.flatMap((clause) => [clause.target, clause.iterable, ...clause.conditions]),
      ];
    case "lambda":
      return [...node.parameters.flatMap(parameterExpressions), node.body];
    case "conditional":
      return [node.whenTrue, node.test, node.whenFalse];
    case "boolean":
      return [node.left, node.right];
    case "operation":
      return node.operands;
    case "walrus":
      return [node.value];
    case "yield":
      return node.value ? [node.value] : [];
    case "starred":
      return [node.value];
    case "other":
      return node.children;
  }
}

/** What is evaluated where a function is defined, not where it runs. */
export function parameterExpressions(parameter: Parameter): readonly Expression[] {
  return [parameter.annotation, parameter.fallback].filter((value) => value !== undefined);
}

/** Expressions of a statement's own line: those of its blocks are not included. */
export function ownExpressions(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "expression":
      return statement.values;
    case "assign":
      return present(statement.value, ...statement.targets, statement.annotation);
    case "augment":
      return [statement.target, statement.value];
    case "return":
      return present(statement.value);
    case "raise":
      return statement.values;
    case "delete":
      return statement.targets;
    case "if":
      return statement.branches.map((branch) => branch.test);
    case "while":
      return [statement.test];
    case "for":
      return [statement.iterable, statement.target];
    case "with":
      return statement.items.flatMap((item) => present(item.value, item.target));
    case "try":
      return statement.handlers.flatMap((handler) => handler.types);
    case "match":
      return [...statement.subjects, ...present(...statement.cases.map((each) => each.guard))];
    case "function":
      return [
        ...statement.decorators,
        ...statement.parameters.flatMap(parameterExpressions),
        ...present(statement.returns),
      ];
    case "class":
      return [...statement.decorators, ...statement.bases.map((base) => base.value)];
    case "import":
    case "from-import":
    case "outer":
    case "jump":
    case "type-alias":
      return [];
  }
}

/** Blocks that belong to a statement and run in its own scope: a function's and a class's body do not. */
export function ownBlocks(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case "if":
      return present(...statement.branches.map((branch) => branch.body), statement.otherwise);
    case "while":
    case "for":
      return present(statement.body, statement.otherwise);
    case "with":
      return [statement.body];
    case "try":
      return present(
        statement.body,
        ...statement.handlers.map((handler) => handler.body),
        statement.otherwise,
        statement.last,
      );
    case "match":
      return statement.cases.map((each) => each.body);
    default:
      return [];
  }
}

function present<T>(...values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

/** Whether `offset` lies in `span`. */
export function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset < span.end;
}
