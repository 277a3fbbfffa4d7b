"""The process beside ours in which files are read that could crash, hang or fill the memory.

It reads calls from its standard input and writes what they gave to its standard output, a frame each, until its input
ends. It is started by `apart.call` and knows nothing of articles.
"""

import contextlib
import importlib
import logging
import os
import pickle
import struct
import warnings
from collections.abc import Callable
from operator import attrgetter
from typing import IO, Any

from assistant.utils.strings import one_line

_LENGTH = struct.Struct(">Q")


def write_frame(pipe: IO[bytes], value: Any) -> None:
    """Writes one pickled value, after its length."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> Any:
    """The next value of the pipe. Raises EOFError where it ends."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Where calls come from and results go to. What a library prints can no longer get between them."""
    calls, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return calls, results


def _bound_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_AS, megabytes << 20), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):  # a lower limit is set already
            resource.setrlimit(kind, (most, most))


def _bound_time(seconds: float) -> None:
    # Should our parent be killed, nobody is left to kill us: the system then does, even within a library's C code.
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(function: tuple[str, str], args: bytes) -> tuple[str, Any]:
    try:
        act: Callable[..., Any] = attrgetter(function[1])(importlib.import_module(function[0]))
        return "done", act(*pickle.loads(args))
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "failed", one_line(f"{type(error).__name__}: {error}", 200)


def main() -> None:
    """Answers calls until there are no more. The first frame says how much memory it may use, in MB."""
    calls, results = _own_pipes()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        _bound_memory(read_frame(calls))
        while True:
            function, args, seconds = read_frame(calls)
            _bound_time(seconds * 1.5 + 5)
            outcome = _answer(function, args)
            _bound_time(0)
            write_frame(results, outcome)
            if outcome[0] == "memory":
                return  # what is left of its memory is in pieces
    except (EOFError, BrokenPipeError, MemoryError):
        return


if __name__ == "__main__":
    main()
