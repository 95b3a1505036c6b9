// The faces of a panel without lanes, the notices above lanes, menu and help: in a real browser, in every theme.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { RunStatus, ToView } from "../../src/trace/messages";
import { ACTIONS } from "../../src/webview/actions";
import { root } from "../root";
import { head, type Record_, values } from "../trace/encode";
import { exact, opener, type Panel, setTheme, settle } from "./page";
import { APP, crawler, file } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");
const TRACE = file(crawler());
const HEAD = head({ script: APP });
const running: RunStatus = { kind: "running" };
const ended = (exitCode?: number): RunStatus => ({ kind: "ended", exitCode });
const notes = (...all: Record_[]) => Buffer.concat([HEAD, values(0, all)]);
const child = (pid: number, ...records: Record_[]) =>
  Buffer.concat([
    head({ pid, parent: 4711, parentTrace: "/t/crawler.awaitscope", script: "/srv/you/worker.py" }),
    values(0, records),
  ]);

interface Case {
  readonly name: string;
  readonly live?: boolean;
  readonly status: RunStatus;
  /** The trace's bytes; undefined where the host has none. */
  readonly bytes?: Uint8Array;
  /** Says of more bytes than came. */
  readonly size?: number;
  readonly more?: readonly ToView[];
  readonly says: RegExp;
  /** A button is offered that runs the program again. */
  readonly again?: boolean;
}

const refused = {
  kind: "unreadable",
  message: "There is no file /t/x.awaitscope.",
  advice: "It was moved or removed since.",
} as const;

const FACES: readonly Case[] = [
  { name: "waiting", live: true, status: running, says: /Waiting for the first event….*Lanes appear as soon as/ },
  {
    name: "without-loop",
    live: true,
    status: running,
    bytes: HEAD,
    says: /no event loop runs yet\..*asyncio\.run\(main\(\)\)/,
  },
  { name: "reading", status: ended(), bytes: HEAD, size: HEAD.length * 4, says: /Reading the trace….*25 %/ },
  {
    name: "not-started",
    live: true,
    status: { kind: "failed", message: "The program could not be started." },
    says: /could not be started\. Its terminal says why/,
    again: true,
  },
  {
    name: "ended-before",
    live: true,
    status: ended(2),
    more: [refused],
    says: /ended before its trace began\. Its terminal/,
    again: true,
  },
  { name: "gone", live: true, status: ended(), more: [refused], says: /There is no file .* It was moved/, again: true },
  {
    name: "error",
    live: true,
    status: ended(1),
    bytes: HEAD,
    says: /exit status 1 before it ran an asyncio event loop/,
    again: true,
  },
  {
    name: "no-asyncio",
    live: true,
    status: ended(0),
    bytes: HEAD,
    says: /This program ran no asyncio event loop\..*asyncio\.run\(main\(\)\)/,
    again: true,
  },
  { name: "empty", status: ended(), bytes: Buffer.alloc(0), says: /This file is empty\. The program was ended/ },
  {
    name: "truncated",
    status: ended(),
    bytes: HEAD.subarray(0, 40),
    says: /ends after 40 bytes, before the trace has begun\. It was cut off/,
  },
  {
    name: "foreign",
    status: ended(),
    bytes: Buffer.from("PK\u0003\u0004"),
    says: /not an Awaitscope trace.*Open a file that Awaitscope wrote/,
  },
  {
    name: "newer",
    status: ended(),
    bytes: Buffer.from("awaitscope 7\n"),
    says: /format version 7.*Update Awaitscope to open it/,
  },
  {
    name: "stepped-out",
    live: true,
    status: ended(0),
    bytes: notes(["note", "stopped", "KeyError in step, line 12"]),
    says: /The tracer stepped out: KeyError in step, line 12\..*ran on untraced/,
    again: true,
  },
  {
    name: "not-traced",
    live: true,
    status: running,
    bytes: notes(["note", "not-traced", "<b>an alpha</b> of Python\u202e"]),
    says: /Not traced: <b>an alpha<\/b> of Python\\u202e\./,
  },
];

