// Objects that several tasks may use at once: what a variable was made from, where its class is not read.
import type { Expression } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Inference, ObjectValue, Value } from "../infer/values";
import { type Binding, frameOf, type Scope, type Where } from "../scopes/scope";

/**
 * Classes whose instances are made to be used by several tasks at once, and functions that give one, by full name:
 * clients and pools take a connection of their own for each request, limiters are what tasks share, loggers take lines
 * in any order.
 */
const shareable: ReadonlySet<string> = new Set([
  "aiohttp.ClientSession",
  "httpx.AsyncClient",
  "asyncpg.create_pool",
  "asyncpg.Pool",
  "asyncio.Lock",
  "asyncio.Semaphore",
  "asyncio.BoundedSemaphore",
  "logging.getLogger",
  "logging.Logger",
  "logging.LoggerAdapter",
  "structlog.get_logger",
  "loguru.logger",
]);

/** Whether tasks may use what an expression gives at the same time. */
export function isShareable(node: Expression, where: Where, infer: Inference): boolean {
  const value = infer.valueOf(node, where);
  if (value.kind === "unknown") return isListed(originOf(node, where.scope, infer));
  if (value.kind === "instance") return isListed(value.name);
  return value.kind === "object" && isListed(publicName(value, where.scope.tree, infer));
}

/** The full name of the class of an object from another file: by its package, which is where it is imported from. */
function publicName({ of }: ObjectValue, user: SyntaxTree, infer: Inference): string | undefined {
  if (of.where.scope.tree === user) return undefined;
  const standard = infer.fullName(of.definition, of.where)?.replace(/\..*$/, "");
  const address = infer.addressOf(of.where.scope.tree) ?? "";
  const [, installed] = /\/(?:site|dist)-packages\/(\w+?)(?:-stubs)?\//.exec(address) ?? [];
  const name = standard ?? installed;
  return name && `${name}.${of.definition.name}`;
}

function isListed(name: string | undefined): boolean {
  return name !== undefined && shareable.has(name);
}

/** The full name of what made an object, or of its annotated type, where no more than that is known. */
export function originOf(node: Expression, scope: Scope, infer: Inference, depth = 0): string | undefined {
  if (depth > 6) return undefined;
  const next = (from: Expression, at: Scope) => originOf(from, at, infer, depth + 1);
  switch (node.kind) {
    case "call":
      return nameOf(infer.valueOf(node.callee, { scope, statement: undefined }));
    case "await":
      return node.operand && next(node.operand, scope);
    case "name":
      return (
        ofBinding(bindingOf(node.id, scope), infer, next) ??
        nameOf(infer.valueOf(node, { scope, statement: undefined }))
      );
    case "attribute":
      return ofBinding(attributeBinding(node.object, node.name, scope), infer, next);
    default:
      return undefined;
  }
}

function ofBinding(
  binding: Binding | undefined,
  infer: Inference,
  next: (from: Expression, at: Scope) => string | undefined,
): string | undefined {
  const scope = binding?.where.scope;
  if (!binding || !scope) return undefined;
  const annotation = binding.kind === "parameter" ? binding.parameter.annotation : undefined;
  if (annotation) return nameOf(infer.valueOf(annotation, { scope: scope.parent ?? scope, statement: undefined }));
  return binding.kind === "value" || binding.kind === "context" ? next(binding.value, scope) : undefined;
}

function nameOf(value: Value): string | undefined {
  return value.kind === "unknown" ? value.name : undefined;
}

/** The only binding of a name. */
function bindingOf(id: string, from: Scope): Binding | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    const bindings = scope.bindings.get(id);
    if (bindings) return bindings.length === 1 ? bindings[0] : undefined;
  }
  return undefined;
}

/** The only assignment of `self.name` in the methods of a class. */
function attributeBinding(object: Expression, name: string, from: Scope): Binding | undefined {
  const scope = frameOf(from);
  const owner = scope.parent;
  if (object.kind !== "name" || owner?.kind !== "class") return undefined;
  const key = `${object.id}.${name}`;
  const bindings = [...owner.inner.values()].flatMap((inner) => [...(inner().bindings.get(key) ?? [])]);
  return bindings.length === 1 ? bindings[0] : undefined;
}
