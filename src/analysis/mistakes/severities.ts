// How grave each rule is: the table's word, or the user's.
import { isRule, type RuleName, ruleNames, rules, type Severity } from "./rules";

export type Severities = Readonly<Record<RuleName, Severity>>;

const known: readonly string[] = ["off", "hint", "information", "warning", "error"] satisfies Severity[];

/** The rules' severities with the user's words for some of them; what is no rule or no severity is passed over. */
export function severitiesOf(given: Readonly<Record<string, unknown>> = {}): Severities {
  const own = Object.fromEntries(ruleNames.map((name) => [name, rules[name].severity])) as Record<RuleName, Severity>;
  for (const [name, severity] of Object.entries(given)) if (isRule(name) && isSeverity(severity)) own[name] = severity;
  return own;
}

export function isSeverity(word: unknown): word is Severity {
  return typeof word === "string" && known.includes(word);
}

/** The rules that are not off. */
export function enabledRules(severities: Severities): RuleName[] {
  return ruleNames.filter((name) => severities[name] !== "off");
}
