"""Word files: the text is the one that Word shows with all changes accepted, and what cannot be read is said."""

from pathlib import Path

import pytest

from tests.ingest.files.samples import FIRST, only, packed, reason

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:o="urn:o" xmlns:wps="urn:wps"'
    ' xmlns:c="urn:chart" xmlns:dgm="urn:diagram"'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="Mark"><w:name w:val="footnote reference"/><w:basedOn w:val="Up"/></w:style>'
    '<w:style w:styleId="Up"><w:name w:val="Up"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
)


def word(body: str, *, namespace: str = W, **parts: str) -> bytes:
    """A Word file with the body, after a title, and other parts."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    head = f'<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>The new lift</w:t></w:r></w:p>{p(FIRST)}'
    relations = "".join(f'<Relationship Type="{kind}/{name}" Target="{name}.xml"/>' for name in (*parts, "styles"))
    whole = {"document": f"<w:body>{head}{body}</w:body>", "styles": STYLES, **parts}
    files = {
        f"word/{name}.xml": f'<w:{name} xmlns:w="{namespace}" {NAMESPACES}>{xml}</w:{name}>'
        for name, xml in whole.items()
    }
    main = f'<Relationships><Relationship Type="{kind}/officeDocument" Target="word/document.xml"/></Relationships>'
    rels = {"_rels/.rels": main, "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>"}
    return packed(files | rels)


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, mark: str = "") -> str:
    """A paragraph of runs, or of texts; `mark` is what is said of its end."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr>{inner}</w:p>"


def up(text: str) -> str:
    """A raised run."""
    return r(text, '<w:vertAlign w:val="superscript"/>')


