"""Articles of the files in a zip file."""

from pathlib import PurePosixPath

from assistant.loading.archives import Archive, ArchiveError, opened
from assistant.loading.origins import Origin, Outcome, Reader


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The articles of a zip file's files, and what failed in them. Archives within it are not opened.

    Nothing is written. Hidden files and those of other kinds are passed over, as in a folder.
    """
    try:
        with opened(data) as archive:
            return _all(archive, origin)
    except ArchiveError as error:
        return [origin.failed(str(error))]


def _all(archive: Archive, origin: Origin) -> list[Outcome]:
    from assistant.loading.readers import INSIDE  # which names this module

    found: list[Outcome] = []
    for entry in sorted(archive.entries, key=lambda one: one.filename):
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        part = origin.part(entry.filename, sign="/")
        if any(one.startswith(".") and one != ".." for one in path.parts) or "__MACOSX" in path.parts:
            continue
        reader: Reader | None = INSIDE.get(path.suffix.lower())
        if path.suffix.lower() == ".zip":
            found.append(part.failed("an archive in an archive is not opened; put its files beside it"))
        elif reader:
            try:
                found.extend(reader(archive.read(entry), part))
            except ArchiveError as error:
                found.append(part.failed(str(error)))
    return found or [origin.failed(f"no article files in it (they end in {', '.join(sorted(INSIDE))})")]
