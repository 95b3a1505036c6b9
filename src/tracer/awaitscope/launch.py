"""How a program is started so that it cannot tell.

    python [flags] script.py args…     with PYTHONPATH=<inject>:<PYTHONPATH> AWAITSCOPE_OUT=<file>

is its own command line, and one folder more on PYTHONPATH. `run` replaces this process by that one.
There `inject/sitecustomize.py` removes itself and calls `begin`. Where Python does not look for it
(flags -S, -E, -I) `run` executes the program in this very process, which it can tell by
`sys.modules` and by the frames below its own.

Invariant: besides the hooks in asyncio and trio nothing but one method of an import finder differs
from a plain run, and not even that once the program has them, or asyncio where there is no trio.
"""

import os
import sys
from _frozen_importlib import BuiltinImporter
from _frozen_importlib_external import PathFinder, SourceFileLoader

from . import children, record

# Modules: by the time each is there, all that its hooks need is there.
ASYNCIO, TRIO = "asyncio.base_events", "trio._core._run"
INJECT = children.INJECT

_package = sys.modules[__package__]
_undo = []  # what takes the tracer out of a process that was forked from this one


def run(out: str, command: list, family: bool = False) -> None:
    """Runs `command`, the part of python's command line behind its flags, tracing to file `out`,
    and with `family` its child processes beside it."""
    out = os.path.abspath(out)
    try:
        record.TraceFile(out).create(command[0])
    except OSError as error:
        sys.exit(_refuse(out, error))
    if family:
        os.environ[children.VARIABLE] = "1"
    if sys.flags.no_site or sys.flags.ignore_environment:
        execute(out, command)
    else:
        _replace_process(out, command)


def begin(path: str, name: str) -> "record.TraceFile | None":
    """Creates the trace file; the program `name` is traced as soon as it has asyncio.

    A file that cannot be created is told in one line, and the program runs without a trace.
    """
    family = os.environ.pop(children.VARIABLE, "0") not in ("", "0")
    file = children.FirstFile(path) if family else record.TraceFile(path)
    file.slow_step = _seconds(os.environ.pop("AWAITSCOPE_SLOW_STEP", ""), file.slow_step)
    try:
        file.create(name)
    except OSError as error:
        _refuse(path, error)
        return None
    finally:
        _hide()
    if family:
        _pass_on(file.as_parent(), name)
    _trace(file)
    return file


def begin_child(name: str) -> None:
    """Traces a child process of a traced one, to a file of its own."""
    parent = os.environ.pop(children.VARIABLE)
    _hide()
    if parent.count(":") > 1:  # else asked for, without a first process
        _pass_on(parent, name)
        _trace(children.ChildFile(parent, name))


def _pass_on(parent: str, name: str) -> None:
    """Has the children of this process traced, however they are made."""
    children.pass_on(parent)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: _trace_forked(name))


def _trace_forked(name: str) -> None:
    """Traces a process that was just forked from a traced one."""
    try:
        parent = os.environ.get(children.VARIABLE)
        while _undo:
            _undo.pop()()
        if parent is not None:
            _trace(children.ChildFile(parent, name), late=True)
    except Exception:
        pass  # it would be told on stderr


def _trace(file: record.TraceFile, late: bool = False) -> None:
    """Puts the hooks in as soon as there is something to hook; `late`, when loops may run."""
    waited = {ASYNCIO, TRIO}.difference(sys.modules)
    for name in {ASYNCIO, TRIO} - waited:
        _install(file, name, late)
    if not _has_all(waited):
        _wait(file, waited)


def _seconds(milliseconds: str, default: float) -> float:
    """What a user has set in milliseconds, if it makes sense."""
    if milliseconds.isdigit() and 0 < int(milliseconds) / 1000 < record.SLOWEST_STEP:
        return int(milliseconds) / 1000
    return default


def _refuse(path: str, error: OSError) -> int:
    os.write(2, ("awaitscope: cannot write %s: %s\n" % (path, error.strerror)).encode())
    return 2


