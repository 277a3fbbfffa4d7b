"""EPUB books: one article per chapter that has enough text."""

import re
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from assistant.ingest.files.encodings import UnknownEncoding, decode_html
from assistant.ingest.files.html import blocks, bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.zip import Archive, ArchiveError, open_archive

_MIN_CHAPTER = 200  # characters: a cover, a half-title and a dedication have fewer
_FRONT_MATTER = re.compile(
    r"(?:table of )?contents|copyright|title ?page|cover|index|imprint|inhalt|impressum|obsah|tiráž", re.I
)


class _BookError(ValueError):
    """The book cannot be read; the message says why."""


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The chapters of a book in order, each an article with the book's author and its title as publication."""
    try:
        with open_archive(data) as archive:
            return _chapters(archive, origin)
    except (ArchiveError, _BookError) as error:
        return [origin.failure(f"not an EPUB book that can be read: {error}")]


def _chapters(archive: Archive, origin: Origin) -> list[Outcome]:
    names = set(archive.names())
    if "META-INF/encryption.xml" in names and b"EncryptedKey" in archive.read("META-INF/encryption.xml"):
        return [origin.failure("it is protected against copying and cannot be read")]
    container = _xml(archive.read("META-INF/container.xml"))
    paths = (element.get("full-path") for element in _elements(container, "rootfile"))
    path = next((path for path in paths if path), None)
    if not path:
        raise _BookError("it names no contents")
    package = _xml(archive.read(path))
    book = _metadata(package)
    spine = _spine(package, dirname(path))
    chapters: list[Outcome] = []
    for name in spine:
        part = origin.part(name, separator="/")
        try:
            outcome = _chapter(archive.read(name), part, book, alone=len(spine) == 1)
        except (ArchiveError, UnknownEncoding, ValueError) as error:
            outcome = part.failure(str(error))
        if outcome is not None:
            chapters.append(outcome)
    return chapters or [origin.failure("no chapter with text in it; its pages may be pictures")]


def _chapter(data: bytes, origin: Origin, book: dict[str, Any], *, alone: bool) -> Outcome | None:
    tree = blocks.parse(decode_html(data))
    body = tree.find("body")
    lines = blocks.blocks(body if body is not None else tree)
    heading: list[str] = next(filter(None, map(blocks.blocks, tree.iter("h1", "h2", "h3"))), [])
    title = " ".join(heading) or " ".join((tree.findtext("head/title") or "").split()) or str(book["source"] or "")
    if heading:
        at = next((n for n in range(min(5, len(lines))) if lines[n : n + len(heading)] == heading), None)
        lines = lines if at is None else lines[:at] + lines[at + len(heading) :]
    text = "\n\n".join(lines)
    if _FRONT_MATTER.fullmatch(title) or (len(text) < _MIN_CHAPTER and not (alone and text)):
        return None
    return origin.article({**book, "title": title or "Untitled chapter"}, text)


def _metadata(package: Any) -> dict[str, Any]:
    def texts(name: str) -> list[str]:
        return [text for element in _elements(package, name) if (text := " ".join((element.text or "").split()))]

    dates = [element.text for element in _elements(package, "date") if element.text and _is_publication_date(element)]
    return {
        "source": next(iter(texts("title")), None),
        "author": ", ".join(dict.fromkeys(texts("creator"))) or None,
        "published": next(filter(None, map(bylines.parse_date, dates)), None),
        "category": next(iter(texts("subject")), None),
    }


def _is_publication_date(element: Any) -> bool:
    # EPUB 2 names the event: a date of "creation" or "modification" is that of the file.
    event = next((value for name, value in element.attrib.items() if name.endswith("event")), "publication")
    return bool(event == "publication")


def _spine(package: Any, folder: str) -> list[str]:
    files = {
        item.get("id"): item.get("href") or ""
        for item in _elements(package, "item")
        if "nav" not in (item.get("properties") or "")
    }
    hrefs = [files.get(reference.get("idref")) for reference in _elements(package, "itemref")]
    return list(dict.fromkeys(normpath(join(folder, unquote(href.partition("#")[0]))) for href in hrefs if href))


def _xml(data: bytes) -> Any:
    from lxml import etree

    # Whatever the file says, no entity is expanded and nothing is fetched.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise _BookError(f"its description is damaged: {error}") from error
    if root is None:
        raise _BookError("its description is damaged")
    return root


def _elements(tree: Any, name: str) -> Any:
    return tree.iter(f"{{*}}{name}")
