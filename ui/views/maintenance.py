"""The maintenance tab: the state of the corpus, the progress of a refresh, its report, and the rollback."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant import Diff, RefreshReport, SourceReport, SourceState, Status
from assistant.utils import day, safe_to_show

from . import source_health
from .markup import ago, button, count, line, sentence
from .watches import answer_change

if TYPE_CHECKING:
    from assistant.index import Manifest

_MAX_LISTED = 200  # articles of each kind that a report names
_STAGES = {
    "reading": "Reading the sources",
    "embedding": "Embedding",
    "naming": "Finding names",
    "checking": "Checking the new index",
}
_KEPT = "Kept as they were, because they could not be read"
_REPORT_HEADINGS = {"added": "Added", "changed": "Changed", "removed": "Removed", "kept": _KEPT}
_TRIAL_HEADINGS = {
    "added": "Would be added",
    "changed": "Would be changed",
    "removed": "Would be removed",
    "kept": _KEPT,
}


def state(status: Status, now: datetime) -> str:
    """What is indexed, and the health of its sources."""
    sources = source_health.table(status.states, now)
    trouble = failure(status.trouble) if status.trouble else ""
    listing = f"<h2>The sources</h2>{trouble}{sources}" if trouble or sources else ""
    if status.generation is None:
        first = "A refresh reads the sources." if sources else "A refresh indexes the sample articles."
        return f'<p class="notice">Nothing is indexed yet. {first}</p>{listing}'
    rows = [
        ("Articles", f"{status.articles:,} in {count(status.chunks, 'passage')}"),
        ("Last refreshed", ago(status.checked or status.refreshed or now, now)),
        ("Newest article", day(status.newest) if status.newest else "none has a date"),
        ("Embedder", status.embedder or ""),
    ]
    facts = "".join(f"<div><dt>{name}</dt><dd>{line(value)}</dd></div>" for name, value in rows)
    return f'<h2>The corpus</h2><dl class="facts">{facts}</dl>{listing}'


def controls(states: Sequence[SourceState], *, is_busy: bool = False) -> str:
    """The form with which all sources, those that failed or one are refreshed, for good or as a trial."""
    options = "".join(
        f'<option value="{source_health.key(source)}">{line(source_health.title(source), 80)}</option>'
        for source in states
    )
    one_source = (
        f'<label>One source <select name="source">{options}</select></label>{_submit("one", "Refresh this source")}'
        if options
        else ""
    )
    disabled = " disabled" if is_busy else ""
    return (
        '<form class="refresh-form" data-act="refresh" autocomplete="off" aria-label="Refresh">'
        f'<fieldset{disabled}><div class="row">{_submit("all", "Refresh all", "first")}'
        f"{_submit('failed', 'Only what failed')}{one_source}</div>"
        f'<div class="row">{_checkbox("trial", "Try without changing: say what would be")}'
        f"{_checkbox('removals', 'Go on even if over half of a source’s articles are gone')}"
        f"{button('confirm_rollback', 'Go back to the state before', kind='quiet')}</div></fieldset></form>"
    )


def _submit(value: str, label: str, kind: str = "") -> str:
    return f'<button class="{f"act {kind}".strip()}" type="submit" name="what" value="{value}">{label}</button>'


def _checkbox(name: str, label: str) -> str:
    return f'<label class="box"><input type="checkbox" name="{name}"><span>{label}</span></label>'


def progress(stage: str, done: int, total: int, notices: Sequence[str] = ()) -> str:
    """How far a refresh is."""
    label = _STAGES.get(stage, line(stage))
    amount = f": {done:,} of {total:,}" if total else f": {done:,}" if done else ""
    bar = f'<progress max="{total}" value="{done}" aria-label="{label}"></progress>' if total else ""
    return (
        f'<div class="refreshing"><p class="progress">{label}{amount}…</p>{bar}{_notices(notices)}'
        f"{button('stop_refresh', 'Stop', about='the refresh')}</div>"
    )


def report(report: RefreshReport) -> str:
    """What a refresh did, or would do: by source and by article, what failed and why, and its notices."""
    embedded = "" if report.trial else f", {count(report.embedded, 'text')} embedded"
    lists = "".join(
        _list(heading, [report.titles.get(article_id, article_id) for article_id in getattr(report, kind)])
        for kind, heading in (_TRIAL_HEADINGS if report.trial else _REPORT_HEADINGS).items()
    )
    failures = [f"{safe_to_show(failure.where)}: {safe_to_show(failure.reason)}" for failure in report.failures]
    return (
        f'<div class="report" role="status"><h3>{_heading(report)}</h3><p>{count(report.articles, "article")}, '
        f"{report.unchanged:,} unchanged{embedded}, {report.seconds:.1f} s.</p>{_notices(report.notices)}"
        f"{_watched(report)}{_list('Not read', failures)}{_list('By source', list(map(_by_source, report.sources)))}"
        f"{lists}</div>"
    )


def _heading(report: RefreshReport) -> str:
    if report.trial:
        would = report.added or report.changed or report.removed
        return f"Nothing was changed. {'A refresh would do this:' if would else 'A refresh would change nothing.'}"
    return (
        f"Generation {line(report.generation)} is published." if report.published else "Nothing new: the index stays."
    )


def _by_source(source: SourceReport) -> str:
    counts = [f"{number:,} {kind}" for kind in ("added", "changed", "removed") if (number := getattr(source, kind))]
    if source.reason or source.failures:
        counts.append("could not be read" if source.reason else f"{source.failures:,} not read")
    return f"{safe_to_show(source.name)}: {', '.join(counts) or 'nothing new'}"


def _watched(report: RefreshReport) -> str:
    if not report.watched:
        return ""
    # Shown as of the time of the change, so that each reads "just now".
    changes = "".join(answer_change(change, change.when) for change in report.watched[:_MAX_LISTED])
    summary = f"Watched questions with another answer: {len(report.watched):,}"
    return f'<details open class="watch-changes"><summary>{summary}</summary>{changes}</details>'


def _notices(notices: Sequence[str]) -> str:
    texts = [line(sentence(safe_to_show(notice)), 600) for notice in notices[:_MAX_LISTED]]
    return "".join(f'<p class="notice">{text}</p>' for text in texts)


def _list(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li><bdi>{line(text, 300)}</bdi></li>" for text in lines[:_MAX_LISTED])
    more = len(lines) - _MAX_LISTED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<details open><summary>{heading}: {len(lines):,}</summary><ul class='plain'>{items}{rest}</ul></details>"


def failure(message: str) -> str:
    """Why a refresh or a rollback did nothing."""
    return f'<p class="problem" role="alert">{line(sentence(safe_to_show(message)), 600)}</p>'


# The rollback


def rollback_question(undone: Diff) -> str:
    """What a rollback would undo, and the question whether to do it."""
    lists = "".join(
        _list(heading, [article.title for article in articles])
        for heading, articles in (
            ("Added since, and gone then", undone.added),
            ("Corrected since, and as before then", undone.changed),
            ("Removed since, and back then", undone.removed),
        )
    )
    return (
        f'<div class="report" role="status"><h3>Go back from {line(undone.after)} to {line(undone.before)}?</h3>'
        f"<p>The next refresh brings in again what the sources still have.</p>"
        f"{lists or '<p>No article would come or go.</p>'}"
        f"{button('roll_back', 'Yes, go back', data={'of': undone.after})} "
        f"{button('cancel_rollback', 'No, stay', kind='quiet')}</div>"
    )


def rolled_back(manifest: "Manifest") -> str:
    """What a rollback did."""
    return (
        f'<div class="report" role="status"><h3>Generation {line(manifest.name)} is published again.</h3>'
        f"<p>{count(manifest.articles, 'article')}.</p></div>"
    )
