"""PDF, Word, EPUB and email files: their exact fields, and why some of them cannot be read."""

import io
from datetime import UTC, date, datetime, timedelta, timezone
from email import message_from_bytes
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from assistant.ingest.items import Failure, Loaded
from tests.ingest.files.samples import FIRST, SECOND, docx, epub, items, mail, only, packed, pdf, reason, samples, write

LINES = (
    "Hourly ferries to the islands",
    "By Ines Harrow",
    "28 May 2025",
    "",
    "The ferry to the outer islands will sail every hour from May, the coun-",
    "cil said on Tuesday. Fares stay as they are, and bicycles travel free of",
    "charge until the end of September.",
    "Islanders had asked for this since the bridge was closed in the winter of",
    "the storm. The well-known pilot Tom Vey called it overdue.",
)
TEXT = (
    "The ferry to the outer islands will sail every hour from May, the council said on Tuesday. Fares stay as they are,"
    " and bicycles travel free of charge until the end of September.\n\n"
    "Islanders had asked for this since the bridge was closed in the winter of the storm. The well-known pilot Tom Vey "
    "called it overdue."
)


def test_the_lines_of_a_pdf_file_become_paragraphs(tmp_path: Path) -> None:
    article = only(tmp_path, "a.pdf", pdf([LINES], Title="Microsoft Word - ferries.docx", CreationDate="D:20260101"))
    assert (article.title, article.author) == ("Hourly ferries to the islands", "Ines Harrow")
    assert article.published == datetime(2025, 5, 28, tzinfo=UTC), "the date in its text, not the one of the file"
    assert article.text == TEXT


def test_the_date_on_which_a_pdf_file_was_made_is_no_date_of_publication(tmp_path: Path) -> None:
    article = only(tmp_path, "a.pdf", pdf([[*LINES[:1], *LINES[3:]]], CreationDate="D:20250101120000Z"))
    assert article.published is None


def test_title_and_author_of_a_pdf_file_come_from_its_metadata(tmp_path: Path) -> None:
    article = only(tmp_path, "a.pdf", pdf([LINES[4:]], Title="Ferries, by the hour", Author="Tom Vey"))
    assert (article.title, article.author, article.text) == ("Ferries, by the hour", "Tom Vey", TEXT)


@pytest.mark.parametrize("title", ["", "untitled", "Untitled-1.indd", "ferries.pdf", "Document1", "Microsoft Word - x"])
def test_a_title_that_a_program_generated_is_ignored(tmp_path: Path, title: str) -> None:
    assert only(tmp_path, "a.pdf", pdf([LINES], Title=title)).title == LINES[0]


def test_running_heads_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    pages = [
        ["THE ISLANDER", f"{name} ferry sails at dawn and returns.", f"Page {n}"]
        for n, name in enumerate(("A", "B", "C"))
    ]
    article = only(tmp_path, "a.pdf", pdf(pages, Title="Three ferries"))
    assert article.text.split() == " ".join(f"{name} ferry sails at dawn and returns." for name in "ABC").split()


def test_a_scanned_pdf_file_is_reported(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.pdf", pdf([[], []])).startswith("no text in it; it may be scanned pages")


@pytest.mark.parametrize(("password", "readable"), [("", True), ("secret", False)])
def test_an_encrypted_pdf_file_is_read_without_password_only(tmp_path: Path, password: str, readable: bool) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([LINES]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    (item,) = items(write(tmp_path, "a.pdf", file.getvalue()))
    if readable:
        assert isinstance(item, Loaded)
    else:
        assert isinstance(item, Failure) and "encrypted" in item.reason


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "damaged"), (b"%PDF-1.7", "damaged"), (b"\x00" * 1000, "damaged"), (b"text", "damaged")],
)
def test_a_damaged_pdf_file_is_reported(tmp_path: Path, data: bytes, why: str) -> None:
    assert why in reason(tmp_path, "a.pdf", data)


def test_a_word_file_is_read_in_document_order(tmp_path: Path) -> None:
    lines = [
        ("Title", "Hourly ferries"),
        ("", "By Ines Harrow"),
        ("", "28 May 2025"),
        ("", FIRST),
        ("Heading 2", "Fares"),
    ]
    article = only(tmp_path, "a.docx", docx(lines, rows=[["Pier", "Fare"], ["North", "4.50"]], category="Transport"))
    assert (article.title, article.author, article.category) == ("Hourly ferries", "Ines Harrow", "Transport")
    assert article.published == datetime(2025, 5, 28, tzinfo=UTC)
    assert article.text == f"{FIRST}\n\nFares\n\nPier | Fare\n\nNorth | 4.50\n\nThe table ends here."


