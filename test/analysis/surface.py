"""Says what Python itself has for names of the knowledge tables, as JSON.

stdin: a JSON list of full names. stdout: {"found": {name: what}, "coroutines": [...]}: `what` is "coroutine", "function",
"class", "awaitable class", "value" or "missing"; "coroutines" are all public coroutine functions and methods of asyncio
and contextlib.
"""

import asyncio
import asyncio.subprocess
import contextlib
import importlib
import inspect
import json
import sys
import warnings


def find(name: str) -> object:
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = inspect.getattr_static(found, part, None) if inspect.isclass(found) else getattr(found, part, None)
            if found is None:
                return None
        return found
    return None


def what(found: object) -> str:
    if found is None:
        return "missing"
    if isinstance(found, (staticmethod, classmethod)):
        found = found.__func__
    if inspect.isclass(found):
        return "awaitable class" if hasattr(found, "__await__") else "class"
    if inspect.iscoroutinefunction(found):
        return "coroutine"
    return "function" if callable(found) else "value"


def public(module) -> list:
    names = []
    for name in module.__all__:
        found = getattr(module, name)
        if inspect.iscoroutinefunction(found):
            names.append(f"{module.__name__}.{name}")
        if inspect.isclass(found) and not issubclass(found, BaseException):
            special = ("__aenter__", "__aexit__", "__anext__")
            for member, value in inspect.getmembers(found, inspect.iscoroutinefunction):
                if not member.startswith("_") or member in special:
                    names.append(f"{module.__name__}.{name}.{member}")
    return names


def main() -> None:
    warnings.simplefilter("ignore")
    names = json.load(sys.stdin)
    found = {name: what(find(name)) for name in names}
    process = [f"asyncio.subprocess.Process.{name}" for name in ("wait", "communicate")]
    print(json.dumps({"found": found, "coroutines": [*public(asyncio), *public(contextlib), *process]}))


if __name__ == "__main__":
    main()
