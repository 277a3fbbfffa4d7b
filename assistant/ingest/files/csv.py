"""Articles of CSV and TSV files, one a row."""

import csv
import io
from collections.abc import Iterator

from assistant.ingest.files.encodings import UnknownEncoding, decode
from assistant.ingest.files.origin import Origin, Outcome

_LONGEST_FIELD = 50_000_000
_SIGNS = ",;\t|"


def read_csv(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a table. Its first row names the columns as the fields of an article are named.

    The sign between fields is found. A bad row does not stop the others.
    """
    yield from _read(data, origin, None)


def read_tsv(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a table with tabs between its fields."""
    yield from _read(data, origin, "\t")


def _read(data: bytes, origin: Origin, sign: str | None) -> Iterator[Outcome]:
    try:
        text = decode(data, origin.encoding)
    except UnknownEncoding as error:
        yield origin.failed(str(error))
        return
    if not text.strip():
        yield origin.failed("the file is empty")
        return
    before = csv.field_size_limit(_LONGEST_FIELD)  # of the whole process; an article is longer than the usual 131,072
    try:
        yield from _rows(text, origin, sign or _sign(text))
    finally:
        csv.field_size_limit(before)


def _sign(text: str) -> str:
    """What parts the fields: the sign that the row of names has most of."""
    head = next(line for line in text.splitlines() if line.strip())
    return max(_SIGNS, key=head.count)


def _rows(text: str, origin: Origin, sign: str) -> Iterator[Outcome]:
    rows = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=sign)
    names: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield origin.part(f"line {rows.line_num}").failed(f"no row that can be read: {error}")
            continue
        if not any(field.strip() for field in row):
            continue
        if names is None:
            names = [" ".join(field.split()).lower() for field in row]
            if problem := _unusable(names):
                yield origin.failed(problem)
                return
            continue
        number += 1
        yield _article(names, row, origin.part(f"row {number + 1}"))
    if not number:
        yield origin.failed("it has a row of column names and no articles")


def _unusable(names: list[str]) -> str | None:
    if "title" not in names or not {"text", "body"} & set(names):
        shown = ", ".join(name[:30] for name in names[:8])
        return f"its first row must name the columns, title and text among them; it reads: {shown}"
    return None


def _article(names: list[str], row: list[str], origin: Origin) -> Outcome:
    if len(row) > len(names):
        return origin.failed(
            f"{len(row)} fields for {len(names)} columns; put a text with the sign between fields in quotes"
        )
    values = {name: field for name, field in zip(names, row, strict=False) if name and field.strip()}
    # Not known by its place in the file: a row before it may go.
    return origin.made(values, key="")