@pytest.mark.parametrize(
    "line",
    [
        "The terminal opens on 12 September 2031.",
        "On 3 July 1954 it broke its banks.",
        "Opening: 12 September 2031",
        "By 12 September 2031 all of it will be done",
        "By noon the water had reached the mill",
    ],
)
@pytest.mark.parametrize("name", ["a.docx", "a.pdf"])
def test_a_day_that_a_document_tells_of_is_no_date_and_its_line_stays(tmp_path: Path, name: str, line: str) -> None:
    data = docx([("Title", "Hourly ferries"), ("", line), ("", FIRST)])
    data = data if name == "a.docx" else pdf([["Hourly ferries", line, "", *LINES[4:]]])
    article = only(tmp_path, name, data)
    assert (article.published, article.author) == (None, None)
    assert article.text.startswith(line)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ines Harrow | 28 May 2025", "Ines Harrow"),
        ("Published 28 May 2025 09:00", None),
        ("Updated 29 May 2025, published 28 May 2025", None),
        ("Von Ines Harrow, 28. Mai 2025, 09:30 Uhr", "Ines Harrow"),
        ("May 28, 2025 at 9:30 PM ET", None),
    ],
)
def test_a_line_with_nothing_but_a_byline_has_the_date(tmp_path: Path, line: str, author: str | None) -> None:
    article = only(tmp_path, "a.docx", docx([("Title", "Hourly ferries"), ("", line), ("", FIRST), ("", SECOND)]))
    assert article.published is not None and article.published.date() == date(2025, 5, 28)
    assert (article.author, article.text) == (author, f"{FIRST}\n\n{SECOND}")


@pytest.mark.parametrize("properties", [{"title": "Hourly ferries"}, {}])
def test_a_word_file_without_a_styled_title_takes_it_from_its_properties_or_first_line(
    tmp_path: Path, properties: dict[str, str]
) -> None:
    lines = [("", FIRST), ("", SECOND)] if properties else [("", "Hourly ferries"), ("", FIRST), ("", SECOND)]
    article = only(tmp_path, "a.docx", docx(lines, **properties))
    assert (article.title, article.text) == ("Hourly ferries", f"{FIRST}\n\n{SECOND}")
    assert article.published is None, "the day on which it was saved is no date of publication"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no zip file"),
        (b"\xd0\xcf\x11\xe0" + bytes(1000), "old Word file"),
        (packed({"a.md": "x"}), "damaged"),
        (packed({"[Content_Types].xml": "<a>" + "<b>" * 5000}), "damaged"),
        (docx([]), "no text in it"),
        (docx([("", FIRST)]), "no title"),
    ],
)
def test_a_word_file_that_cannot_be_used_is_reported(tmp_path: Path, data: bytes, why: str) -> None:
    if why == "no title":  # one line that is too long for a title is a text
        data = docx([("", FIRST + SECOND + FIRST)])
    assert why in reason(tmp_path, "a.docx", data)


BOOK = (
    "<dc:title>Ferries of the north</dc:title><dc:creator>Ines Harrow</dc:creator>"
    '<dc:date opf:event="modification" xmlns:opf="o">2026-01-01</dc:date><dc:date>2025-05-28</dc:date>'
)


