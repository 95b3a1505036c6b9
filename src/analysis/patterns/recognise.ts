// Which pattern a class or function is. Nothing that fits is undefined: the answer is never a guess.
import type { FunctionDef } from "../code/ast";
import type { ClassValue, Inference } from "../infer/values";
import type { Where } from "../scopes/scope";
import { type Anatomy, anatomyOfClass, anatomyOfFunction } from "./anatomy";
import { type Pattern, patterns } from "./catalog";
import { dissected } from "./dissection";
import { type Feature, featuresOf } from "./features";

export function patternOfClass(of: ClassValue, infer: Inference): Pattern | undefined {
  const anatomy = anatomyOfClass(of, infer);
  if (anatomy.path.length === 0) return undefined;
  const features = featuresFound(anatomy);
  const isCalled = features.has("is called");
  return patterns.find((each) => !each.only && (!isCalled || each.also?.includes("callable")) && fits(each, features));
}

/** A function that is handed an operation, a decorator among them; or a generator of `types.coroutine`. */
export function patternOfFunction(definition: FunctionDef, where: Where, infer: Inference): Pattern | undefined {
  const features = featuresFound(anatomyOfFunction(definition, where, infer));
  // Without a callable that is handed in, a function is what it does, not a pattern for others.
  const isHanded = features.has("calls an operation") || features.has("wraps in a loop");
  return patterns.find((each) => (each.only || (isHanded && each.also?.includes("function"))) && fits(each, features));
}

function fits({ has, lacks = [] }: Pattern, features: ReadonlySet<Feature>): boolean {
  return has.every((each) => features.has(each)) && !lacks.some((each) => features.has(each));
}

const found = new WeakMap<Anatomy, ReadonlySet<Feature>>();

export function featuresFound(anatomy: Anatomy): ReadonlySet<Feature> {
  const features = found.get(anatomy) ?? featuresOf(dissected(anatomy));
  found.set(anatomy, features);
  return features;
}
