"""Embedders whose workers are lost in the midst of a batch."""

import os
import signal
from contextlib import suppress
from itertools import count
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


class Killed(WordHash):
    """Writes each batch that it begins into a file of its own in `folder`, by its first text, and loses one worker.

    That is at a `moment`, counted in halves of a batch: before it has embedded that one, or once it has.
    """

    def __init__(self, folder: Path, moment: int) -> None:
        super().__init__()
        self.folder, self.moment = folder, moment

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        begun = self._begin(texts[0])
        self._live_past(2 * begun)
        vectors = super().embed_documents(texts)
        self._live_past(2 * begun + 1)
        return vectors

    def _begin(self, text: str) -> int:
        """The number of batches that were begun before this one."""
        for number in count():
            with suppress(FileExistsError), (self.folder / str(number)).open("x") as file:
                file.write(text)
                return number
        raise AssertionError

    def _live_past(self, moment: int) -> None:
        if moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)
