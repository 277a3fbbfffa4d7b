"""Authors and dates from the byline of an article."""

import re
from collections.abc import Iterator
from itertools import chain, islice, takewhile
from typing import Any

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.head import ArticleHead, is_of_an_event, is_prose, line_around, lines_above
from assistant.ingest.files.html.page import HtmlPage, class_names, class_pattern
from assistant.ingest.files.html.tags import BLOCKS
from assistant.ingest.files.timestamps import Timestamp, parse_timestamp, weekday_of
from assistant.text import WordPattern, word_list_in_any_language

_BY = WordPattern(r"^\s*(?:{ingest.before_by}\s+)?{*ingest.by}\b\s*:?\s+|^\s*{ingest.by_with_colon}\s*:\s+", re.I)
_BY_WITHIN = re.compile(r"(?:[,|·•–—-]|\d{4})\s*by\s+(.+)$", re.I)
_BYLINE = class_pattern("by|by-?lines?|authors?|autor|writer|contributors?|post-?author|fn|firma|signature")
_DATED = class_pattern("date|datum|data|fecha|time|timestamp|stamp|published|posted|meta")
_FIELD_NAME = class_pattern("(?:field|item|meta|info)[-_]*(?:label|name|title)|label")
_ROLE = WordPattern(r"\b{*ingest.roles}s?\b", re.I)
_OTHER_WORK = WordPattern(r"\b{*ingest.other_work}\b", re.I)
_LANGUAGES = ("en", "de", "fr", "es", "it", "cs", "sv")
_PARTICLES = r"(?:de|la|van|von|der|den|el|al|bin|da|di|du|le|y|dos)"
_NAME = re.compile(rf"[^\W\d_][\w'’.\-]*(?:\s+(?:{_PARTICLES}\s+)*+[^\W\d_][\w'’.\-]*){{1,4}}")
_PARTICLE = re.compile(_PARTICLES)
_PERSONS = re.compile(rf"{_NAME.pattern}(?:, {_NAME.pattern})*")
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th|er)?"
_OF = r"(?:{*ingest.within_a_date}\s+)?"
_DAY = (
    rf"{_ORDINAL}\.?\s+{_OF}[^\W\d_]{{3,20}}\.?,?\s+{_OF}\d{{4}}\b"
    rf"|[^\W\d_]{{3,20}}\.?\s+{_ORDINAL},?\s+\d{{4}}\b|\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}\b"
    # Where the weekday may decide which number is the month's.
    r"|(?:[^\W\d_]{2,12}\.?,\s+|(?-i:[A-Z][a-z]{2})\s+)?(?<![\d/])\d{1,2}/\d{1,2}/\d{4}\b"
)
_ZONE = r"(?:\s*\(?(?-i:[A-Z]{2,4}T|GMT|UTC|ET|ME[SZ]Z?)\b\)?)"
_TIME = (
    r"\d{1,2}(?:[:.h]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?|\s*[ap]\.?m\b\.?)(?:\s*{*ingest.within_a_time})?"
    rf"{_ZONE}?"
)
_DATE = WordPattern(
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|\s?[+-]\d\d:?\d\d)?)?"
    rf"|(?:{_DAY})(?:,?\s*(?:{{*ingest.joins_a_time}}|-|–|\|)?\s*{_TIME})?",
    re.I,
)
_BETWEEN_NAMES = WordPattern(r"(?:(?<!\s)\s++)?(?:,|;|/|&|\b{*ingest.and}\b)\s*+")
_BEFORE_A_TIME = WordPattern(r"(?<!\s)\s++{*ingest.before_a_time}$")
_JOINS_A_DATE = WordPattern(r"\b(?:{*ingest.joins_a_time}|{*ingest.within_a_time}|{*ingest.within_a_date})\b|[|()–]")
_UPDATE = WordPattern("{*ingest.updated}")
_OTHER_DATE = WordPattern("{*ingest.no_date_of_it}")
_LABEL = WordPattern(
    r"\b(?:(?:{*ingest.published}|{*ingest.updated})\w*|{*ingest.beside_a_date}|{*ingest.before_a_time}"
    r"|{*ingest.joins_a_time}|{*ingest.within_a_time}|{*ingest.within_a_date})(?!\w)",
    re.I,
)
_JOINING = WordPattern(r"(?:on|{*ingest.before_a_time}|{*ingest.joins_a_time}|{*ingest.within_a_date})", re.I)
_PUBLISHED_IN = WordPattern(r"^{*ingest.published}\w*\s+in\s+", re.I)
_EDITION = WordPattern(r"^\W{0,3}(?:{*ingest.before_an_edition}\s+){0,14}+{*ingest.editions}(?!\w)", re.I)
_EDITION_WORDS = WordPattern(r"^\s*{*ingest.editions}(?!\w)", re.I)
_ON_PAGE = WordPattern(r"(?:{*ingest.before_an_edition}\s+)?{*ingest.pages}(?!\w)", re.I)
_SEPARATOR = re.compile(r"[\x1f|•·–—/,;:()]+|(?<!\s)\s-\s")
_READING_TIME = re.compile(r"\d{1,3}\s?min\w*\.?(?: \w+)?", re.I)
_CLOCK = WordPattern(_TIME, re.I)
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)]*$")
_MOST_CREDIT = 6  # words of a name, or of what somebody is
_FEW = 3
_NEAR_HEADING = 8  # lines after the heading that may be a byline
_MOST_DATED = 20
_MOST_HEADINGS = 50
_MAX_EDITION = 250  # characters
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
    for line in chain(*_lines_near_heading(page)):
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
    """Whether an element is a byline, by its class and its length, or the line with the date."""
    names = class_names(element)
    if len(element.text_content()) >= 150 or not (_BYLINE.search(names) or _DATED.search(names)):
        return False
    return bool(_BYLINE.search(names)) or _is_dateline(" ".join(blocks.blocks(element)), with_names=True)


