"""Prints the await sites that Python's own `ast` finds, as JSON lines, one a file.

usage: sites.py PATH...

Files that cannot be read, or have neither `async` nor `await` in them, are left out.
Each line: {"file": ..., "sites": [[line from 1, UTF-16 column from 0, form], ...]}, sites in the order of the text;
or {"file": ..., "error": ...} for a file that this Python cannot parse. Folders are searched for `.py` files.
A site is `await`, `async for`, `async with`, `async comp` (`async for` in a comprehension) or `yield from` in `__await__`.
"""

import ast
import io
import json
import os
import sys
import tokenize
import warnings
from typing import Iterator, List, Optional, Tuple

Site = Tuple[int, int, str]


def python_files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(folder, name)


class Sites(ast.NodeVisitor):
    """Collects sites with `ast`'s positions: lines from 1, columns in UTF-8 bytes."""

    def __init__(self) -> None:
        self.found: List[Tuple[int, int, str]] = []
        self.comprehensions: List[Tuple[int, int]] = []
        self.function: Optional[str] = None

    def add(self, node: ast.AST, form: str) -> None:
        self.found.append((node.lineno, node.col_offset, form))

    def visit_Await(self, node: ast.Await) -> None:
        self.add(node, "await")
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.add(node, "async for")
        self.generic_visit(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.add(node, "async with")
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        if node.is_async:
            self.comprehensions.append((node.target.lineno, node.target.col_offset))
        self.generic_visit(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        if self.function == "__await__":
            self.add(node, "yield from")
        self.generic_visit(node)

    def visit_FunctionDef(self, node) -> None:
        for part in [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]:
            self.visit(part)
        outer, self.function = self.function, node.name
        for statement in node.body:
            self.visit(statement)
        self.function = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        outer, self.function = self.function, None
        self.visit(node.body)
        self.function = outer


def async_keywords(text: str) -> List[Tuple[int, int]]:
    """Where `async` is followed by `for`: (line, column in characters)."""
    found, last = [], None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if last is not None and last.string == "async" and token.string == "for":
            found.append(last.start)
        last = token
    return found


def sites_of(path: str, data: bytes) -> List[Site]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data, path)
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
    lines = text.split("\n")

    def utf16(line: int, characters: str) -> int:
        return len(characters.encode("utf-16-le", "surrogatepass")) // 2

    visitor = Sites()
    visitor.visit(tree)
    sites = []
    for line, column, form in visitor.found:
        before = lines[line - 1].encode("utf-8", "surrogatepass")[:column]
        sites.append((line, utf16(line, before.decode("utf-8", "surrogatepass")), form))
    if visitor.comprehensions:
        # A comprehension has no position of its own: it is the last `async for` before its target.
        keywords = async_keywords(text)
        for line, column in visitor.comprehensions:
            characters = lines[line - 1].encode("utf-8")[:column].decode("utf-8")
            at = max(start for start in keywords if start <= (line, len(characters)))
            sites.append((at[0], utf16(at[0], lines[at[0] - 1][: at[1]]), "async comp"))
    return sorted(sites)


def main() -> None:
    sys.setrecursionlimit(20_000)
    for path in (file for argument in sys.argv[1:] for file in python_files(argument)):
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            continue
        if b"async" not in data and b"await" not in data:
            continue
        try:
            row = {"file": path, "sites": sites_of(path, data)}
        except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as error:
            row = {"file": path, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(row))


if __name__ == "__main__":
    main()
