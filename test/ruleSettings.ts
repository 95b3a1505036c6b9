// The setting of the rules' severities: `analysis/mistakes/rules.ts` says which there are, the manifest must list them.
// `npm run commands` writes it there.
import { ruleNames, rules } from "../src/analysis/mistakes/rules";

export const severitySetting = "awaitscope.diagnostics.severity";

export function severitySchema(): object {
  const properties = ruleNames.map((name) => {
    const { what, why, severity } = rules[name];
    const enums = ["off", "hint", "information", "warning", "error"];
    return [name, { type: "string", enum: enums, default: severity, markdownDescription: `${what} ${why}` }];
  });
  return {
    type: "object",
    scope: "resource",
    default: {},
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    markdownDescription:
      "How grave each mistake is, where it is not as the rule says itself: `off`, `hint`, `information`, `warning` or `error`. `# awaitscope: ignore[name]` ignores one on its line, and in the whole file when the comment is at the top.",
  };
}