const NOTICES: readonly Case[] = [
  { name: "nothing to say", status: ended(0), bytes: TRACE, says: /^$/ },
  {
    name: "killed",
    live: true,
    status: ended(0),
    bytes: file(crawler().slice(0, -3), 1),
    says: /stops before the program's end: it was killed/,
  },
  { name: "cut", status: ended(), bytes: TRACE.subarray(0, TRACE.length - 7), says: /ends in the middle of a record/ },
  {
    name: "damaged",
    status: ended(0),
    bytes: Buffer.concat([TRACE, Buffer.alloc(8)]),
    says: /The trace is damaged at byte \d+/,
  },
  {
    name: "gone meanwhile",
    status: ended(),
    bytes: TRACE,
    more: [refused],
    says: /There is no file .* What was read before is still shown/,
  },
  {
    name: "dropped",
    status: ended(0),
    bytes: file([...crawler(), ["lost", 1200]]),
    says: /1,200 events dropped by the tracer\./,
  },
  {
    name: "stepped out",
    live: true,
    status: ended(0),
    bytes: file([...crawler().slice(0, -3), ["note", "stopped", "the disk is full"]]),
    says: /^The tracer stepped out: the disk is full\./,
  },
  {
    name: "children",
    status: ended(0),
    bytes: file([...crawler().slice(0, -1), ["child", 11, 90, "/else/where/crawler.90.awaitscope"], ["end", 11.5]]),
    more: [
      { kind: "children", files: ["crawler.91.awaitscope", "crawler.2024.awaitscope"] },
      { kind: "unreadable", file: "crawler.90.awaitscope", message: "gone", advice: "" },
      {
        kind: "bytes",
        file: "crawler.91.awaitscope",
        offset: 0,
        bytes: exact(Buffer.concat([child(91), Buffer.alloc(8)])),
      },
      { kind: "bytes", file: "crawler.2024.awaitscope", offset: 0, bytes: exact(HEAD) },
    ],
    says: /^1 child process cannot be shown: crawler\.90\.awaitscope\. Put these traces beside.*1 child process cannot be read to the end: crawler\.91\.awaitscope\.$/,
  },
  {
    name: "many children",
    status: ended(0),
    bytes: TRACE,
    more: [{ kind: "children", files: Array.from({ length: 120 }, (_, at) => `crawler.${at}.awaitscope`) }],
    says: /^20 more child processes not shown\. The timeline shows up to 100/,
  },
];

