"""Articles of the files in a zip file."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from assistant.loading.archives import Archive, ArchiveError, opened
from assistant.loading.origins import Origin, Outcome


def read(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a zip file's files, and what failed in them. Archives within it are not opened.

    Nothing is written. Hidden files and those of other kinds are passed over, as in a folder.
    """
    empty = True
    try:
        with opened(data) as archive:
            for outcome in _all(archive, origin):
                empty = False
                yield outcome
    except ArchiveError as error:
        yield origin.failed(str(error))
        return
    if empty:
        yield origin.failed("no article files in it")


def _all(archive: Archive, origin: Origin) -> Iterator[Outcome]:
    from assistant.loading.readers import READERS  # which names this module

    for entry in sorted(archive.entries, key=lambda one: one.filename):
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        part = origin.part(entry.filename, sign="/")
        reader = READERS.get(path.suffix.lower())
        hidden = any(one.startswith(".") and one != ".." for one in path.parts) or "__MACOSX" in path.parts
        if hidden or reader is None:
            continue
        if path.suffix.lower() == ".zip":
            yield part.failed("an archive in an archive is not opened; put its files beside it")
            continue
        try:
            inner = archive.read(entry)
        except ArchiveError as error:
            yield part.failed(str(error))
            continue
        yield from reader(inner, part)
