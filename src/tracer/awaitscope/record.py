"""What a record is, and how records get from a thread's list to the trace file.

The file is `awaitscope 1\\n` and then frames: a u32 (little endian) length and one value in marshal
format version 2. The first frame is the header, every other one is `(stream, values)`, where
`values` is a flat list of records. Each thread that runs loops has its own stream.

Invariant: a frame is written by one `write` call; after a short write nothing more is written, so
the file is readable up to its last whole frame whatever happens to the program.
Invariant: a process that was forked from the traced one never writes to its file.
"""

import os
import stat
import sys
import time
from _thread import RLock, _local, allocate_lock, get_ident
from _weakref import ref
from marshal import dumps

# Bound now: programs freeze clocks and mock `os`.
clock = time.perf_counter
_open, _write, _close, _fstat, _getpid = os.open, os.write, os.close, os.fstat, os.getpid

MAGIC = b"awaitscope 1\n"
SLOW_STEP = 0.05  # seconds: a step that takes longer is looked into while it runs
SLOWEST_STEP = float(1 << 31) / 1000  # seconds: the threshold is a time that makes sense
INTERVAL = 0.005  # seconds: records are at most this old while a loop turns
LIMIT = 512 << 20  # bytes: the file grows no further, what is dropped is counted
MAX_NAME = 200  # characters of any name or error text
MAX_PATH = 4096  # characters of a path
PATIENCE = 2.0  # seconds that a thread waits for another one's write
INVALID, FULL = 22, 28  # the numbers of EINVAL and ENOSPC: a program may not have `errno`

# How files are opened: not for children; a pipe without a reader is no reason to wait for one.
OPENED_SO = 0
for _flag in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_NOINHERIT"):
    OPENED_SO |= getattr(os, _flag, 0)

# The records and their fields. A record's code is minus its place here; `step`, the most frequent
# one, has none and starts with its task, which is never negative.
RECORDS = {
    "step": "task time site ready",
    "poll": "time",
    "wakeups": "time io ready",
    "callback": "time site ready",
    "skipped": "",
    "task": "time task name site",
    "eager": "time task site",
    "site": "site parent code line endLine column endColumn what",
    "code": "code file name firstLine",
    "waits": "object",
    "due": "time",
    "error": "type text",
    "foreign": "thread",
    "thread": "ident name",
    "run": "time loop class ready",
    "rest": "time loop",
    "close": "time loop",
    "lost": "count",
    "note": "kind text",
    "end": "time",
    "name": "task name",
    "at": "object",
    "part": "object part",
    "take": "object waiter",
    "give": "object",
    "cancel": "task site",
    "cancelled": "asked",
    "timer": "due object site",
    "job": "object job site",
    "jobStart": "time job",
    "jobEnd": "time job",
    "sample": "time task site",
    "trouble": "time kind task text file line",
    "child": "time pid path",
    "timerOff": "object",
    "picked": "place",
    "parent": "task parent",
    "scope": "object due",
    "late": "time task site",
    "queue": "object",
    "put": "object",
    "got": "object",
}
_CODES = {name: -place for place, name in enumerate(RECORDS)}
_LENGTHS = {_CODES[name]: len(fields.split()) + 1 for name, fields in RECORDS.items()}
_ENDS = {_CODES[name] for name in ("poll", "wakeups", "callback", "run")}  # of steps; time is first
_STEP_LENGTH = len(RECORDS["step"].split())

