"""Embedders whose workers are lost in the midst of a batch."""

import os
import signal
from pathlib import Path
from typing import NoReturn

from tests.support import WordHash

MEETING, HOLDING = "meeting", "holding"  # pipes: whoever opens one goes on when it is open at both ends


def hold(folder: Path) -> NoReturn:
    """Tell whoever reads the pipe that a batch has begun, which never ends."""
    with (folder / HOLDING).open("w"):
        pass
    while True:
        signal.pause()


class Held(WordHash):
    """Holds still in its first batch."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        hold(self.folder)


class Lost(WordHash):
    """Writes each batch that it begins into `begun`, by its first text, and loses two of them.

    Once a worker of the node of process `raylet` has begun one and another worker one, the former holds still, and the
    latter is killed. All further batches are embedded.
    """

    def __init__(self, folder: Path, raylet: int) -> None:
        super().__init__()
        self.folder, self.raylet = folder, raylet

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with (self.folder / "begun").open("a") as begun:
            begun.write(f"{texts[0]!r}\n")
        meeting = self.folder / MEETING
        if meeting.exists():
            if os.getppid() == self.raylet:
                with meeting.open("w"):
                    meeting.unlink()
                hold(self.folder)
            meeting.read_bytes()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_documents(texts)
