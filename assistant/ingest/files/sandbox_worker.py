"""The sandbox process, in which files are parsed that could crash, hang or exhaust memory.

It reads calls from standard input and writes their results to standard output, each pickled, until its input ends. It
is started by `Sandbox` and knows nothing of articles.
"""

import contextlib
import logging
import os
import pickle
import warnings
from typing import IO, Any

from assistant.utils import one_line

MEMORY_MB = 1000


def send(pipe: IO[bytes], value: Any) -> None:
    """Write one pickled value."""
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _take_over_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes of calls and results; what a library prints no longer gets into them."""
    calls, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    return calls, results


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for resource_kind, limit in ((resource.RLIMIT_AS, MEMORY_MB << 20), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):  # a lower limit is set already
            resource.setrlimit(resource_kind, (limit, limit))


def memory_limit() -> int | None:
    """The bytes of memory that this process may have; None where the system cannot limit them."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrlimit(resource.RLIMIT_AS)[0]


def _limit_time(seconds: float) -> None:
    # If the parent is killed, nobody is left to end this process: the system then does, even within a library's C code.
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _run(call: bytes) -> tuple[str, Any]:
    try:
        function, args = pickle.loads(call)
        return "done", function(*args)
    except MemoryError:
        return "memory", f"needed over {MEMORY_MB} MB"
    except Exception as error:
        return "failed", one_line(f"{type(error).__name__}: {error}", 200)


def main() -> None:
    """Run calls, each with its seconds, until there are no more."""
    calls, results = _take_over_pipes()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        _limit_memory()
        while True:
            call, seconds = pickle.load(calls)
            _limit_time(seconds * 1.5 + 5)
            outcome = _run(call)
            _limit_time(0)
            send(results, outcome)
            if outcome[0] == "memory":
                return  # its memory is exhausted or fragmented
    except (EOFError, BrokenPipeError, MemoryError):
        return


if __name__ == "__main__":
    main()