def _replace_process(out: str, command: list) -> None:
    rest = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = INJECT if rest is None else INJECT + os.pathsep + rest
    os.environ["AWAITSCOPE_OUT"] = out
    if _locale_was_coerced():
        del os.environ["LC_CTYPE"]
    arguments = [*_interpreter(), *command]
    if os.name == "posix":
        os.execv(sys.executable, arguments)
    # Windows has no exec: the parent would seem to end at once. Ctrl+C reaches the child by itself.
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.call([sys.executable, *arguments[1:]]))


def _locale_was_coerced() -> bool:
    """Whether Python itself has put LC_CTYPE into the environment, as it does in the C locale. It
    then turns UTF-8 mode on as well, and must find the same locale once more to do so again."""
    if os.environ.get("LC_ALL") or os.environ.get("LANG", "") not in ("", "C", "POSIX"):
        return False  # another locale would be in force: LC_CTYPE is the user's own
    asked_for = "utf8" in sys._xoptions or "PYTHONUTF8" in os.environ
    coerced = os.environ.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8")
    return coerced and bool(sys.flags.utf8_mode) and not asked_for


def _interpreter() -> list:
    """The interpreter's name and flags, as this process was started with them."""
    whole = getattr(sys, "orig_argv", None)
    if whole is None:  # before 3.10
        import subprocess

        return [sys.executable, *subprocess._args_from_interpreter_flags()]
    flags = whole[: len(whole) - len(sys.argv)]
    return flags[:-1] if flags[-1] == "-m" else flags  # as python -m awaitscope


# The hooks go in when the program imports asyncio, or trio.


def _wait(file: record.TraceFile, names: set) -> None:
    """Lets the path finder tell when modules are imported; `sys.meta_path` stays as it is."""
    original = PathFinder.__dict__["find_spec"]

    def find_spec(cls, fullname, path=None, target=None):
        spec = original.__get__(None, cls)(fullname, path, target)
        if fullname in names and spec is not None:
            names.remove(fullname)
            _after_execution(spec.loader, file, fullname)
            if _has_all(names) and PathFinder.__dict__["find_spec"] is waiting:
                PathFinder.find_spec = original
        return spec

    # Import errors are shown without the frames of files that are called so.
    file_name = original.__func__.__code__.co_filename
    find_spec.__code__ = find_spec.__code__.replace(co_filename=file_name)
    waiting = PathFinder.find_spec = classmethod(find_spec)
    _undo.append(lambda: _stop_waiting(waiting, original))


def _stop_waiting(waiting, original):
    if PathFinder.__dict__["find_spec"] is waiting:
        PathFinder.find_spec = original


def _has_all(missing: set) -> bool:
    """Whether a program that lacks these modules will not import them: once it has asyncio, trio
    is waited for only where it is installed."""
    folders = [folder for folder in sys.path if type(folder) is str]
    return not missing or ASYNCIO not in missing and not any(
        os.path.isdir(os.path.join(folder, "trio")) for folder in folders
    )


def _after_execution(loader, file: record.TraceFile, name: str) -> None:
    """Installs the hooks once the loader has executed the module it was made for."""
    execute_module = loader.exec_module

    def exec_module(module):
        del loader.exec_module
        execute_module(module)
        _install(file, name)

    exec_module.__code__ = exec_module.__code__.replace(co_filename=PathFinder.__module__)
    loader.exec_module = exec_module


def _install(file: record.TraceFile, name: str, late: bool = False) -> None:
    """Puts the hooks into the module of that name. An error of ours costs the trace, never the
    program."""
    why = _package.unfit()
    if why:
        file.note("not-traced", why)
        return
    others = {name: module for name, module in sys.modules.items() if _is_ours(name)}
    _hide()
    sys.modules[__package__] = _package
    sys.modules[record.__name__] = record
    try:
        if name == TRIO:
            from . import trio_runs

            trio_runs.install(file)
        else:
            import atexit  # which asyncio has imported

            from . import instrument

            session = instrument.install(file, late)
            if isinstance(file, children.FirstFile):
                session.children = lambda: children.found(file)
                children.install(session)
            atexit.register(session.end)
            _undo.append(session.unhook)
    except Exception as error:
        file.note("stopped", "%s: %s" % (type(error).__name__, error))
    finally:
        _hide()
        sys.modules.update(others)


