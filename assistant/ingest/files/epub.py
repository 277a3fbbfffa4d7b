"""EPUB books: one article per chapter that has enough text."""

import re
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from assistant.ingest.files.documents import parse_xml
from assistant.ingest.files.encodings import decode_html
from assistant.ingest.files.html import blocks
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.timestamps import first_possible, parse_moment
from assistant.ingest.files.zip import Archive
from assistant.ingest.items import ParseError

_MIN_CHAPTER = 200  # characters: a cover, a half-title and a dedication have fewer
_FRONT_MATTER = re.compile(
    r"(?:table of )?contents|copyright|title ?page|cover|index|imprint|inhalt|impressum|obsah|tiráž", re.I
)


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The chapters of a book in order, each an article with the book's author and its title as publication."""
    try:
        archive = Archive(data)
        book, files = _description(archive)
        chapters = [_chapter(archive, file, origin, book, alone=len(files) == 1) for file in files]
    except ParseError as error:
        raise ParseError(f"not an EPUB book that can be read: {error}") from error
    if not any(chapters):
        raise ParseError("no chapter with text in it; its pages may be pictures")
    return list(filter(None, chapters))


def _description(archive: Archive) -> tuple[dict[str, Any], list[str]]:
    """The fields that all chapters share, and the files of the chapters in order."""
    encryption = [entry for entry in archive.entries if entry.filename == "META-INF/encryption.xml"]
    if any(b"EncryptedKey" in archive.read(entry) for entry in encryption):
        raise ParseError("it is protected against copying")
    container, _ = parse_xml(archive.read("META-INF/container.xml"))
    path = next(filter(None, (element.get("full-path") for element in container.iter("{*}rootfile"))), None)
    if path is None:
        raise ParseError("it names no contents")
    package, _ = parse_xml(archive.read(path))
    files = {
        item.get("id"): item.get("href") or ""
        for item in package.iter("{*}item")
        if "nav" not in (item.get("properties") or "")
    }
    hrefs = [files.get(reference.get("idref")) for reference in package.iter("{*}itemref")]
    spine = (normpath(join(dirname(path), unquote(href.partition("#")[0]))) for href in hrefs if href)
    return _metadata(package), list(dict.fromkeys(spine))


def _chapter(archive: Archive, file: str, origin: Origin, book: dict[str, Any], *, alone: bool) -> Outcome | None:
    """The article of a chapter; None for one without text, such as a cover."""
    origin = origin.part(file, separator="/")
    try:
        tree = blocks.parse(decode_html(archive.read(file)))
    except ParseError as error:
        return origin.failure(error)
    lines = blocks.blocks(tree.find("body"))
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
        return [text for element in package.iter(f"{{*}}{name}") if (text := " ".join((element.text or "").split()))]

    dates = []
    for element in package.iter("{*}date"):
        # EPUB 2 names the event: a date of "creation" or "modification" is that of the file.
        events = {value for name, value in element.attrib.items() if name.endswith("event")}
        if element.text and events <= {"publication"}:
            dates.append(element.text)
    return {
        "source": next(iter(texts("title")), None),
        "author": ", ".join(dict.fromkeys(texts("creator"))) or None,
        "published": first_possible(*map(parse_moment, dates)),
        "category": next(iter(texts("subject")), None),
    }
