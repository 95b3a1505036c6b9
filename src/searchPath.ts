/** Where an interpreter finds modules: its version, platform and `sys.path`, without running code of the environment. */
import { execFile } from "node:child_process";
import type { Command } from "./launch";

/** What an interpreter says of itself. `sysPath` is in the order in which it looks. */
export interface SearchPath {
  readonly minor: number;
  /** `sys.platform`: "linux", "darwin", "win32". */
  readonly platform: string;
  readonly sysPath: readonly string[];
}

/**
 * Run without `site`, which would execute lines of `.pth` files: what `site` adds is put together here. A virtual
 * environment is told by its `pyvenv.cfg`.
 */
const QUESTION = `
import os, sys, json, site
def real(path): return os.path.realpath(os.path.abspath(path))
home = os.path.dirname(os.path.abspath(sys.executable))
config = next((each for each in (os.path.join(home, "pyvenv.cfg"), os.path.join(os.path.dirname(home), "pyvenv.cfg")) if os.path.isfile(each)), None)
prefixes = [sys.base_prefix]
user = True
if config:
    with open(config, encoding="utf-8") as file:
        lines = [line.partition("=") for line in file]
    has = any(key.strip().lower() == "include-system-site-packages" and value.strip().lower() == "true" for key, _, value in lines)
    prefixes = [os.path.dirname(config)] + prefixes * has
    user = has
packages = []
for prefix in prefixes:
    sys.prefix = prefix
    packages += site.getsitepackages([prefix])
users = [site.getusersitepackages()] if user else []
given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
paths = [each for each in given + sys.path + users + packages if each and os.path.isdir(each)]
print(json.dumps({"minor": sys.version_info[1], "platform": sys.platform, "sysPath": list(dict.fromkeys(map(os.path.abspath, paths)))}))
`;
const LIMIT_MS = 10_000;

/** Asks an interpreter; undefined when it gives no answer within ten seconds. Never throws. */
export function searchPath({ program, args }: Command, signal?: AbortSignal): Promise<SearchPath | undefined> {
  const options = { timeout: LIMIT_MS, windowsHide: true, ...(signal && { signal }) };
  return new Promise((resolve) => {
    execFile(program, [...args, "-I", "-S", "-c", QUESTION], options, (error, stdout) => {
      resolve(error ? undefined : readAnswer(stdout));
    });
  });
}

function readAnswer(stdout: string): SearchPath | undefined {
  try {
    const { minor, platform, sysPath } = JSON.parse(stdout) as Partial<SearchPath>;
    const isWhole = typeof minor === "number" && typeof platform === "string" && Array.isArray(sysPath);
    return isWhole ? { minor, platform, sysPath: sysPath.filter((each) => typeof each === "string") } : undefined;
  } catch {
    return undefined;
  }
}
