// Ground truth for awaits: what Pyright takes the operand of every await of some public packages for. A line of JSON for
// each in `*.jsonl.gz`; only files with the very content that Pyright saw are compared, wherever they are found.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { findPythons } from "../../pythons";
import { root } from "../../root";
import { standardLibrary } from "../sites";

/** One await. `file` is relative to the set's folder; lines count from 1, columns from 0 in UTF-16 code units. */
export interface Truth {
  readonly package: string;
  readonly file: string;
  readonly sha256: string;
  readonly line: number;
  readonly column: number;
  readonly form: string;
  readonly kind: string;
  /** As Pyright writes it. */
  readonly type: string;
}

/** Truth for files below one folder, and where that folder may be on this machine. */
export interface TruthSet {
  readonly name: string;
  readonly file: string;
  readonly places: () => readonly Place[];
}

/** A folder to look in, and the interpreter that finds modules from there. */
interface Place {
  readonly folder: string;
  readonly python: string | undefined;
}

export const cpython: TruthSet = {
  name: "CPython 3.13.0's asyncio and its tests",
  file: "cpython-3.13.0.jsonl.gz",
  places: () =>
    findPythons().flatMap((python) =>
      python.minor === 13 ? [{ folder: standardLibrary(python), python: python.path }] : [],
    ),
};

/** Names the environment variable with the folder of the packages below. */
export const packagesVariable = "AWAITSCOPE_TRUTH_PACKAGES";

/**
 * Debian 12's python3-aiohttp, -httpx, -anyio, -starlette, -websockets, -redis, -trio, -fastapi, -uvicorn, -asgiref,
 * -aiosqlite and -aiofiles: `apt-get download` each, unpack with `dpkg-deb -x`, and name `usr/lib/python3/dist-packages`.
 */
export const packages: TruthSet = {
  name: "twelve packages of Debian 12",
  file: "debian12-packages.jsonl.gz",
  places: () => [{ folder: process.env[packagesVariable] ?? "/usr/lib/python3/dist-packages", python: undefined }],
};

/** The folder that has most of a set's files, and the truths about those. */
export interface AtHand extends Place {
  readonly truths: readonly Truth[];
  /** How many awaits the set knows of. */
  readonly all: number;
}

export function atHand(set: TruthSet): AtHand | undefined {
  const all = read(set.file);
  const each = set.places().map((place) => ({ ...place, truths: inFolder(all, place.folder), all: all.length }));
  const [best] = each.sort((a, b) => b.truths.length - a.truths.length);
  return best && best.truths.length > 0 ? best : undefined;
}

function read(file: string): Truth[] {
  const text = gunzipSync(readFileSync(join(root, "test", "analysis", "truth", file))).toString("utf8");
  const rows = text.split("\n").filter((line) => line !== "");
  return rows.map((line) => JSON.parse(line) as Truth).filter(({ form }) => form === "await");
}

function inFolder(truths: readonly Truth[], folder: string): Truth[] {
  const hashes = new Map<string, string | undefined>();
  return truths.filter(({ file, sha256 }) => {
    if (!hashes.has(file)) hashes.set(file, hashOf(join(folder, file)));
    return hashes.get(file) === sha256;
  });
}

function hashOf(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return undefined;
  }
}

/** Kinds that are a claim; `unknown`, `abstract` and `union` are none. */
export const certain = new Set(["coroutine", "task", "future", "custom", "generator", "not-awaitable"]);

/** How what we say compares with the truth. */
export interface Agreement {
  /** Awaits whose kind the truth knows for certain. */
  readonly known: number;
  readonly agree: number;
  /** Of those, what we do not claim to know: not wrong, not good. */
  readonly unknown: readonly Truth[];
  /** Where we claim another kind. */
  readonly contradictions: readonly (Truth & { readonly ours: string })[];
  /** Where we say that an await fails, and the truth does not. */
  readonly falseNo: readonly Truth[];
  /** Where we see no await. */
  readonly unfound: readonly Truth[];
}

/** @param kindOf what we say of an await; undefined where we see none */
export function compare(truths: readonly Truth[], kindOf: (truth: Truth) => string | undefined): Agreement {
  const found = truths.flatMap((truth) => {
    const ours = kindOf(truth);
    return ours === undefined ? [] : [{ ...truth, ours }];
  });
  const known = found.filter(({ kind }) => certain.has(kind));
  return {
    known: known.length,
    agree: known.filter(({ kind, ours }) => kind === ours).length,
    unknown: known.filter(({ ours }) => !certain.has(ours)),
    contradictions: known.filter(({ kind, ours }) => certain.has(ours) && kind !== ours),
    falseNo: found.filter(({ kind, ours }) => ours === "not-awaitable" && kind !== ours),
    unfound: truths.filter((truth) => kindOf(truth) === undefined),
  };
}

/** In percent. */
export function shares({ known, agree, contradictions }: Agreement): { agreement: number; contradicted: number } {
  return { agreement: (100 * agree) / known, contradicted: (100 * contradictions.length) / known };
}

/** `agreement 98.10 % of 1,200 known, …`, and a line for each contradiction. */
export function describe(agreement: Agreement): string {
  const { known, contradictions, falseNo, unfound } = agreement;
  const { agreement: agreed, contradicted } = shares(agreement);
  const head = `agreement ${agreed.toFixed(2)} % of ${known} known, contradictions ${contradicted.toFixed(3)} %, false "not awaitable" ${falseNo.length}, not found ${unfound.length}`;
  const lines = contradictions.map(
    ({ file, line, column, kind, type, ours }) => `  ${file}:${line}:${column} is ${kind} (${type}), not ${ours}`,
  );
  return [head, ...lines].join("\n");
}

/** The key of a place, as rows and truths share it. */
export function placeKey({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}
