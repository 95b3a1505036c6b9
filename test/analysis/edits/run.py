"""Runs programs under a clock that jumps: reads them as JSON from a file, says for each what `main()` printed, gave, raised and took.

A program is text that defines `async def main()`. Time is the event loop's: `asyncio.sleep(5)` takes 5 and no time at
all. Helper threads are waited for in real time.
"""

import asyncio
import contextlib
import gc
import io
import json
import sys
import warnings


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer when nothing else is to be done."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.real_select = self._selector.select
        self._selector.select = self.select

    def time(self):
        return self.now

    def select(self, timeout):
        if timeout is None or timeout <= 0:
            return self.real_select(timeout)
        events = self.real_select(0.05 if self.in_threads() else 0)
        if not events:
            self.now += timeout
        return events

    def in_threads(self):
        return self._default_executor is not None and self._default_executor._work_queue.qsize() > 0


def name_of(error):
    inner = getattr(error, "exceptions", None)
    text = type(error).__name__
    return f"{text}({', '.join(name_of(each) for each in inner)})" if inner else text


def outcome(text):
    output, loop = io.StringIO(), JumpingLoop()
    unhandled = []
    loop.set_exception_handler(lambda _, context: unhandled.append(context["message"]))
    told = {"result": None, "error": None}
    with contextlib.redirect_stdout(output), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            program = {"__name__": "program"}
            exec(compile(text, "program", "exec"), program)
            told["result"] = repr(loop.run_until_complete(program["main"]()))
        except BaseException as error:  # what a program raises is what it does
            told["error"] = name_of(error)
        gc.collect()
        told["time"] = loop.time()
        loop.close()
    told["warnings"] = sorted({each.category.__name__ for each in caught} & {"RuntimeWarning", "SyntaxWarning"})
    return {**told, "output": output.getvalue().splitlines(), "unhandled": unhandled}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as programs:
        json.dump([outcome(text) for text in json.load(programs)], sys.stdout)
