"""Who wrote it and when, in the words of a byline."""

import re
from datetime import datetime

from assistant.loading import blocks
from assistant.loading.page import Page, described
from assistant.loading.stamps import Stamp, stamp

_BY = re.compile(
    r"^\s*(?:(?:written|words|text|reported|report|story|posted|published|submitted)\s+)?(?:by|von|par|por|di|autor(?:in|ka)?|author"
    r"|napsala?)\b\s*:?\s+|^\s*(?:words|text|story|report)\s*:\s+",
    re.I,
)
_BYLINE = re.compile(
    r"(?:^|[-_\s])(?:by-?lines?|authors?|autor|writer|contributor|article-?by|post-?author|credit-?line)(?=$|[-_\s])",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:correspondent|reporter|editor|writer|staff|columnist|desk|chief|bureau|producer|columnist|agency|redakce|redaktion)\b",
    re.I,
)
_NAME = re.compile(
    r"[^\W\d_][\w'’.\-]*(?:\s+(?:(?:de|la|van|von|der|den|el|al|bin|da|di|du|le|y|dos)\s+)*[^\W\d_][\w'’.\-]*){1,4}"
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|\s?[+-]\d\d:?\d\d)?)?"
    r"|(?:\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?[^\W\d_]{3,}\.?,?\s+\d{4}|[^\W\d_]{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4})"
    r"(?:,?\s*(?:at|um|v|ve|-|–|\||à|kl\.?)?\s*\d{1,2}(?:[:.]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?|\s*[ap]\.?m\.?)(?:\s*(?:Uhr|hrs))?(?:\s*\(?(?:[A-Z]{2,4}T|GMT|UTC|BST|ET)\b\)?(?:[+-]\d\d?(?::?\d\d)?)?)?)?",
    re.I,
)
_NEAR = 8  # blocks after the heading among which a byline is looked for


def names(text: str) -> str | None:
    """The authors that a byline names, joined by commas; None when it names nobody."""
    text = " ".join(text.split())
    line = _BY.sub("", text)
    line = re.split(r"\s*[|•·–—]\s*|\s+-\s+|\s{3,}|\d{1,2}[.:/ ]", line)[0].strip(" ,;")
    line = re.sub(r"\s+(?:on|am|le|dne)$", "", line)
    found: list[str] = []
    for part in re.split(r"\s*(?:,|;|/|&|\band\b|\bund\b|\bet\b)\s*", line):
        part = re.sub(r"\s+in\s+\w+$|\s*\(.*$", "", _BY.sub("", part)).strip(" .,")
        if part and not (found and _ROLE.search(part)):
            found.append(part)
    found = [one for one in found if _is_name(one)] if len(found) > 1 else found
    joined = ", ".join(dict.fromkeys(found))
    return joined if joined and len(joined) <= 150 and "http" not in joined and "@" not in joined else None


def _is_name(text: str) -> bool:
    return (bool(_NAME.fullmatch(text)) and any(map(str.isupper, text))) or not text.isascii() or " " not in text


def author(page: Page) -> str | None:
    """The author that the page shows: by a link or class made for it, else a line near the heading that begins with By."""
    for element in page.tree.iter("a"):
        if "author" in (element.get("rel") or "").lower().split():
            return names(element.text_content())
    for element in page.tree.iter():
        if isinstance(element.tag, str) and _BYLINE.search(described(element)):
            lines = blocks.blocks(element)
            found = next((names(line) for line in lines if _BY.match(line) and len(line) < 150), None)
            if found is None and lines and len(lines[0]) < 60 and not _DATE.search(lines[0]):
                found = names(lines[0])
            if found and len(found.split()) < 15:
                return found
    for line in near_heading(page):
        if _BY.match(line) and len(line) < 150:
            found = names(line)
            if found and any(map(str.isupper, found)):
                return found
    return None


def dates(page: Page) -> tuple[list[Stamp], list[Stamp]]:
    """When it was published and updated by short lines near the heading that give a whole date."""
    published: list[Stamp] = []
    updated: list[Stamp] = []
    label = ""
    for line in near_heading(page):
        match = _DATE.search(line) if len(line) <= 140 else None
        rest = len(line) - len(match.group()) if match else 0
        while match and rest <= 70:
            found = stamp(_tidy(match.group()), page.languages)
            before = (line[: match.start()] or label).lower()[-25:]
            if found and not re.search(r"copyright|©|\(c\)|born|since", before):
                newer = re.search(r"updat|modif|correct|aktualis|aktualiz", before)
                (updated if newer else published).append(found)
            match = _DATE.search(line, match.end())
        label = line[:40]
    return published, updated


def _tidy(text: str) -> str:
    return re.sub(r"\b(?:at|um|v|ve|kl\.?|Uhr|hrs)\b|[|()–]", " ", re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text))


def near_heading(page: Page) -> list[str]:
    """The lines about the heading, those after it first."""
    lines = blocks.blocks(page.tree, lines=True)
    title = " ".join(blocks.blocks(page.heading)) if page.heading is not None else ""
    at = next((number for number, line in enumerate(lines) if line == title), -1)
    return [*lines[at + 1 : at + 1 + _NEAR], *lines[max(0, at - 2) : max(0, at)]]


def is_byline(line: str) -> bool:
    """Whether a line of the text is only who wrote it or when, which is not text of the article."""
    if len(line) > 140:
        return False
    match = _DATE.search(line)
    return bool(_BY.match(line) and len(line) < 90 and not line.endswith(".")) or bool(
        match and len(line) - len(match.group()) < 30
    )


def day(line: str) -> datetime | None:
    """The day, and time, that a short line gives; None when it says more than that, or less."""
    match = _DATE.search(line)
    if match is None or len(line) - len(match.group()) > 40:
        return None
    found = stamp(_tidy(match.group()))
    return found.moment if found else None
