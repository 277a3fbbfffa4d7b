"""Markup: texts, dates and addresses as pieces of HTML.

Every text of an article, a question or an address goes through `escaped` or `line`; the tags are only those that the
window's own functions write.
"""

import html
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from assistant.utils.formatting import day, days
from assistant.utils.strings import one_line

_DAY = 60 * 24  # minutes
_LENGTHS = ((_DAY, "day"), (60, "hour"), (1, "minute"))
_MONTH, _YEAR = 30, 365  # days, near enough for an age

# Control characters, and the marks that turn the reading direction of all that follows.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    """`text` for a place between tags or quotes; what a browser would act on unseen becomes U+FFFD, one for one."""
    return html.escape(_UNSEEN.sub("\ufffd", text), quote=True)


def line(text: str, limit: int | None = None) -> str:
    """`text` as one escaped line."""
    return html.escape(one_line(text, limit), quote=True)


def web_address(url: str | None) -> str | None:
    """`url` when a reader may be sent there: http or https with a host; else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else None


def link(url: str | None, inside: str) -> str:
    """`inside`, which is HTML, as a link to another page where `url` is an address of the web."""
    address = web_address(url)
    if address is None:
        return inside
    return f'<a href="{escaped(address)}" target="_blank" rel="noopener noreferrer">{inside}</a>'


def button(act: str, label: str, *, kind: str = "", about: str = "", data: Mapping[str, object] | None = None) -> str:
    """A button that asks the window for `act`; `data` goes with it, `about` is heard after its label."""
    carried = "".join(f' data-{name}="{escaped(str(value))}"' for name, value in (data or {}).items())
    heard = f'<span class="unseen"> {line(about, 120)}</span>' if about else ""
    kinds = f"act {kind}".strip()
    return f'<button type="button" class="{kinds}" data-act="{act}"{carried}>{line(label)}{heard}</button>'


def about(
    source: str | None, published: datetime | None, now: datetime | None = None, updated: str | None = None
) -> str:
    """The publication and the date of an article, its age when `now` is given, and the words on its last change."""
    parts = [f'<bdi class="publication">{line(source)}</bdi>'] if source else []
    if published:
        parts.append(f'<time datetime="{published.date().isoformat()}">{day(published)}</time>')
        if now is not None:
            parts.append(f'<span class="age">{age(published, now)}</span>')
    if updated:
        parts.append(f'<span class="updated">{line(updated)}</span>')
    return '<span class="dot" aria-hidden="true"> · </span>'.join(parts)


def mark(turn: int, number: int, source: str | None = None) -> str:
    """The number of a citation, which leads to its card."""
    name = f", {line(source, 60)}" if source else ""
    return f'<a class="cite" href="#{place(turn, number)}" aria-label="Source {number}{name}">[{number}]</a>'


def place(turn: int, number: int) -> str:
    """The name of a citation's passage in the page."""
    return f"a{turn}-s{number}"


def count(number: int, noun: str) -> str:
    """`1 article`, `1,200 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def span(oldest: datetime, newest: datetime) -> str:
    """`10 March to 29 May 2025`."""
    return days(oldest.date(), newest.date())


def ago(moment: datetime, now: datetime) -> str:
    """`5 minutes ago`; over a month ago it is a date."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes > 31 * _DAY:
        return f"on {day(moment)}"
    length, noun = next((length, noun) for length, noun in _LENGTHS if minutes >= length)
    return f"{count(minutes // length, noun)} ago"


def ahead(moment: datetime, now: datetime) -> str:
    """`in 5 minutes`; under a minute, and of what is past: `at once`."""
    minutes = int((moment - now).total_seconds() // 60)
    if minutes < 1:
        return "at once"
    length, noun = next((length, noun) for length, noun in _LENGTHS if minutes >= length)
    return f"in {count(minutes // length, noun)}"


def age(moment: datetime, now: datetime) -> str:
    """`today`, `5 days ago`, `2 months ago`, `1 year ago`; of what is to come: `ahead of today`."""
    passed = (now.date() - moment.date()).days
    if passed < 0:
        return "ahead of today"
    if passed < 2:
        return "yesterday" if passed else "today"
    length, noun = (_YEAR, "year") if passed >= _YEAR else (_MONTH, "month") if passed > _MONTH else (1, "day")
    return f"{count(passed // length, noun)} ago"


def sentence(message: str) -> str:
    """An error's message, which is written to follow a program's name, as a sentence that stands alone."""
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith((".", "?", "!")) else ".")
