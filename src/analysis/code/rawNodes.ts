// Small questions about the parser's nodes, for the two files that convert them.
import type { RawNode } from "./syntax";

/** Named children without comments and joined lines. */
export function named(node: RawNode): RawNode[] {
  return node.children.filter((child) => child.named && child.type !== "comment" && child.type !== "line_continuation");
}

export function first(node: RawNode): RawNode | undefined {
  return named(node)[0];
}

export function field(node: RawNode, name: string): RawNode | undefined {
  return node.children.find((child) => child.field === name);
}

export function fields(node: RawNode, name: string): RawNode[] {
  return node.children.filter((child) => child.field === name && child.named);
}

export function isType(type: string): (node: RawNode) => boolean {
  return (node) => node.type === type;
}

export function isAsync(node: RawNode): boolean {
  return node.children[0]?.type === "async";
}

export function slice(node: RawNode, text: string): string {
  return text.slice(node.start, node.end);
}

export function span(node: RawNode): { start: number; end: number } {
  return { start: node.start, end: node.end };
}
