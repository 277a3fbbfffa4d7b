"""Articles of Word files (.docx)."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.ingest.files.html import bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.zip import ArchiveError, opened


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Word file, or why there is none."""
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return [origin.failed("an encrypted or old Word file; save it as .docx without a password")]
    try:
        with opened(data) as archive:
            archive.unpackable()
        document = Document(BytesIO(data))
        return [_article(document, origin)]
    except ArchiveError as error:
        return [origin.failed(f"not a Word file that can be read: {error}")]
    except (OpcError, LxmlError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # A damaged file makes python-docx raise any of these.
        return [origin.failed(f"a damaged Word file: {type(error).__name__}: {error}")]


def _article(document: Any, origin: Origin) -> Outcome:
    told = document.core_properties
    blocks = list(_blocks(document))
    if not blocks:
        return origin.failed("no text in it")
    styled = next((text for style, text in blocks[:5] if style in {"Title", "Heading 1"}), None)
    title = styled or " ".join((told.title or "").split())
    if not title:
        first = blocks[0][1]
        if len(blocks) == 1 or len(first) > 200:
            return origin.failed('no title; set one in its properties or give its first line the style "Title"')
        title = first
    lines = [text for number, (_, text) in enumerate(blocks) if number >= 5 or text != title]
    author = bylines.names(told.author or "") if (told.author or "").lower() != "python-docx" else None
    # Its dates are of the file: when it was made and saved, not when it was published.
    published = next((day for line in lines[:4] if (day := bylines.day(line))), None)
    while len(lines) > 1 and bylines.is_byline(lines[0]):
        author = author or bylines.names(lines[0])
        lines = lines[1:]
    category = " ".join((told.category or "").split()) or None
    values = {"title": title, "author": author, "published": published, "category": category, "url": origin.url}
    return origin.made(values, "\n\n".join(lines))


def _blocks(document: Any) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph and of each row of a table, in the order of the document."""
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)  # a merged cell comes twice
                if any(cells):
                    yield "", " | ".join(cell for cell in cells if cell)
        else:
            text = " ".join(item.text.split())
            if text:
                yield (item.style.name if item.style is not None else ""), text
