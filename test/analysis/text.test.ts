// From bytes to lines, and from sentences to Markdown: nothing of the user's text is ever markup.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolve } from "../../src/analysis/awaiting/resolve";
import { awaitAt, awaitSites } from "../../src/analysis/code/awaits";
import { decodePython, Lines } from "../../src/analysis/code/source";
import { explain } from "../../src/analysis/explain/explain";
import { storyHtml } from "../../src/analysis/explain/html";
import { type Link, markdown } from "../../src/analysis/explain/markdown";
import { storyOf } from "../../src/analysis/explain/story";
import { a, capital, code, line, plain, prose, words } from "../../src/analysis/prose";
import { anyPython, findPythons } from "../pythons";
import { root } from "../root";
import { testParser } from "./parser";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("source text", () => {
  it("is decoded as Python does", () => {
    assert.equal(decodePython(utf8("é = 1\n")), "é = 1\n");
    assert.equal(decodePython(utf8("\ufeffé = 1\n")), "é = 1\n", "without the byte order mark");
    const latin = Uint8Array.from([...utf8("# -*- coding: latin-1 -*-\nx = '"), 0xe9, ...utf8("'\n")]);
    assert.match(decodePython(latin), /x = 'é'/);
    const second = Uint8Array.from([
      ...utf8("#!/usr/bin/env python\n# vim: set fileencoding=koi8-r :\nx = '"),
      0xc1,
      0x27,
    ]);
    assert.match(decodePython(second), /x = 'а'/);
    const third = Uint8Array.from([...utf8("x = 1\n\n# coding: latin-1\n'"), 0xe9, 0x27]);
    assert.match(decodePython(third), /'\ufffd'/, "a third line says nothing");
    assert.equal(decodePython(utf8("# coding: no-such-codec\né")), "# coding: no-such-codec\né");
  });

  it("has lines that end as Python's and VS Code's do", () => {
    const lines = new Lines("a\nbc\r\nd\re");
    assert.deepEqual(
      [0, 1, 2, 4, 6, 8, 9].map((offset) => lines.place(offset)),
      [
        { line: 1, column: 0 },
        { line: 1, column: 1 },
        { line: 2, column: 0 },
        { line: 2, column: 2 },
        { line: 3, column: 0 },
        { line: 4, column: 0 },
        { line: 4, column: 1 },
      ],
    );
    assert.deepEqual(
      [
        { line: 1, column: 0 },
        { line: 2, column: 1 },
        { line: 2, column: 99 },
        { line: 0, column: 3 },
        { line: 9, column: 0 },
      ].map((place) => lines.offset(place)),
      [0, 3, 5, 0, 9],
    );
  });
});

/** Forms that a standard library may lack, each with the oldest Python that parses it. */
const rare: readonly (readonly [since: number, text: string])[] = [
  [9, "async def f():\r\n    await a\r\n    async with b as c, d: await e\r\n"],
  [9, "async def f():\r    await a\r    await b\r"],
  [9, "async def f():\n\tawait a\n\t\x0cawait b\n"],
  [9, "async def f():\n    x = '😀é'; await a; y = [z async for z in 'é😀']\n"],
  [9, "async def f():\n    async  \\\n  for x in y: pass\n    async\\\n with z: pass\n    await \\\n a\n"],
  [
    9,
    "async def f():\n    return [x async for x in a if await b async for y in c for z in d if [w async for w in e]]\n",
  ],
  [9, "async def f():\n    await a ** await b ** -await c\n    not await d\n    lambda: (yield)\n"],
  [
    9,
    "class A:\n    def __await__(self):\n        x = lambda: (yield from a)\n        def g(): yield from b\n        return (yield from c)\n",
  ],
  [9, "class A:\n    def __await__(self): yield from a; yield\n    async def f(self): return [await x for x in y]\n"],
  [
    9,
    "async def f(a=b):\n    @(await c)\n    async def g(x=await d) -> None:\n        await e\n    class B(await h): pass\n",
  ],
  [
    9,
    "async def f():\n    print(await a)\n    print (await b), 1\n    exec(await c)\n    match = await d\n    type = await e\n",
  ],
  [
    9,
    "async def f():\n    if (x := await a): await b\n    elif await c: pass\n    while await d: break\n    assert await e, await g\n",
  ],
  [
    9,
    "async def f():\n    try: await a\n    except (await b) as e: await c\n    else: await d\n    finally: await g\n",
  ],
  [9, "async def f():\n    # await nothing\n    'await nothing'\n    rf'{await a!r:>{await b}}' f'''{\nawait c}'''\n"],
  [
    9,
    "async def f():\n    del (await a)[await b]\n    x: (await c) = await d\n    x += await e\n    raise await g from await h\n    global y\n",
  ],
  [9, "async def f():\n    async with (a): pass\n    async with (a, b): pass\n    async with (yield): pass\n"],
  [
    10,
    "async def f():\n    async with (a as b, c as d,): await e\n    match await a:\n        case [b, *_] if await c: await d\n",
  ],
  [
    11,
    "async def f():\n    try: pass\n    except* await a: await b\n    x[*await c], x[b, *await d, *await (e)]\n    return *await a, b\n",
  ],
  [
    9,
    "async def f():\n    a = *await b, *await c\n    for x in *await d, e: yield *await g, h\n    {**await i}, [*await j], k(*await l, **await m)\n",
  ],
  [12, "async def f[T: int](x: T):\n    type A = int\n    await a\n    f'{f'{await b}' + \"{await c}\" }'\n"],
  [14, "async def f():\n    t'{await a} {await b:{await c}}'\n    try: pass\n    except A, B: await d\n"],
];

