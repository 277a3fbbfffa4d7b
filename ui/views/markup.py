"""Texts, dates and addresses as pieces of HTML.

Every text of an article, a question or an address goes through `escaped` or `line`; the only tags are those that the
views write.
"""

import html
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from assistant.utils import day, days, escape_controls, name_line, one_line

from .icons import icon

_DAY = 60 * 24  # minutes
_UNITS = ((_DAY, "day"), (60, "hour"), (1, "minute"))
_MONTH, _YEAR = 30, 365  # days, near enough for an age

# Control characters, and the marks that turn the reading direction of all that follows.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_REQUEST_ID = re.compile(r"\(id ([\w.-]{8,64})\)(?=\.?$)", re.ASCII)


def escaped(text: str) -> str:
    """`text` for between tags or quotes; invisible characters that a browser acts on become U+FFFD, one for one."""
    return html.escape(_INVISIBLE.sub("\ufffd", text), quote=True)


def line(text: str, limit: int | None = None) -> str:
    """`text` as one escaped line."""
    return html.escape(one_line(text, limit), quote=True)


def named(text: str, limit: int | None = None) -> str:
    """`text`, a publication, an author or a title, as one escaped line in which hidden characters are shown."""
    return html.escape(name_line(text, limit), quote=True)


def web_address(url: str | None) -> str | None:
    """`url` when a link may lead there: http or https with a host; else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return escape_controls(parts.geturl()) if parts.scheme in ("http", "https") and parts.netloc else None


def link(url: str | None, content: str) -> str:
    """`content`, which is HTML, as a link that opens another page when `url` is an address of the web."""
    address = web_address(url)
    if address is None:
        return content
    return f'<a href="{escaped(address)}" target="_blank" rel="noopener noreferrer">{content}</a>'


def original_link(url: str | None, title: str) -> str:
    """The link to where the article of that title came from; "" where that is no address of the web."""
    said = f'<span class="screen-reader-only"> of {named(title, 120)}, on another site</span>'
    html = link(url, f"{icon('external-link')}Original{said}")
    return html.replace("<a ", '<a class="act quiet original" ', 1) if html.startswith("<a ") else ""


def button(
    act: str,
    label: str,
    *,
    kind: str = "",
    about: str = "",
    data: Mapping[str, object] | None = None,
    picture: str = "",
    disabled: str = "",
) -> str:
    """A button that does `act`, an event or an action of static/window/actions.js, with `data`.

    `kind` is a class for its looks: "quiet", "link", "first", "icon" (its label is for screen readers alone) ...;
    `about` is read out after its label; `picture` names an icon that stands before it. One that is `disabled` is off
    and says why.
    """
    attributes = _data(data or {})
    description = f'<span class="screen-reader-only"> {line(about, 120)}</span>' if about else ""
    classes = f"act {kind}".strip()
    shown = f'<span class="screen-reader-only">{line(label)}</span>' if "icon" in kind.split() else line(label)
    tip = f' title="{line(label)}"' if "icon" in kind.split() and not disabled else ""
    # Not the attribute `disabled`: what is off must be reached to say why.
    off = f' aria-disabled="true" title="{line(disabled, 200)}"' if disabled else ""
    return (
        f'<button type="button" class="{classes}" data-act="{act}"{attributes}{tip}{off}>'
        f"{icon(picture) if picture else ''}{shown}{description}</button>"
    )


def opener(address: str, act: str, content: str, data: Mapping[str, object], kind: str) -> str:
    """`content`, which is HTML, as a link to an address of the window that does `act` with `data` in this page.

    In another tab the address opens the same.
    """
    return f'<a class="{kind}" href="{line(address)}" data-act="{act}"{_data(data)} dir="auto">{content}</a>'


def _data(data: Mapping[str, object]) -> str:
    return "".join(f' data-{name}="{escaped(str(value))}"' for name, value in data.items())


def about(
    source: str | None, published: datetime | None, now: datetime | None = None, updated: str | None = None
) -> str:
    """The publication and the date of an article, its age when `now` is given, and when it was updated."""
    parts = [f'<bdi class="publication">{named(source)}</bdi>'] if source else []
    if published:
        parts.append(day_element(published))
        if now is not None:
            parts.append(f'<span class="age">{age(published, now)}</span>')
    if updated:
        parts.append(f'<span class="updated">{line(updated)}</span>')
    return '<span class="dot" aria-hidden="true"> · </span>'.join(parts)


def day_element(moment: datetime) -> str:
    """The day of a moment, as one that programs can read too."""
    return f'<time datetime="{moment.date().isoformat()}">{day(moment)}</time>'


def citation_link(turn: int, number: int, source: str | None = None) -> str:
    """The number of a citation, as a link to its passage."""
    publication = f", {named(source, 60)}" if source else ""
    return (
        f'<a class="cite" href="#{passage_id(turn, number)}" aria-label="Source {number}{publication}">'
        f"{bracketed(number)}</a>"
    )


def citation_number(number: int) -> str:
    """The number of a citation whose passage is not there."""
    return f'<span class="cite">{bracketed(number)}</span>'


def bracketed(number: int) -> str:
    """The number of a citation as it is drawn; its brackets are for whoever copies the text, or prints it."""
    bracket = '<span class="bracket">{}</span>'
    return f"{bracket.format('[')}{number}{bracket.format(']')}"


def passage_id(turn: int, number: int) -> str:
    """The id of a citation's passage in the page."""
    return f"a{turn}-s{number}"


