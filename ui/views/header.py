"""The head of every page: the name, what the corpus holds, and a warning when it or its sources are old."""

from datetime import datetime, timedelta

from assistant import Status
from assistant.utils import day, minute

from . import source_health
from .icons import icon
from .markup import ago, button, count, date_range, escaped

_THEME_SWITCH = (
    '<button type="button" class="theme" role="switch" aria-checked="false" data-act="theme" title="Light or dark">'
    f'{icon("sun")}{icon("moon")}<span class="screen-reader-only">Dark colours</span></button>'
)
_SHORTCUTS = button("shortcuts", "Keyboard shortcuts", kind="quiet icon shortcuts", picture="keyboard")


def header(status: Status, now: datetime, stale_after: float) -> str:
    """The head of a page; `stale_after` is the age in days from which the corpus is said to be old."""
    return (
        f'<header class="masthead"><h1>Article Assistant</h1>{_holdings(status, now)}{_SHORTCUTS}{_THEME_SWITCH}'
        f"</header>{_warning(status, now, stale_after)}"
    )


def title_search() -> str:
    """The field in which articles are found by their titles; static/window/titles.js shows what is found."""
    return (
        f'<div class="finder" role="search" aria-label="Titles">{icon("search")}'
        '<input class="field" id="title-field" type="search" role="combobox" placeholder="Find an article" '
        'aria-label="Find an article by its title" aria-autocomplete="list" aria-expanded="false" '
        'aria-controls="title-list" maxlength="200" autocomplete="off" spellcheck="false">'
        '<ul id="title-list" class="found" role="listbox" aria-label="Articles" hidden></ul>'
        '<p class="screen-reader-only" role="status"></p></div>'
    )


def _holdings(status: Status, now: datetime) -> str:
    """What the corpus holds, in one line; the exact days and the time of the last check when it is pointed at."""
    parts = "".join(f'<span class="of-{name}">{escaped(part)}</span>' for name, part in holdings(status, now).items())
    return f'<p class="holdings" title="{escaped(_exactly(status))}">{parts}</p>'


def holdings(status: Status, now: datetime) -> dict[str, str]:
    """What the corpus holds, in short parts by what they say; where there is little room, some are left out."""
    if not status.articles:
        return {"articles": "No articles yet"}
    parts = {"articles": count(status.articles, "article")}
    if status.publications:
        parts["publications"] = count(len(status.publications), "publication")
    if status.newest:
        parts["newest"] = f"to {day(status.newest)}"
    if checked := status.checked or status.refreshed:
        parts["checked"] = f"checked {ago(checked, now)}"
    return parts


def _exactly(status: Status) -> str:
    published = f"Published {date_range(status.oldest, status.newest)}. " if status.oldest and status.newest else ""
    checked = status.checked or status.refreshed
    return published + (f"The sources were last checked on {minute(checked)}." if checked else "")


def _warning(status: Status, now: datetime, stale_after: float) -> str:
    checked = status.checked or status.refreshed
    is_old = checked is not None and now - checked > timedelta(days=stale_after)
    # Of a corpus that is old, it goes without saying that its sources are.
    sources = source_health.warning(status.states, only_failing=is_old, unlisted=bool(status.trouble))
    if checked is None or not is_old:
        return sources
    notice = f"The articles were last refreshed {ago(checked, now)}. What happened since is not among them."
    return f'<p class="notice stale">{icon("clock")}<span>{notice}</span></p>{sources}'