describe("the face of a panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();
  beforeEach(async () => {
    panel = await openPanel({ width: 1000, height: 600 });
  });

  async function show({ live = false, status, bytes, size, more = [] }: Case): Promise<void> {
    const origin = { trace: "file:///t/crawler.awaitscope", script: live ? "file:///srv/you/crawler.py" : "" };
    await panel.post({ kind: "open", title: live ? "crawler.py" : "crawler.awaitscope", live, status, origin });
    if (bytes) await panel.post({ kind: "size", size: size ?? bytes.length });
    if (bytes?.length) await panel.post({ kind: "bytes", offset: 0, bytes: exact(bytes) });
    for (const message of more) await panel.post(message);
    await settle(panel.page);
  }
  const text = async (selector: string) =>
    (await panel.page.locator(selector).allInnerTexts()).join(" ").replaceAll(/\s+/g, " ").trim();

  for (const [at, face] of FACES.entries())
    it(`says what to do: ${face.name}`, async () => {
      await show(face);
      assert.match(await text(".face"), face.says);
      assert.equal(await panel.page.locator(".face .button").count(), face.again ? 1 : 0);
      for (const { name } of THEMES.filter((_, theme) => at < 2 || theme === at % THEMES.length)) {
        await setTheme(panel.page, name);
        await settle(panel.page);
        await panel.page.screenshot({ path: join(SHOTS, `face-${face.name}-${name}.png`) });
        assert.deepEqual(await violations(panel.page), [], name);
      }
      await panel.page.setViewportSize({ width: 600, height: 500 });
      assert.equal(await overflow(panel.page), 0, "nothing sticks out at 600 px");
      if (face.again) {
        await panel.page.locator(".face .button").click();
        assert.deepEqual((await panel.sent()).at(-1), { kind: "rerun" });
      }
    });

  for (const notice of NOTICES)
    it(`is lanes, with a notice where something is missing: ${notice.name}`, async () => {
      await show(notice);
      assert.equal(await panel.page.locator(".face").count(), 0);
      assert.match(await text(".notices"), notice.says);
      await panel.page.screenshot({ path: join(SHOTS, `notice-${notice.name.replaceAll(" ", "-")}.png`) });
      assert.deepEqual(await violations(panel.page), []);
    });

  it("tells how the run goes, and never more than is known", async () => {
    const said: string[] = [];
    const cases: Case[] = [
      { name: "", live: true, status: running, bytes: TRACE.subarray(0, 4000), says: /./ },
      { name: "", live: true, status: ended(0), bytes: TRACE, says: /./ },
      { name: "", live: true, status: ended(3), bytes: TRACE, says: /./ },
      { name: "", live: true, status: ended(0), bytes: TRACE.subarray(0, 4000), says: /./ },
      { name: "", live: true, status: ended(), bytes: TRACE.subarray(0, 4000), says: /./ },
      { name: "", status: ended(), bytes: TRACE, says: /./ },
      { name: "", status: ended(), bytes: TRACE.subarray(0, 4000), says: /./ },
      { name: "", live: true, status: { kind: "failed", message: "no" }, says: /./ },
    ];
    for (const each of cases) {
      await show(each);
      said.push(`${await text(".toolbar h1")}: ${(await text(".toolbar .about")).split(" · ")[0]}`);
    }
    assert.deepEqual(said, [
      "crawler.py: running",
      "crawler.py: finished, exit 0",
      "crawler.py: exit 3",
      "crawler.py: ended early",
      "crawler.py: ended",
      "crawler.py: saved trace",
      "crawler.py: saved trace, without its end",
      "crawler.py: not started",
    ]);
  });

  it("tells a file that is being written from one that is whole", async () => {
    await show({ name: "", status: ended(), bytes: TRACE.subarray(0, 4000), says: /./ });
    await panel.post({ kind: "bytes", offset: 4000, bytes: exact(TRACE.subarray(4000, 4400)) });
    await settle(panel.page);
    assert.match(await text(".toolbar .about"), /^being written/);
    assert.equal(await text(".notices"), "");
  });

  it("shows child processes in the same lanes, counted below", async () => {
    const records: Record_[] = [
      ["thread", 1, "MainThread"],
      ["task", 11, 64, "in the child", -1],
      ["run", 11, 99, "Loop", 1],
      ["step", 64, 11.2, -1, 0],
      ["rest", 11.2, 99],
      ["end", 11.2],
    ];
    await show({
      name: "",
      status: ended(),
      bytes: TRACE,
      more: [{ kind: "children", files: ["crawler.90.awaitscope"] }],
      says: /./,
    });
    assert.deepEqual((await panel.sent()).at(-1), { kind: "from", offset: 0, file: "crawler.90.awaitscope" });
    await panel.post({ kind: "bytes", file: "crawler.90.awaitscope", offset: 0, bytes: exact(child(90, ...records)) });
    await settle(panel.page);
    assert.match(await text(".names"), /in the child/);
    assert.match(await text(".facts"), /2 processes/);
  });

  it("has a menu that the keyboard opens, walks and leaves", async () => {
    await show({ name: "", live: true, status: ended(0), bytes: TRACE, says: /./ });
    const { page } = panel;
    const more = page.getByRole("button", { name: "More" });
    await more.focus();
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate(() => document.activeElement?.children[1]?.textContent);
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "menuitem");
    assert.equal(await focused(), "Zoom in");
    await page.keyboard.press("ArrowUp");
    assert.equal(await focused(), "Keys of the timeline");
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(SHOTS, "menu.png") });
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("menu").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "More");
    await more.click();
    await page.getByRole("menuitemcheckbox", { name: "Squeeze idle time" }).click();
    assert.equal(await page.getByRole("button", { name: /Squeeze idle/ }).getAttribute("aria-pressed"), "true");
    await more.click();
    const squeeze = page.getByRole("menuitemcheckbox", { name: "Squeeze idle time" });
    assert.equal(await squeeze.getAttribute("aria-checked"), "true");
    await page.locator(".status").click();
    assert.equal(await page.getByRole("menu").count(), 0, "it closes when something else is pressed");
  });

  it("has a help that holds every action and the keyboard, until Escape", async () => {
    await show({ name: "", live: true, status: ended(0), bytes: TRACE, says: /./ });
    const { page } = panel;
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keys of the timeline" });
    await dialog.waitFor();
    const labels = await dialog.locator("dd").allInnerTexts();
    for (const { label } of ACTIONS) assert.ok(labels.includes(label), label);
    for (const { name } of THEMES) {
      await setTheme(page, name);
      await settle(page);
      await page.screenshot({ path: join(SHOTS, `help-${name}.png`) });
      assert.deepEqual(await violations(page), []);
    }
    const before = await text(".details h2");
    for (const key of ["Tab", "Tab", "Tab", "ArrowDown", "w"]) await page.keyboard.press(key);
    assert.ok(
      await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest("dialog")),
    );
    assert.equal(await text(".details h2"), before, "keys do nothing behind it");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" }); // closed, it has no role, but is there for a moment
    assert.equal(await text(".details h2"), before, "Escape closed it, and no more");
    await page.locator(".names").focus();
    for (const key of ["?", "Escape", "?"]) await page.keyboard.press(key); // at once: what closed it is still to come
    await settle(page);
    await settle(page);
    assert.ok(await dialog.isVisible());
    await page.evaluate(() => (document.activeElement as HTMLElement).blur()); // as when code opens beside it
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(await text(".details h2"), before, "keys do nothing behind it, wherever the focus is");
    assert.ok(await page.evaluate(() => document.activeElement?.matches(".names")), "the focus is where it was");
    await page.setViewportSize({ width: 600, height: 500 });
    await page.keyboard.press("?");
    await dialog.waitFor();
    await page.screenshot({ path: join(SHOTS, "help-narrow.png") });
    assert.equal(await overflow(page), 0);
  });
});

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return Math.max(scrollWidth - clientWidth, scrollHeight - clientHeight);
  });
}

/** What axe-core finds, as `rule: element`. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}