def count(number: int, noun: str) -> str:
    """`1 article`, `1,200 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def date_range(oldest: datetime, newest: datetime) -> str:
    """`10 March to 29 May 2025`."""
    return days(oldest.date(), newest.date())


def ago(moment: datetime, now: datetime) -> str:
    """`5 minutes ago`; over a month ago it is a date."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes > 31 * _DAY:
        return f"on {day(moment)}"
    length, unit = next((length, unit) for length, unit in _UNITS if minutes >= length)
    return f"{count(minutes // length, unit)} ago"


def until(moment: datetime, now: datetime) -> str:
    """`in 5 minutes`; under a minute, and of what is past: `at once`."""
    minutes = int((moment - now).total_seconds() // 60)
    if minutes < 1:
        return "at once"
    length, unit = next((length, unit) for length, unit in _UNITS if minutes >= length)
    return f"in {count(minutes // length, unit)}"


def age(moment: datetime, now: datetime) -> str:
    """`today`, `5 days ago`, `2 months ago`, `1 year ago`; of what is to come: `ahead of today`."""
    days_ago = (now.date() - moment.date()).days
    if days_ago < 0:
        return "ahead of today"
    if days_ago < 2:
        return "yesterday" if days_ago else "today"
    length, unit = (1, "day") if days_ago <= _MONTH else (_MONTH, "month") if days_ago < _YEAR else (_YEAR, "year")
    return f"{count(days_ago // length, unit)} ago"


def sentence(message: str) -> str:
    """An error's message, which is written to follow the name of a program, as a sentence of its own."""
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith((".", "?", "!")) else ".")


def problem(message: str, limit: int = 400) -> str:
    """What went wrong, in one paragraph that is read out at once."""
    if not message:
        return ""
    return f'<p class="problem" role="alert">{icon("circle-alert")}<span>{problem_text(message, limit)}</span></p>'


def problem_text(message: str, limit: int = 400) -> str:
    """What went wrong as one escaped line; an id of a request at its end is taken whole by a click, to be copied."""
    return _REQUEST_ID.sub(r'(id <code class="request-id">\1</code>)', line(sentence(message), limit))


def notice(text: str, picture: str = "info") -> str:
    """A remark in one paragraph."""
    return f'<p class="notice">{icon(picture)}<span>{line(text)}</span></p>'
