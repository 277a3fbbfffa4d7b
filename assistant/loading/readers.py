"""Which module reads which files.

To read a further kind, write a module with a function like `text.read_text` and name its endings here. What is read by
a library that a hostile file could crash, hang or fill with memory is read in a process apart.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from assistant.loading import apart, docx, epub, html, mail, pdf, records, table, text, zipped
from assistant.loading.fields import Failure, Loaded
from assistant.loading.origins import Origin, Outcome, Reader


def _apart(reader: Reader, data: bytes, origin: Origin) -> list[Outcome]:
    try:
        found: list[Outcome] = apart.call(reader, data, origin)
    except apart.ApartError as error:
        return [origin.failed(f"cannot be read: {error}")]
    return found


INSIDE: dict[str, Reader] = {
    ".md": text.read_markdown,
    ".markdown": text.read_markdown,
    ".txt": text.read_text,
    ".json": records.read_json,
    ".jsonl": records.read_lines,
    ".ndjson": records.read_lines,
    ".csv": table.read_csv,
    ".tsv": table.read_tsv,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".pdf": pdf.read,
    ".docx": docx.read,
    ".epub": epub.read,
    ".eml": mail.read,
}
"""What reads each kind of file, in the process apart too, where the files of an archive are read."""

_HARMLESS = (text.read_markdown, text.read_text, records.read_json, records.read_lines, table.read_csv, table.read_tsv)
READERS: dict[str, Reader] = {
    **{ending: reader if reader in _HARMLESS else partial(_apart, reader) for ending, reader in INSIDE.items()},
    ".zip": partial(_apart, zipped.read),
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