def test_each_chapter_of_a_book_is_an_article(tmp_path: Path) -> None:
    long = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"
    chapters = {
        "cover.xhtml": "<h1>Cover</h1>",
        "one.xhtml": f"<h1>The first pier</h1>{long}",
        "two.xhtml": f"<h2>The second</h2>{long}",
    }
    found = items(write(tmp_path, "a.epub", epub(chapters, BOOK)))
    articles = [item.article for item in found if isinstance(item, Loaded)]
    assert [article.title for article in articles] == ["The first pier", "The second"] and len(found) == 2
    assert {(article.source, article.author, article.published) for article in articles} == {
        ("Ferries of the north", "Ines Harrow", datetime(2025, 5, 28, tzinfo=UTC))
    }
    assert articles[0].text == f"{FIRST}\n\n{SECOND}\n\n{FIRST}"
    assert found[1].where == "a.epub/OEBPS/text/two.xhtml" and found[1].file == "a.epub"
    assert len({article.id for article in articles}) == 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no zip file"),
        (packed({"a": "b"}), "META-INF/container.xml"),
        (packed({"META-INF/container.xml": "<container/>"}), "no contents"),
        (packed({"META-INF/container.xml": "not xml"}), "is damaged"),
        (packed({"META-INF/container.xml": "<a/>", "META-INF/encryption.xml": "<EncryptedKey/>"}), "protected"),
        (epub({"cover.xhtml": "<img src='a.png'/>"}), "pictures"),
    ],
)
def test_a_book_that_cannot_be_read_is_reported(tmp_path: Path, data: bytes, why: str) -> None:
    assert why in reason(tmp_path, "a.epub", data)


def test_a_book_fetches_nothing_and_expands_nothing(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "the secret")
    entity = f'<!DOCTYPE package [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = epub(
        {"one.xhtml": f"{entity}<h1>A &x;</h1><p>{FIRST}&x;</p><p>{SECOND}</p><p>{FIRST}</p>"},
        "<dc:title>&x;</dc:title>",
    )
    found = items(write(tmp_path, "a.epub", data))
    assert found and "the secret" not in repr(found)


HEADERS = {
    "Subject": "Hourly ferries",
    "From": "Ines Harrow <ines@chronicle.example>",
    "Date": "Wed, 28 May 2025 10:00:00 +0200",
}


def test_an_email_is_read_with_its_sender_and_time(tmp_path: Path) -> None:
    article = only(
        tmp_path,
        "a.eml",
        mail(f"{FIRST}\n\n{SECOND}\n", None, b"%PDF-1.7 attached", headers={**HEADERS, "List-Id": '"Islander" <a.b>'}),
    )
    assert (article.title, article.author, article.source) == ("Hourly ferries", "Ines Harrow", "Islander")
    assert article.published == datetime(2025, 5, 28, 10, tzinfo=timezone(timedelta(hours=2)))
    assert article.published.utcoffset() == timedelta(hours=2)
    assert article.text == f"{FIRST}\n\n{SECOND}"


def test_the_html_of_an_email_is_its_text_unless_the_plain_part_says_far_more(tmp_path: Path) -> None:
    html = f"<h1>Ferries</h1><p>{FIRST}</p><p>{SECOND}</p>"
    assert (
        only(tmp_path, "a.eml", mail("Open this mail in a browser.", html, headers=HEADERS)).text
        == f"Ferries\n\n{FIRST}\n\n{SECOND}"
    )
    plain = f"{FIRST}\n\n{SECOND}"
    assert only(tmp_path, "b.eml", mail(plain, html, headers=HEADERS)).text == f"Ferries\n\n{plain}"
    assert only(tmp_path, "c.eml", mail(plain, "<p>See the picture.</p>", headers=HEADERS)).text == plain


def test_headers_and_texts_in_old_encodings_are_read(tmp_path: Path) -> None:
    head = "Subject: =?iso-8859-1?q?F=E4hren?=\nFrom: =?utf-8?b?SsO2cmc=?= <j@a.example>\n"
    head += "Content-Type: text/plain; charset="
    for charset in ("iso-8859-1", "unknown-8bit", "cp1252"):
        article = only(tmp_path, "a.eml", f"{head}{charset}\n\n".encode() + "„Größe“ zählt.".encode("cp1252"))
        assert (article.title, article.author, article.text) == ("Fähren", "Jörg", "„Größe“ zählt.")
        assert article.published is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no mail"),
        (b"Just a text.", "no mail"),
        (mail(FIRST, headers={"From": "a@b.example"}), "subject is empty"),
        (mail("", None, b"%PDF", headers=HEADERS), "only attachments"),
        (
            b"Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n"
            + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 3000,
            "",
        ),
    ],
)
def test_an_email_that_cannot_be_used_is_reported(tmp_path: Path, data: bytes, why: str) -> None:
    assert why in reason(tmp_path, "a.eml", data)


def test_the_sample_email_is_valid() -> None:
    assert message_from_bytes(samples()[".eml"])["Subject"] == "Hourly ferries"