def field(instruction: str, result: str | None) -> str:
    """A field that is written with its marks."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    begin = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
    return f'{begin}{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def sdt(content: str, properties: str = "") -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def tc(*paragraphs: str, properties: str = "") -> str:
    """A cell."""
    inner = "".join(text if text.startswith("<") else p(text) for text in paragraphs)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row of cells, or of their texts."""
    inner = "".join(cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def tbl(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def lines(folder: Path, body: str, **parts: str) -> list[str]:
    """The paragraphs of the article after the first."""
    article = only(folder, "a.docx", word(body, **parts))
    assert article.title == "The new lift"
    first, *others = article.text.split("\n\n")
    assert first == FIRST
    return others


BOX = f"<w:txbxContent>{p('A box.')}</w:txbxContent>"
SHAPES = {
    "old": f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>",
    "both": f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing>'
    f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
    "fallback only": '<mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice>'
    f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
    "art": '<w:pict><v:shape><v:textpath string="A box."/></v:shape></w:pict>',
}


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (p("It is ", f"<w:del>{r('six')}</w:del><w:ins>{r('seven')}</w:ins>", " to four."), "It is seven to four."),
        (p("It ", f"<w:ins><w:del>{r('never ')}</w:del></w:ins>", "opens."), "It opens."),
        (p("It ", "<w:del><w:r><w:delText>never </w:delText></w:r></w:del>", "opens."), "It opens."),
        (p(f"<w:moveFrom>{r('It moved.')}</w:moveFrom>", mark="<w:moveFrom/>") + p("It stays."), "It stays."),
        (p("It costs ", f"<w:moveTo>{r('14')}</w:moveTo>", " million."), "It costs 14 million."),
        (p("The lift did", mark="<w:del/>") + p(" not open."), "The lift did not open."),
        (p("A heading.", mark="<w:vanish/><w:specVanish/>") + p(" Its text."), "A heading. Its text."),
        (p("The end", mark="<w:del/>"), "The end"),
        (p("It is ", sdt(r("Jonas Lind")), "."), "It is Jonas Lind."),
        (sdt(sdt(p("It is open."))), "It is open."),
        (p("It is ", sdt(r("Click to enter text"), "<w:showingPlcHdr/>"), "open."), "It is open."),
        (p("It is ", f'<w:smartTag w:element="x"><w:dir w:val="ltr">{r("Lena")}</w:dir></w:smartTag>'), "It is Lena"),
        (p("See ", f"<w:hyperlink><w:ins>{r('the new minutes')}</w:ins></w:hyperlink>", "."), "See the new minutes."),
        (p("On ", f'<w:fldSimple w:instr="DATE">{r("4 June")}</w:fldSimple>', "."), "On 4 June."),
        (p("On ", field("DATE", r("4 June")), "."), "On 4 June."),
        (p("On ", field(f"IF {field('X', r('no'))} a", r("4 June")), "."), "On 4 June."),
        (p("On", field("XE word", None), " time."), "On time."),
        (p("Six ", r("secret ", "<w:vanish/>"), "seven"), "Six seven"),
        (p("Six ", r("secret ", '<w:rStyle w:val="Secret"/>'), "seven"), "Six seven"),
        (p("Six ", r("shown ", '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>'), "seven"), "Six shown seven"),
        (p("Six ", r("not ", "<w:strike/>"), "seven"), "Six seven"),
        (p("A", '<w:commentRangeStart w:id="0"/>', " b", '<w:r><w:commentReference w:id="0"/></w:r>'), "A b"),
        (p("<w:r><w:t>A</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>"), "A b c"),
        (p("<w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>kno</w:t><w:softHyphen/><w:t>wn</w:t></w:r>"), "well-known"),
        (
            p(
                "<w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby>"
            ),
            "漢",
        ),
        (p('<w:r><w:t>5</w:t><w:sym w:font="Symbol" w:char="F0B0"/><w:t>C</w:t></w:r>'), "5°C"),
        (p(r("5\uf0b0C", '<w:rFonts w:ascii="Symbol"/>')), "5°C"),
        (p('<w:r><w:t>at </w:t><w:sym w:font="Unknown" w:char="F0B0"/></w:r>'), "at [symbol]"),
        (p("It is ", "<m:oMath><m:r><m:t>x=5</m:t></m:r></m:oMath>", "."), "It is x=5."),
        (
            p("It is ", "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath>", "."),
            "It is [equation].",
        ),
        (p("A ", '<w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object>'), "A [embedded object]"),
        (p("<w:r><w:drawing><c:chart/></w:drawing></w:r>"), "[chart]"),
        (p(field("TOC \\o", r("Contents 3"))), None),
        (sdt(p("Contents 3"), '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'), None),
    ],
)
def test_the_text_is_what_word_shows(tmp_path: Path, body: str, shown: str | None) -> None:
    assert lines(tmp_path, body) == ([] if shown is None else [shown])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_box_stands_once_after_the_paragraph_that_it_is_fixed_to(tmp_path: Path, shape: str) -> None:
    body = p("Before ", f"<w:r>{SHAPES[shape]}</w:r>", "after.")
    assert lines(tmp_path, body) == ["Before after.", "A box."]


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        (("paid 48", up("1"), " million"), "paid 48 million"),
        (("paid 48", r("1", '<w:rStyle w:val="Mark"/>'), " million"), "paid 48 million"),
        (("paid 48¹ million",), "paid 48 million"),
        (("in 2024", up("2"), up(", "), up("3")), "in 2024"),
        (("the plan.", up("*"), " It"), "the plan. It"),
        (("the plan", up("[4]"), "."), "the plan."),
        ((up("1"), " Not counting the quay."), "Not counting the quay."),
        (("10", up("6"), " litres"), "10^6 litres"),
        (("10", up("−3"), " litres"), "10^−3 litres"),
        (("10⁶ litres",), "10⁶ litres"),
        (("3", up("1"), "/", r("2", '<w:vertAlign w:val="subscript"/>'), " metres"), "3 1/2 metres"),
        (("for $4", up("99"), " each"), "for $4.99 each"),
        (("500 m", up("2"), " of"), "500 m2 of"),
        (("12 km² of",), "12 km² of"),
        (("the 21", up("st"), " day"), "the 21st day"),
        (("CO", r("2", '<w:vertAlign w:val="subscript"/>'), " falls"), "CO2 falls"),
    ],
)
def test_the_raised_mark_of_a_note_goes_and_a_power_stays(tmp_path: Path, runs: tuple[str, ...], shown: str) -> None:
    assert lines(tmp_path, p(*runs)) == [shown]


