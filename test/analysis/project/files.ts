// A file system in memory for projects: texts by address, and what answers "later" until it is brought.
import type { Files } from "../../../src/analysis/project/files";
import type { Surroundings } from "../../../src/analysis/project/imports";
import { Project } from "../../../src/analysis/project/project";
import { testParser } from "../parser";

export type Texts = Record<string, string>;

/** Reads from `texts`, which may change. */
export function inMemory(texts: Texts): Files {
  return {
    read: (address) => (texts[address] === undefined ? undefined : new TextEncoder().encode(texts[address])),
    list(folder) {
      const inside = Object.keys(texts).filter((each) => each.startsWith(`${folder}/`));
      if (inside.length === 0) return undefined;
      return new Map(
        inside.map((each) => {
          const [name = "", ...rest] = each.slice(folder.length + 1).split("/");
          return [name, rest.length > 0 ? "folder" : "file"] as const;
        }),
      );
    },
  };
}

export async function projectIn(files: Files, around: Partial<Surroundings> = {}): Promise<Project> {
  return new Project(await testParser(), files, { workspace: ["/w"], sysPath: ["/lib/site-packages"], ...around });
}

/** Where the module lies that `import name` means in the file at `from`. */
export function found(project: Project, from: string, name: string): string | undefined {
  const importer = project.treeAt(from);
  const level = /^\.*/.exec(name)?.[0].length ?? 0;
  const tree = importer && project.module(name.slice(level), level, importer);
  return tree && project.address(tree);
}
