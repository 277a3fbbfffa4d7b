"""Who wrote it and when, in the words of a byline."""

import re
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.page import HtmlPage, described
from assistant.ingest.files.html.timestamps import Stamp, stamp
from assistant.text.lexicon import alternatives, alternatives_in_any_language, in_any_language


def _any_of(name: str) -> str:
    return alternatives_in_any_language("ingest", name)


@cache
def _by() -> re.Pattern[str]:
    before, with_colon = alternatives("ingest", "before_by"), alternatives("ingest", "by_with_colon")
    return re.compile(rf"^\s*(?:{before}\s+)?{_any_of('by')}\b\s*:?\s+|^\s*{with_colon}\s*:\s+", re.I)


_BY_WITHIN = re.compile(r"(?:[,|·•–—-]|\d{4})\s*by\s+(.+)$", re.I)
_BYLINE = re.compile(
    r"(?:^|[-_\s])(?:by|by-?lines?|authors?|autor|writer|contributors?|post-?author|fn|firma|signature)(?=$|[-_\s])",
    re.I,
)
_DATED = re.compile(
    r"(?:^|[-_\s])(?:date|datum|data|fecha|time|timestamp|stamp|published|posted|meta)(?=$|[-_\s])", re.I
)


@cache
def _role() -> re.Pattern[str]:
    return re.compile(rf"\b{_any_of('roles')}\b", re.I)


@cache
def _other_work() -> re.Pattern[str]:
    return re.compile(rf"\b{_any_of('other_work')}\b", re.I)


_PARTICLES = r"(?:de|la|van|von|der|den|el|al|bin|da|di|du|le|y|dos)"
_NAME = re.compile(rf"[^\W\d_][\w'’.\-]*(?:\s+(?:{_PARTICLES}\s+)*[^\W\d_][\w'’.\-]*){{1,4}}")
_PERSONS = re.compile(rf"{_NAME.pattern}(?:, {_NAME.pattern})*")

_ORDINAL = r"\d{1,2}(?:st|nd|rd|th|er)?"


@cache
def _date() -> re.Pattern[str]:
    of = rf"(?:{_any_of('within_a_date')}\s+)?"
    day = (
        rf"{_ORDINAL}\.?\s+{of}[^\W\d_]{{3,}}\.?,?\s+{of}\d{{4}}\b"
        rf"|[^\W\d_]{{3,}}\.?\s+{_ORDINAL},?\s+\d{{4}}\b|\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}\b"
    )
    zone = r"(?:\s*\(?(?-i:[A-Z]{2,4}T|GMT|UTC|ET|ME[SZ]Z?)\b\)?)"
    o_clock = rf"(?:\s*{_any_of('within_a_time')})?{zone}?"
    time = rf"\d{{1,2}}(?:[:.h]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?|\s*[ap]\.?m\b\.?){o_clock}"
    return re.compile(
        r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|\s?[+-]\d\d:?\d\d)?)?"
        rf"|(?:{day})(?:,?\s*(?:{_any_of('joins_a_time')}|-|–|\|)?\s*{time})?",
        re.I,
    )


@cache
def _update() -> re.Pattern[str]:
    return re.compile(_any_of("updated"))


@cache
def _no_date_of_it() -> re.Pattern[str]:
    return re.compile(_any_of("no_date_of_it"))


_NEAR = 8  # lines after the heading among which a byline is looked for
_PARAGRAPH = 140  # a line of more characters is text: what comes after it is no byline


def names(text: str) -> str | None:
    """The authors that a byline names, joined by commas; None when it names nobody."""
    text = " ".join(text.split())
    line = _by().sub("", text)
    line = re.split(r"\s*[|•·–—]\s*|\s+-\s+|\s{3,}|\d{1,2}[.:/ ]", line)[0].strip(" ,;")
    line = re.sub(rf"\s+{_any_of('before_a_time')}$", "", line)
    found: list[str] = []
    for part in re.split(rf"\s*(?:,|;|/|&|\b{_any_of('and')}\b)\s*", line):
        part = re.sub(r"\s+in\s+\w+$|\s*\(.*$", "", _by().sub("", part)).strip(" .,")
        if part and not (found and _role().search(part)) and not _other_work().search(part):
            found.append(part)
    found = [one for one in found if _is_name(one)] if len(found) > 1 else found
    nobody = in_any_language("ingest", "nobody")
    joined = ", ".join(dict.fromkeys(one for one in found if one.casefold() not in nobody))
    return joined if joined and len(joined) <= 150 and "http" not in joined and "@" not in joined else None


