"""PDF files: one article per file. The lines of its pages are joined to paragraphs."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

from assistant.ingest.files.documents import document_article
from assistant.ingest.files.html import bylines
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.items import ParseError

_MAX_PAGES = 2000
_NOT_A_TITLE = re.compile(
    r"untitled|document\d*$|microsoft \w+ - |.*\.(?:docx?|pdf|indd|qxd|odt|rtf|pages|tex|xlsx?|pptx?)$|\W*$"
    r"|\(?anonymous\)?$|slide 1$",
    re.I,
)
_MAX_TITLE = 250
_STOP = re.compile(r"""[.!?:]["'”’)\]]*$""")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
_PAGE_NUMBER = re.compile(r"\W*(?:page )?0(?: (?:of|/) 0)?\W*", re.I)
_TOP = 8  # lines of the first page among which title, author and date are separate paragraphs


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text, its height on the page and the size of its letters, both in points."""

    text: str
    height: float
    size: float


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a PDF file."""
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ParseError("it is encrypted; save it without a password")
    if len(reader.pages) > _MAX_PAGES:
        raise ParseError(f"it has {len(reader.pages)} pages; up to {_MAX_PAGES} are read")
    found = _paragraphs([_page_lines(page) for page in reader.pages])
    if not found:
        raise ParseError("no text in it; it may be scanned pages, which need text recognition (OCR) first")
    metadata: Any = reader.metadata or {}
    title, lines = _title(" ".join(str(metadata.get("/Title") or "").split()), found)
    return [document_article(origin, title, lines, str(metadata.get("/Author") or ""))]


def _title(declared: str, paragraphs: list[_Line]) -> tuple[str, list[str]]:
    """The title, from the metadata, else the first large paragraph or the first, and the paragraphs without it."""
    lines = [paragraph.text for paragraph in paragraphs]
    if declared and not _NOT_A_TITLE.match(declared):
        same = next((n for n, line in enumerate(lines[:4]) if line.casefold() == declared.casefold()), None)
        return declared, lines if same is None or len(lines) == 1 else lines[:same] + lines[same + 1 :]
    body_size = median(paragraph.size for paragraph in paragraphs for _ in range(1 + len(paragraph.text) // 50))
    largest = max(paragraphs[:4], key=lambda paragraph: paragraph.size)
    at = paragraphs.index(largest) if largest.size > body_size * 1.15 else 0
    title = lines[at]
    if len(lines) > 1 and len(title) <= _MAX_TITLE:
        return title, lines[:at] + lines[at + 1 :]
    return (title if len(title) <= _MAX_TITLE else f"{title[:200].rsplit(' ', 1)[0]} …"), lines


def _page_lines(page: Any) -> list[_Line]:
    """The lines of a pypdf page in the order in which they were drawn."""
    lines: list[_Line] = []
    text, height, size = "", 0.0, 0.0

    def visit(drawn: str, outer: Any, inner: Any, font: Any, points: float) -> None:
        nonlocal text, height, size
        for number, part in enumerate(drawn.split("\n")):
            if number:
                lines.append(_Line(" ".join(text.split()), height, size))
                text = ""
            if part.strip() and not text.strip():
                height = inner[5] * outer[3] + outer[5]
                size = abs(points * inner[3] * outer[3]) or points
            text += part

    page.extract_text(visitor_text=visit)
    lines.append(_Line(" ".join(text.split()), height, size))
    return [line for line in lines if line.text]


def _paragraphs(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """The lines joined to paragraphs, and words joined that were hyphenated at the end of a line.

    A paragraph ends at a larger gap than between other lines, where the font size changes, and at a line that ends a
    sentence and is clearly shorter than the column. Running heads and feet and page numbers are left out.
    """
    pages = _without_running_heads(pages)
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    column = median(len(line.text) for line in lines)
    gaps = [line.height - following.height for page in pages for line, following in pairwise(page)]
    usual_gap = median([gap for gap in gaps if gap > 0] or [0.0])
    groups: list[list[_Line]] = [[lines[0]]]
    for number, (line, following) in enumerate(pairwise(lines), 1):
        separate = number <= _TOP and (bylines.is_byline(line.text) or bylines.is_byline(following.text))
        heading = number == 1 and _is_heading(line, following)
        has_gap = line.height - following.height > usual_gap * 1.35 > 0
        other_size = abs(line.size - following.size) > max(0.6, 0.08 * line.size)
        ends = len(line.text) < column * 0.75 and _STOP.search(line.text)
        if separate or heading or has_gap or other_size or ends:
            groups.append([])
        groups[-1].append(following)
    return [_Line(_joined(group), group[0].height, group[0].size) for group in groups]


def _is_heading(line: _Line, following: _Line) -> bool:
    return len(following.text) > len(line.text) * 1.2 and following.text[:1].isupper() and not _STOP.search(line.text)


def _joined(lines: list[_Line]) -> str:
    text = ""
    for line in lines:
        if _HYPHEN.search(text) and line.text[:1].islower():
            text = _HYPHEN.sub("", text) + line.text
        else:
            text = f"{text}{'' if line.text[:1] in ',.;' else ' '}{line.text}".strip()
    return text


def _without_running_heads(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    counts = Counter(key for page in pages for key in {_key(line) for line in (*page[:1], *page[-1:])})
    running = {key for key, count in counts.items() if len(pages) > 2 and count * 2 > len(pages)}
    return [
        [
            line
            for number, line in enumerate(page)
            if number not in {0, len(page) - 1} or not (_key(line) in running or _PAGE_NUMBER.fullmatch(_key(line)[0]))
        ]
        for page in pages
    ]


def _key(line: _Line) -> tuple[str, int]:
    # With the font size: the title on the first page may be the small running head of all others.
    return re.sub(r"\d+", "0", line.text), round(line.size)
