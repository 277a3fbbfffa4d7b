"""PDF files: one article per file."""

import re
from io import BytesIO
from statistics import median
from typing import Any

from assistant.ingest.files.documents import document_article
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.pdf_lines import Line, page_lines, paragraphs
from assistant.ingest.items import ParseError

_MAX_PAGES = 2000
_NOT_A_TITLE = re.compile(
    r"untitled|document\d*$|microsoft \w+ - |.*\.(?:docx?|pdf|indd|qxd|odt|rtf|pages|tex|xlsx?|pptx?)$|\W*$"
    r"|\(?anonymous\)?$|slide 1$",
    re.I,
)
_MAX_TITLE = 250


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a PDF file."""
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ParseError("it is encrypted; save it without a password")
    if len(reader.pages) > _MAX_PAGES:
        raise ParseError(f"it has {len(reader.pages)} pages; up to {_MAX_PAGES} are read")
    found = paragraphs([page_lines(page) for page in reader.pages])
    if not found:
        raise ParseError("no text in it; it may be scanned pages, which need text recognition (OCR) first")
    metadata: Any = reader.metadata or {}
    title, lines = _title(" ".join(str(metadata.get("/Title") or "").split()), found)
    return [document_article(origin, title, lines, str(metadata.get("/Author") or ""))]


def _title(declared: str, paragraphs: list[Line]) -> tuple[str, list[str]]:
    """The title, from the metadata, else the first large paragraph or the first, and the paragraphs without it."""
    lines = [paragraph.text for paragraph in paragraphs]
    if declared and not _NOT_A_TITLE.match(declared):
        same = next((n for n, line in enumerate(lines[:4]) if line.casefold() == declared.casefold()), None)
        return declared, lines if same is None or len(lines) == 1 else lines[:same] + lines[same + 1 :]
    body_size = median(paragraph.size for paragraph in paragraphs for _ in range(1 + len(paragraph.text) // 50))
    largest = max(paragraphs[:4], key=lambda paragraph: paragraph.size)
    at = paragraphs.index(largest) if largest.size > body_size * 1.15 else 0
    title = lines[at]
    if len(lines) > 1 and len(title) <= _MAX_TITLE:
        return title, lines[:at] + lines[at + 1 :]
    return (title if len(title) <= _MAX_TITLE else f"{title[:200].rsplit(' ', 1)[0]} …"), lines
