"""Which parser reads which file extension.

To add a format, write a module with a function like `csv.read_csv` and register its extension in `PARSERS`.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from assistant.ingest.files import csv, email, epub, json, text, zip
from assistant.ingest.files.docx import read as docx
from assistant.ingest.files.html import read
from assistant.ingest.files.origin import Content, Origin, Outcome, Parser, outcome_list, outcomes
from assistant.ingest.files.pdf import read as pdf
from assistant.ingest.files.sandbox import Sandbox, SandboxError
from assistant.ingest.items import Failure, ParseError

PARSERS: dict[str, Parser] = {
    ".md": text.read_markdown,
    ".markdown": text.read_markdown,
    ".txt": text.read_text,
    ".json": json.read_json,
    ".jsonl": json.read_lines,
    ".ndjson": json.read_lines,
    ".csv": csv.read_csv,
    ".tsv": csv.read_tsv,
    ".html": read.read,
    ".htm": read.read,
    ".xhtml": read.read,
    ".pdf": pdf.read,
    ".docx": docx.read,
    ".epub": epub.read,
    ".eml": email.read,
}
EXTENSIONS = sorted({*PARSERS, ".zip"})
# Parsed in this process; all others in the sandbox, as what a library parses could crash, hang or exhaust memory.
_HARMLESS = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv"})
# Endless markup, such as a hundred thousand brackets, takes a time that grows with its square.
_HARMLESS_WHEN_SMALL = frozenset({".md", ".markdown", ".txt"})
_SMALL = 100_000  # bytes
_MAX_SECONDS = 180


def parser_for(extension: str, sandbox: Sandbox) -> Parser | None:
    """The parser for an extension such as ".pdf", in any case; None for an unsupported format.

    It gives a failure for all that goes wrong with the content of the file, and never raises.
    """
    extension = extension.lower()
    if extension == ".zip":
        nested = partial(parser_for, sandbox=sandbox)
        return partial(outcomes, partial(zip.read, parser_for=nested))
    return partial(_parse, extension, sandbox) if extension in PARSERS else None


def _parse(extension: str, sandbox: Sandbox, data: bytes, origin: Origin) -> Iterable[Outcome]:
    parser = PARSERS[extension]
    if extension in _HARMLESS or (extension in _HARMLESS_WHEN_SMALL and len(data) <= _SMALL):
        return outcomes(parser, data, origin)
    seconds = min(_MAX_SECONDS, 30 + len(data) * 5 / 1_000_000)
    try:
        return list(sandbox.call(outcome_list, parser, data, origin, seconds=seconds))
    except SandboxError as error:
        return [origin.failure(f"cannot be read, it may be damaged: {error}")]


def parse_content(content: Content, sandbox: Sandbox) -> Iterable[Outcome]:
    """The articles of a file whose format is supported, and its failures. Only its bytes are looked at."""
    parser = parser_for(content.extension, sandbox)
    assert parser is not None
    return parser(content.data, content.origin)


def separate(content: Content) -> Iterator[Content | Failure]:
    """What can be parsed by itself, each for the other: of an archive its files and failures, else the file itself."""
    if content.extension.lower() != ".zip":
        yield content
        return
    try:
        yield from zip.parts(content.data, content.origin, lambda extension: extension.lower() in EXTENSIONS)
    except ParseError as error:
        yield content.origin.failure(error)


def read_bytes(
    data: bytes, extension: str, sandbox: Sandbox, *, url: str, encoding: str | None = None
) -> list[Outcome]:
    """The articles of a response from `url`, parsed as a file with `extension` (".html", ".pdf", ".txt").

    `encoding` is the one that the server declared. An article's URL is the canonical one of the page, if that is on the
    same registrable domain, else `url`.
    """
    origin = Origin(url, url, url, url=url, encoding=encoding)
    parser = parser_for(extension, sandbox)
    if parser is None:
        return [origin.failure(f"what it holds ({extension or 'of no known kind'}) cannot be read")]
    return list(parser(data, origin))
