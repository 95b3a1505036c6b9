// The text that a snippet inserts, for tests.
export { expand, type Piece, pieces } from "../../src/analysis/snippets/tabStops";
