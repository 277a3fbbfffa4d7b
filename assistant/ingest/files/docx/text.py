"""The text of a Word document as Word shows it once all changes are accepted.

What is deleted, moved away, struck through or hidden is left out, as are comments, the instructions of fields, tables
of contents and prompts of empty content controls. What cannot be read word for word is marked in its place, such as
"[equation]"; a document with parts in other files, which Word alone can insert, is not read at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from assistant.ingest.files.docx.elements import child, has, name, value
from assistant.ingest.files.docx.styles import Look, Styles
from assistant.ingest.files.docx.symbols import symbol_text
from assistant.ingest.files.raised import RAISED_DIGITS, NoteMarks, Raised
from assistant.ingest.items import ParseError

Line = tuple[bool, str]
"""Whether a paragraph is styled as a title, and its text."""

_ORDINALS = "aeo"  # whatever the language: Word has signs of its own for the notes that have letters
_NOT_SHOWN = frozenset(
    "w:del w:moveFrom w:pPr w:rPr w:sectPr w:tblPr w:tblPrEx w:tblGrid w:trPr w:tcPr w:sdtPr w:sdtEndPr w:rt w:rubyPr"
    " w:delText w:delInstrText w:fldData w:customXmlPr w:smartTagPr w:softHyphen w:headerReference".split()
)
_MARKS = {
    "w:control": "[form field]",
    "chart": "[chart]",
    "relIds": "[diagram]",  # of SmartArt, whose words are in another part
    "lockedCanvas": "[drawing]",
}
_ELSEWHERE = "an inserted file (altChunk or subdocument) is not part of its text yet; open it in Word and save it again"
_UNREADABLE_FIELDS = {"EQ": "[equation]", "SYMBOL": "[symbol]"}
_NO_TEXT_FIELDS = frozenset({"TOC", "INDEX", "TOA", "RD", "TC", "XE", "TA"})
_PLAIN_MATH = frozenset("m:oMath m:oMathParaPr m:jc m:r m:t m:rPr m:sty m:nor m:scr m:lit m:aln m:brk m:ctrlPr".split())
_MAX_FIELDS = 50  # within each other
_MAX_CELL = 300  # characters; a longer one of several paragraphs is a column of text, no cell
_MAX_REPEATED = 100  # characters of a merged cell that are repeated in each row
_PRIVATE = re.compile("([\uf020-\uf0ff])")


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    is_shown: bool = False  # what comes now is its result
    has_result: bool = False
    choice: str = ""  # of a list to choose from


@dataclass(slots=True)
class Document:
    """What the texts of a document have in common."""

    styles: Styles
    notes: Mapping[tuple[str, str], Any]  # the kind and number of each footnote and endnote
    referred: dict[tuple[str, str], Any] = field(default_factory=dict)  # those that the text refers to, in order
    marks: NoteMarks = field(default_factory=lambda: NoteMarks(_ORDINALS))

    def lines(self, body: Any) -> list[Line]:
        """The paragraphs and table rows in order, then those of the footnotes and endnotes."""
        lines = self.flow(body)
        for note in list(self.referred.values()):
            lines += self.flow(note)
        return lines

    def flow(self, element: Any) -> list[Line]:
        """The paragraphs of a text that stands by itself: the body, a text box, a note."""
        text = _Text(self, [])
        text.walk(element)
        text.end_paragraph()
        if text.fields:
            raise ParseError("a field in it does not end, so it cannot be told what is text; save it again in Word")
        return text.lines


class _Text:
    """The lines of a text, element by element. `fields` are those that are open, the innermost last."""

    def __init__(self, document: Document, fields: list[_Field]) -> None:
        self.document = document
        self.lines: list[Line] = []
        self.fields = fields
        self.has_table = False
        self._pieces: list[tuple[str, bool]] = []  # of the paragraph: text, and whether it is raised
        self._boxes: list[Line] = []
        self._style: str | None = None
        self._look = Look()

    def walk(self, element: Any) -> None:
        """Read what is in an element."""
        for inner in element:
            key = name(inner.tag)
            if key in _NOT_SHOWN:
                continue
            read = _READ.get(key)
            if read is not None:
                read(self, inner)
            elif key in _MARKS:
                self._add(f" {_MARKS[key]} ")
            else:
                self.walk(inner)

    def end_paragraph(self) -> None:
        """What was read since the last one is a paragraph, after which stand the text boxes in it."""
        is_title = self.document.styles.is_title(self._style)
        for text in re.split(r"\n[^\S\n]*\n", self._joined()):
            if text := " ".join(text.split()):
                self.lines.append((is_title, text))
        self.lines += self._boxes
        self._pieces, self._boxes = [], []

    def _joined(self) -> str:
        shown = (piece for piece in self._pieces if piece[0])
        merged = [
            ("".join(text for text, _ in group), raised) for raised, group in groupby(shown, lambda piece: piece[1])
        ]
        parts: list[str] = []
        for number, (text, raised) in enumerate(merged):
            after = merged[number + 1][0] if number + 1 < len(merged) else ""
            before = parts[-1] if parts else ""
            parts.append(self.document.marks.written_signs(Raised(text, before, after)) if raised else text)
        return "".join(parts)

    def _add(self, text: str) -> None:
        if not all(field.is_shown for field in self.fields) or self._look.hidden or self._look.struck:
            return
        for part in RAISED_DIGITS.split(text):
            self._pieces.append((part, bool(self._look.raised) or bool(RAISED_DIGITS.match(part))))

    def paragraph(self, element: Any) -> None:
        """One paragraph; the next one continues it where its mark is deleted or hidden."""
        properties = child(element, "w:pPr")
        self._style = value(child(properties, "w:pStyle")) if properties is not None else None
        self.walk(element)
        mark = child(properties, "w:rPr") if properties is not None else None
        gone = mark is not None and any(has(mark, key) for key in ("w:del", "w:moveFrom", "w:vanish"))
        if not gone:
            self.end_paragraph()

    def run(self, element: Any) -> None:
        """Text of one look."""
        properties = child(element, "w:rPr")
        styles = self.document.styles
        of_run = styles.look(value(child(properties, "w:rStyle"))) if properties is not None else Look()
        before, self._look = self._look, Look.of(properties).over(of_run).over(styles.look(self._style))
        custom_mark = next((note for note in element if value(note, "customMarkFollows") in {"1", "true", "on"}), None)
        if custom_mark is not None:
            self.note(custom_mark)
        else:
            self.walk(element)
        self._look = before

    def text(self, element: Any) -> None:
        """Letters, those of old fonts for symbols too."""
        for part in _PRIVATE.split(element.text or ""):
            self._add(symbol_text(ord(part), self._look.font) if _PRIVATE.match(part) else part.replace("\n", " "))

    def symbol(self, element: Any) -> None:
        """A character of a font for symbols."""
        try:
            code = int(value(element, "char") or "", 16)
        except ValueError:
            code = 0
        self._add(symbol_text(code, value(element, "font")))

    def line_break(self, element: Any) -> None:
        """The end of a line; two of them end a paragraph."""
        self._add("\n" if value(element, "type") in {None, "textWrapping"} else " ")

    def instruction(self, element: Any) -> None:
        """A part of what a field is told to do."""
        if self.fields and not self.fields[-1].has_result:
            self.fields[-1].instruction += element.text or ""

    def field_mark(self, element: Any) -> None:
        """Where a field begins, where its result does, and where it ends."""
        kind = value(element, "fldCharType")
        if kind == "begin":
            if len(self.fields) >= _MAX_FIELDS:
                raise ParseError(f"over {_MAX_FIELDS} fields in it stand within each other; save it again in Word")
            self.fields.append(_Field(choice=_choice(element)))
        elif kind == "separate" and self.fields:
            self.fields[-1].has_result = True
            self.fields[-1].is_shown = _has_text(self.fields[-1].instruction)
        elif kind == "end" and self.fields:
            closed = self.fields.pop()
            if not closed.has_result or closed.choice:
                command = (closed.instruction.split() or [""])[0].upper()
                self._add(closed.choice or _UNREADABLE_FIELDS.get(command, ""))

    def simple_field(self, element: Any) -> None:
        """A field with its result."""
        if _has_text(value(element, "instr") or ""):
            self.walk(element)

    def alternatives(self, element: Any) -> None:
        """One thing said in two ways, of which the first is taken unless it says nothing."""
        before = len(self._pieces), len(self._boxes), len(self.lines)
        for inner in element:
            self.walk(inner)
            if before != (len(self._pieces), len(self._boxes), len(self.lines)):
                return

    def box(self, element: Any) -> None:
        """A text box, which stands after the paragraph that it is fixed to."""
        if all(field.is_shown for field in self.fields) and not self._look.hidden:
            self._boxes += self.document.flow(element)

    def art(self, element: Any) -> None:
        """Words drawn along a line."""
        if text := " ".join((value(element, "string") or "").split()):
            self._boxes.append((False, text))

    def note(self, element: Any) -> None:
        """The mark of a footnote or endnote goes; the note stands at the end."""
        key = name(element.tag).removesuffix("Reference"), value(element, "id") or ""
        if key in self.document.notes and not self._look.hidden and all(field.is_shown for field in self.fields):
            self.document.referred.setdefault(key, self.document.notes[key])

    def control(self, element: Any) -> None:
        """A content control, unless it shows only what to write there, or a table of contents."""
        properties = child(element, "w:sdtPr")
        gallery = value(child(properties, "w:docPartObj", "w:docPartGallery")) if properties is not None else None
        is_prompt = properties is not None and has(properties, "w:showingPlcHdr")
        if not is_prompt and gallery != "Table of Contents":
            self.walk(element)

    def equation(self, element: Any) -> None:
        """An equation on one line is text; of any other it is only said that it is there."""
        inner = [part for part in element.iter() if part is not element]
        math = {key for part in inner if (key := name(part.tag)).startswith("m:")} - {
            "m:oMath",
            "m:oMathParaPr",
            "m:jc",
        }
        text = "".join(part.text or "" for part in inner if name(part.tag) == "m:t")
        self._add(text if math <= _PLAIN_MATH else "[equation]")

    def embedded(self, element: Any) -> None:
        """An object of another program."""
        programs = [value(part, "ProgID") or "" for part in element.iter() if name(part.tag) == "OLEObject"]
        is_equation = any(program.startswith("Equation") for program in programs)
        if programs:
            self._add("[equation]" if is_equation else " [embedded object] ")
        else:
            self.walk(element)

    def elsewhere(self, element: Any) -> None:
        """Text that is in another file."""
        raise ParseError(_ELSEWHERE)

    def table(self, element: Any) -> None:
        """A table, row by row."""
        self.end_paragraph()
        self.has_table = True
        style, self._style = self._style, None
        above: dict[int, list[Line]] = {}
        for row in _parts(element, "w:tr"):
            properties = child(row, "w:trPr")
            if properties is None or not (has(properties, "w:del") or has(properties, "w:hidden")):
                self._row(row, properties, above)
        self._style = style

    def _row(self, row: Any, properties: Any, above: dict[int, list[Line]]) -> None:
        cells: list[list[Line]] = []
        is_layout = False
        column = _number(child(properties, "w:gridBefore")) if properties is not None else 0
        for cell in _parts(row, "w:tc"):
            of_cell = child(cell, "w:tcPr")
            merged = child(of_cell, "w:vMerge") if of_cell is not None else None
            if merged is not None and value(merged) != "restart":
                cells.append(above.get(column, []))
            elif of_cell is None or not (has(of_cell, "w:cellDel") or _continues(child(of_cell, "w:hMerge"))):
                text = _Text(self.document, self.fields)
                text.walk(cell)
                text.end_paragraph()
                cells.append(text.lines)
                above[column] = text.lines if merged is not None and _length(text.lines) <= _MAX_REPEATED else []
                is_layout |= text.has_table or (len(text.lines) > 1 and _length(text.lines) > _MAX_CELL)
            column += max(1, _number(child(of_cell, "w:gridSpan"))) if of_cell is not None else 1
        self.lines += _row_lines([cell for cell in cells if cell], is_layout)


def _row_lines(cells: list[list[Line]], is_layout: bool) -> list[Line]:
    """The lines of a row: one with its cells apart, unless they are columns of text or there is but one."""
    if is_layout or len(cells) == 1:
        return [line for cell in cells for line in cell]
    joined = " | ".join(" ".join(text for _, text in cell) for cell in cells)
    return [(False, joined)] if joined else []


def _parts(element: Any, wanted: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also of those in a content control or an insertion."""
    for inner in element:
        key = name(inner.tag)
        if key == wanted:
            yield inner
        elif key not in _NOT_SHOWN:
            yield from _parts(inner, wanted)


