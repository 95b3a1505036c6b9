// What another source, a language server, says about where a name is defined: from such places to what is bound there.
import type { ClassDef } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { DefinitionPlace, DefinitionSource } from "../modules";
import { prose } from "../prose";
import { type Binding, frameOf, type Scope, scopeAt } from "../scopes/scope";
import {
  type Inference,
  inexact,
  isTold,
  type ModuleValue,
  type ObjectValue,
  union,
  unknown,
  type Value,
} from "./values";

/** A source that also knows where names are defined that code alone does not tell. */
export function withDefinitions(
  source: DefinitionSource,
  definition: NonNullable<DefinitionSource["definition"]>,
): DefinitionSource {
  return {
    module: (name, level, importer) => source.module(name, level, importer),
    lacks: (name, level, importer, word) => source.lacks?.(name, level, importer, word) ?? false,
    absence: (name, level, importer) => source.absence?.(name, level, importer),
    library: (tree) => source.library?.(tree),
    standard: (tree) => source.standard?.(tree),
    behind: (stub) => source.behind?.(stub),
    address: (tree) => source.address?.(tree),
    stamp: (tree) => source.stamp?.(tree) ?? tree,
    minor: source.minor,
    definition,
  };
}

/** What is asked of the inference beside what its parts ask each other. */
interface Asked extends Inference {
  moduleScope(tree: SyntaxTree): Scope;
}

/** What is defined at these places: a value only where each of them tells one. */
export function valueElsewhere(places: readonly DefinitionPlace[], source: DefinitionSource, infer: Asked): Value {
  const members = places.map((place) => memberAt(place, infer));
  const known = members.filter((member) => member !== undefined);
  const values = together(known).map((member) => told(member, source, infer));
  const isWhole = known.length > 0 && known.length === members.length && values.every(isTold);
  return isWhole ? union(values) : unknown(prose`what defines it is not followed`);
}

/** A name that an object of a class has, or a module; or a module itself. With all that binds it, of what was named. */
interface Member {
  readonly owner: ObjectValue | ModuleValue;
  readonly name: string | undefined;
  readonly bindings: readonly Binding[];
}

/** Overloads of one function, or the branches that define it, are one member. */
function together(members: readonly Member[]): Member[] {
  const all: Member[] = [];
  for (const member of members) {
    const index = all.findIndex((other) => other.name === member.name && definerOf(other) === definerOf(member));
    const other = all[index];
    if (other) all[index] = { ...other, bindings: [...other.bindings, ...member.bindings] };
    else all.push(member);
  }
  return all;
}

function definerOf({ owner }: Member): object {
  return owner.kind === "object" ? owner.of.definition : owner.importer;
}

function told(member: Member, source: DefinitionSource, infer: Asked): Value {
  const { owner, name, bindings } = member;
  const tree = owner.kind === "object" ? owner.of.where.scope.tree : owner.importer;
  const module = source.standard?.(tree);
  const standard = module === undefined ? undefined : standardMember(member, infer.module(module, 0, tree), infer);
  // What typing has means what it is called; its code says nothing.
  if (standard && (isTold(standard) || module === "typing")) return standard;
  if (name === undefined) return owner;
  const value = infer.attribute(owner, name, { scope: infer.moduleScope(tree), statement: undefined });
  const isAssigned = bindings.every(({ kind }) => kind !== "function" && kind !== "class");
  // What a base that is not read may have by that name is none of its definitions.
  return isAssigned && !isTold(value) ? inexact(union(bindings.map((binding) => infer.bound(binding)))) : value;
}

/** The same member, by the standard library's stubs and the tables. */
function standardMember({ owner, name }: Member, module: Value, infer: Asked): Value | undefined {
  if (module.kind !== "module" || name === undefined) return module;
  if (owner.kind === "module") return infer.moduleMember(module, name);
  if (owner.of.where.scope.kind !== "module") return undefined;
  const of = infer.moduleMember(module, owner.of.definition.name);
  const where = { scope: owner.of.where.scope, statement: undefined };
  if (of.kind === "class") return infer.attribute({ kind: "object", of, exact: false }, name, where);
  const isClass = of.kind === "fact" && of.fact.is === "class";
  return isClass ? infer.attribute({ kind: "instance", name: of.name, exact: false }, name, where) : undefined;
}

function memberAt({ tree, offset }: DefinitionPlace, infer: Asked): Member | undefined {
  const scope = infer.moduleScope(tree);
  const module: ModuleValue = { kind: "module", name: "", level: 0, importer: tree, scope };
  const binding = bindingAt(frameOf(scopeAt(scope, offset)), offset);
  // A module is defined by its file: by the first of its characters.
  if (!binding) return offset === 0 ? { owner: module, name: undefined, bindings: [] } : undefined;
  const name = binding.name.slice(binding.name.lastIndexOf(".") + 1);
  const owner = ownerOf(binding);
  if (owner) return { owner, name, bindings: [binding] };
  return binding.where.scope === scope && binding.name === name
    ? { owner: module, name, bindings: [binding] }
    : undefined;
}

/** The binding that the text makes at an offset. */
function bindingAt(scope: Scope, offset: number): Binding | undefined {
  for (const bindings of scope.bindings.values()) {
    const found = bindings.find(({ span }) => span.start <= offset && offset < span.end);
    if (found) return found;
  }
  return undefined;
}

/** An object of the class that the binding gives an attribute: in the class's body, or as `self.name` in a method. */
function ownerOf({ name, where: { scope } }: Binding): ObjectValue | undefined {
  const around = name.includes(".") ? scope.parent : scope;
  if (around?.kind !== "class" || !around.parent) return undefined;
  const definition = around.node as ClassDef;
  const of = { kind: "class", definition, where: { scope: around.parent, statement: definition } } as const;
  return { kind: "object", of, exact: false };
}
