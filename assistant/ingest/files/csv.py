"""CSV and TSV files: one article per row."""

import csv
import io
from collections.abc import Iterator

from assistant.ingest.files.encodings import UnknownEncoding, decode
from assistant.ingest.files.origin import Origin, Outcome

_MAX_FIELD = 50_000_000
_DELIMITERS = ",;\t|"


def read_csv(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a CSV file, whose first row names the fields of an article.

    The delimiter is detected. A bad row does not stop the others.
    """
    return _read(data, origin, None)


def read_tsv(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a file with tabs between its fields."""
    return _read(data, origin, "\t")


def _read(data: bytes, origin: Origin, delimiter: str | None) -> Iterator[Outcome]:
    try:
        text = decode(data, origin.encoding)
    except UnknownEncoding as error:
        yield origin.failure(str(error))
        return
    if not text.strip():
        yield origin.failure("the file is empty")
        return
    limit = csv.field_size_limit(_MAX_FIELD)  # of the whole process; an article may exceed the default of 131,072
    try:
        yield from _rows(text, origin, delimiter or _detect_delimiter(text))
    finally:
        csv.field_size_limit(limit)


def _detect_delimiter(text: str) -> str:
    """The delimiter that occurs most often in the header row."""
    header = next(line for line in text.splitlines() if line.strip())
    return max(_DELIMITERS, key=header.count)


def _rows(text: str, origin: Origin, delimiter: str) -> Iterator[Outcome]:
    rows = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=delimiter)
    columns: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield origin.part(f"line {rows.line_num}").failure(f"no row that can be read: {error}")
            continue
        if not any(field.strip() for field in row):
            continue
        if columns is None:
            columns = [" ".join(field.split()).lower() for field in row]
            if problem := _header_problem(columns):
                yield origin.failure(problem)
                return
            continue
        number += 1
        yield _article(columns, row, origin.part(f"row {number + 1}"))
    if not number:
        yield origin.failure("it has a row of column names and no articles")


def _header_problem(columns: list[str]) -> str | None:
    if "title" not in columns or not {"text", "body"} & set(columns):
        header = ", ".join(column[:30] for column in columns[:8])
        return f"its first row must name the columns, title and text among them; it reads: {header}"
    return None


def _article(columns: list[str], row: list[str], origin: Origin) -> Outcome:
    if len(row) > len(columns):
        return origin.failure(
            f"{len(row)} fields for {len(columns)} columns; put a text with the sign between fields in quotes"
        )
    fields = {column: field for column, field in zip(columns, row, strict=False) if column and field.strip()}
    # Not identified by its row number: an earlier row may be removed.
    return origin.article(fields, key="")
