"""Which module reads which files.

To read a further kind, write a module with a function like `text.read_text` and name its endings here. What is read by
a library that a hostile file could crash, hang or fill with memory is read in the sandbox.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from assistant.ingest.files import csv, docx, email, epub, json, pdf, text, zip
from assistant.ingest.files.html import read
from assistant.ingest.files.origin import Origin, Outcome, Reader
from assistant.ingest.files.sandbox import Sandbox, SandboxError
from assistant.ingest.items import Failure, Loaded

_LONGEST = 180  # seconds
_LARGE = 100_000

SandboxedReader = Callable[[bytes, Origin, Sandbox], Iterable[Outcome]]


def _here(reader: Reader, data: bytes, origin: Origin, sandbox: Sandbox) -> Iterable[Outcome]:
    return reader(data, origin)


def _sandboxed(reader: Reader, data: bytes, origin: Origin, sandbox: Sandbox) -> list[Outcome]:
    seconds = min(_LONGEST, 30 + len(data) * 5 / 1_000_000)
    try:
        found: list[Outcome] = sandbox.call(reader, data, origin, seconds=seconds)
    except SandboxError as error:
        return [origin.failed(f"cannot be read: {error}")]
    return found


def _sandboxed_when_large(reader: Reader, data: bytes, origin: Origin, sandbox: Sandbox) -> Iterable[Outcome]:
    # Marks without end, such as a hundred thousand brackets, take a time that grows with their square.
    return _sandboxed(reader, data, origin, sandbox) if len(data) > _LARGE else reader(data, origin)


def _each_file(data: bytes, origin: Origin, sandbox: Sandbox) -> Iterable[Outcome]:
    return zip.read(data, origin, partial(reader_for, sandbox=sandbox))


_PAGE = partial(_sandboxed, read.read)
_MARKDOWN = partial(_sandboxed_when_large, text.read_markdown)

READERS: dict[str, SandboxedReader] = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": partial(_sandboxed_when_large, text.read_text),
    ".json": partial(_here, json.read_json),
    ".jsonl": partial(_here, json.read_lines),
    ".ndjson": partial(_here, json.read_lines),
    ".csv": partial(_here, csv.read_csv),
    ".tsv": partial(_here, csv.read_tsv),
    ".html": _PAGE,
    ".htm": _PAGE,
    ".xhtml": _PAGE,
    ".pdf": partial(_sandboxed, pdf.read),
    ".docx": partial(_sandboxed, docx.read),
    ".epub": partial(_sandboxed, epub.read),
    ".eml": partial(_sandboxed, email.read),
    ".zip": _each_file,  # each of its files in turn as if it stood alone
}


def reader_for(ending: str, sandbox: Sandbox) -> Reader | None:
    """What reads files with `ending`, such as ".pdf", in any case; None for kinds that cannot be read."""
    read = READERS.get(ending.lower())
    return None if read is None else lambda data, origin: read(data, origin, sandbox)


def read_file(path: Path, name: str, max_bytes: int, sandbox: Sandbox) -> Iterator[Loaded | Failure]:
    """The articles of a file and what failed in it. `name` is its name within its source.

    Never raises for what is in the file. A file over `max_bytes` is not read.
    """
    origin = Origin(name, name, str(path.resolve()))
    reader = reader_for(path.suffix, sandbox)
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


def read_bytes(
    data: bytes, ending: str, sandbox: Sandbox, *, url: str, encoding: str | None = None
) -> list[Loaded | Failure]:
    """The articles of what the web gave at `url`, read as a file with `ending` (".html", ".pdf", ".txt").

    `encoding` is what the server said of it. An article's address is the one that the page names as its own, if it is
    of the same registrable domain, else `url`.
    """
    origin = Origin(url, url, url, url=url, encoding=encoding)
    reader = reader_for(ending, sandbox)
    if reader is None:
        return [origin.failed(f"what it holds ({ending or 'of no known kind'}) cannot be read")]
    return list(reader(data, origin))