describe("await sites of rare forms", () => {
  const python = findPythons().at(-1) ?? anyPython();
  const known = rare.filter(([since]) => since <= python.minor);

  it(`are those of Python ${python.version}'s ast`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "awaitscope-sites-"));
    try {
      const files = known.map(([, text], index) => {
        const file = join(folder, `${index}.py`);
        writeFileSync(file, text);
        return file;
      });
      const script = join(root, "test", "analysis", "sites.py");
      const run = spawnSync(python.path, [script, ...files], { encoding: "utf8" });
      const answers = run.stdout
        .trim()
        .split("\n")
        .map((row) => JSON.parse(row) as { file: string; sites?: unknown; error?: string });
      const parser = await testParser();
      for (const [index, answer] of answers.entries()) {
        const text = known[index]?.[1] ?? "";
        assert.equal(answer.error, undefined, text);
        const tree = parser.parse(text);
        const sites = awaitSites(tree).map(({ place, form }) => [place.line, place.column, form]);
        assert.deepEqual(sites, answer.sites, text);
        tree.dispose();
      }
      assert.equal(answers.length, known.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are found by a caret on their keywords, and only there", async () => {
    const text =
      "async def f():\n    await a\n    async for x in y: pass\n    async with z: pass\n    for n in m: pass\n    [p async for p in q]\n";
    const tree = (await testParser()).parse(text);
    const found = [...text].map((_, offset) => awaitAt(tree, offset)?.form ?? "");
    const at = (word: string, from = 0) => text.indexOf(word, from);
    for (const word of ["await", "async for x", "async with"]) {
      const form = word.split(" x")[0];
      assert.equal(found[at(word)], form);
      assert.equal(found[at(word) + (form?.length ?? 0)], form, "just behind it");
    }
    assert.equal(found[at("for x")], "async for");
    assert.equal(found[at("with z") + 3], "async with");
    assert.equal(found[at("for p")], "async comp");
    assert.equal(found[at("for n")], "");
    assert.equal(found[at("async def")], "");
    assert.equal(found[at("await a") + 6], "", "the operand is the language server's");
    assert.equal(awaitAt(tree, { line: 2, column: 4 })?.form, "await");
    tree.dispose();
  });
});

describe("sentences", () => {
  it("are made of words and code", () => {
    assert.equal(plain(prose`${code("x")} is at ${line(3)}${undefined}.`), "x is at line 3.");
    assert.equal(plain(words("call `close` first")), "call close first");
    assert.equal(plain(capital(a("int"))), "An int");
    assert.equal(plain(a("str")), "a str");
    assert.deepEqual(code("a\n   b"), { kind: "code", text: "a b" });
    assert.equal(plain([code("x".repeat(500))]).length, 80);
  });
});

async function hover(text: string, link?: Link): Promise<string> {
  const tree = (await testParser()).parse(text);
  const site = awaitSites(tree).at(-1);
  assert.ok(site);
  const shown = markdown(explain(site, resolve(site, tree)), link);
  tree.dispose();
  return shown;
}

