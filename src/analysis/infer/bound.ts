// What a binding gives its name: assigned values, loop and `with` targets, parameters, definitions, imports.
import type { ClassDef, FunctionDef, Parameter } from "../code/ast";
import { code, prose } from "../prose";
import { additions } from "../scopes/filling";
import { type Binding, frameOf, type Scope, type Where } from "../scopes/scope";
import { awaited, elementOf, special } from "./callSite";
import { fieldAt } from "./fields";
import { withOverloads } from "./overloaded";
import { force, type Inference, isNone, plainValue, union, unknown, type Value } from "./values";

/** What only the inference itself can tell. */
export interface BindingContext extends Inference {
  /** What the call whose body is followed puts into a parameter. */
  given(parameter: Parameter): Value | undefined;
  imported(binding: Extract<Binding, { kind: "from-import" }>): Value;
}

export function bindingValue(binding: Binding, infer: BindingContext): Value {
  const { where } = binding;
  switch (binding.kind) {
    case "value":
      return assigned(binding, infer);
    case "walrus":
      return infer.valueOf(binding.value, where);
    case "declaration":
      return infer.typeOf(binding.annotation, where);
    case "item":
      return unpacked(item(infer.valueOf(binding.iterable, where), binding.isAsync, where, infer), binding, infer);
    case "context":
      return unpacked(entered(infer.valueOf(binding.value, where), binding.isAsync, where, infer), binding, infer);
    case "parameter":
      return parameterValue(binding, infer);
    case "function":
      return withOverloads(infer.definition(binding.definition, where), binding, infer);
    case "class":
      return infer.definition(binding.definition, where);
    case "import":
      return infer.module(binding.module, 0, where.scope.tree);
    case "from-import":
      return infer.imported(binding);
    case "type-alias":
      return { kind: "type", node: binding.value, where };
    case "deleted":
      return unknown(prose`${code(binding.name)} is deleted`);
    case "opaque":
      return unknown(prose`${code(binding.name)} is bound by ${binding.by}`);
  }
}

function assigned(binding: Extract<Binding, { kind: "value" }>, infer: Inference): Value {
  const { value: node, annotation, where } = binding;
  // `Handler: TypeAlias = "Callable[…]"`
  if (annotation && node.kind === "literal" && node.text !== undefined) {
    const declared = infer.valueOf(annotation, where);
    if (declared.kind === "form" && declared.name === "typing.TypeAlias") return { kind: "type", node, where };
  }
  const value = filled(binding, unpacked(infer.valueOf(node, where), binding, infer), infer);
  return annotation ? narrowedTo(value, infer.typeOf(annotation, where)) : value;
}

/** A value under an annotation: the annotation says what it holds, the value what it is. */
function narrowedTo(value: Value, declared: Value): Value {
  if (value.kind === "unknown") return declared;
  if (declared.kind === "union") {
    const same = declared.members.find((member) => isOfOne(value, member));
    return same ? narrowedTo(value, same) : value;
  }
  if (!isOfOne(value, declared)) return value;
  if (value.kind === "sequence" && declared.kind === "sequence")
    return { ...declared, type: value.type, exact: value.exact };
  if (value.kind === "object" && declared.kind === "object" && declared.types)
    return { ...value, types: declared.types };
  if (value.kind === "instance" && declared.kind === "instance" && declared.result && !value.runs)
    return { ...value, result: declared.result };
  return value;
}

function isOfOne(value: Value, declared: Value): boolean {
  if (value.kind === "sequence" && declared.kind === "sequence") return !value.items && !declared.items;
  if (value.kind === "object" && declared.kind === "object") return value.of.definition === declared.of.definition;
  return value.kind === "instance" && declared.kind === "instance" && value.name === declared.name;
}

function unpacked(value: Value, { path, where }: { path: Path; where: Where }, infer: Inference): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = (each: Value) => unpacked(each, { path: rest, where }, infer);
  switch (value.kind) {
    case "sequence": {
      const item = typeof step === "number" ? value.items?.at(step) : undefined;
      if (item) return inner(force(item));
      if (step === "*") return inner({ kind: "sequence", type: "list", exact: true, element: value.element });
      return inner(value.items ? unknown(prose`there are too few values`) : force(value.element));
    }
    case "union":
      return union(
        value.members.filter((member) => !isNone(member)).map((member) => unpacked(member, { path, where }, infer)),
      );
    case "object": {
      const field = typeof step === "number" ? fieldAt(value, step, infer) : undefined;
      return inner(field ? infer.attribute(value, field, where) : elementOf(value, infer, where));
    }
    case "instance":
      return inner(elementOf(value, infer, where));
    case "unknown":
      return value;
    default:
      return unknown(prose`how it unpacks is not followed`);
  }
}

