"""Small valid files of every format, created here so that their content is known."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path

from assistant.articles import Article
from assistant.ingest.files import read
from assistant.ingest.files.sandbox import Sandbox
from assistant.ingest.items import Failure, Loaded

FIRST = "The ferry to the outer islands will sail every hour from May, the council said on Tuesday."
SANDBOX = Sandbox()  # one process for all tests that run here; it ends with them
SECOND = "Fares stay as they are, and bicycles travel free of charge until the end of September."


def items(path: Path, max_bytes: int = 10_000_000) -> list[Loaded | Failure]:
    """The articles and failures of a file."""
    return [item for item in read(path, max_bytes, sandbox=SANDBOX) if isinstance(item, Loaded | Failure)]


def write(folder: Path, name: str, data: bytes | str) -> Path:
    """Write a file in the folder."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def only(folder: Path, name: str, data: bytes | str) -> Article:
    """The one article of a file with `data`."""
    (item,) = items(write(folder, name, data))
    assert isinstance(item, Loaded), item
    return item.article


def reason(folder: Path, name: str, data: bytes | str) -> str:
    """Why a file with `data` cannot be read."""
    (item,) = items(write(folder, name, data))
    assert isinstance(item, Failure), item
    assert item.reason.isprintable() and len(item.reason) < 300
    return item.reason


def pdf(pages: Sequence[Sequence[str]], **metadata: str) -> bytes:
    """A PDF file with the lines of each page and its metadata; an empty line leaves space."""
    streams = []
    for page in pages:
        shown = "".join(f"({_escaped(line)}) Tj T* " for line in page)
        streams.append(f"BT /F1 11 Tf 14 TL 60 760 Td {shown}ET" if page else "0 0 m 9 9 l S")
    return _drawn(streams, metadata)


Placed = tuple[float, float, float, str]


def placed_pdf(pages: Sequence[Sequence[Placed]], **metadata: str) -> bytes:
    """A PDF file with texts at (left, height, size of letters), drawn in their order."""
    shown = [[f"BT /F1 {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, size, text in page] for page in pages]
    return _drawn(["\n".join(page) for page in shown], metadata)


def _drawn(streams: Sequence[str], metadata: Mapping[str, str]) -> bytes:
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(streams)))
    info = " ".join(f"/{name} ({_escaped(value)})" for name, value in metadata.items())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(text.encode("cp1252") for text in streams):
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        page_object = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {font} /Contents {5 + 2 * number} 0 R >>"
        objects += [page_object.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)]
    objects.append(f"<< {info} >>".encode("cp1252"))
    return _numbered(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _numbered(objects: list[bytes]) -> bytes:
    file, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (len(objects) + 1, table)
    ends = (
        len(objects) + 1,
        len(objects),
        start,
    )
    file += b"<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % ends
    return bytes(file)


def docx(lines: Sequence[tuple[str, str]], *, rows: Sequence[Sequence[str]] = (), **properties: str) -> bytes:
    """A Word file with lines of (style, text), then a table and a last line."""
    from docx import Document

    document = Document()
    for style, text in lines:
        document.add_paragraph(text, style=style or None)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
        document.add_paragraph("The table ends here.")
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """A zip file of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 5, 28, 10, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def epub(chapters: dict[str, str], metadata: str = "") -> bytes:
    """A book with these chapters: file name to the HTML of its body."""
    manifest = "".join(
        f'<item id="i{n}" href="text/{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    namespaces = 'xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    package = f"<package {namespaces}><metadata>{metadata}</metadata><manifest>{manifest}</manifest>"
    package += f"<spine>{spine}</spine></package>"
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    container += '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    head = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>'
    )
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/content.opf": package}
        | {f"OEBPS/text/{name}": f"{head}{body}</body></html>" for name, body in chapters.items()}
    )


def mail(text: str, html: str | None = None, attached: bytes | None = None, *, headers: Mapping[str, str]) -> bytes:
    """An email."""
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if attached:
        message.add_attachment(attached, maintype="application", subtype="pdf", filename="a.pdf")
    return bytes(message)


def page(title: str = "Hourly ferries", head: str = "", body: str = "") -> str:
    """A web page with two paragraphs."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{body}<p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
    )


def samples() -> dict[str, bytes]:
    """A valid file of each format, by its extension."""
    record = json.dumps({"title": "Hourly ferries", "text": f"{FIRST} {SECOND}", "published": "2025-05-28"})
    markdown = (
        f'---\ntitle: "Hourly ferries"\npublished: 2025-05-28T10:00:00+02:00\n---\n# Islands\n\n{FIRST}\n\n{SECOND}\n'
    )
    paragraphs = f"<h1>Hourly ferries</h1><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"
    sender = {
        "Subject": "Hourly ferries",
        "From": "Ines Harrow <i@a.example>",
        "Date": "Wed, 28 May 2025 10:00:00 +0200",
    }
    return {
        ".md": markdown.encode(),
        ".txt": f"Hourly ferries\n\n{FIRST}\n\n{SECOND}\n".encode(),
        ".json": f'{{"articles": [{record}]}}'.encode(),
        ".jsonl": f"{record}\n{record}\n".encode(),
        ".csv": f'title,text,published\nHourly ferries,"{FIRST}",2025-05-28\n'.encode(),
        ".tsv": f"title\ttext\nHourly ferries\t{FIRST}\n".encode("utf-16"),
        ".html": page(head='<meta property="article:published_time" content="2025-05-28T10:00:00+02:00">').encode(),
        ".pdf": pdf([["Hourly ferries", "", FIRST[:60], FIRST[60:]], [SECOND]], Title="Hourly ferries"),
        ".docx": docx([("Title", "Hourly ferries"), ("", FIRST)], rows=[["Pier", "Fare"]], author="Ines Harrow"),
        ".epub": epub({"one.xhtml": paragraphs}, "<dc:title>Ferries</dc:title><dc:date>2025-05-28</dc:date>"),
        ".eml": mail(f"{FIRST}\n\n{SECOND}\n", f"<p>{FIRST}</p>", b"%PDF", headers=sender),
        ".zip": packed({"a.md": markdown, "b/c.html": page(), "d.zip": b"PK"}),
    }


def many(folder: Path) -> Path:
    """A folder of files of every kind, so many that a cluster would parse them; some of them cannot be read."""
    folder.mkdir()
    for ending, data in samples().items():
        write(folder, f"ferries{ending}", data)
    for number in range(48):
        write(folder, f"page-{number}.html", page(f"Ferry {number}", f"<style>/*{'x' * 45_000}*/</style>"))
    write(folder, "damaged.pdf", b"%PDF-1.7")
    write(folder, "damaged.zip", packed({"a.html": page("Ferry of an archive")})[:-9])
    write(folder, "some.zip", packed({"a.docx": b"text", "b.html": page("Ferry to the mainland"), "c.md": "no title"}))
    write(folder, "vast.jsonl", b" " * 1_100_000)
    return folder