def test_notes_stand_at_the_end_without_their_marks(tmp_path: Path) -> None:
    mark = '<w:r><w:rPr><w:rStyle w:val="Mark"/></w:rPr><w:{}Reference w:id="{}"/></w:r>'
    custom = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>*</w:t></w:r>'
    gone = f"<w:del>{mark.format('footnote', 4)}</w:del>"
    body = p("It cost 48", mark.format("endnote", 2), " million", mark.format("footnote", 2), custom, gone, ".")
    footnotes = "".join(
        f'<w:footnote w:id="{number}">{p(up("*"), "<w:r><w:footnoteRef/></w:r>", f" Note {number}.")}</w:footnote>'
        for number in (2, 3, 4)
    )
    endnotes = f'<w:endnote w:id="2">{p("The end.")}</w:endnote>'
    shown = lines(tmp_path, f"{body}{p('More.')}", footnotes=footnotes, endnotes=endnotes)
    assert shown == ["It cost 48 million.", "More.", "The end.", "Note 2.", "Note 3."]


RESTART, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([tr("Green Shore", "4", "4")], ["Green Shore | 4 | 4"]),
        ([tr(tc("Both", properties='<w:gridSpan w:val="2"/>'), "7")], ["Both | 7"]),
        (
            [tr(tc("Quay", properties=RESTART), "2024", "4"), tr(tc("", properties=GOES_ON), "2025", "7")],
            ["Quay | 2024 | 4", "Quay | 2025 | 7"],
        ),
        ([tr("A", "1", properties="<w:del/>"), tr("B", "2", properties="<w:ins/>")], ["B | 2"]),
        ([tr("A", tc("old", properties="<w:cellDel/>"), "1")], ["A | 1"]),
        ([sdt(tr("A", sdt(tc("1"))))], ["A | 1"]),
        ([tr("A", tc(p("one"), p("two")))], ["A | one two"]),
        ([tr(tc(p("One paragraph."), p("Another.")))], ["One paragraph.", "Another."]),
        ([tr(tc("Left.", tbl(tr("A", "1"), tr("B", "2"))), "Right.")], ["Left.", "A | 1", "B | 2", "Right."]),
    ],
)
def test_the_cells_of_a_row_stand_together_and_apart(tmp_path: Path, rows: list[str], shown: list[str]) -> None:
    assert lines(tmp_path, tbl(*rows)) == shown


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<w:altChunk/>", "inserted file"),
        ('<w:subDoc w:id="x"/>', "inserted file"),
        (p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "Lost."), "does not end"),
        ("<w:p>", "not whole"),
    ],
)
def test_a_file_that_cannot_be_read_word_for_word_is_reported(tmp_path: Path, body: str, why: str) -> None:
    assert why in reason(tmp_path, "a.docx", word(body))


def test_a_file_of_the_strict_kind_is_read(tmp_path: Path) -> None:
    assert only(tmp_path, "a.docx", word(p("More."), namespace=STRICT)).text == f"{FIRST}\n\nMore."


@pytest.mark.parametrize("first", ["The terminal opens on 12 September 2031.", "On 3 July 1954 it broke its banks."])
def test_a_day_that_the_text_tells_of_is_no_date_of_publication(tmp_path: Path, first: str) -> None:
    shown = only(tmp_path, "a.docx", word(p(first)))
    assert (shown.published, shown.author, shown.text) == (None, None, f"{FIRST}\n\n{first}")
