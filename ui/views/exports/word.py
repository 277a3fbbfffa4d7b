"""A collection as a Word file: its items in order with their notes, then all sources with their quotes and links."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from assistant import Answer, Collection, CollectionItem, Filters, PinnedAnswer, PinnedPassage
from assistant.utils import day, name_line, one_line

from ..markup import web_address
from . import parts
from .collection import more_on
from .numbering import GONE, NumberedSource, Numbering, head_of

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

AUTHOR = "Article Assistant"
# What XML may not have, surrogates among it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx(collection: Collection, made: datetime) -> bytes:
    """The collection as a DOCX file."""
    return _WordFile(collection, made).content()


def xml_text(text: str) -> str:
    """`text` as one line without the characters that XML forbids."""
    return _allowed(one_line(text))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", text)


class _WordFile:
    """A document that is being written."""

    def __init__(self, collection: Collection, made: datetime) -> None:
        from docx import Document  # loaded only when asked for

        self._document = Document()
        self._set_properties(collection.name, made)
        numbered = Numbering(collection)
        self._addresses = {each.citation.number: web_address(each.citation.url) for each in numbered.sources}
        self._document.add_heading(xml_text(collection.name), 0)
        self._paragraph(f"{AUTHOR}, {day(made)}", "Subtitle")
        for item in numbered.items:
            self._add_item(item)
        if numbered.sources:
            self._document.add_heading("Sources", 1)
            for source in numbered.sources:
                self._add_source(source)

    def content(self) -> bytes:
        """The document as the bytes of a file."""
        file = BytesIO()
        self._document.save(file)
        return file.getvalue()

    def _set_properties(self, name: str, made: datetime) -> None:
        properties, moment = self._document.core_properties, made.astimezone(UTC).replace(tzinfo=None)
        properties.title = xml_text(name)
        properties.author = properties.last_modified_by = AUTHOR
        properties.created = properties.modified = moment
        properties.comments = ""

    def _paragraph(self, text: str = "", style: str | None = None) -> "Paragraph":
        return self._document.add_paragraph(xml_text(text), style)

    def _add_item(self, item: CollectionItem) -> None:
        self._document.add_heading(xml_text(head_of(item)), 1)
        if item.note:
            self._add_note(item.note)
        match item.content:
            case PinnedAnswer(answer=answer, filters=filters):
                self._add_answer(answer, filters)
            case PinnedPassage(citation=citation, excerpt=excerpt):
                paragraph = self._paragraph(style="Quote")
                before, quote, after = parts.flowing(excerpt)
                paragraph.add_run(_allowed(before))
                paragraph.add_run(_allowed(quote)).bold = True
                paragraph.add_run(_allowed(after))
                self._add_marks(paragraph, [citation.number])
            case None:
                self._paragraph(GONE)

    def _add_note(self, note: str) -> None:
        paragraph = self._paragraph()
        paragraph.add_run("Note: ").bold = True
        for number, text in enumerate(filter(None, map(xml_text, note.splitlines()))):
            run = paragraph.add_run()
            if number:
                run.add_break()
            run.add_text(text)

    def _add_answer(self, answer: Answer, filters: Filters) -> None:
        for text in parts.context(answer, filters):
            self._add_faint(text)
        for text, numbers, note in parts.statements(answer):
            paragraph = self._paragraph(text)
            self._add_marks(paragraph, numbers)
            if note:
                paragraph.add_run(f" ({xml_text(note)})").italic = True
        for text in (*answer.notices, parts.corpus_line(answer)):
            self._add_faint(text)

    def _add_faint(self, text: str) -> None:
        self._paragraph().add_run(xml_text(text)).italic = True

    def _add_marks(self, paragraph: "Paragraph", numbers: Iterable[int]) -> None:
        """The numbers of citations, each a link to the article where it has an address."""
        for number in numbers:
            paragraph.add_run(" ")
            _add_link(paragraph, f"[{number}]", self._addresses.get(number))

    def _add_source(self, source: NumberedSource) -> None:
        citation = source.citation
        about = "".join(f", {part}" for part in parts.about_citation(citation))
        paragraph = self._paragraph(f"[{citation.number}] “{name_line(citation.title)}”{about}")
        if address := web_address(citation.url):
            paragraph.add_run().add_break()
            _add_link(paragraph, address, address)
        self._paragraph(f"“{citation.quote}”", "Quote")
        self._add_faint(more_on(source))


def _add_link(paragraph: "Paragraph", text: str, address: str | None) -> None:
    """Text that leads to `address`, or text alone; python-docx reads links, but has no call to write one."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    run = paragraph.add_run(xml_text(text))
    if address is None:
        return
    run.font.color.rgb, run.font.underline = RGBColor(0x05, 0x4F, 0xB9), True
    link = OxmlElement("w:hyperlink")
    target = paragraph.part.relate_to(xml_text(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), target)
    paragraph._p.append(link)
    link.append(run._r)
