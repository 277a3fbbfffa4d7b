"""The article of a PDF file."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any

from assistant.ingest.files.documents import document_article
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.pdf.paragraphs import Paragraph, paragraphs
from assistant.ingest.files.pdf.words import Word, page_words
from assistant.ingest.files.raised import NoteMarks
from assistant.ingest.items import ParseError

_MAX_PAGES = 2000
_NOT_A_TITLE = re.compile(
    r"untitled|document\d*$|microsoft \w+ - |.*\.(?:docx?|pdf|indd|qxd|odt|rtf|pages|tex|xlsx?|pptx?)$|\W*$"
    r"|\(?anonymous\)?$|slide 1$",
    re.I,
)
_NOBODY = re.compile(r"^\W*(?:anonymous|unknown|user|admin)\W*$", re.I)
_MAX_TITLE = 250
_MOST_CONTROLS = 0.08
_MOST_PRIVATE = 0.3  # of all characters; bullets are such, too


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a PDF file."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).casefold():
            raise ParseError("it is encrypted; save it without a password") from error
        raise ParseError("it is damaged, or no PDF file; save or download it again") from error
    if len(document) > _MAX_PAGES:
        raise ParseError(f"it has {len(document)} pages; up to {_MAX_PAGES} are read")
    pages = list(_pages(document))
    found = paragraphs([upright for upright, _ in pages]) + _across(pages)
    if not found:
        raise ParseError("no text in it; it may be scanned pages, which need text recognition (OCR) first")
    if is_unreadable(found):
        raise ParseError("its fonts do not say which letters are drawn; it needs text recognition (OCR) first")
    metadata = document.get_metadata_dict()
    title, lines = _title(" ".join(metadata.get("Title", "").split()), found)
    return [document_article(origin, title, lines, _NOBODY.sub("", metadata.get("Author", "")))]


def _pages(document: Any) -> Iterator[tuple[list[Word], list[Word]]]:
    from pypdfium2 import PdfiumError

    marks = NoteMarks()
    for number in range(len(document)):
        try:
            page = document[number]
        except PdfiumError as error:
            raise ParseError(f"its page {number + 1} is damaged; save or download it again") from error
        yield page_words(page, marks)
        page.close()


def is_unreadable(found: list[Paragraph]) -> bool:
    """Whether most of it are characters that only its fonts know."""
    letters = [character for paragraph in found for character in paragraph.text if not character.isspace()]
    kinds = Counter(map(unicodedata.category, letters))
    # Letters that are others come with signs that control something in the place of spaces.
    return kinds["Co"] > _MOST_PRIVATE * len(letters) or kinds["Cc"] + kinds["Cn"] > _MOST_CONTROLS * len(letters)


def _across(pages: list[tuple[list[Word], list[Word]]]) -> list[Paragraph]:
    """What is written across the pages, such as the credit of a photo at its side."""
    found = []
    for turn in (1, 2, 3, 0):
        found += paragraphs([[word for word in across if word.turn == turn] for _, across in pages])
    return found


def _title(declared: str, paragraphs: list[Paragraph]) -> tuple[str, list[str]]:
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
