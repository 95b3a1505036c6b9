// Traces whose every text attacks, for the page and for the real workbench.
import { head, LAYOUT, type Record_, Seconds, values } from "../trace/encode";
import { crawler } from "./samples";

/** What a trace may say where it says a name. A file's bytes can hold half of a surrogate pair; JavaScript's can, too. */
export const ATTACKS: Readonly<Record<string, string>> = {
  markup: `<img src=x onerror="attacked=1"><script>attacked=1</script><b onclick='attacked=1'>bold</b>`,
  link: `[x](command:workbench.action.quit) javascript:attacked=1 https://example.com/\${attacked=1}{{7*7}}`,
  terminal: "\u001b[31mred\u001b[2J\u001b]0;title\u0007\u009b31m\b\b\b",
  nul: "before\u0000after\u0007\u007f\u0085",
  surrogates: "one \ud800 two \udc00 three \udfff",
  direction: "file\u202egnp.exe\u2066\u202d\u200f\u061c",
  hebrew: "שלום עולם (abc) 123",
  emoji: "👩‍👧‍👦🏳️‍🌈🎉".repeat(40),
  marks: `z${"\u0338\u0353\u0344\u0301".repeat(60)}algo`.repeat(8),
  lines: "first\nsecond\r\nthird\u2028fourth\u2029fifth\ttab",
  hidden: "pay\u200bpal\u00ad\ufeff\u2060\u{e0041}\u{e0042}",
  prototype: "__proto__",
  empty: "",
  spaces: `a${" ".repeat(500)}b`,
  wide: "W".repeat(3000),
  huge: "x<y>&".repeat(200_000),
};

const TEXTS = ["file", "name", "what", "type", "text", "class", "kind", "path"];

/** The crawler's records and further ones, with every text attacking. */
export function attacked(attack: string): Buffer {
  const further: Record_[] = [
    ["note", "kind", "text"],
    ["trouble", 10.3, "never-awaited", 0x7f00_0000_2040, "text", "/file.py", 3],
    ["sample", 10.68, 0x7f00_0000_2140, 7],
    ["child", 11.4, 4712, "/tmp/child.awaitscope"],
  ];
  const records = [...crawler(), ...further].map(([name, ...given]): Record_ => {
    const [, ...fields] = LAYOUT[name] ?? [];
    const text = (value: number | string, at: number) =>
      typeof value === "string" && TEXTS.includes(String(fields[at])) ? `${attack}${at}` : value;
    return [name, ...given.map((value, at) => (name === "site" && Number(given[0]) === 2 ? value : text(value, at)))];
  });
  const about = { python: attack, implementation: attack, platform: attack, script: attack, cwd: attack };
  return Buffer.concat([head({ clock: new Seconds(9.5), ...about }), values(0, records)]);
}
