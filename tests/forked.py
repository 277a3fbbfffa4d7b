"""Programs of a process of their own, forked from one that has imported what they need.

Python and all that a window imports take four seconds to start, and a forked program nothing of that. It has its own
environment, working folder, arguments and streams, and can be talked to as with subprocess.Popen.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from tests.support import ROOT

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.preloaded"])


class Forked:
    """A running `python -m MODULE ARGUMENTS`: its streams, and how it ends."""

    def __init__(self, module: str, arguments: list[str], environment: Mapping[str, str], errors: Path) -> None:
        order, self._orders = CONTEXT.Pipe(duplex=False)
        self._lines, line = CONTEXT.Pipe(duplex=False)
        with errors.open("w") as log, order, line:
            logged = Connection(os.dup(log.fileno()), readable=False)
            given = {**environment, "PYTHONPATH": str(ROOT)}
            run = (module, arguments, given, Path.cwd(), (order, line, logged))
            self._process = CONTEXT.Process(target=_run, args=run)
            self._process.start()
            logged.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.stdin = open(self._orders.fileno(), "w", closefd=False)
        self.stdout = open(self._lines.fileno(), closefd=False)

    @property
    def returncode(self) -> int | None:
        """What it ended with, None while it runs; less than 0 is a signal."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended; gives its return code."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, f"it still runs after {seconds} s"
        return self._process.exitcode

    def end(self) -> int:
        """End its input, and wait until it has ended by itself; gives its return code."""
        self.stdin.close()
        self._orders.close()
        return self.wait()

    def close(self) -> None:
        """Kill it if it still runs, and close its streams."""
        self.kill()
        self.wait()
        self._process.close()
        self._orders.close()
        self._lines.close()


@contextmanager
def forked(module: str, *arguments: str, environment: Mapping[str, str], errors: Path) -> Iterator[Forked]:
    """`python -m MODULE ARGUMENTS` in the present folder, which is killed at the end; `errors` is its log."""
    process = Forked(module, list(arguments), environment, errors)
    try:
        yield process
    finally:
        process.close()


def _run(
    module: str, arguments: list[str], environment: dict[str, str], folder: Path, streams: tuple[Connection, ...]
) -> None:
    """Be that program, in the forked process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = open(0, closefd=False)
    sys.orig_argv[:] = [sys.executable, "-m", module, *arguments]
    sys.argv[:] = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