def _is_name(text: str) -> bool:
    return (bool(_NAME.fullmatch(text)) and any(map(str.isupper, text))) or not text.isascii() or " " not in text


def author(page: HtmlPage) -> str | None:
    """The author that the page shows: in a link or element made for it, else in a line near the heading with By."""
    for element in page.tree.iter("a"):
        if "author" in (element.get("rel") or "").lower().split():
            return names(element.text_content())
    for element in page.tree.iter():
        if isinstance(element.tag, str) and _BYLINE.search(described(element)):
            found = _named_in(blocks.blocks(element)[:6])
            if found:
                return found
    for line in near_heading(page):
        within = _BY_WITHIN.search(line) if len(line) < 120 and _date().search(line) else None
        if within or (_by().match(line) and len(line) < 150):
            found = names(within[1] if within else line)
            if found and any(map(str.isupper, found)):
                return found
    return None


def _named_in(lines: list[str]) -> str | None:
    for line in lines:
        if _by().match(line) and len(line) < 150:
            return names(line)
        if len(line) < 80 and not _date().search(line) and (found := names(line)) and _PERSONS.fullmatch(found):
            return found
    return None


def is_short_byline(element: Any) -> bool:
    """Whether an element is made for a byline, by its class, and holds no more than one."""
    if not isinstance(element.tag, str) or not _BYLINE.search(described(element)):
        return False
    return len(element.text_content()) < 150


def dates(page: HtmlPage) -> tuple[list[Stamp], list[Stamp]]:
    """When it was published and updated, by short lines near the heading, or in an element made for it, with a date."""
    published: list[Stamp] = []
    updated: list[Stamp] = []
    label = ""
    for line in [*near_heading(page), *_dated_lines(page)]:
        match = _date().search(line) if len(line) <= _PARAGRAPH else None
        while match and len(line) - len(match.group()) <= 70:
            found = stamp(_tidy(match.group()), page.languages)
            before = (line[: match.start()] or label).lower()[-25:]
            if found and not _no_date_of_it().search(before):
                (updated if _update().search(before) else published).append(found)
            match = _date().search(line, match.end())
        label = line[:40]
    return published, updated


def _tidy(text: str) -> str:
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th|er)\b", "", text)
    text = re.sub(r"\b(\d{1,2})h(\d\d)\b", r"\1:\2", text)
    joining = alternatives_in_any_language("ingest", "joins_a_time", "within_a_time", "within_a_date")
    return re.sub(rf"\b{joining}\b|[|()–]", " ", text)


def near_heading(page: HtmlPage) -> list[str]:
    """The lines about the heading: those after it up to its first paragraph, then those before it."""
    lines = blocks.blocks(page.tree, lines=True)
    title = " ".join(blocks.blocks(page.heading)) if page.heading is not None else ""
    at = next((number for number, line in enumerate(lines) if line == title), -1)
    after = list(takewhile(lambda line: len(line) <= _PARAGRAPH, lines[at + 1 : at + 1 + _NEAR]))
    return [*after, *lines[max(0, at - 2) : max(0, at)]]


def _dated_lines(page: HtmlPage) -> list[str]:
    found = [one for one in page.tree.iter() if isinstance(one.tag, str) and _DATED.search(described(one))]
    return [line for one in found[:20] for line in blocks.blocks(one, lines=True)[:4]]


def is_byline(line: str) -> bool:
    """Whether a line of the text is only who wrote it or when, which is not text of the article."""
    if len(line) > _PARAGRAPH:
        return False
    rest = _date().sub("", line)
    return (rest != line and len(rest) < 40) or bool(_by().match(line) and len(line) < 90 and not line.endswith("."))


def day(line: str) -> datetime | None:
    """The day, and time, that a short line gives; None when it says more than that, or less."""
    match = _date().search(line)
    if match is None or len(line) - len(match.group()) > 40:
        return None
    found = stamp(_tidy(match.group()))
    return found.moment if found else None
