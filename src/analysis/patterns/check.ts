// What a check of a class is given, and what it finds.
import type { ClassValue, Inference } from "../values";
import type { Defect } from "./defect";
import type { Dissected } from "./dissection";

export type Check = (parts: Dissected, of: ClassValue, infer: Inference) => readonly Defect[];
