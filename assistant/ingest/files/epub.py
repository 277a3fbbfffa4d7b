"""Articles of EPUB books: one of each chapter that has enough text."""

import re
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from assistant.ingest.files.encodings import UnknownEncoding, decode_html
from assistant.ingest.files.html import blocks, bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.zip import Archive, ArchiveError, opened

_ENOUGH = 200  # characters: a cover, a half-title and a dedication have fewer
_APPARATUS = re.compile(
    r"(?:table of )?contents|copyright|title ?page|cover|index|imprint|inhalt|impressum|obsah|tiráž", re.I
)


class _BookError(ValueError):
    """It is no book that can be read; its text says why."""


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The chapters of a book in its order, each an article with the book's author and its title as publication."""
    try:
        with opened(data) as archive:
            return _chapters(archive, origin)
    except (ArchiveError, _BookError) as error:
        return [origin.failed(f"not an EPUB book that can be read: {error}")]


def _chapters(archive: Archive, origin: Origin) -> list[Outcome]:
    names = set(archive.names())
    if "META-INF/encryption.xml" in names and b"EncryptedKey" in archive.read("META-INF/encryption.xml"):
        return [origin.failed("it is protected against copying and cannot be read")]
    container = _xml(archive.read("META-INF/container.xml"))
    place = next((one.get("full-path") for one in _all(container, "rootfile") if one.get("full-path")), None)
    if not place:
        raise _BookError("it names no contents")
    package = _xml(archive.read(place))
    shared = _metadata(package)
    spine = _spine(package, dirname(place))
    found: list[Outcome] = []
    for name in spine:
        part = origin.part(name, sign="/")
        try:
            outcome = _chapter(archive.read(name), part, shared, alone=len(spine) == 1)
        except (ArchiveError, UnknownEncoding, ValueError) as error:
            outcome = part.failed(str(error))
        if outcome is not None:
            found.append(outcome)
    return found or [origin.failed("no chapter with text in it; its pages may be pictures")]


def _chapter(data: bytes, origin: Origin, shared: dict[str, Any], *, alone: bool) -> Outcome | None:
    tree = blocks.parse(decode_html(data))
    body = tree.find("body")
    lines = blocks.blocks(body if body is not None else tree)
    heading = next((one for one in tree.iter("h1", "h2", "h3") if blocks.blocks(one)), None)
    headed = " ".join(blocks.blocks(heading)) if heading is not None else ""
    title = headed or " ".join((tree.findtext("head/title") or "").split()) or str(shared["source"] or "")
    if heading is not None:
        own = blocks.blocks(heading)
        at = next((n for n in range(min(5, len(lines))) if lines[n : n + len(own)] == own), None)
        lines = lines if at is None else lines[:at] + lines[at + len(own) :]
    text = "\n\n".join(lines)
    if _APPARATUS.fullmatch(title) or (len(text) < _ENOUGH and not (alone and text)):
        return None
    return origin.made({**shared, "title": title or "Untitled chapter"}, text)


def _metadata(package: Any) -> dict[str, Any]:
    def texts(name: str) -> list[str]:
        return [text for one in _all(package, name) if (text := " ".join((one.text or "").split()))]

    days = [
        day for one in _all(package, "date") if one.text and _of_publication(one) and (day := bylines.day(one.text))
    ]
    return {
        "source": next(iter(texts("title")), None),
        "author": ", ".join(dict.fromkeys(texts("creator"))) or None,
        "published": next(iter(days), None),
        "category": next(iter(texts("subject")), None),
    }


def _of_publication(element: Any) -> bool:
    # EPUB 2 tells the events apart: a date of "creation" or "modification" is one of the file.
    event = next((value for name, value in element.attrib.items() if name.endswith("event")), "publication")
    return bool(event == "publication")


def _spine(package: Any, folder: str) -> list[str]:
    files = {
        one.get("id"): one.get("href") or ""
        for one in _all(package, "item")
        if "nav" not in (one.get("properties") or "")
    }
    found = [files.get(one.get("idref")) for one in _all(package, "itemref")]
    return list(dict.fromkeys(normpath(join(folder, unquote(href.partition("#")[0]))) for href in found if href))


def _xml(data: bytes) -> Any:
    from lxml import etree

    # No entity is expanded and nothing is fetched, whatever the file says.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise _BookError(f"its description is damaged: {error}") from error
    if root is None:
        raise _BookError("its description is damaged")
    return root


def _all(tree: Any, name: str) -> Any:
    return tree.iter(f"{{*}}{name}")
