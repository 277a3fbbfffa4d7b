"""An embedder whose workers tell what they do, are killed, or hold still until their machine is lost."""

import os
import signal
import time
from pathlib import Path

from tests.support import WordHash

DEADLY, HELD, BEGUN = "deadly", "held", "begun"


class Watched(WordHash):
    """Writes each batch that it begins into `folder`, by the first of its texts.

    A worker of the node whose process is in the file `held` renames that to `holding` and stays in its batch; the
    others wait for it meanwhile. A worker that finds the file `deadly` takes it away and is killed in its batch.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with (self.folder / BEGUN).open("a") as file:
            file.write(f"{texts[0]!r}\n")
        self._hold()
        if self._takes(DEADLY):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_documents(texts)

    def _hold(self) -> None:
        held = self.folder / HELD
        while held.exists():
            if held.read_text() in {str(os.getppid()), "any"} and self._takes(HELD):
                with (self.folder / "holding").open("w") as told:  # a pipe: whoever reads goes on now
                    told.write(str(os.getppid()))
                signal.pause()
            time.sleep(0.01)

    def _takes(self, name: str) -> bool:
        try:
            (self.folder / name).rename(self.folder / f"{name} {os.getpid()}")
        except FileNotFoundError:
            return False
        return True


def hold(folder: Path, who: object) -> Path:
    """Have a worker of the node with that process, or of "any", hold still; gives the pipe on which it tells so."""
    os.mkfifo(folder / "holding")
    (folder / HELD).write_text(str(who))
    return folder / "holding"