POLL, WAKEUPS, CALLBACK, SKIPPED = (_CODES[n] for n in ("poll", "wakeups", "callback", "skipped"))
TASK, EAGER, SITE, CODE = (_CODES[name] for name in ("task", "eager", "site", "code"))
WAITS, DUE, ERROR, FOREIGN = (_CODES[name] for name in ("waits", "due", "error", "foreign"))
THREAD, RUN, REST, CLOSE = (_CODES[name] for name in ("thread", "run", "rest", "close"))
LOST, NOTE, END, NAME = (_CODES[name] for name in ("lost", "note", "end", "name"))
AT, PART, TAKE, GIVE = (_CODES[name] for name in ("at", "part", "take", "give"))
CANCEL, CANCELLED = (_CODES[name] for name in ("cancel", "cancelled"))
TIMER, TIMER_OFF = (_CODES[name] for name in ("timer", "timerOff"))
JOB, JOB_START, JOB_END = (_CODES[name] for name in ("job", "jobStart", "jobEnd"))
SAMPLE, TROUBLE, CHILD = (_CODES[name] for name in ("sample", "trouble", "child"))
PICKED, PARENT, SCOPE = (_CODES[name] for name in ("picked", "parent", "scope"))
LATE = _CODES["late"]
QUEUE, PUT, GOT = (_CODES[name] for name in ("queue", "put", "got"))


def text(value: object, limit: int = MAX_NAME) -> str:
    """`value` as an exact, bounded str: no method of a user's subclass of str is called."""
    if type(value) is str and len(value) <= limit:
        return value
    return str.__getitem__(value, slice(limit)) if isinstance(value, str) else ""


def program_name() -> str:
    """The name of the program that this interpreter was started with."""
    argv = getattr(sys, "orig_argv", sys.argv)
    if sys.argv[0] == "-m" and "-m" in argv[:-1]:
        return argv[argv.index("-m") + 1]
    return sys.argv[0]


def header(script: str, parent: dict) -> dict:
    """The file's first value: what the records mean and which process wrote them. `parent` holds
    what the header of a child process has besides."""
    try:
        cwd = os.getcwd()
    except OSError:
        cwd = ""
    return {
        "version": 1,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "implementation": sys.implementation.name,
        "platform": sys.platform,
        "pid": _getpid(),
        "script": text(script, MAX_PATH),
        "cwd": text(cwd, MAX_PATH),
        "wall": time.time(),
        "clock": clock(),
        "slowStep": SLOW_STEP,
        "records": {name: [_CODES[name], *fields.split()] for name, fields in RECORDS.items()},
        **parent,
    }


def frame(value: object) -> bytes:
    """`value` as one frame of the file."""
    payload = dumps(value, 2)
    return len(payload).to_bytes(4, "little") + payload


def count(values: list) -> int:
    """How many records a flat list of values holds."""
    records = at = 0
    while at < len(values):
        at += _STEP_LENGTH if values[at] >= 0 else _LENGTHS[values[at]]
        records += 1
    return records


def _high(fd: int) -> int:
    """Moves a descriptor out of the low numbers, where the program would see it."""
    for number in (1000, 250, 100):
        try:
            _fstat(number)
        except OSError:
            try:
                os.dup2(fd, number, inheritable=False)
            except OSError:
                continue
            _close(fd)
            return number
    return fd


def _identity(fd: int) -> tuple:
    status = _fstat(fd)
    return status.st_dev, status.st_ino


