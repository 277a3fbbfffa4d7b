"""Articles of PDF files."""

import re
from io import BytesIO
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant.loading import bylines
from assistant.loading.origins import Origin, Outcome

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_PAGES = 2000
_NO_TITLE = re.compile(
    r"untitled|document\d*|microsoft \w+ - |.*\.(?:docx?|pdf|indd|qxd|odt|rtf|pages|tex|xlsx?|pptx?)$|^\W*$|\(?anonymous\)?$|slide 1",
    re.I,
)
_END = re.compile(r"""[.!?:]["'”’)\]]*$""")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a PDF file, or why there is none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return [origin.failed("it is encrypted; save it without a password")]
        if len(reader.pages) > _MOST_PAGES:
            return [origin.failed(f"it has {len(reader.pages)} pages; up to {_MOST_PAGES} are read")]
        pages = [page.extract_text() for page in reader.pages]
        return [_article(reader, pages, origin)]
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        # A damaged file makes pypdf raise any of these.
        return [origin.failed(f"a damaged PDF file: {type(error).__name__}: {error}")]
    except NotImplementedError as error:
        return [origin.failed(f"a PDF file of a kind that cannot be read: {error}")]


def _article(reader: "PdfReader", pages: list[str], origin: Origin) -> Outcome:
    found = paragraphs(pages)
    if not found:
        return origin.failed("no text in it; it may be scanned pages, which need text recognition (OCR) first")
    told: Any = reader.metadata or {}
    title = _text(told.get("/Title"))
    if not title or _NO_TITLE.match(title):
        title = found[0][0]
        if len(found) > 1 and len(title) <= 250:
            found = found[1:]
        title = title if len(title) <= 250 else f"{title[:200].rsplit(' ', 1)[0]} …"
    lines = [line for line, _ in found]
    if len(lines) > 1 and lines[0].casefold() == title.casefold():
        lines = lines[1:]
    author = bylines.names(_text(told.get("/Author")) or "")
    if author is None and bylines.is_byline(lines[0]) and len(lines) > 1:
        author = bylines.names(lines[0])
    # CreationDate is when a program wrote this file, which may be years after, or before, it was published. Only a
    # line of the text that is a date tells.
    published = next((day for line in lines[:4] if (day := bylines.day(line))), None)
    while len(lines) > 1 and bylines.is_byline(lines[0]):
        lines = lines[1:]
    values = {"title": title, "author": author, "published": published, "url": origin.url}
    return origin.made(values, "\n\n".join(lines))


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str) else ""


def paragraphs(pages: list[str]) -> list[tuple[str, int]]:
    """The paragraphs of the texts of pages, each with the number of its lines: words cut at line ends are mended.

    A paragraph ends at an empty line, and at a line that ends a sentence and is clearly shorter than the column.
    Page numbers, and lines that stand at the head or foot of most pages, are left out.
    """
    lines = _without_running_heads([[line.strip() for line in page.splitlines()] for page in pages])
    column = median([len(line) for line in lines if line] or [0])
    found: list[tuple[str, int]] = []
    for filled, group in groupby(lines, key=bool):
        if filled:
            found.extend(_joined(list(group), column, first=not found))
    return found


def _joined(lines: list[str], column: float, *, first: bool) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    text, count = "", 0
    for number, line in enumerate(lines):
        mended = _HYPHEN.search(text) and line[:1].islower()
        if mended:
            text = _HYPHEN.sub("", text) + line
        else:
            text = f"{text}{'' if line[:1] in ',.;' else ' '}{line}".strip()
        count += 1
        after = lines[number + 1] if number + 1 < len(lines) else ""
        short = len(line) < column * 0.75
        # A title has no full stop: a line that is far shorter than the next, at the start.
        heading = first and not found and number == 0 and len(after) > len(line) * 1.2 and after[:1].isupper()
        if heading or (short and _END.search(line)):
            found.append((text, count))
            text, count = "", 0
    return [*found, (text, count)] if text else found


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    edges: dict[str, int] = {}
    for page in pages:
        filled = [line for line in page if line]
        for line in {re.sub(r"\d+", "0", one) for one in (*filled[:1], *filled[-1:])}:
            edges[line] = edges.get(line, 0) + 1
    running = {line for line, count in edges.items() if len(pages) > 2 and count * 2 > len(pages)}
    kept: list[str] = []
    for page in pages:
        filled = [number for number, line in enumerate(page) if line]
        margin = {*filled[:1], *filled[-1:]}
        for number, line in enumerate(page):
            plain = re.sub(r"\d+", "0", line)
            if number in margin and (plain in running or re.fullmatch(r"\W*(?:page )?0(?: (?:of|/) 0)?\W*", plain, re.I)):
                continue
            kept.append(line)
    return kept
