// The oldest Python that a project says it runs on.

/** The minor version in `requires-python = ">=3.11"` of a `pyproject.toml`; undefined where it names none. */
export function requiredMinor(pyproject: string): number | undefined {
  const [, bounds = ""] = /^[ \t]*requires-python[ \t]*=[ \t]*["']([^"'\r\n]*)["']/m.exec(pyproject) ?? [];
  const lower = [...bounds.matchAll(/(?:>=|~=|==|>)\s*3\.(\d+)/g)].map(([, minor]) => Number(minor));
  return lower.length > 0 ? Math.max(...lower) : undefined;
}
