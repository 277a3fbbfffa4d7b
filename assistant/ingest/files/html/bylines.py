"""Authors and dates from the byline of an article."""

import re
from datetime import datetime
from itertools import takewhile
from typing import Any

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.page import HtmlPage, class_names, class_pattern
from assistant.ingest.files.timestamps import Timestamp, parse_moment, parse_timestamp
from assistant.text import WordPattern, word_list_in_any_language

_BY = WordPattern(r"^\s*(?:{ingest.before_by}\s+)?{*ingest.by}\b\s*:?\s+|^\s*{ingest.by_with_colon}\s*:\s+", re.I)
_BY_WITHIN = re.compile(r"(?:[,|·•–—-]|\d{4})\s*by\s+(.+)$", re.I)
_BYLINE = class_pattern("by|by-?lines?|authors?|autor|writer|contributors?|post-?author|fn|firma|signature")
_DATED = class_pattern("date|datum|data|fecha|time|timestamp|stamp|published|posted|meta")
_ROLE = WordPattern(r"\b{*ingest.roles}\b", re.I)
_OTHER_WORK = WordPattern(r"\b{*ingest.other_work}\b", re.I)
_PARTICLES = r"(?:de|la|van|von|der|den|el|al|bin|da|di|du|le|y|dos)"
_NAME = re.compile(rf"[^\W\d_][\w'’.\-]*(?:\s+(?:{_PARTICLES}\s+)*+[^\W\d_][\w'’.\-]*){{1,4}}")
_PERSONS = re.compile(rf"{_NAME.pattern}(?:, {_NAME.pattern})*")
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th|er)?"
_OF = r"(?:{*ingest.within_a_date}\s+)?"
_DAY = (
    rf"{_ORDINAL}\.?\s+{_OF}[^\W\d_]{{3,20}}\.?,?\s+{_OF}\d{{4}}\b"
    rf"|[^\W\d_]{{3,20}}\.?\s+{_ORDINAL},?\s+\d{{4}}\b|\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}\b"
)
_ZONE = r"(?:\s*\(?(?-i:[A-Z]{2,4}T|GMT|UTC|ET|ME[SZ]Z?)\b\)?)"
_TIME = (
    r"\d{1,2}(?:[:.h]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?|\s*[ap]\.?m\b\.?)(?:\s*{*ingest.within_a_time})?"
    rf"{_ZONE}?"
)
_DATE = WordPattern(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|\s?[+-]\d\d:?\d\d)?)?"
    rf"|(?:{_DAY})(?:,?\s*(?:{{*ingest.joins_a_time}}|-|–|\|)?\s*{_TIME})?",
    re.I,
)
_BETWEEN_NAMES = WordPattern(r"(?:(?<!\s)\s++)?(?:,|;|/|&|\b{*ingest.and}\b)\s*+")
_BEFORE_A_TIME = WordPattern(r"(?<!\s)\s++{*ingest.before_a_time}$")
_JOINS_A_DATE = WordPattern(r"\b(?:{*ingest.joins_a_time}|{*ingest.within_a_time}|{*ingest.within_a_date})\b|[|()–]")
_UPDATE = WordPattern("{*ingest.updated}")
_OTHER_DATE = WordPattern("{*ingest.no_date_of_it}")
_NEAR_HEADING = 8  # lines after the heading that may be a byline
_MAX_BYLINE = 140  # characters; a longer line is text, and no byline follows it


def parse_authors(text: str) -> str | None:
    """The authors in a byline, joined by commas; None when it names nobody."""
    text = " ".join(text.split())
    line = _BY.sub("", text)
    line = re.split(r"\s*[|•·–—]\s*|\s+-\s+|\s{3,}|\d{1,2}[.:/ ]", line)[0].strip(" ,;")
    line = _BEFORE_A_TIME.sub("", line)
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(line):
        part = re.sub(r"(?<!\s)\s++in\s++\w++$|(?:(?<!\s)\s++)?\((?s:.*)", "", _BY.sub("", part)).strip(" .,")
        if part and not (names and _ROLE.search(part)) and not _OTHER_WORK.search(part):
            names.append(part)
    names = [name for name in names if _is_name(name)] if len(names) > 1 else names
    nobody = word_list_in_any_language("ingest", "nobody")
    joined = ", ".join(dict.fromkeys(name for name in names if name.casefold() not in nobody))
    return joined if joined and len(joined) <= 150 and "http" not in joined and "@" not in joined else None


