// Types as the knowledge tables write them: full names, no scope.
import type { Expression } from "../code/ast";
import { knownName } from "../facts/knowledge";
import { prose } from "../prose";
import { type InstanceValue, none, plainValue, union, unknown, type Value } from "./values";

/** The value of a type that the knowledge tables write: full names, no scope. `bind` says what the stand-ins mean. */
export function writtenType(node: Expression, bind: (name: string) => Value | undefined): Value {
  switch (node.kind) {
    case "literal":
      return node.type === "None" ? none : unknown(prose`it is not told`);
    case "operation":
      return union(node.operands.map((operand) => writtenType(operand, bind)));
    case "subscript": {
      const first = node.index[0];
      const name = dotted(node.object);
      const of = (index: number) => {
        const item = node.index[index];
        return item ? writtenType(item, bind) : unknown(prose`it is not told`);
      };
      if (name === "tuple")
        return {
          kind: "sequence",
          type: "tuple",
          exact: true,
          items: node.index.map((_, index) => () => of(index)),
          element: () => union(node.index.map((_, index) => of(index))),
        };
      if (name === "list" || name === "set") return { kind: "sequence", type: name, exact: true, element: () => of(0) };
      return first ? { ...(written(name, bind) as InstanceValue), result: () => of(0) } : written(name, bind);
    }
    default:
      return written(dotted(node), bind);
  }
}

function written(name: string, bind: (name: string) => Value | undefined): Value {
  const bound = bind(name);
  if (bound) return bound;
  if (!name.includes(".")) return name === "tuple" || name === "list" ? loose(name) : plainValue(name);
  return { kind: "instance", name: knownName(name), exact: true };
}

function loose(type: string): Value {
  return { kind: "sequence", type, exact: true, element: () => unknown(prose`what it holds is not told`) };
}

function dotted(node: Expression): string {
  if (node.kind === "attribute") return `${dotted(node.object)}.${node.name}`;
  return node.kind === "name" ? node.id : "";
}