class TraceFile:
    """The trace file of this process. It can be written from any thread.

    A program may close our descriptor, and even get its number for a file of its own: before each
    write it is held against the file's identity, and once it is lost the file is opened anew for
    each write.
    """

    def __init__(self, path: str, limit: int = LIMIT):
        self.path = path
        self.limit = limit
        self.size = 0
        self.lost = 0  # records dropped and not yet told
        self.pid = _getpid()
        self.fd = -1
        self.identity = None
        self.began = 0.0, 0.0  # seconds: the time of day and our clock when it was made
        self.broken = False  # nothing can be written any more
        # Threads write one after the other, so that none meets a descriptor that was just closed.
        self._lock = RLock()
        self.given_up = lambda: None  # called when that shows
        self.slow_step = SLOW_STEP
        self.before_write = None  # called when the next records are written
        self.streams = Streams(self)

    def create(self, script: str, parent: "dict | None" = None, new: bool = False) -> None:
        """Makes the file and writes its header, without keeping a descriptor. Raises OSError; with
        `new`, also where there is such a file."""
        flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC) | OPENED_SO
        fd = _open(self.path, flags, 0o666)
        try:
            kind = _fstat(fd).st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISCHR(kind)) or os.isatty(fd):
                raise OSError(INVALID, "Not a regular file", self.path)
            self.identity = _identity(fd)
            facts = header(script, {"slowStep": self.slow_step, **(parent or {})})
            self.began = facts["wall"], facts["clock"]
            data = MAGIC + frame(facts)
            self.size = len(data)
            if _write(fd, data) != len(data):
                raise OSError(FULL, os.strerror(FULL), self.path)
        finally:
            _close(fd)

    def open(self) -> None:
        """Opens the created file for the records to come. Raises OSError."""
        self.fd = _high(self._reopen())

    def is_ours(self) -> bool:
        """Whether this process made it, and is not one that was forked from that one."""
        return self.pid == _getpid()

    def write(self, stream: int, values: list) -> None:
        """Takes the records of one stream out of `values` and appends them, or counts them when
        there is no room for them."""
        if self.broken or self.pid != _getpid():
            values.clear()
            self.given_up()
            return
        if self.before_write is not None:
            self.before_write()
        if not self._acquired():
            return
        try:
            taken = values[:]  # its thread may go on recording meanwhile
            del values[: len(taken)]
            if self.lost and self.size < self.limit:
                taken[:0] = LOST, self.lost
            data = frame((stream, taken))
            if self.size + len(data) > self.limit:
                self._drop(stream, taken)
            else:
                self._put(data)
        finally:
            self._lock.release()

    def finish(self, stream: int, values: list) -> None:
        """Appends last records past the limit: the count of lost ones, notes, the end."""
        if self.broken or self.pid != _getpid():
            return
        if not self._acquired():
            return
        try:
            if self.lost:
                values = [LOST, self.lost, *values]
                self.lost = 0
            self._put(frame((stream, values)))
        finally:
            self._lock.release()

    def close(self) -> None:
        """Writes nothing any more."""
        self.broken = True
        if self.pid != _getpid():  # the lock may be held by a thread that this process has not got
            return
        if not self._acquired():
            return
        try:
            if self.fd >= 0 and self._kept():
                _close(self.fd)
            self.fd = -1
        finally:
            self._lock.release()

    def _acquired(self) -> bool:
        """Whether this thread may write. A signal's error may come right after a lock was taken, so
        that nobody gives it back: better no trace any more than a program that hangs."""
        acquired = self._lock.acquire(True, PATIENCE)
        self.broken = self.broken or not acquired
        return acquired

    def end(self, stream: "Stream", more: "tuple | list" = ()) -> None:
        """Appends a stream's last records, `more` of them, and the end of the trace."""
        values = [*stream.values, *more, END, clock()]
        if {"concurrent.interpreters", "_xxsubinterpreters"}.intersection(sys.modules):
            words = "what other interpreters of this process have run, if there were any"
            values = [NOTE, "not-traced", words, *values]
        self.finish(stream.number, values)

    def note(self, kind: str, words: str) -> None:
        """Says something in the trace that belongs to no thread's stream."""
        self.finish(0, [NOTE, kind, text(words)])

    def _drop(self, stream, values):
        first = not self.lost and self.size < self.limit
        self.size = self.limit
        self.lost += count(values)
        if first:  # a viewer must know that it sees no more, not only at the end
            self.finish(stream, [])

    def _put(self, data):
        if self.broken:  # since the lock was waited for
            return
        try:
            if self.fd >= 0 and self._kept():
                written = _write(self.fd, data)
            else:
                written = self._write_once(data)
        except OSError:
            written = -1
        self.size += len(data)
        self.broken = written != len(data)

    def _kept(self):
        try:
            if _identity(self.fd) == self.identity:
                return True
        except OSError:
            pass
        self.fd = -1
        return False

    def _write_once(self, data):
        fd = self._reopen()
        try:
            return _write(fd, data) if _identity(fd) == self.identity else -1
        finally:
            _close(fd)

    def _reopen(self):
        return _open(self.path, os.O_WRONLY | os.O_APPEND | OPENED_SO)


