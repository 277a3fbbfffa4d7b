"""EPUB books: one article per chapter that has enough text.

The marks of footnotes and the numbers of printed pages are no text; the footnotes stand at the end of their chapter.
"""

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
# What a file or an element says that it is, in the words of EPUB 3, of EPUB 2 (title-page) and of DPUB-ARIA (doc-toc).
_NO_CHAPTER = frozenset(
    "cover frontcover titlepage halftitlepage halftitle copyright-page toc landmarks loi lot lov loa page-list index"
    " title-page halftitle-page imprint imprimatur colophon".split()
)
_NAVIGATION = frozenset({"toc", "landmarks", "page-list", "loi", "lot", "lov", "loa"})
_NO_TEXT = frozenset({"noteref", "pagebreak", "backlink", "referrer"})
_NOTES = frozenset({"footnote", "endnote", "rearnote", "note"})
_MARK = re.compile(r"[\s\d*†‡§¶()\[\].↩↑^\ufe0e]{1,8}|[\[(]?[a-z][\])]?")
_MOSTLY = 0.8  # of a table of contents is links


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The chapters of a book in order, each an article with the book's author and its title as publication."""
    try:
        archive = Archive(data)
        book, files = _description(archive)
        found = [_chapters(archive, file, origin, book, alone=len(files) == 1) for file in files]
    except ParseError as error:
        raise ParseError(f"not an EPUB book that can be read: {error}") from error
    if not any(found):
        raise ParseError("no chapter with text in it; its pages may be pictures")
    return [chapter for chapters in found for chapter in chapters]


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
    guide = package.iter("{*}reference")
    left_out = {reference.get("href") for reference in guide if (reference.get("type") or "").lower() in _NO_CHAPTER}
    not_read = {_path(path, href) for href in left_out if href}
    spine = dict.fromkeys(_path(path, href) for href in hrefs if href)
    return _metadata(package), [file for file in spine if file not in not_read or len(spine) == 1]


def _path(package: str, href: str) -> str:
    return normpath(join(dirname(package), unquote(href.partition("#")[0])))


def _chapters(archive: Archive, file: str, origin: Origin, book: dict[str, Any], *, alone: bool) -> list[Outcome]:
    """The articles of a file: mostly one; none for a file without text, such as a cover."""
    origin = origin.part(file, separator="/")
    try:
        tree = blocks.parse(decode_html(archive.read(file)))
    except ParseError as error:
        return [origin.failure(error)]
    body = tree.find("body")
    if _kinds(body) & _NO_CHAPTER or _is_navigation(body):
        return []
    _remove_marks(body)
    parts = [element for element in body.iter("section", "div", "article") if "chapter" in _kinds(element)]
    parts = [part for part in parts if not any("chapter" in _kinds(above) for above in part.iterancestors())]
    if len(parts) < 2:
        chapter = _chapter(body, tree.findtext("head/title") or "", origin, book, alone=alone)
        return [chapter] if chapter else []
    origins = [origin.part(part.get("id") or str(number), separator="#") for number, part in enumerate(parts, 1)]
    chapters = (_chapter(part, "", where, book, alone=False) for part, where in zip(parts, origins, strict=True))
    return list(filter(None, chapters))


def _chapter(body: Any, declared: str, origin: Origin, book: dict[str, Any], *, alone: bool) -> Outcome | None:
    _move_notes_to_end(body)
    lines = blocks.blocks(body)
    heading: list[str] = next(filter(None, map(blocks.blocks, body.iter("h1", "h2", "h3"))), [])
    title = " ".join(heading) or " ".join(declared.split()) or str(book["source"] or "")
    if heading:
        at = next((n for n in range(min(5, len(lines))) if lines[n : n + len(heading)] == heading), None)
        lines = lines if at is None else lines[:at] + lines[at + len(heading) :]
    text = "\n\n".join(lines)
    if _FRONT_MATTER.fullmatch(title) or (len(text) < _MIN_CHAPTER and not (alone and text)):
        return None
    return origin.article({**book, "title": title or "Untitled chapter"}, text)


def _kinds(element: Any) -> set[str]:
    """What an element says that it is."""
    words = f"{element.get('epub:type') or ''} {element.get('role') or ''}".lower().split()
    return {word.removeprefix("doc-") for word in words}


def _is_navigation(body: Any) -> bool:
    """Whether a file has little but links, as a table of contents."""
    total = len("".join(body.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in body.iter("a") if link.get("href"))
    return total > 0 and linked >= _MOSTLY * total


def _remove_marks(body: Any) -> None:
    """Remove what is no text of the chapter: marks of notes, links back from them, page numbers, lists of contents."""
    for element in list(body.iterdescendants()):
        if element.getparent() is None:
            continue
        kinds = _kinds(element)
        if kinds & _NO_TEXT or (element.tag == "nav" and kinds & _NAVIGATION) or _is_mark(element):
            element.drop_tree()  # which puts no space in its place


def _is_mark(element: Any) -> bool:
    """Whether it is the mark of a note: a raised link, or a link with a number at the beginning of a note."""
    if element.tag not in {"a", "sup"} or not _MARK.fullmatch(element.text_content()):
        return False
    links = [link.get("href") or "" for link in element.iter("a")]
    if not any("#" in link for link in links):
        return False
    if element.tag == "sup" or element.find(".//sup") is not None:
        return True
    parent = element.getparent()
    is_first = parent[0] is element and not (parent.text or "").strip()
    return is_first and parent.tag in {"p", "li", "aside", "div", "dt", "td"}


def _move_notes_to_end(body: Any) -> None:
    for element in list(body.iter("aside", "div", "section", "li", "p")):
        if _kinds(element) & _NOTES and element.getparent() is not None and element is not body:
            tail, element.tail = element.tail, None
            previous, parent = element.getprevious(), element.getparent()
            if tail and previous is not None:
                previous.tail = f"{previous.tail or ''}{tail}"
            elif tail:
                parent.text = f"{parent.text or ''}{tail}"
            body.append(element)


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