def shown_dates(page: HtmlPage) -> tuple[list[Timestamp], list[Timestamp]]:
    """The dates of publication and of update in lines of their own near the heading or in date elements there."""
    published, updated = list[Timestamp](), list[Timestamp]()
    dated = list(islice((element for element in page.tree.iter() if _DATED.search(class_names(element))), _MOST_DATED))
    head = ArticleHead(page, dated)
    lines = [(line, False) for line in _lines_for_dates(page)]
    own_elements = list(filter(head.has, dated)) or list(filter(head.ends, dated))
    lines += [
        (line, True)
        for element in own_elements
        if element.tag in BLOCKS or is_date_place(*line_around(element))
        for line in blocks.blocks(element, lines=True)[:4]
    ]
    label = ""
    for line, with_names in lines:
        for part in _dated_parts(line, label, with_names):
            own = line_dates(part, page.languages, label)
            published += own[0]
            updated += own[1]
        label = line[:40] if _is_label(line.strip(" :")) else ""
    return published, updated


def edition_dates(page: HtmlPage) -> list[Timestamp]:
    """The dates in lines that say in which printed edition the article was, wherever they stand."""
    lines = filter(is_edition_line, blocks.blocks(page.tree, lines=True))
    found = (
        parse_timestamp(_normalized(date.group()), page.languages) for line in lines for date in _DATE.finditer(line)
    )
    return [stamp for stamp in found if stamp is not None]


def is_edition_line(line: str) -> bool:
    """Whether a line says only in which printed edition the article was: "In the print edition of 28 May 2025"."""
    dates = list(_DATE.finditer(line)) if len(line) <= _MAX_EDITION else []
    if not dates or not _EDITION.match(_DATE.sub(" ", line)):
        return False
    rest = _EDITION_WORDS.sub("", line[dates[-1].end() :]).strip(" ,.;:|–-)]*")
    # What goes on tells something of that edition, such as a correction of it.
    return len(rest.split()) <= 1 or _ON_PAGE.match(rest) is not None


