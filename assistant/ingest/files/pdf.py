"""Articles of PDF files."""

import re
from io import BytesIO
from statistics import median
from typing import Any

from assistant.ingest.files.html import bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.pdf_lines import Line, lines_of, paragraphs

_MOST_PAGES = 2000
_NO_TITLE = re.compile(
    r"untitled|document\d*$|microsoft \w+ - |.*\.(?:docx?|pdf|indd|qxd|odt|rtf|pages|tex|xlsx?|pptx?)$|\W*$"
    r"|\(?anonymous\)?$|slide 1$",
    re.I,
)
_LONGEST_TITLE = 250


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a PDF file, or why there is none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return [origin.failed("it is encrypted; save it without a password")]
        if len(reader.pages) > _MOST_PAGES:
            return [origin.failed(f"it has {len(reader.pages)} pages; up to {_MOST_PAGES} are read")]
        found = paragraphs([lines_of(page) for page in reader.pages])
        if not found:
            return [origin.failed("no text in it; it may be scanned pages, which need text recognition (OCR) first")]
        return [_article(reader.metadata or {}, found, origin)]
    except (
        *(PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError),
        NotImplementedError,
    ) as error:
        # A damaged file makes pypdf raise any of these; of a rare kind, the last.
        return [origin.failed(f"a damaged PDF file: {type(error).__name__}: {error}")]


def _article(told: Any, found: list[Line], origin: Origin) -> Outcome:
    title, lines = _title(_text(told.get("/Title")), found)
    author = bylines.names(_text(told.get("/Author")))
    # CreationDate is when a program wrote this file, which may be years after, or before, it was published. Only a
    # line of the text that is a date tells.
    published = next((day for line in lines[:4] if (day := bylines.day(line))), None)
    while len(lines) > 1 and bylines.is_byline(lines[0]):
        author = author or bylines.names(lines[0])
        lines = lines[1:]
    values = {"title": title, "author": author, "published": published, "url": origin.url}
    return origin.made(values, "\n\n".join(lines))


def _title(told: str, found: list[Line]) -> tuple[str, list[str]]:
    """The title and the paragraphs after it: as the file says, else the first large line, else the first."""
    lines = [one.text for one in found]
    if told and not _NO_TITLE.match(told):
        same = next((n for n, line in enumerate(lines[:4]) if line.casefold() == told.casefold()), None)
        return told, lines if same is None or len(lines) == 1 else lines[:same] + lines[same + 1 :]
    body = median(one.size for one in found for _ in range(1 + len(one.text) // 50))
    large = max(found[:4], key=lambda one: one.size)
    at = found.index(large) if large.size > body * 1.15 else 0
    title = lines[at]
    if len(lines) > 1 and len(title) <= _LONGEST_TITLE:
        return title, lines[:at] + lines[at + 1 :]
    return (title if len(title) <= _LONGEST_TITLE else f"{title[:200].rsplit(' ', 1)[0]} …"), lines


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