class Stream:
    """The records of one thread, in order of time, until they are written.

    Invariant: each record enters `values` by one `extend` call, which no other thread can split.
    """

    def __init__(self, number: int, file: TraceFile):
        self.number = number
        self.ident = get_ident()
        self.file = file
        self.values = []
        self.extend = self.values.extend
        self.beside = []  # records by another thread, which say by themselves when they were made
        self.writing = allocate_lock()
        self.run = None  # what runs and records the handles of one iteration of a loop (steps.py)
        self.sites = None  # sites.Sites, which number this stream's places
        self.places = None  # awaits.Places, which find where asyncio's tasks wait
        self.deadline = self.stepped = clock()  # the first records are shown at once
        self.held = 0  # eager steps in progress: their `task` records are still to be put in,
        # so that nothing may be written yet
        self.foreign = {}  # id(handle) -> ident of the other thread that put it in the queue, and
        # None -> None while a step's own run of a loop is still to be ended
        self.runs = {}  # depth -> id(loop): the loops that run in this thread, one inside the other
        self.loops = set()  # id() of each loop that has run in this thread and is not closed
        self.depth = 0  # steps in progress; counted as one all the time that a loop runs with
        self.usual = set()  # asyncio's own machinery: here are the depths of those
        self.turning = 0  # id() of the loop that is in asyncio's own `_run_once`
        # Of loops with machinery of their own (other_loops.py):
        self.own = None  # the handle that `_run_once` runs by its `_run`
        self.queued = 0  # the queue's length as last recorded
        self.last = 0.0  # when the last handle ended

    def flush(self, now: float) -> None:
        """Writes what has been recorded; `now` is the clock's time in seconds. No step is in
        progress, or it ends now."""
        self.stepped = now
        self.show(now)

    def show(self, now: float) -> None:
        """The same in the middle of a step, or from another thread."""
        self.deadline = now + INTERVAL
        # Never waits: a signal handler may run in the midst of this, in the same thread.
        if (self.values or self.beside) and self.writing.acquire(False):
            try:
                if self.values and not self.held:
                    self.file.write(self.number, self.values)
                if self.beside:
                    self.file.write(self.number, self.beside)
            finally:
                self.writing.release()

    def last_end(self) -> float:
        """When the last step ended, or the first one began, of which a record is here; else 0."""
        values, at, ended = self.values[:], 0, 0.0
        while at < len(values):
            code = values[at]
            if code >= 0 or code in _ENDS:
                ended = values[at + 1]
            at += _STEP_LENGTH if code >= 0 else _LENGTHS[code]
        return ended

    def settle(self) -> None:
        """Waits for a write that is under way in another thread: it may end with the process."""
        if self.file.pid == _getpid() and self.writing.acquire(True, 0.1):
            self.writing.release()

    def __del__(self):
        try:
            self.flush(clock())
        except Exception:
            self.file.broken = True  # it would be told on stderr


class Streams:
    """One stream for each thread that has met asyncio. A stream ends with its thread."""

    def __init__(self, file: TraceFile):
        self.file = file
        self._numbers = iter(range(1 << 30))
        self._all = {}  # number -> weak reference
        self._local = _local()

    def current(self) -> Stream:
        """The calling thread's stream."""
        try:
            return self._local.stream
        except AttributeError:
            # Without a lock, which might never be given back: see TraceFile.
            number, all_of_them = next(self._numbers), self._all
            stream = Stream(number, self.file)
            stream.extend((THREAD, get_ident(), _thread_name()))
            all_of_them[number] = ref(stream, lambda _: all_of_them.pop(number, None))
            self._local.stream = stream
            return stream

    def flush(self) -> None:
        """Writes the records of every thread."""
        now = clock()
        for stream in self.all():
            stream.settle()
            stream.flush(now)

    def all(self) -> list:
        """The streams of all threads that are still there."""
        streams = [one() for one in list(self._all.values())]
        return [stream for stream in streams if stream is not None]


def _thread_name() -> str:
    """The thread's name, without making the program's `threading` know a thread it does not."""
    threading = sys.modules.get("threading")
    thread = getattr(threading, "_active", {}).get(get_ident())
    return text(getattr(thread, "_name", ""))
