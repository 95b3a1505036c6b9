// What calls of names in the knowledge tables give: their types are written in the tables, some depend on the arguments.
import type { Expression } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { derives, type Effect } from "../facts/knowledge";
import { code, prose } from "../prose";
import { argument, awaited, type CallSite, elementOf, madeAt } from "./callSite";
import { standardObject } from "./standard";
import { type FactValue, force, type Inference, none, unknown, type Value } from "./values";
import { writtenType } from "./writtenTypes";

/** What a call of a known function, class or decorator gives. */
export function callFact(callee: FactValue, site: CallSite, infer: Inference): Value {
  const { fact: known } = callee;
  const made = madeAt(site);
  switch (known.is) {
    case "coroutine":
      return {
        kind: "coroutine",
        type: "coroutine",
        of: variant(callee, site, infer),
        made,
        args: site.args,
        result: infer.later(() => given(known.gives, callee, site, infer)),
      };
    case "function": {
      const by = variant(callee, site, infer);
      const value = given(by.fact.is === "function" ? by.fact.returns : known.returns, callee, site, infer);
      return value.kind === "instance" && !value.made ? { ...value, made, by } : value;
    }
    case "class":
      return { kind: "instance", name: callee.name, exact: true, made };
    case "decorator":
      return decorate(callee, site, infer);
    case "attribute":
      return unknown(prose`${code(callee.name)} is not a function`);
  }
}

/** The fact with what it says of a call with these very arguments: `asyncio.sleep(0)`. */
function variant(callee: FactValue, site: CallSite, infer: Inference): FactValue {
  const { takes = "", calls } = callee.fact;
  if (!calls) return callee;
  const found = conditions(takes, site, infer).flatMap((condition) => calls[condition] ?? []);
  return found.length > 0 ? { ...callee, fact: Object.assign({}, callee.fact, ...found) } : callee;
}

/** What can be said of a call's arguments, in the words of the tables. */
function conditions(takes: string, site: CallSite, infer: Inference): string[] {
  const { args } = site;
  if (args.length === 0) return ["nothing"];
  const text = (node: Expression) => site.where.scope.tree.slice(node);
  const positional = args.filter(({ name, value }) => name === undefined && !text(value).startsWith("**"));
  const isOpen = args.some(({ value }) => value.kind === "starred");
  const parameters = takes.split(" ").filter((parameter) => parameter !== "");
  const written = parameters.flatMap((parameter, index) => {
    const [name = "", fallback] = parameter.split("=");
    const byPlace = isOpen || parameters.slice(0, index).includes("*") ? undefined : positional[index];
    const node = (args.find((each) => each.name === name) ?? byPlace)?.value;
    if (node) return [`${name}=${text(node).replace(/^[\w.]+\./, "")}`];
    return fallback === undefined || isOpen ? [] : [`${name}=${fallback}`];
  });
  const areFutures = positional.length > 0 && positional.every(({ value }) => isFuture(givenBy(value, site, infer)));
  return areFutures ? ["futures", ...written] : written;
}

/** What a positional argument hands over; of `*items` each item. */
function givenBy(node: Expression, site: CallSite, infer: Inference): Value {
  return node.kind === "starred"
    ? elementOf(infer.valueOf(node.value, site.where), infer, site.where)
    : infer.valueOf(node, site.where);
}

function isFuture(value: Value): boolean {
  if (value.kind === "union") return value.members.every(isFuture);
  return value.kind === "instance" && derives(value.name, "asyncio.Future");
}

function given(type: string, callee: FactValue, site: CallSite, infer: Inference): Value {
  const node = parsedType(type, site.where.scope.tree);
  const told = node ? writtenType(node, (name) => standIn(name, callee, site, infer)) : unknown(prose`it is not told`);
  if (told.kind !== "unknown" && type !== "tuple" && type !== "object") return told;
  const more = fromDefinition(callee, site, infer);
  return more && more.kind !== "unknown" ? more : told;
}

/** What the tables leave open, as the library's own code or stub says it. */
function fromDefinition(callee: FactValue, site: CallSite, infer: Inference): Value | undefined {
  const { receiver, name } = callee;
  const object = receiver && standardObject(receiver, infer);
  const member = name.slice(name.lastIndexOf(".") + 1);
  const found = object ? infer.attribute(object, member, site.where) : receiver ? undefined : infer.standard(name);
  if (!found || found.kind === "fact" || found.kind === "unknown") return undefined;
  const value = infer.call(found, site.args, site.at, site.where);
  return callee.fact.is === "coroutine" ? awaited(value, infer, site.where) : value;
}

const parsedTypes = new Map<string, Expression | undefined>();

function parsedType(type: string, tree: SyntaxTree): Expression | undefined {
  if (!parsedTypes.has(type)) parsedTypes.set(type, tree.parseExpression(type));
  return parsedTypes.get(type);
}

function standIn(name: string, callee: FactValue, site: CallSite, infer: Inference): Value | undefined {
  switch (name) {
    case "Awaited0":
      return awaited(argument(site, 0, infer), infer, site.where);
    case "Argument1":
      return site.args.length > 1 ? argument(site, 1, infer) : none;
    case "Called0":
    case "Called1": {
      const index = name === "Called0" ? 0 : 1;
      return infer.call(argument(site, index, infer), site.args.slice(index + 1), site.at, site.where);
    }
    case "Future0":
      return asFuture(argument(site, 0, infer), site, infer);
    case "Partial0":
      return {
        kind: "callable",
        result: infer.later(() => infer.call(argument(site, 0, infer), site.args.slice(1), site.at, site.where)),
      };
    case "Receiver":
      return callee.receiver;
    case "Entered":
      return callee.receiver?.kind === "instance" && callee.receiver.result
        ? force(callee.receiver.result)
        : callee.receiver;
    case "Item":
      return callee.receiver?.kind === "instance" && callee.receiver.result
        ? force(callee.receiver.result)
        : unknown(prose`what it holds is not told`);
    case "Unknown":
      return unknown(prose`what ${code(callee.name)} gives is not told`);
    default:
      return undefined;
  }
}

/** `asyncio.ensure_future`: a future stays itself, anything else awaitable becomes a task. */
function asFuture(value: Value, site: CallSite, infer: Inference): Value {
  if (value.kind === "instance" && (value.name === "asyncio.Task" || value.name === "asyncio.Future")) return value;
  if (value.kind === "coroutine" || value.kind === "object")
    return {
      kind: "instance",
      name: "asyncio.Task",
      exact: true,
      made: madeAt(site),
      runs: value,
      result: infer.later(() => awaited(value, infer, site.where)),
    };
  return unknown(value.kind === "unknown" ? value.why : prose`what is made a future here is not followed`);
}

function decorate(callee: FactValue, site: CallSite, infer: Inference): Value {
  const known = callee.fact;
  if (known.is !== "decorator") return callee;
  const first = site.args.length === 1 ? argument(site, 0, infer) : undefined;
  const isDirect = !known.called && first !== undefined && (first.kind === "function" || first.kind === "lambda");
  if (isDirect) return applyEffect(known.effect, first);
  // `lru_cache(maxsize=8)`, `wraps(f)`: the call gives the decorator.
  return { ...callee, fact: { ...known, called: false } };
}

/** A function as a decorator with that effect leaves it. */
export function applyEffect(effect: Effect, value: Value): Value {
  if (effect === "keep" || value.kind !== "function") return value;
  return { ...value, effects: [...value.effects, effect] };
}
