"""What the parsers of documents (Word, PDF, EPUB) have in common."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from assistant.ingest.files.html import bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.timestamps import first_possible
from assistant.ingest.items import ParseError


def parse_xml(data: bytes) -> tuple[Any, bool]:
    """The root of an XML file, and whether it is well-formed: a damaged one is read as far as it goes.

    Whatever the file says, no entity is expanded and nothing is fetched. Raises ParseError when there is nothing in it.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError(f"its XML is damaged: {error}") from error
    if root is None:
        raise ParseError("its XML is damaged")
    return root, not parser.error_log


def split_title(paragraphs: Sequence[tuple[bool, str]], declared: str) -> tuple[str, list[str]]:
    """The title of a document and its other paragraphs, which are pairs: whether it is styled as title, and its text.

    The title is the first styled one, else `declared`, else the first. Raises ParseError where none can be one.
    """
    if not paragraphs:
        raise ParseError("no text in it")
    title = next((text for is_title, text in paragraphs[:5] if is_title), declared)
    if not title:
        title = paragraphs[0][1]
        if len(paragraphs) == 1 or len(title) > 200:
            raise ParseError('no title; set one in its properties or give its first line the style "Title"')
    return title, [text for number, (_, text) in enumerate(paragraphs) if number >= 5 or text != title]


def _published(lines: Sequence[str]) -> Iterator[datetime]:
    """The dates of the bylines before the text, and of those after a first line that is none, such as a summary."""
    is_over = False
    for line in lines[:4]:
        if bylines.is_byline(line) and (not is_over or bylines.says_what_it_is(line)):
            yield from (stamp.moment for stamp in bylines.line_dates(line)[0])
        elif is_over:
            return
        else:
            is_over = True


def document_article(origin: Origin, title: str, lines: list[str], author: str | None, **fields: Any) -> Outcome:
    """The article of a document with these paragraphs, of which the first may be a byline.

    A date in the properties of a document says when the file was created or saved, which may be years before or after
    it was published. Only a date in a line of its own, or with the authors’, counts: a sentence tells of other days.
    """
    author = bylines.parse_authors(author or "")
    published = first_possible(*_published(lines))
    while len(lines) > 1 and bylines.is_byline(lines[0]):
        author = author or bylines.byline_author(lines[0])
        lines = lines[1:]
    found = {"title": title, "author": author, "published": published, "url": origin.url, **fields}
    return origin.article(found, "\n\n".join(lines))
