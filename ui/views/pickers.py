"""What lists and questions are limited to: popovers in which publications and dates are chosen, and chips of a list.

Those of a list are part of its form; static/window/pickers.js has their keys, popovers.js puts them in their place.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from assistant.utils import day, days, one_line

from ..scope import Preset, Scope
from .icons import icon
from .markup import button, count, date_range, line, named

LABELS: Mapping[Preset, str] = {
    "today": "Today",
    "week": "Last 7 days",
    "month": "Last 30 days",
    "year": "This year",
}
_MAX_NAME = 80  # characters


def publications(form: str, names: Mapping[str, int]) -> str:
    """The button that opens the publications of a form, and these with their numbers of articles to be ticked."""
    every = button("unfilter", "All publications", kind="quiet", data={"field": "source"})
    name = f"{form}-publications"
    return opener(name, "Publications", "newspaper") + publication_boxes(name, names, every)


def publication_boxes(name: str, names: Mapping[str, int], every: str) -> str:
    """The popover of that `name` with the publications to be ticked; `every` is the button that unticks them."""
    ordered = sorted(names.items(), key=lambda item: item[0].casefold())
    boxes = "".join(
        f'<li><label><input type="checkbox" name="source" value="{line(source)}"><bdi>{named(source, _MAX_NAME)}</bdi>'
        f'<span class="number">{articles:,}</span></label></li>'
        for source, articles in ordered
    )
    search = (
        '<input type="search" class="field" aria-label="Find a publication" placeholder="Find a publication" '
        'autocomplete="off" autofocus>'
    )
    return popover(
        name,
        "Publications",
        f'{search}<ul class="boxes">{boxes}</ul><p class="none" hidden>No publication is called that.</p>'
        f'<div class="foot"><p class="hint" role="status">{count(len(ordered), "publication")}</p>{every}</div>',
    )


def dates(form: str, oldest: datetime | None, newest: datetime | None) -> str:
    """The button that opens the dates of a form, and these: ranges that are ready, and two days that are typed."""
    ready = "".join(
        f'<label class="choice"><input type="radio" name="dates" value="{name}"'
        f"{'' if name else ' checked'}><span>{label}</span></label>"
        for name, label in {"": "Any date", **LABELS}.items()
    )
    ranges = f'<fieldset class="choices"><legend class="screen-reader-only">Ranges</legend>{ready}</fieldset>'
    name = f"{form}-dates"
    return opener(name, "Dates", "calendar") + date_fields(name, ranges, oldest, newest)


def date_fields(
    name: str, ranges: str, oldest: datetime | None, newest: datetime | None, *, bounds: str = "", every: str = ""
) -> str:
    """The popover of that `name` with `ranges` that are ready and two days that are typed, within `bounds`.

    `oldest` and `newest` are the dates of the articles, and `every` is the button that takes the days away.
    """
    fields = "".join(
        f'<label>{label} <input type="date" class="field" name="{field}"{bounds}></label>'
        for field, label in (("since", "From"), ("until", "To"))
    )
    span = f"The articles run from {date_range(oldest, newest)}." if oldest and newest else ""
    foot = f'<div class="foot"><p class="hint">{line(span)}</p>{every}</div>'
    return popover(name, "Dates of publication", f'{ranges}<div class="range">{fields}</div>{foot}')


def opener(name: str, html: str, picture: str, *, popup: str = "dialog") -> str:
    """The button that opens the popover of that name and shows how much is chosen in it; `popup` says what it is."""
    return (
        f'<button type="button" class="act quiet opener" popovertarget="{name}" aria-expanded="false" '
        f'aria-controls="{name}" aria-haspopup="{popup}">{icon(picture)}{html}'
        f'<span class="chosen"></span>{icon("chevron-down")}</button>'
    )


def popover(name: str, title: str, content: str) -> str:
    """A popover with a heading and a button that closes it."""
    close = (
        f'<button type="button" class="act quiet icon" popovertarget="{name}" popovertargetaction="hide">'
        f'{icon("x")}<span class="screen-reader-only">Close</span></button>'
    )
    return (
        f'<div class="popover" id="{name}" popover role="dialog" aria-labelledby="{name}-title">'
        f'<div class="top"><h3 id="{name}-title">{title}</h3>{close}</div>{content}</div>'
    )


# What is chosen


def chips(scope: Scope, today: date, more: Sequence[str] = ()) -> str:
    """What a list is limited to, each with a button that takes it away, and `more` chips; "" where it is nothing."""
    shown = list(more)
    if scope.has_dates:
        text = dates_text(scope, today)
        shown.append(chip("calendar", line(text), text, field="dates"))
    for name in scope.publications:
        shown.append(chip("newspaper", f"<bdi>{named(name, _MAX_NAME)}</bdi>", name, field="source", value=name))
    clear = button("unfilter", "Clear all", kind="quiet") if len(shown) > 1 else ""
    return f'<div class="chips">{"".join(shown)}{clear}</div>' if shown else ""


def chip(picture: str, html: str, text: str, **data: str) -> str:
    """A filter, as `html`, with the button that takes it away; `text` says it to screen readers."""
    kept = {name: one_line(value) for name, value in data.items()}
    remove = button("unfilter", "Remove", kind="icon remove", about=text, data=kept, picture="x")
    return f'<span class="chip">{icon(picture)}<span class="of">{html}</span>{remove}</span>'


def dates_text(scope: Scope, today: date) -> str:
    """The dates of a scope: "Last 7 days", "5 to 20 May 2025", "From 5 May 2025"."""
    if scope.dates:
        return LABELS[scope.dates]
    since, until = scope.days_on(today)
    if since and until:
        return days(since, until)
    return f"From {day(since)}" if since else f"Up to {day(until)}" if until else ""