def _dated_parts(line: str, label: str, with_names: bool) -> list[str]:
    """The line where it is that of a date, else those parts of it of which it is said what their date is."""
    if _is_dateline(line, with_names=with_names):
        return [line]
    if label and (first := _DATE.match(line)):
        return [first.group()]
    own, _, after = line.partition(": ")
    if _is_label(own) and (first := _DATE.match(after)):
        return [f"{own}: {first.group()}"]
    parts = re.split(r"[|•·]", line) if len(line) <= _MAX_BYLINE else []
    return [part for part in parts if _LABEL.search(part) and _is_dateline(part)]


def line_dates(
    line: str, languages: tuple[str, ...] = _LANGUAGES, label: str = ""
) -> tuple[list[Timestamp], list[Timestamp]]:
    """The dates of publication and of update in a line; `label` is what stands before it."""
    published, updated = list[Timestamp](), list[Timestamp]()
    end = 0
    for match in _DATE.finditer(line):
        before = (line[end : match.start()].strip() or label).lower()
        end = match.end()
        timestamp = parse_timestamp(_normalized(match.group()), languages)
        if timestamp and not _OTHER_DATE.search(before):
            (updated if _UPDATE.search(before) else published).append(timestamp)
    return published, updated


def is_date_place(before: str, after: str) -> bool:
    """Whether a date between these two parts of a line is that of the article, and not of what a sentence tells."""
    if _OTHER_DATE.search(before.lower()[-25:]):
        return False
    if _SENTENCE_END.search(after.strip()) and not _has_only_credits(f"{before}\x1f{after}", with_names=True):
        return False
    left = _SEPARATOR.split(before.strip(" :-–—|·•,"))[-1].strip()
    if before.endswith(":") or not left:
        return not left or _is_label(left)
    return _is_label(left) or _is_credit(left) or _BY.match(before) is not None


def _normalized(text: str) -> str:
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th|er)\b", "", text)
    text = re.sub(r"\b(\d{1,2})h(\d\d)\b", r"\1:\2", text)
    return _JOINS_A_DATE.sub(" ", text)


def _lines_near_heading(page: HtmlPage) -> tuple[list[str], list[str]]:
    """The lines after the heading up to the text, but for one that may be a summary, and those right before it."""
    lines = blocks.blocks(page.tree, lines=True)
    title = " ".join(blocks.blocks(page.heading)) if page.heading is not None else ""
    at = next((number for number, line in enumerate(lines) if line == title), -1)
    after = list(takewhile(lambda line: len(line) <= _MAX_BYLINE, lines[at + 1 : at + 1 + _NEAR_HEADING]))
    paragraphs = [number for number, line in enumerate(after) if is_prose(line)]
    return after[: paragraphs[1]] if len(paragraphs) > 1 else after, lines[max(0, at - 2) : max(0, at)]


def _lines_for_dates(page: HtmlPage) -> Iterator[str]:
    """The lines near the heading in which a date is that of the article."""
    after, before = _lines_near_heading(page)
    text = next((number for number, line in enumerate(after) if _SENTENCE_END.search(line)), len(after))
    headings = islice(page.tree.iter("h2", "h3", "h4"), _MOST_HEADINGS)
    told = {*_values(page), *(" ".join(blocks.blocks(heading)) for heading in headings)}
    for number, line in enumerate(after):
        if says_what_it_is(line) or (number < text and line not in told):
            yield line
    # Without a word for it, what is above may be the day of the edition.
    own = set(lines_above(page))
    yield from (line for line in before if line in own or _LABEL.search(line))


def _values(page: HtmlPage) -> Iterator[str]:
    """The texts of a list or table of facts whose name is not that of a date of the article, and of events."""
    for element in islice(page.tree.iter("dd", "td"), _MOST_HEADINGS):
        name = next(element.itersiblings("dt", "th", preceding=True), None)
        if name is not None and not _is_label(" ".join(blocks.blocks(name)).strip(" :")):
            yield " ".join(blocks.blocks(element))
    for element in islice(filter(_is_field_name, page.tree.iter()), _MOST_HEADINGS):
        for value in islice(element.itersiblings(), 3):
            yield from blocks.blocks(value, lines=True)
    for element in islice(filter(is_of_an_event, page.tree.iter()), _MOST_DATED):
        yield from (" ".join(blocks.blocks(element)), *blocks.blocks(element, lines=True))


