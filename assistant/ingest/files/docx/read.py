"""Word files (.docx): one article per file."""

from posixpath import basename, dirname, join, normpath
from typing import Any

from assistant.ingest.files.documents import document_article, parse_xml, split_title
from assistant.ingest.files.docx.elements import child, name, value
from assistant.ingest.files.docx.styles import Styles
from assistant.ingest.files.docx.text import Document
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.zip import Archive
from assistant.ingest.items import ParseError

# Which programs write where they do not know who the author is.
_NOBODY = frozenset({"python-docx", "windows user", "microsoft office user", "apache poi", "docx4j", "un-named"})


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Word file."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ParseError("an encrypted or old Word file; save it as .docx without a password")
    try:
        archive = Archive(data)
        path = _related(archive, "").get("officeDocument", "word/document.xml")
        body = child(_part(archive, path), "w:body")
        if body is None:
            raise ParseError("it is damaged or no Word document: it has no body")
        document = _document(archive, path)
        lines = document.lines(body)
        properties = _properties(archive)
    except ParseError as error:
        raise ParseError(f"not a Word file that can be read: {error}") from None
    title, texts = split_title(lines, properties.get("title", ""))
    author = properties.get("creator")
    if author and author.casefold() in _NOBODY:
        author = None
    return [document_article(origin, title, texts, author, category=properties.get("category"))]


def _document(archive: Archive, path: str) -> Document:
    related = _related(archive, path)
    styles = _part(archive, related["styles"]) if "styles" in related else None
    notes = {}
    for kind in ("footnote", "endnote"):
        if f"{kind}s" in related:
            for note in _part(archive, related[f"{kind}s"]):
                notes[f"w:{kind}", value(note, "id") or ""] = note
    return Document(Styles(styles), notes)


def _related(archive: Archive, path: str) -> dict[str, str]:
    """The parts of the file that one of them ("" for all of it) refers to, by what they are to it."""
    file = join(dirname(path), "_rels", f"{basename(path)}.rels")
    if not any(entry.filename == file for entry in archive.entries):
        return {}
    root, _ = parse_xml(archive.read(file))
    found: dict[str, str] = {}
    for relation in root.iter("{*}Relationship"):
        target = relation.get("Target") or ""
        if relation.get("TargetMode") != "External":
            where = normpath(target.lstrip("/") if target.startswith("/") else join(dirname(path), target))
            found.setdefault(basename(relation.get("Type") or ""), where)
    return found


def _part(archive: Archive, path: str) -> Any:
    """The root of a part, which must be whole: of a damaged one it cannot be told what is lacking."""
    try:
        root, is_whole = parse_xml(archive.read(path))
    except ParseError as error:
        raise ParseError(f"it is damaged or of another kind: {error}") from None
    if not is_whole:
        raise ParseError(f"it is damaged: {path} is not whole")
    return root


def _properties(archive: Archive) -> dict[str, str]:
    """The title, creator and category that the file declares."""
    path = _related(archive, "").get("core-properties")
    if path is None:
        return {}
    root, _ = parse_xml(archive.read(path))
    texts = {name(element.tag).rpartition(":")[2]: " ".join((element.text or "").split()) for element in root}
    return {key: text for key, text in texts.items() if text}