def _hide() -> None:
    """Takes our modules out of the program's sight."""
    for name in [name for name in sys.modules if _is_ours(name)]:
        del sys.modules[name]
    for folder in _package.__path__:
        sys.path_importer_cache.pop(folder, None)


def _is_ours(name: str) -> bool:
    return name == __package__ or name.startswith(__package__ + ".")


# The program in this very process, where no sitecustomize is run.


def execute(out: str, command: list) -> None:
    """Runs the program as `__main__` of this process."""
    file = begin(out, command[1] if command[0] == "-m" else command[0])
    if file is not None:
        file.note("launched-inside", "python was started with -S, -E or -I")
        if isinstance(file, children.FirstFile):
            file.note("not-traced", "child processes that inherit -S, -E or -I")
    del sys.path[0]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = [*_interpreter(), *command]
    target, *sys.argv[1:] = command[1:] if command[0] in ("-m", "-c") else command
    sys.argv[0] = command[0]
    run_program = _program(command[0], target)
    try:
        run_program()
    except BaseException:
        _strip_when_shown()
        raise


def _program(kind: str, target: str):
    """Makes `__main__` and the path what python makes them; gives what runs the program."""
    if kind == "-m":
        _make_main()
        _add_path(os.getcwd())
        return lambda: _run_module(target, True)
    if kind == "-c":
        _make_main(__loader__=BuiltinImporter)
        _add_path("")
        return lambda: _run_code(lambda: target.encode(), "<string>")
    if kind == "-":
        _make_main("__cached__", __loader__=BuiltinImporter, __file__="<stdin>")
        _add_path("")
        return lambda: _run_code(sys.stdin.buffer.read, "<stdin>")
    target = os.path.join(os.getcwd(), target[2:] if target[:2] == os.curdir + os.sep else target)
    if _is_bundle(target):
        _make_main()
        sys.path.insert(0, target)
        return lambda: _run_module("__main__", False)
    _make_main("__cached__", __file__=target, __loader__=SourceFileLoader("__main__", target))
    _add_path(os.path.dirname(os.path.realpath(target)))
    return lambda: _run_code(lambda: _read(target), target)


def _make_main(*kept: str, **names: object) -> None:
    """Leaves in `__main__` what python puts there before it runs a program, and `names`.

    `kept` are names that some Pythons have: those that had them for the launcher.
    """
    main = sys.modules["__main__"].__dict__
    had, builtins = set(main), main["__builtins__"]
    main.clear()
    main.update(__name__="__main__", __doc__=None, __package__=None, __loader__=None, __spec__=None)
    if "__annotations__" in had:
        main["__annotations__"] = {}
    main["__builtins__"] = builtins
    main.update(dict.fromkeys(had.intersection(kept)), **names)


def _add_path(folder: str) -> None:
    """Puts the program's folder on the path, where python would."""
    if not sys.flags.isolated and not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, folder)


def _is_bundle(path: str) -> bool:
    """Whether a path is a folder or a zip file that python would run."""
    for hook in sys.path_hooks:
        try:
            hook(path)
            return True
        except ImportError:
            pass
    return False


def _run_module(name: str, alter_argv: bool) -> None:
    import runpy

    runpy._run_module_as_main(name, alter_argv)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as source:
            return source.read()
    except OSError as error:
        message = "%s: can't open file %r: [Errno %d] %s\n"
        name = getattr(sys, "orig_argv", [sys.executable])[0]
        os.write(2, (message % (name, path, error.errno, error.strerror)).encode())
        raise SystemExit(2) from None


def _run_code(read, name: str) -> None:
    exec(compile(read(), name, "exec", 0, True), sys.modules["__main__"].__dict__)


def _strip_when_shown() -> None:
    """Lets the traceback that is about to be shown begin with the program's own frames."""
    shown = sys.excepthook

    def excepthook(kind, error, trace):
        sys.excepthook = shown
        while trace is not None and trace.tb_frame.f_code.co_filename != __file__:
            trace = trace.tb_next
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        error.__traceback__ = trace
        shown(kind, error, trace)

    sys.excepthook = excepthook