def _is_name(text: str) -> bool:
    return (bool(_NAME.fullmatch(text)) and any(map(str.isupper, text))) or not text.isascii() or " " not in text


def shown_author(page: HtmlPage) -> str | None:
    """The author that the page shows: in an author link or byline element, else in a "By" line near the heading."""
    for element in page.tree.iter("a"):
        if "author" in (element.get("rel") or "").lower().split():
            return parse_authors(element.text_content())
    for element in page.tree.iter():
        if _BYLINE.search(class_names(element)) and (author := _author_in(blocks.blocks(element)[:6])):
            return author
    for line in _lines_near_heading(page):
        within = _BY_WITHIN.search(line) if len(line) < 120 and _DATE.search(line) else None
        if within or (_BY.match(line) and len(line) < 150):
            author = parse_authors(within[1] if within else line)
            if author and any(map(str.isupper, author)):
                return author
    return None


def _author_in(lines: list[str]) -> str | None:
    for line in lines:
        if _BY.match(line) and len(line) < 150:
            return parse_authors(line)
        if len(line) < 80 and not _DATE.search(line) and (author := parse_authors(line)) and _PERSONS.fullmatch(author):
            return author
    return None


def is_byline_element(element: Any) -> bool:
    """Whether an element is a byline, by its class and its length."""
    return bool(_BYLINE.search(class_names(element))) and len(element.text_content()) < 150


def shown_dates(page: HtmlPage) -> tuple[list[Timestamp], list[Timestamp]]:
    """The dates of publication and of update in short lines near the heading or in date elements."""
    published, updated = list[Timestamp](), list[Timestamp]()
    label = ""
    dated = [element for element in page.tree.iter() if _DATED.search(class_names(element))][:20]
    dated_lines = [line for element in dated for line in blocks.blocks(element, lines=True)[:4]]
    for line in [*_lines_near_heading(page), *dated_lines]:
        match = _DATE.search(line) if len(line) <= _MAX_BYLINE else None
        while match and len(line) - len(match.group()) <= 70:
            timestamp = parse_timestamp(_normalized(match.group()), page.languages)
            before = (line[: match.start()] or label).lower()[-25:]
            if timestamp and not _OTHER_DATE.search(before):
                (updated if _UPDATE.search(before) else published).append(timestamp)
            match = _DATE.search(line, match.end())
        label = line[:40]
    return published, updated


def _normalized(text: str) -> str:
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th|er)\b", "", text)
    text = re.sub(r"\b(\d{1,2})h(\d\d)\b", r"\1:\2", text)
    return _JOINS_A_DATE.sub(" ", text)


def _lines_near_heading(page: HtmlPage) -> list[str]:
    """The lines after the heading up to the first paragraph, then those before it."""
    lines = blocks.blocks(page.tree, lines=True)
    title = " ".join(blocks.blocks(page.heading)) if page.heading is not None else ""
    at = next((number for number, line in enumerate(lines) if line == title), -1)
    after = list(takewhile(lambda line: len(line) <= _MAX_BYLINE, lines[at + 1 : at + 1 + _NEAR_HEADING]))
    return [*after, *lines[max(0, at - 2) : max(0, at)]]


def is_byline(line: str) -> bool:
    """Whether a line holds only authors or a date, and is not text of the article."""
    if len(line) > _MAX_BYLINE:
        return False
    rest = _DATE.sub("", line)
    return (rest != line and len(rest) < 40) or bool(_BY.match(line) and len(line) < 90 and not line.endswith("."))


def parse_date(line: str) -> datetime | None:
    """The date, with time if given, of a short line; None when there is none or the line says more."""
    match = _DATE.search(line)
    if match is None or len(line) - len(match.group()) > 40:
        return None
    return parse_moment(_normalized(match.group()))