/** Markdown as a reader sees it: without the escapes. */
function read(text: string): string {
  return text.replace(/\\([^\w\s])/g, "$1").replaceAll("  \n", "\n");
}

describe("hover text", () => {
  const head =
    "import asyncio\nasync def fetch(url) -> bytes:\n    await asyncio.sleep(1)\n    return b''\nasync def main(client):\n";

  it("of a coroutine of the file has three lines", async () => {
    assert.equal(
      read(await hover(`${head}    await fetch("u")\n`)),
      '**await** `fetch("u")` → `bytes`\n' +
        "Runs `fetch` (line 2) here, inside this task: the next line waits for it.\n" +
        "Suspends **always**, in `asyncio.sleep(1)` at line 3. Woken by a timer of the event loop.",
    );
  });

  it("of one of a few coroutines names each", async () => {
    const loop = (names: string) => `async def g(): ...\n${head}    for way in (${names}):\n        await way()\n`;
    const second = async (names: string) => read(await hover(loop(names))).split("\n")[1];
    const lambdas = "lambda: fetch(1), lambda: asyncio.sleep(1)";
    assert.equal(
      await second("main, g"),
      "Runs `main` (line 6) or `g` (line 1) here, inside this task: the next line waits for it.",
    );
    assert.match((await second(lambdas)) ?? "", /^Runs `fetch` \(line 3\) or `asyncio\.sleep` here,/);
    assert.match((await second("main, g, fetch, asyncio.sleep")) ?? "", /^Runs a coroutine here,/);
  });

  it("of a task says since when it runs, and what a cancel does", async () => {
    assert.equal(
      read(await hover(`${head}    task = asyncio.create_task(fetch(1))\n    await task\n`)),
      "**await** `task` → `bytes` (task made at line 6)\n" +
        "`task` runs on its own, started at line 6. This only waits for its result.\n" +
        "Suspends **maybe**, not when it is done already. Woken by the task when it ends.\n" +
        "⚠ If this await is cancelled, the task is cancelled too; `asyncio.shield` keeps it.",
    );
  });

  it("of sleep(0) speaks of turns, not of time", async () => {
    assert.equal(
      read(await hover(`${head}    await asyncio.sleep(0)\n`)),
      "**await** `asyncio.sleep(0)` → `None`\n" +
        "Gives every ready task one turn, then goes on.\n" +
        "Suspends **always**, for one turn of the loop; no timer is involved.",
    );
  });

  it("of a broken `__await__` says who gets what it yields", async () => {
    assert.equal(
      read(
        await hover(
          "class Customer:\n    def __await__(self):\n        return iter([1, 2, 3, 4])\nasync def f():\n    await Customer()\n",
        ),
      ),
      "**await** `Customer()` ✗ fails\n" +
        "`Customer.__await__` (line 2) returns `iter([1, 2, 3, 4])`. What an `__await__` iterator yields goes to the event " +
        "loop, not to whoever awaits, and asyncio accepts only futures: `RuntimeError: Task got bad yield: 1`. The value of " +
        "an await is what the iterator returns.",
    );
  });

  it("of what is not known says why", async () => {
    assert.equal(
      read(await hover(`${head}    await client.query(1)\n`)),
      "**await** `client.query(1)` — kind unknown\n" +
        "`client` comes from an untyped parameter, so what `client.query(1)` is cannot be told.",
    );
  });

  it("of `async with` tells entering and leaving", async () => {
    assert.equal(
      read(await hover(`${head}    async with asyncio.Lock(), asyncio.timeout(1):\n        pass\n`)),
      "**async with** `asyncio.Lock()`, `asyncio.timeout(1)`\n" +
        "`asyncio.Lock()`: entering awaits `asyncio.Lock.__aenter__`. Suspends **maybe**, not when it is free. Woken by the task that releases it.\n" +
        "`asyncio.timeout(1)`: entering awaits `asyncio.Timeout.__aenter__`. **Never** suspends: it sets no more than a timer; no other task gets a turn.",
    );
    assert.match(
      read(await hover(`${head}    async with asyncio.TaskGroup() as group:\n        pass\n`)),
      /Leaving awaits `asyncio\.TaskGroup\.__aexit__`\. Suspends \*\*maybe\*\*, not when its tasks are all done\..*\n⚠ When one of its tasks fails/s,
    );
  });

  it("links lines only as the caller says", async () => {
    const shown = await hover(`${head}    await fetch(1)\n`, (number) => `command:x?a b<${number}>`);
    assert.match(shown, /\[line 2\]\(<command:x\?a%20b%3C2%3E>\)/);
  });

  it("links into files of any name", async () => {
    // What VS Code's `uri.toString()` gives, and worse: as it stands between angle brackets it is one Markdown link.
    const addresses = {
      "file:///projects/my%20app/a%20%28copy%29.py#L2": "file:///projects/my%20app/a%20%28copy%29.py#L2",
      "file:///c%3A/my app/a (copy)).py#L2": "file:///c%3A/my%20app/a%20(copy)).py#L2",
      "file:///a<b>\\c]\n`x`.py#L2": "file:///a%3Cb%3E%5Cc]%0A`x`.py#L2",
    };
    for (const [address, written] of Object.entries(addresses)) {
      const shown = await hover(`${head}    await fetch(1)\n`, () => address);
      assert.equal(/\[line 2\]\((<.*?>)\)\\\) here/.exec(shown)?.[1], `<${written}>`, shown);
    }
  });

  it("is what the walkthrough's picture shows", async () => {
    const svg = readFileSync(join(root, "media", "walkthrough", "hover.svg"), "utf8");
    const rows = [...svg.matchAll(/<text ([^>]*)>(.*?)<\/text>/g)].map(([, attributes = "", inside = ""]) => ({
      isCode: attributes.includes("preserve"),
      isNumber: !attributes.includes("preserve") && /^\d+$/.test(inside),
      indent: / x="44"/.test(` ${attributes}`) ? "" : "    ",
      text: inside.replace(/<[^>]*>/g, ""),
    }));
    const program = rows.filter(({ isCode }) => isCode).map(({ indent, text }) => indent + text);
    const shown = rows.filter(({ isCode, isNumber }) => !isCode && !isNumber).map(({ text }) => text);
    const rest = "class Page: ...\nasync def fetch(url) -> Page: ...\nasync def report(text): ...\nimport asyncio\n";
    const real = read(await hover(`${program.join("\n")}\n${rest}`))
      .replace(/[*`]/g, "")
      .replaceAll("\n", " ");
    assert.equal(shown.join(" "), real);
  });

  it("is never more than eight lines", async () => {
    const many = Array.from({ length: 12 }, (_, n) => `asyncio.Lock(${n})`).join(", ");
    assert.ok((await hover(`${head}    async with ${many}: pass\n`)).split("\n").length <= 8);
  });
});

/** The page of the last await's steps. */
async function page(text: string): Promise<string> {
  const tree = (await testParser()).parse(text);
  const site = awaitSites(tree).at(-1);
  assert.ok(site);
  const shown = storyHtml(storyOf(site, tree), [], (line) => `command:x?${line}"><script>`);
  tree.dispose();
  return shown;
}

/** The kinds of tags that a page has, and how its quotes and ampersands stand. */
function tagsOf(html: string): string[] {
  const tags = [...html.matchAll(/<\/?([^\s>]*)([^>]*)>/g)].map(
    ([, name = "", rest = ""]) => name + (/^[^"]*"[^"]*"[^"]*$|^$/.test(rest) ? "" : rest),
  );
  return [...new Set(tags)].sort();
}

const ownTags = ["a", "code", "div", "h1", "h2", "li", "ol", "p", "section", "span", "strong"];

describe("the user's text in Markdown", () => {
  const nasty = [
    'f("`**x**` <img src=x onerror=alert(1)> [a](command:b)")',
    'f("``` \\n# title")',
    "f('$(zap) | ~~x~~ &lt; \\\\ `')",
    "f(`",
    "x['a\n\n---\n<script>']",
    "ａ．ｂ('\u2028\u2029\u0000')",
  ];
  for (const operand of nasty)
    it(`stays text: ${JSON.stringify(operand)}`, async () => {
      const shown = await hover(`async def f(x):\n    await ${operand}\n`);
      // What is left without code spans is our own words, all of whose special characters are escaped.
      const outside = shown.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
      assert.doesNotMatch(outside, /[`<>[\]|$~&]/, outside);
      for (const row of shown.split("  \n")) assert.doesNotMatch(row, /[\n\r\u2028\u2029\0]/);
      const foreign = tagsOf(await page(`async def f(x):\n    await ${operand}\n`)).filter(
        (tag) => !ownTags.includes(tag),
      );
      assert.deepEqual(foreign, []);
    });
});
