"""Which module reads which files.

To read a further kind, write a module with a function like `text.read_text` and name its endings here. What is read by
a library that a hostile file could crash, hang or fill with memory is read in a process apart.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from assistant.ingest.files import csv, docx, email, epub, json, pdf, sandbox, text, zip
from assistant.ingest.files.html import read
from assistant.ingest.files.origin import Origin, Outcome, Reader
from assistant.ingest.items import Failure, Loaded


def _apart(reader: Reader, data: bytes, origin: Origin) -> list[Outcome]:
    seconds = min(_LONGEST, 30 + len(data) * 5 / 1_000_000)
    try:
        found: list[Outcome] = sandbox.call(reader, data, origin, seconds=seconds)
    except sandbox.ApartError as error:
        return [origin.failed(f"cannot be read: {error}")]
    return found


def _apart_when_large(reader: Reader, data: bytes, origin: Origin) -> Iterable[Outcome]:
    # Marks without end, such as a hundred thousand brackets, take a time that grows with their square.
    return _apart(reader, data, origin) if len(data) > _LARGE else reader(data, origin)


_LONGEST = 180  # seconds
_LARGE = 100_000
_PAGE = partial(_apart, read.read)
_MARKDOWN = partial(_apart_when_large, text.read_markdown)

READERS: dict[str, Reader] = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": partial(_apart_when_large, text.read_text),
    ".json": json.read_json,
    ".jsonl": json.read_lines,
    ".ndjson": json.read_lines,
    ".csv": csv.read_csv,
    ".tsv": csv.read_tsv,
    ".html": _PAGE,
    ".htm": _PAGE,
    ".xhtml": _PAGE,
    ".pdf": partial(_apart, pdf.read),
    ".docx": partial(_apart, docx.read),
    ".epub": partial(_apart, epub.read),
    ".eml": partial(_apart, email.read),
    ".zip": zip.read,  # each of its files in turn as if it stood alone
}


def read_file(path: Path, name: str, max_bytes: int) -> Iterator[Loaded | Failure]:
    """The articles of a file and what failed in it. `name` is its name within its source.

    Never raises for what is in the file. A file over `max_bytes` is not read.
    """
    origin = Origin(name, name, str(path.resolve()))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(sorted(READERS))
        yield origin.failed(f"files ending in {path.suffix or 'nothing'} cannot be read; {kinds} can")
        return
    try:
        size = path.stat().st_size
        if size > max_bytes:
            limit = f"the limit is {max_bytes / 1e6:.0f} MB (setting max_file_mb)"
            yield origin.failed(f"the file has {size / 1e6:.0f} MB; {limit}")
            return
        data = path.read_bytes()
    except OSError as error:
        yield origin.failed(f"cannot be read: {error.strerror or error}")
        return
    yield from reader(data, origin)


def read_bytes(data: bytes, ending: str, *, url: str, encoding: str | None = None) -> list[Loaded | Failure]:
    """The articles of what the web gave at `url`, read as a file with `ending` (".html", ".pdf", ".txt").

    `encoding` is what the server said of it. An article's address is the one that the page names as its own, if it is
    of the same registrable domain, else `url`.
    """
    origin = Origin(url, url, url, url=url, encoding=encoding)
    reader = READERS.get(ending.lower())
    if reader is None:
        return [origin.failed(f"what it holds ({ending or 'of no known kind'}) cannot be read")]
    return list(reader(data, origin))
