"""The derived files of generations that are kept on a server: a folder of this machine for each, fetched once."""

import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from assistant.index.home.locks import hold_exclusive, hold_shared
from assistant.index.server.derived_contents import digest_of
from assistant.utils import private_file, private_folder

_IN_USE = "in-use"
_DRAFT, _NEW, _REMOVED = ".draft-", ".new-", ".removed-"
_ABANDONED = 3600  # seconds after which nobody is still fetching a folder


class DerivedCache:
    """A folder with one for each generation that was read on this machine, named for it and for what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def opened(self, name: str, digests: Mapping[str, str], fetch: Callable[[str], bytes]) -> tuple[Path, BinaryIO]:
        """The folder with the files of these digests, fetched where it is not there, and what keeps it until closed."""
        folder = self._folder(name, digests)
        while True:
            if not folder.is_dir():
                self._fetch(folder, digests, fetch)
            with suppress(FileNotFoundError):  # another process is just removing it
                return folder, hold_shared(folder / _IN_USE)

    def _folder(self, name: str, digests: Mapping[str, str]) -> Path:
        return self.folder / f"{name}-{digest_of(repr(sorted(digests.items())).encode())[:16]}"

    def _fetch(self, folder: Path, digests: Mapping[str, str], fetch: Callable[[str], bytes]) -> None:
        """Make the folder whole or not at all; of several processes that do so at once, one's is kept."""
        new = private_folder(self.folder / f"{_NEW}{token_hex(8)}")
        try:
            for file, digest in digests.items():
                private_file(new / file).write_bytes(fetch(digest))
            private_file(new / _IN_USE)
            with suppress(OSError):  # it is there now
                new.rename(folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    @contextmanager
    def draft(self, name: str, files: Path | None, wanted: Collection[str]) -> Iterator[Path]:
        """A folder for the derived files of a draft, with the `wanted` ones of the folder `files`, until it ends."""
        folder = self.folder / f"{_DRAFT}{name}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            private_folder(folder)
            for file in wanted if files is not None else ():
                if files is not None and (files / file).exists():
                    shutil.copy2(files / file, folder / file)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, kept: Collection[str]) -> None:
        """Remove the folders of all but the `kept` generations that nobody reads, and what killed processes left.

        By the one refresh that there is: no draft of another is removed.
        """
        for folder in self.folder.glob("[0-9]*"):
            if folder.name.partition("-")[0] not in kept:
                self._remove(folder)
        for left in self.folder.glob(".*"):
            if not left.name.startswith(_NEW) or time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)

    def _remove(self, folder: Path) -> None:
        with suppress(OSError), hold_exclusive(folder / _IN_USE) as free:
            if free:
                removed = folder.with_name(f"{_REMOVED}{folder.name}-{os.getpid()}")
                folder.rename(removed)
                shutil.rmtree(removed, ignore_errors=True)
