"""Processes that a test talks to, a line at a time."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.forked import Forked, forked


class Child:
    """A process that answers each line it is given with a line."""

    def __init__(self, process: Forked) -> None:
        self.process = process

    def tell(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def line(self) -> str:
        return self.process.stdout.readline().strip()

    def ask(self, line: str) -> dict[str, Any]:
        """What it answers to `line`, from JSON."""
        self.tell(line)
        answer: dict[str, Any] = json.loads(self.line())
        return answer


@contextmanager
def child(module: str, *arguments: object) -> Iterator[Child]:
    """`python -m tests.crash.MODULE`, ended with the block: by the end of its input, or killed on an error."""
    with tempfile.TemporaryDirectory() as folder:
        errors, words = Path(folder, "errors"), map(str, arguments)
        try:
            with forked(f"tests.crash.{module}", *words, environment=os.environ, errors=errors) as process:
                yield Child(process)
                process.end()
        finally:
            sys.stderr.write(errors.read_text())
