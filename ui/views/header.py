"""The head of every page: the name, what the corpus holds, and a warning when it or its sources are old."""

from datetime import datetime, timedelta

from assistant import Status

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
        '<header class="masthead"><h1>Article Assistant</h1>'
        f'<p class="holdings">{escaped(holdings(status, now))}</p>{_SHORTCUTS}{_THEME_SWITCH}'
        f"</header>{_warning(status, now, stale_after)}"
    )


def holdings(status: Status, now: datetime) -> str:
    """What the corpus holds, in one line."""
    if status.generation is None:
        return "No articles have been indexed yet; run: assistant refresh"
    publications = len(status.publications)
    articles = count(status.articles, "article")
    parts = [f"{articles} from {count(publications, 'publication')}" if publications else articles]
    if status.oldest and status.newest:
        parts.append(date_range(status.oldest, status.newest))
    if refreshed := status.checked or status.refreshed:
        parts.append(f"refreshed {ago(refreshed, now)}")
    return ", ".join(parts)


def _warning(status: Status, now: datetime, stale_after: float) -> str:
    checked = status.checked or status.refreshed
    is_old = checked is not None and now - checked > timedelta(days=stale_after)
    # Of a corpus that is old, it goes without saying that its sources are.
    sources = source_health.warning(status.states, only_failing=is_old, unlisted=bool(status.trouble))
    if checked is None or not is_old:
        return sources
    notice = f"The articles were last refreshed {ago(checked, now)}. What happened since is not among them."
    return f'<p class="notice stale">{notice}</p>{sources}'
