"""Processes that a test talks to, a line at a time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support import ROOT


class Child:
    """A process that answers each line it is given with a line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def ask(self, line: str) -> dict[str, Any]:
        """What it answers to `line`, from JSON."""
        self.tell(line)
        answer: dict[str, Any] = json.loads(self.line())
        return answer


@contextmanager
def child(module: str, *arguments: object) -> Iterator[Child]:
    """`python -m tests.crash.MODULE`, ended with the block: by the end of its input, or killed on an error."""
    command = [sys.executable, "-m", f"tests.crash.{module}", *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Child(process)
        except BaseException:
            process.kill()
            raise