type Path = Extract<Binding, { kind: "value" }>["path"];

/** A list that is filled after it is made holds what was put in, too. */
function filled(binding: Extract<Binding, { kind: "value" }>, value: Value, infer: Inference): Value {
  if (value.kind !== "sequence" || binding.path.length > 0) return value;
  const added = additions(binding.name, frameOf(binding.where.scope));
  if (added.length === 0) return value;
  const held = value.values ?? value.element;
  const all = infer.later(() =>
    union([
      ...(isEmptyDisplay(binding) ? [] : [force(held)]),
      ...added.map(({ node, where }) =>
        node ? infer.valueOf(node, where) : unknown(prose`${code(binding.name)} is changed`),
      ),
    ]),
  );
  const base = { kind: "sequence", type: value.type, exact: value.exact } as const;
  return value.values ? { ...base, element: value.element, values: all } : { ...base, element: all };
}

function isEmptyDisplay({ value }: Extract<Binding, { kind: "value" }>): boolean {
  if (value.kind === "display") return value.elements.length === 0;
  return value.kind === "call" && value.args.length === 0;
}

function item(value: Value, isAsync: boolean, where: Where, infer: Inference): Value {
  if (!isAsync) return elementOf(value, infer, where);
  return awaited(special(special(value, "__aiter__", infer, where), "__anext__", infer, where), infer, where);
}

function entered(value: Value, isAsync: boolean, where: Where, infer: Inference): Value {
  if (isAsync) return awaited(special(value, "__aenter__", infer, where), infer, where);
  return special(value, "__enter__", infer, where);
}

function parameterValue(binding: Extract<Binding, { kind: "parameter" }>, infer: BindingContext): Value {
  const { parameter, where, position } = binding;
  const given = infer.given(parameter);
  const { annotation, name } = parameter;
  if (given && !(given.kind === "unknown" && annotation)) return given;
  const receiver = position === 0 ? receiverOf(where.scope, infer) : undefined;
  if (receiver && (!annotation || isVariable(annotation, where, infer))) return receiver;
  if (!annotation) return unknown(prose`${code(name)} comes from an untyped parameter`);
  const type = infer.typeOf(annotation, outside(where));
  if (parameter.star === "*") return { kind: "sequence", type: "tuple", exact: true, element: () => type };
  if (parameter.star === "**")
    return { kind: "sequence", type: "dict", exact: true, element: () => plainValue("str"), values: () => type };
  return type.kind === "unknown" ? unknown(prose`${code(name)} is a parameter, and ${type.why}`) : type;
}

function isVariable(annotation: NonNullable<Parameter["annotation"]>, where: Where, infer: Inference): boolean {
  const open = infer.openType(annotation, outside(where));
  return open.kind === "variable" || (open.kind === "class of" && force(open.instance).kind === "variable");
}

/** Where annotations of a function's parameters are evaluated. */
function outside(where: Where): Where {
  const { parent, node } = where.scope;
  const statement = "kind" in node && node.kind === "function" ? node : undefined;
  return parent ? { scope: parent, statement } : where;
}

/** What the first parameter of a method is: an instance, or the class for a class method. */
function receiverOf(scope: Scope, infer: Inference): Value | undefined {
  const { node, parent } = scope;
  if (parent?.kind !== "class" || !parent.parent || !("kind" in node) || node.kind !== "function") return undefined;
  const definition = parent.node as ClassDef;
  const of = { kind: "class", definition, where: { scope: parent.parent, statement: definition } } as const;
  if (hasEffect(node, parent, "static method", infer)) return undefined;
  const isClass =
    hasEffect(node, parent, "class method", infer) || /^__(new|init_subclass|class_getitem)__$/.test(node.name);
  return isClass ? { ...of, open: true } : { kind: "object", of, exact: false };
}

function hasEffect(node: FunctionDef, scope: Scope, effect: string, infer: Inference): boolean {
  return node.decorators.some((decorator) => {
    const value = infer.valueOf(decorator, { scope, statement: node });
    return value.kind === "fact" && value.fact.is === "decorator" && value.fact.effect === effect;
  });
}
