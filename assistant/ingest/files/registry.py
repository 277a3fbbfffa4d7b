"""Which parser reads which file extension.

To add a format, write a module with a function like `text.read_text` and register its extensions here. A library that
a hostile file could make crash, hang or exhaust memory runs in the sandbox.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from assistant.ingest.files import csv, docx, email, epub, json, pdf, text, zip
from assistant.ingest.files.html import read
from assistant.ingest.files.origin import Origin, Outcome, Parser
from assistant.ingest.files.sandbox import Sandbox, SandboxError
from assistant.ingest.items import Failure, Loaded

_MAX_SECONDS = 180
_LARGE = 100_000  # bytes

SandboxedParser = Callable[[bytes, Origin, Sandbox], Iterable[Outcome]]


def _in_process(parser: Parser, data: bytes, origin: Origin, sandbox: Sandbox) -> Iterable[Outcome]:
    return parser(data, origin)


def _sandboxed(parser: Parser, data: bytes, origin: Origin, sandbox: Sandbox) -> list[Outcome]:
    seconds = min(_MAX_SECONDS, 30 + len(data) * 5 / 1_000_000)
    try:
        outcomes: list[Outcome] = sandbox.call(parser, data, origin, seconds=seconds)
    except SandboxError as error:
        return [origin.failure(f"cannot be read: {error}")]
    return outcomes


def _sandboxed_when_large(parser: Parser, data: bytes, origin: Origin, sandbox: Sandbox) -> Iterable[Outcome]:
    # Endless markup, such as a hundred thousand brackets, takes a time that grows with its square.
    return _sandboxed(parser, data, origin, sandbox) if len(data) > _LARGE else parser(data, origin)


def _archive(data: bytes, origin: Origin, sandbox: Sandbox) -> Iterable[Outcome]:
    return zip.read(data, origin, partial(parser_for, sandbox=sandbox))


_HTML = partial(_sandboxed, read.read)
_MARKDOWN = partial(_sandboxed_when_large, text.read_markdown)

PARSERS: dict[str, SandboxedParser] = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": partial(_sandboxed_when_large, text.read_text),
    ".json": partial(_in_process, json.read_json),
    ".jsonl": partial(_in_process, json.read_lines),
    ".ndjson": partial(_in_process, json.read_lines),
    ".csv": partial(_in_process, csv.read_csv),
    ".tsv": partial(_in_process, csv.read_tsv),
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".pdf": partial(_sandboxed, pdf.read),
    ".docx": partial(_sandboxed, docx.read),
    ".epub": partial(_sandboxed, epub.read),
    ".eml": partial(_sandboxed, email.read),
    ".zip": _archive,
}


def parser_for(extension: str, sandbox: Sandbox) -> Parser | None:
    """The parser for an extension such as ".pdf", in any case; None for an unsupported format."""
    parser = PARSERS.get(extension.lower())
    return None if parser is None else lambda data, origin: parser(data, origin, sandbox)


def read_file(path: Path, name: str, max_bytes: int, sandbox: Sandbox) -> Iterator[Loaded | Failure]:
    """The articles of a file and the failures in it. `name` is its name within its source.

    Never raises for the content of the file. A file over `max_bytes` is not read.
    """
    origin = Origin(name, name, str(path.resolve()))
    parser = parser_for(path.suffix, sandbox)
    if parser is None:
        supported = ", ".join(sorted(PARSERS))
        yield origin.failure(f"files ending in {path.suffix or 'nothing'} cannot be read; {supported} can")
        return
    try:
        size = path.stat().st_size
        if size > max_bytes:
            limit = f"the limit is {max_bytes / 1e6:.0f} MB (setting max_file_mb)"
            yield origin.failure(f"the file has {size / 1e6:.0f} MB; {limit}")
            return
        data = path.read_bytes()
    except OSError as error:
        yield origin.failure(f"cannot be read: {error.strerror or error}")
        return
    yield from parser(data, origin)


def read_bytes(
    data: bytes, extension: str, sandbox: Sandbox, *, url: str, encoding: str | None = None
) -> list[Loaded | Failure]:
    """The articles of a response from `url`, parsed as a file with `extension` (".html", ".pdf", ".txt").

    `encoding` is the one that the server declared. An article's URL is the canonical one of the page, if that is on the
    same registrable domain, else `url`.
    """
    origin = Origin(url, url, url, url=url, encoding=encoding)
    parser = parser_for(extension, sandbox)
    if parser is None:
        return [origin.failure(f"what it holds ({extension or 'of no known kind'}) cannot be read")]
    return list(parser(data, origin))
