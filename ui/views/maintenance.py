"""The maintenance tab: the state of the corpus, a refresh as it goes, and the report of what it did."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.utils.formatting import day
from assistant.utils.urls import safe_to_show

from . import source_health
from .markup import ago, button, count, line, sentence
from .watches import change_of

if TYPE_CHECKING:
    from assistant.index import Manifest
    from assistant.maintenance.history import Diff
    from assistant.maintenance.reports import RefreshReport, SourceReport
    from assistant.maintenance.source_state import SourceState
    from assistant.maintenance.status import Status

MOST_LISTED = 200  # articles of each kind that a report names
_STAGES = {
    "reading": "Reading the sources",
    "embedding": "Embedding",
    "naming": "Finding names",
    "checking": "Checking the new index",
}
_KEPT = "Kept as they were, because they could not be read"
_DONE = {"added": "Added", "changed": "Changed", "removed": "Removed", "kept": _KEPT}
_WOULD = {"added": "Would be added", "changed": "Would be changed", "removed": "Would be removed", "kept": _KEPT}


def state(status: "Status", now: datetime) -> str:
    """What is indexed, and how its sources stand."""
    sources = source_health.table(status.states, now)
    trouble = failure(status.trouble) if status.trouble else ""
    listed = f"<h2>The sources</h2>{trouble}{sources}" if trouble or sources else ""
    if status.generation is None:
        first = "A refresh reads the sources." if sources else "A refresh indexes the sample articles."
        return f'<p class="notice">Nothing is indexed yet. {first}</p>{listed}'
    rows = [
        ("Articles", f"{status.articles:,} in {count(status.chunks, 'passage')}"),
        ("Last refreshed", ago(status.checked or status.refreshed or now, now)),
        ("Newest article", day(status.newest) if status.newest else "none has a date"),
        ("Embedder", status.embedder or ""),
    ]
    facts = "".join(f"<div><dt>{name}</dt><dd>{line(value)}</dd></div>" for name, value in rows)
    return f'<h2>The corpus</h2><dl class="facts">{facts}</dl>{listed}'


def controls(states: "Sequence[SourceState]", *, is_busy: bool = False) -> str:
    """The form with which the corpus is refreshed: all of it or one source, for good or as a trial."""
    options = "".join(
        f'<option value="{source_health.key(one)}">{line(source_health.title(one), 80)}</option>' for one in states
    )
    one = (
        f'<label>One source <select name="source">{options}</select></label>{_submit("one", "Refresh this source")}'
        if options
        else ""
    )
    off = " disabled" if is_busy else ""
    return (
        '<form class="upkeep" data-act="refresh" autocomplete="off" aria-label="Refresh">'
        f'<fieldset{off}><div class="row">{_submit("all", "Refresh all", "first")}'
        f"{_submit('failed', 'Only what failed')}{one}</div>"
        f'<div class="row">{_box("trial", "Try without changing: say what would be")}'
        f"{_box('removals', 'Go on when over half of a source’s articles are gone')}"
        f"{button('ask_back', 'Go back to the state before', kind='quiet')}</div></fieldset></form>"
    )


def _submit(value: str, label: str, kind: str = "") -> str:
    return f'<button class="{f"act {kind}".strip()}" type="submit" name="what" value="{value}">{label}</button>'


def _box(name: str, label: str) -> str:
    return f'<label class="box"><input type="checkbox" name="{name}"><span>{label}</span></label>'


def progress(stage: str, done: int, total: int, notices: Sequence[str] = ()) -> str:
    """How far a refresh is."""
    named = _STAGES.get(stage, line(stage))
    much = f": {done:,} of {total:,}" if total else f": {done:,}" if done else ""
    bar = f'<progress max="{total}" value="{done}" aria-label="{named}"></progress>' if total else ""
    return (
        f'<div class="refreshing"><p class="progress">{named}{much}…</p>{bar}{_notices(notices)}'
        f"{button('halt_refresh', 'Stop', about='the refresh')}</div>"
    )


def report(done: "RefreshReport") -> str:
    """What a refresh did, or would do: by source and by article, what failed and why, and what was noticed."""
    embedded = "" if done.trial else f", {count(done.embedded, 'text')} embedded"
    lists = "".join(
        _list(heading, [done.titles.get(one, one) for one in getattr(done, kind)])
        for kind, heading in (_WOULD if done.trial else _DONE).items()
    )
    failures = [f"{safe_to_show(one.where)}: {safe_to_show(one.reason)}" for one in done.failures]
    return (
        f'<div class="report" role="status"><h3>{_head(done)}</h3><p>{count(done.articles, "article")}, '
        f"{done.unchanged:,} unchanged{embedded}, {done.seconds:.1f} s.</p>{_notices(done.notices)}"
        f"{_watched(done)}{_list('Not read', failures)}{_list('By source', list(map(_by_source, done.sources)))}"
        f"{lists}</div>"
    )


def _head(done: "RefreshReport") -> str:
    if done.trial:
        would = done.added or done.changed or done.removed
        return f"Nothing was changed. {'A refresh would do this:' if would else 'A refresh would change nothing.'}"
    return f"Generation {line(done.generation)} is published." if done.published else "Nothing new: the index stays."


def _by_source(one: "SourceReport") -> str:
    counts = [f"{number:,} {kind}" for kind in ("added", "changed", "removed") if (number := getattr(one, kind))]
    if one.reason or one.failures:
        counts.append("could not be read" if one.reason else f"{one.failures:,} not read")
    return f"{safe_to_show(one.name)}: {', '.join(counts) or 'nothing new'}"


def _watched(done: "RefreshReport") -> str:
    if not done.watched:
        return ""
    # Its time is that of the refresh, so that each reads "just now".
    drawn = "".join(change_of(one, one.when) for one in done.watched[:MOST_LISTED])
    told = f"Watched questions with another answer: {len(done.watched):,}"
    return f'<details open class="rewatched"><summary>{told}</summary>{drawn}</details>'


def _notices(notices: Sequence[str]) -> str:
    return "".join(f'<p class="notice">{line(sentence(safe_to_show(one)), 600)}</p>' for one in notices[:MOST_LISTED])


def _list(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown = "".join(f"<li><bdi>{line(one, 300)}</bdi></li>" for one in lines[:MOST_LISTED])
    more = len(lines) - MOST_LISTED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<details open><summary>{heading}: {len(lines):,}</summary><ul class='plain'>{shown}{rest}</ul></details>"


def failure(message: str) -> str:
    """Why a refresh or a rollback did nothing."""
    return f'<p class="problem" role="alert">{line(sentence(safe_to_show(message)), 600)}</p>'


# Going back


def going_back(lost: "Diff") -> str:
    """What going back would take away, and the question whether that is meant."""
    lists = "".join(
        _list(heading, [one.title for one in found])
        for heading, found in (
            ("Added since, and gone then", lost.added),
            ("Corrected since, and as before then", lost.changed),
            ("Removed since, and back then", lost.removed),
        )
    )
    return (
        f'<div class="report" role="status"><h3>Go back from {line(lost.after)} to {line(lost.before)}?</h3>'
        f"<p>The next refresh brings in again what the sources still have.</p>"
        f"{lists or '<p>No article would come or go.</p>'}"
        f"{button('roll_back', 'Yes, go back', data={'of': lost.after})} {button('stay', 'No, stay', kind='quiet')}"
        "</div>"
    )


def rolled_back(manifest: "Manifest") -> str:
    """What a rollback did."""
    return (
        f'<div class="report" role="status"><h3>Generation {line(manifest.name)} is published again.</h3>'
        f"<p>{count(manifest.articles, 'article')}.</p></div>"
    )
