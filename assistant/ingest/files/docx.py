"""Word files (.docx): one article per file."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.ingest.files.html import bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.zip import ArchiveError, open_archive


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Word file, or why there is none."""
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return [origin.failure("an encrypted or old Word file; save it as .docx without a password")]
    try:
        with open_archive(data) as archive:
            archive.check()
        document = Document(BytesIO(data))
        return [_article(document, origin)]
    except ArchiveError as error:
        return [origin.failure(f"not a Word file that can be read: {error}")]
    except (OpcError, LxmlError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # A damaged file makes python-docx raise any of these.
        return [origin.failure(f"a damaged Word file: {type(error).__name__}: {error}")]


def _article(document: Any, origin: Origin) -> Outcome:
    properties = document.core_properties
    blocks = list(_blocks(document))
    if not blocks:
        return origin.failure("no text in it")
    styled = next((text for style, text in blocks[:5] if style in {"Title", "Heading 1"}), None)
    title = styled or " ".join((properties.title or "").split())
    if not title:
        first = blocks[0][1]
        if len(blocks) == 1 or len(first) > 200:
            return origin.failure('no title; set one in its properties or give its first line the style "Title"')
        title = first
    lines = [text for number, (_, text) in enumerate(blocks) if number >= 5 or text != title]
    author = (
        bylines.parse_authors(properties.author or "") if (properties.author or "").lower() != "python-docx" else None
    )
    # The dates of its properties say when the file was created and saved, not when it was published.
    published = next((day for line in lines[:4] if (day := bylines.parse_date(line))), None)
    while len(lines) > 1 and bylines.is_byline(lines[0]):
        author = author or bylines.parse_authors(lines[0])
        lines = lines[1:]
    category = " ".join((properties.category or "").split()) or None
    fields = {"title": title, "author": author, "published": published, "category": category, "url": origin.url}
    return origin.article(fields, "\n\n".join(lines))


def _blocks(document: Any) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph and each table row, in document order."""
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)  # a merged cell comes twice
                if any(cells):
                    yield "", " | ".join(cell for cell in cells if cell)
        else:
            if text := " ".join(item.text.split()):
                yield (item.style.name if item.style is not None else ""), text
