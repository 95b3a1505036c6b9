"""The numbers of places: a site is defined once in its stream, before its first use.

Sites and code objects are numbered apart, from 0 on. Code objects are kept, because their `id()` is
a key.
"""

from types import CodeType, FrameType

from .record import CODE, MAX_PATH, SITE, text

NOWHERE = 0, 0, -1, -1  # lines and columns of what has no place
MAX_SITES = 6_000  # known at a time, of some MB; a program that makes code as it goes starts anew


class Sites:
    """The sites of one stream; `extend` takes their records."""

    def __init__(self, extend):
        self._extend = extend
        self._sites = {}  # (parent, id(code) or name, f_lasti, what) -> site
        self._codes = {}  # id(code) -> (number, code)
        self._next_site = 0
        self.round = 0  # how often they were forgotten
        self._next_code = 0

    def start_at(self, number: int) -> None:
        """Numbers sites and codes from here on."""
        self._next_site = self._next_code = number

    def suspended(self, parent: int, name: str, code: CodeType, frame: FrameType, what: str) -> int:
        """The site where a function is suspended, awaited by the one at `parent` (-1: by none)."""
        key = parent, id(code), frame.f_lasti, what
        known = self._sites.get(key)
        if known is None:
            known = self._define(key, parent, self._code(code, name), _position(code, frame), what)
        return known

    def function(self, code: CodeType, name: str, what: str) -> int:
        """The site of a function itself."""
        key = -1, id(code), -1, what
        known = self._sites.get(key)
        if known is None:
            position = code.co_firstlineno, 0, -1, -1
            known = self._define(key, -1, self._code(code, name), position, what)
        return known

    def named(self, name: str) -> int:
        """The site of something that has a name and no place."""
        what = text(name)
        key = -1, what, -1, what
        known = self._sites.get(key)
        return self._define(key, -1, -1, NOWHERE, what) if known is None else known

    def are_many(self) -> bool:
        """Whether it is time to forget them."""
        return len(self._sites) > MAX_SITES

    def forget(self) -> None:
        """Starts anew. Numbers are never used again."""
        self.round += 1
        self._sites.clear()
        self._codes.clear()

    def _define(self, key, parent, code, position, what):
        number = self._sites[key] = self._next_site
        self._next_site += 1
        self._extend((SITE, number, parent, code, *position, what))
        return number

    def _code(self, code, name):
        known = self._codes.get(id(code))
        if known is None:
            known = self._codes[id(code)] = self._next_code, code
            self._next_code += 1
            file = text(code.co_filename, MAX_PATH)
            self._extend((CODE, known[0], file, text(name), code.co_firstlineno))
        return known[0]


def sites_of(stream) -> Sites:
    """The one numbering of a stream's places, whatever kinds of loops run in its thread."""
    if stream.sites is None:
        stream.sites = Sites(stream.extend)
    return stream.sites


def _position(code, frame):
    """Line, end line, column, end column of the place where a frame is suspended."""
    if hasattr(code, "co_positions"):
        at = frame.f_lasti // 2
        for index, (line, end_line, *columns) in enumerate(code.co_positions()):
            if index == at:
                columns = (-1 if column is None else column for column in columns)
                return (line or 0, end_line or 0, *columns)
    return frame.f_lineno or 0, 0, -1, -1
