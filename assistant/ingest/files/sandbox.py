"""Parses files in a separate process, so that a hostile or damaged file does not harm a refresh.

`Sandbox().call(function, *args)` returns the function's result. A parser that hangs is killed; that, a crash and too
much memory raise `SandboxError`, and the next call starts a new process. The process is kept between calls and belongs
to the owner of the sandbox, such as a refresh, who closes it.
"""

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from assistant.ingest.files.sandbox_worker import MEMORY_MB, memory_limit, send


class SandboxError(Exception):
    """The call failed; the message says why, in one line."""


class Sandbox(AbstractContextManager["Sandbox"]):
    """One process, started at the first call; as a context manager it ends the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._interrupted = False

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, function: Callable[..., Any], *args: Any, seconds: float = 30) -> Any:
        """The result of `function(*args)`, run in the process within `seconds` and its limit of memory.

        The function is at the top level of an importable module; its arguments and result are pickled. Calls of
        several threads run one after the other. Raises SandboxError when the function raises, takes too long, needs too
        much memory or crashes, and after `interrupt`.
        """
        module, name = function.__module__, function.__qualname__
        if module == "__main__" or "<" in name:
            raise TypeError(f"{name} of {module} cannot be imported elsewhere; put it at the top of a module")
        packed = pickle.dumps((function, args), protocol=pickle.HIGHEST_PROTOCOL)
        with self._lock:
            if self._interrupted:
                raise SandboxError("the reading was stopped")
            kind, value = self._exchange(packed, seconds)
        if kind == "done":
            return value
        raise SandboxError(value)

    def check(self) -> None:
        """Raises SandboxError where the process does not start, or its memory is not limited as it is to be."""
        if self.call(memory_limit) != MEMORY_MB << 20:
            raise SandboxError(f"its memory cannot be limited to {MEMORY_MB} MB")

    def _exchange(self, call: bytes, seconds: float) -> tuple[str, Any]:
        process = self._running_process()
        assert process.stdin and process.stdout
        started, is_late = time.monotonic(), False
        timer = threading.Timer(seconds, process.kill)
        timer.daemon = True
        timer.start()
        outcome: tuple[str, Any] = ("crash", "its parser crashed")
        try:
            send(process.stdin, (call, seconds))
            outcome = pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            is_late = time.monotonic() - started >= seconds
        finally:
            timer.cancel()
            # Also after KeyboardInterrupt: what the process writes next would belong to no call.
            if outcome[0] in {"crash", "memory"} or time.monotonic() - started >= seconds:
                self._end()
        return ("late", f"took over {seconds:g} s") if is_late else outcome

    def _running_process(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # after a fork the process is our parent's
            self._process = None
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            # A new session: Ctrl-C in a terminal is handled here. -P: nothing is imported from the working folder.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "assistant.ingest.files.sandbox_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)},
                start_new_session=True,
            )
            self._owner = os.getpid()
            atexit.register(self.close)
        return self._process

    def interrupt(self) -> None:
        """End the running call, if any, as if its parser had crashed, and refuse all further ones."""
        self._interrupted = True
        process = self._process
        if process is not None and self._owner == os.getpid():
            process.kill()

    def close(self) -> None:
        """End the process. The next call starts another, unless the sandbox was interrupted."""
        atexit.unregister(self.close)
        with self._lock:
            if self._owner == os.getpid():
                self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError), process:  # data not yet written has no reader any more
            process.kill()