def _continues(merged: Any) -> bool:
    return merged is not None and value(merged) != "restart"


def _length(lines: list[Line]) -> int:
    return sum(len(text) for _, text in lines)


def _number(element: Any) -> int:
    digits = value(element) or ""
    return int(digits) if digits.isdecimal() and len(digits) < 4 else 0


def _has_text(instruction: str) -> bool:
    """Whether the result of a field is text: not a table of contents, not the mark of a note."""
    words = instruction.split()
    return not words or not (words[0].upper() in _NO_TEXT_FIELDS or (words[0].upper() == "NOTEREF" and "\\f" in words))


def _choice(element: Any) -> str:
    """What was chosen from the list of an old form."""
    chosen = child(element, "w:ffData", "w:ddList")
    if chosen is None:
        return ""
    entries = [value(entry) or "" for entry in chosen if name(entry.tag) == "w:listEntry"]
    number = _number(child(chosen, "w:result") if child(chosen, "w:result") is not None else child(chosen, "w:default"))
    return entries[number] if number < len(entries) else ""


_READ: dict[str, Callable[[_Text, Any], None]] = {
    "w:p": _Text.paragraph,
    "w:tbl": _Text.table,
    "w:r": _Text.run,
    "w:t": _Text.text,
    "w:sym": _Text.symbol,
    "w:tab": lambda text, _: text._add(" "),
    "w:ptab": lambda text, _: text._add(" "),
    "w:noBreakHyphen": lambda text, _: text._add("-"),
    "w:br": _Text.line_break,
    "w:cr": _Text.line_break,
    "w:instrText": _Text.instruction,
    "w:fldChar": _Text.field_mark,
    "w:fldSimple": _Text.simple_field,
    "AlternateContent": _Text.alternatives,
    "w:txbxContent": _Text.box,
    "textpath": _Text.art,
    "w:footnoteReference": _Text.note,
    "w:endnoteReference": _Text.note,
    "w:sdt": _Text.control,
    "m:oMathPara": _Text.equation,
    "m:oMath": _Text.equation,
    "w:object": _Text.embedded,
    "w:altChunk": _Text.elsewhere,
    "w:subDoc": _Text.elsewhere,
}