def _is_field_name(element: Any) -> bool:
    """Whether it is the name of a field, as content systems mark it, and not that of a date of the article."""
    if not _FIELD_NAME.search(class_names(element)):
        return False
    name = " ".join(blocks.blocks(element)).strip(" :")
    return bool(name) and not _is_label(name) and _BY.match(f"{name} x") is None


def says_what_it_is(line: str) -> bool:
    """Whether a line with a date says that it is one of the article: below a sentence, a mere date may be told of."""
    return bool(_LABEL.search(line) or _BY.match(line))


def is_byline(line: str) -> bool:
    """Whether a line holds only authors or a date, and is not text of the article."""
    if len(line) > _MAX_BYLINE:
        return False
    if _DATE.search(line):
        return _is_dateline(line)
    if not _BY.match(line) or len(line) >= 90 or _SENTENCE_END.search(line):
        return False
    first = _SEPARATOR.split(_BY.sub("", line).strip())[0]
    is_short = len(first.split()) <= _FEW and not any(map(_is_long_day_name, first.split()))  # "by the science club"
    return is_short or _is_credit(first) or _begins_with_a_name(first)


def byline_author(line: str) -> str | None:
    """The authors that a byline names after a word such as "by"; None when it names nobody."""
    within = _BY_WITHIN.search(line) if _DATE.search(line) else None
    named = within[1] if within else line if _BY.match(line) else None
    return parse_authors(_DATE.sub("|", named)) if named else None


def _is_dateline(line: str, *, with_names: bool = False) -> bool:
    """Whether a line has a date, and beside it only what it is the date of, a byline and a time."""
    marked = _DATE.sub("\x1f", line) if len(line) <= _MAX_BYLINE else ""
    return "\x1f" in marked and _has_only_credits(marked, with_names=with_names)


def _has_only_credits(marked: str, *, with_names: bool) -> bool:
    pieces = [piece for part in _SEPARATOR.split(marked) if (piece := part.strip(" .*-"))]
    if pieces and marked.lstrip().startswith(pieces[0]) and _JOINING.fullmatch(pieces[0]):
        return False  # "On 3 July 1954" begins a sentence
    for piece in pieces:
        if _is_label(piece):
            continue
        named = _PUBLISHED_IN.sub("", _BY.sub("", piece))
        named = _BEFORE_A_TIME.sub("", named) if named != piece else named
        if not (_is_credit(named) and (named != piece or with_names)):
            return False
        with_names = True  # what comes after an author is another one, or what the author is
    return True


def _is_label(piece: str) -> bool:
    """Whether it only says what a date is of, or is a weekday, a time, or how long it takes to read."""
    rest = " ".join(_LABEL.sub(" ", piece).split())
    if _CLOCK.fullmatch(rest) or _READING_TIME.fullmatch(rest):
        return True
    return len(rest) < 40 and all(map(_is_day_name, rest.split()))


def _is_credit(text: str) -> bool:
    """Whether it is names, or what somebody is: "Ines Harrow and Tom Vey", "harbour correspondent"."""
    parts = [re.sub(r"(?<!\s)\s++in\s++\w++$", "", part).strip(" .") for part in _BETWEEN_NAMES.split(text)]
    return all(map(_is_name_or_role, parts))


def _is_name_or_role(part: str) -> bool:
    words = part.split()
    if not 0 < len(words) <= _MOST_CREDIT or any(map(str.isdigit, part)):
        return False
    is_named = all((word[0].isalpha() and not word[0].islower()) or _PARTICLE.fullmatch(word) for word in words)
    return _ROLE.search(part) is not None or (is_named and not any(map(_is_long_day_name, words)))


def _begins_with_a_name(text: str) -> bool:
    words = text.split()[:2]
    return len(words) == 2 and all(word[0].isupper() and not _is_long_day_name(word) for word in words)


def _is_long_day_name(word: str) -> bool:
    return len(word) > 4 and _is_day_name(word)  # "Sam" and "Sun" are names too


def _is_day_name(word: str) -> bool:
    return weekday_of(word.strip(".,").lower(), _LANGUAGES) is not None
