"""Word files (.docx): one article per file."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.ingest.files.documents import document_article, split_title
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.zip import Archive
from assistant.ingest.items import ParseError


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Word file."""
    from docx import Document

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ParseError("an encrypted or old Word file; save it as .docx without a password")
    try:
        archive = Archive(data)
        for entry in archive.entries:  # so that all are within the limits, which python-docx does not have
            archive.read(entry)
    except ParseError as error:
        raise ParseError(f"not a Word file that can be read: {error}") from None
    document = Document(BytesIO(data))
    properties = document.core_properties
    title, lines = split_title(list(_paragraphs(document)), " ".join(properties.title.split()))
    author = properties.author if properties.author != "python-docx" else None
    category = " ".join(properties.category.split()) or None
    return [document_article(origin, title, lines, author, category=category)]


def _paragraphs(document: Any) -> Iterator[tuple[bool, str]]:
    """Whether it is a title, and the text, of each paragraph and each table row, in document order."""
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)  # a merged cell comes twice
                if any(cells):
                    yield False, " | ".join(filter(None, cells))
        elif text := " ".join(item.text.split()):
            yield item.style is not None and item.style.name in {"Title", "Heading 1"}, text
