"""A process of its own for reading files, so that a hostile or damaged one harms no refresh.

`Sandbox().call(function, *args)` gives what the function gives. A parser that hangs is killed, one that crashes or
wants too much memory is reported as a `SandboxError`, and the next call finds a new process. The process is kept
between calls, and belongs to whoever made the sandbox: a refresh has one, and ends it.
"""

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from assistant.ingest.files import sandbox_worker

MEMORY_MB = 1000


class SandboxError(Exception):
    """The function gave nothing: its text says why, in one line."""


class Sandbox:
    """One process, started when it is first needed. As a context manager it ends the process at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._interrupted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, function: Callable[..., Any], *args: Any, seconds: float = 30) -> Any:
        """What `function(*args)` gives, run in the process within `seconds` and MEMORY_MB of memory.

        The function stands at the top of a module that can be imported; it, its arguments and what it gives are
        pickled. Threads may call at the same time: they are served one after the other. Raises SandboxError when the
        function raises, takes too long, needs too much memory or crashes, and once `interrupt` was called.
        """
        name = (function.__module__, function.__qualname__)
        if name[0] == "__main__" or "<" in name[1]:
            raise TypeError(f"{name[1]} of {name[0]} cannot be imported elsewhere; put it at the top of a module")
        packed = pickle.dumps(args, protocol=pickle.HIGHEST_PROTOCOL)
        with self._lock:
            if self._interrupted:
                raise SandboxError("the reading was stopped")
            kind, value = self._exchange(name, packed, seconds)
        if kind == "done":
            return value
        if kind == "memory":
            value = f"needed over {MEMORY_MB} MB"
        raise SandboxError(value)

    def _exchange(self, name: tuple[str, str], args: bytes, seconds: float) -> tuple[str, Any]:
        late = threading.Event()
        process = self._started()
        assert process.stdin and process.stdout

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        outcome: tuple[str, Any] | None = None
        try:
            sandbox_worker.write_frame(process.stdin, (name, args, seconds))
            outcome = sandbox_worker.read_frame(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            outcome = ("late", f"took over {seconds:g} s") if late.is_set() else ("crash", "the reader crashed")
        finally:
            timer.cancel()
            # Also when an interrupt came between: what the process would say next belongs to no call.
            if outcome is None or outcome[0] in {"late", "crash", "memory"} or late.is_set():
                self._end()
        return outcome

    def _started(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # after a fork the process is our parent's
            self._process = None
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process, self._owner = _start(), os.getpid()
            atexit.register(self.close)
        return self._process

    def interrupt(self) -> None:
        """End the call that goes on, if one does, as if its parser had crashed, and refuse all others."""
        self._interrupted = True
        process = self._process
        if process is not None and self._owner == os.getpid():
            process.kill()

    def close(self) -> None:
        """End the process, if there is one. The next call starts another, unless it was interrupted."""
        atexit.unregister(self.close)
        with self._lock:
            if self._owner == os.getpid():
                self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not written yet has no reader
                if pipe:
                    pipe.close()
        process.wait()


def _start() -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C in a terminal is for us to handle. -P: nothing of the working folder is imported.
    paths = [entry or str(Path.cwd()) for entry in sys.path]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "assistant.ingest.files.sandbox_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
    )
    assert process.stdin
    with contextlib.suppress(OSError):  # it died at once: the call will find that out
        sandbox_worker.write_frame(process.stdin, MEMORY_MB)
    return process
