"""The sources of the corpus: a table of all with their health, and what is opened of one of them below its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant import Source, SourceState, Status, Trial, Visit
from assistant.ingest.sources import ADDED_BY_HAND
from assistant.utils import day, format_duration, safe_to_show

from . import source_form, source_health
from .icons import icon
from .maintenance import failure
from .markup import about, ago, button, count, line, named, sentence, until

_KINDS = {"web": "address"}
_COLUMNS = ("Source", "Articles", "Newest article", "Last read", "Health")
_MAX_TITLES, _MAX_FAILURES = 8, 8
_OUTCOMES = {"read": "Read", "partly": "Read in part", "failed": "Failed"}
_BY_HAND = "These are the articles that were added here; each is changed by itself"
_BY_COMMAND = "run assistant refresh"  # what a maintainer does elsewhere; here there is a button
_UNLISTED = "This source is not on the list; add it below first"
_NOT_ON_LIST = "This source is not on the list, so there is nothing to remove; its articles stay until they are removed"


@dataclass(frozen=True, slots=True)
class Opened:
    """What is opened of the source of that `key`: its "visits", the form to "edit" it, the question whether to "remove"
    it, or a test that is "testing" or "tested". `typed` is what a form was sent with, and `problem` why that was of no
    use; `trial` is what came of a test.
    """

    key: str
    what: str
    source: Source | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    trial: Trial | None = None

    @property
    def has_form(self) -> bool:
        """Whether it is something that somebody is typing into."""
        return self.what == "edit"


def table(status: Status, now: datetime, opened: Opened | None = None) -> str:
    """All sources: how many articles each has, how old these are, how reading it goes, and what can be done."""
    trouble = failure(status.trouble) if status.trouble else ""
    if not status.states:
        return trouble or (
            f'<div class="empty">{icon("newspaper")}<h3>No sources yet</h3>'
            "<p>A source is a feed, a web page or a folder that is read again at each refresh. Add the first below.</p>"
            "</div>"
        )
    heads = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(_row(source, now, opened) for source in status.states)
    return (
        f'{trouble}<table class="source-table"><caption class="screen-reader-only">The sources</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(source: SourceState, now: datetime, opened: Opened | None) -> str:
    key, read = source_health.key(source), source.health.succeeded
    panel = _panel(source, now, opened) if opened is not None and opened.key == key else ""
    cells = (
        f"{source.articles:,}",
        day(source.newest) if source.newest else "none is dated" if source.articles else "–",
        ago(read, now) if read else "never",
        _health(source, now),
    )
    columns = "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(_COLUMNS[1:], cells, strict=True))
    below = f'<tr class="source-panel"><td colspan="{len(_COLUMNS)}">{panel}</td></tr>' if panel else ""
    return (
        f'<tr{" class=opened" if panel else ""}><th scope="row"><bdi>{line(source_health.title(source), 200)}</bdi>'
        f'<span class="about">{_description(source)}</span>{_actions(source, opened if panel else None)}</th>'
        f"{columns}</tr>{below}"
    )


def _description(source: SourceState) -> str:
    parts = [line(_KINDS.get(source.kind, source.kind)).capitalize()]
    if source.every is not None:
        parts.append(f"every {format_duration(source.every)}")
    if source.name != source.location:
        parts.append(f"<bdi>{line(safe_to_show(source.location), 200)}</bdi>")
    return " · ".join(parts)


def _health(source: SourceState, now: datetime) -> str:
    told = [safe_to_show(text).replace(_BY_COMMAND, "refresh it below") for text in source.warnings]
    warnings = [f'<li class="warning">{line(sentence(text), 400)}</li>' for text in told]
    notes = [f"<li>{note}</li>" for note in _notes(source, now)]
    if warnings or notes:
        return f'<ul class="notes">{"".join([*warnings, *notes])}</ul>'
    return f'<span class="good">{icon("check")}In order</span>'


def _notes(source: SourceState, now: datetime) -> Iterator[str]:
    if source.paused:
        yield f'<span class="paused">{icon("pause")}Paused</span>: it is not read, and its articles stay.'
    elif not source.read:
        yield "No longer read; its articles stay."
    if source.health.next_try and source.health.next_try > now:
        yield f"The next try is {until(source.health.next_try, now)}."
    if source.health.unread:
        yield f"{source.health.unread:,} of it could not be read."


def _actions(source: SourceState, opened: Opened | None) -> str:
    data, name = {"source": source_health.key(source)}, source_health.title(source)
    fixed = _BY_HAND if source.name == ADDED_BY_HAND else "" if source.listed else _UNLISTED

    def act(event: str, label: str, what: str = "", disabled: str = "") -> str:
        given = {**data, "what": what} if what else data
        return button(event, label, kind="link", about=name, data=given, disabled=disabled)

    is_open = opened.what if opened else ""
    pausing = act("resume_source", "Resume") if source.paused else act("pause_source", "Pause", disabled=fixed)
    no_visits = "" if source.health.visits else "It has not been read since readings are kept"
    removable = fixed and (fixed if source.name == ADDED_BY_HAND else _NOT_ON_LIST)
    return (
        '<span class="row-actions">'
        + act("test_source", "Test", disabled="It is being tested" if is_open == "testing" else "")
        + act("open_source", "Edit", "edit", fixed)
        + pausing
        + act("open_source", "Visits", "visits", no_visits)
        + act("open_source", "Remove", "remove", removable)
        + "</span>"
    )


# What is opened below a row


def _panel(source: SourceState, now: datetime, opened: Opened) -> str:
    close = button("close_source", "Close", kind="icon quiet", picture="x", about=source_health.title(source))
    return f'<div class="source-detail" tabindex="-1" role="group">{_content(source, now, opened)}{close}</div>'


def _content(source: SourceState, now: datetime, opened: Opened) -> str:
    name = line(source_health.title(source), 80)
    if opened.what == "edit" and opened.source is not None:
        return source_form.edit(opened.key, opened.source, opened.typed, opened.problem)
    if opened.problem:
        return failure(opened.problem)
    if opened.what == "visits":
        return f"<h3>The last readings of {name}</h3>{_visits(source.health.visits, now)}"
    if opened.what == "remove":
        return _removal(opened.key, name, source)
    if opened.trial is not None:
        return trial(opened.trial, f"What {name} would bring in now")
    return waiting(f"Reading {name}, without changing anything…")


def waiting(text: str) -> str:
    """That something is being done. `text` is HTML."""
    return f'<p class="waiting" role="status">{icon("loader-circle")}{text}</p>'


def _visits(visits: Sequence[Visit], now: datetime) -> str:
    rows = "".join(
        f'<li class="{visit.outcome}"><span class="when">{ago(visit.when, now)}</span>'
        f'<span class="outcome">{_OUTCOMES[visit.outcome]}</span><span>{_brought(visit)}</span></li>'
        for visit in visits
    )
    return f'<ol class="visits">{rows}</ol>'


def _brought(visit: Visit) -> str:
    counts = [f"{getattr(visit, kind):,} {kind}" for kind in ("added", "changed", "removed") if getattr(visit, kind)]
    counts += [f"{visit.unread:,} not read"] if visit.unread else []
    what = ", ".join(counts) or ("nothing new" if visit.outcome == "read" else "not read")
    return f"{what}: {line(safe_to_show(visit.reason), 300)}" if visit.reason else what


def _removal(key: str, name: str, source: SourceState) -> str:
    stay = "Its article stays." if source.articles == 1 else f"Its {source.articles:,} articles stay."
    return (
        f"<h3>Remove {name} from the list?</h3>"
        f"<p>It will not be read any more. {stay if source.articles else ''}</p>"
        f'<p class="actions">{button("remove_source", "Remove from the list", data={"source": key})} '
        f"{button('close_source', 'Keep it', kind='quiet')}</p>"
    )


def trial(found: Trial, heading: str) -> str:
    """What a source would bring in: a few titles, and what of it cannot be read. `heading` is HTML."""
    articles = found.articles
    items = "".join(
        f'<li><bdi>{named(article.title, 200)}</bdi> <span class="about">{about(article.source, article.published)}'
        "</span></li>"
        for article in articles[:_MAX_TITLES]
    )
    more = f"<li>and {len(articles) - _MAX_TITLES:,} more</li>" if len(articles) > _MAX_TITLES else ""
    titles = f'<ul class="titles">{items}{more}</ul>' if items else ""
    summary = (
        f"{count(len(articles), 'article')}; nothing was changed." if articles else "Nothing; no article was found."
    )
    return f'<h3>{heading}</h3><p class="hint" role="status">{summary}</p>{titles}{_troubles(found)}'


def _troubles(found: Trial) -> str:
    lines = [f"{failed.where}: {failed.reason}" for failed in found.failures] + list(found.notices)
    items = "".join(
        f'<li class="warning"><bdi>{line(safe_to_show(text), 300)}</bdi></li>' for text in lines[:_MAX_FAILURES]
    )
    left = len(lines) - _MAX_FAILURES
    more = f"<li>and {left:,} more</li>" if left > 0 else ""
    return f'<ul class="notes">{items}{more}</ul>' if lines else ""
