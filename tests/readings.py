"""What the packaged reader says is kept for all processes of a run, those of the windows among them.

Reading takes most of the time of an answer, tests ask the same questions, and a passage is read the same whatever
comes with it.
"""

import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from assistant.models import ReaderInput, Reading, open_reader
from assistant.models.passage_reader import Reader
from assistant.utils import once

FOLDER = "READINGS_OF_TESTS"  # variable of the environment: the folder of them; where it is empty, all is read


class RememberingReader:
    """A reader that is opened at what nobody has read yet."""

    def __init__(self, opened: Callable[[], Reader], folder: Path) -> None:
        self._reader = once(opened)
        self._folder = folder
        self._read: dict[str, Reading] = {}

    def read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        """The reading of each input, in order."""
        keys = [_key(given) for given in inputs]
        missing = {key: given for key, given in zip(keys, inputs, strict=True) if not self._has(key)}
        if missing:
            for key, reading in zip(missing, self._reader().read(list(missing.values())), strict=True):
                self._keep(key, reading)
        return [self._read[key] for key in keys]

    def _has(self, key: str) -> bool:
        if key not in self._read:
            try:
                self._read[key] = pickle.loads((self._folder / key).read_bytes())
            except FileNotFoundError:
                return False
        return True

    def _keep(self, key: str, reading: Reading) -> None:
        self._read[key] = reading
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            pickle.dump(reading, file)
        Path(file.name).rename(self._folder / key)


def _key(given: ReaderInput) -> str:
    return hashlib.sha256(repr((given.text, given.title, tuple(given.sentences))).encode(errors="replace")).hexdigest()


@lru_cache
def remembering_reader(name: str | None = None, cache: Path | None = None) -> Reader:
    """In the place of `open_reader`."""
    folder = os.environ.get(FOLDER)
    if name is not None or not folder:
        return open_reader(name, cache)
    return RememberingReader(lambda: open_reader(name, cache), Path(folder))
