"""The maintenance tab: the state of the corpus, the progress of a refresh, its report, and the rollback."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant import Diff, RefreshReport, SourceReport, SourceState, Status
from assistant.utils import day, one_line, safe_to_show

from . import source_health
from .icons import icon
from .markup import ago, button, count, line, notice, problem, sentence
from .watches import answer_change

if TYPE_CHECKING:
    from assistant.index import Manifest

_MAX_LISTED = 200  # articles of each kind that a report names
_STAGES = {
    "reading": "Reading the sources",
    "embedding": "Making the passages searchable",
    "naming": "Finding names of people and places",
    "checking": "Checking that all is sound",
}
_KEPT = "Left as they were, because they could not be read"
BUSY = "A refresh is running; wait for it, or stop it"
_REPORT_HEADINGS = {"added": "Added", "changed": "Changed", "removed": "Removed", "kept": _KEPT}
_TRIAL_HEADINGS = {
    "added": "Would be added",
    "changed": "Would be changed",
    "removed": "Would be removed",
    "kept": _KEPT,
}


def state(status: Status, now: datetime) -> str:
    """What is indexed, and since when."""
    if status.generation is None:
        cure = "A refresh reads the sources" if status.states else "A refresh brings in the sample articles"
        return (
            f'<div class="empty">{icon("newspaper")}<h3>There are no articles yet</h3>'
            f"<p>{cure}; or add some yourself.</p></div>"
        )
    rows = [
        ("Articles", f"{status.articles:,}"),
        ("Passages", f"{status.chunks:,}"),
        ("Last refreshed", ago(status.checked or status.refreshed or now, now)),
        ("Newest article", day(status.newest) if status.newest else "none is dated"),
    ]
    facts = "".join(f"<div><dt>{name}</dt><dd>{line(value)}</dd></div>" for name, value in rows)
    detail = f'<p class="hint">State {line(status.generation)}. {_searched_by(status.embedder)}</p>'
    return f'<dl class="facts">{facts}</dl>{detail}'


def _searched_by(embedder: str | None) -> str:
    return f"Searched by words and by meaning ({line(embedder)})." if embedder else "Searched by words alone."


def controls(states: Sequence[SourceState], *, is_busy: bool = False) -> str:
    """The form with which all sources, those that failed or one are refreshed, for good or as a trial."""
    off = BUSY if is_busy else ""
    nothing_failed = "" if any(source.health.failed for source in states) else "Nothing failed at the last refresh"
    options = "".join(
        f'<option value="{source_health.key(source)}">{line(source_health.title(source), 80)}</option>'
        for source in states
    )
    one_source = (
        f'<label>One source <select name="source">{options}</select></label>'
        f"{_submit('one', 'Refresh this source', disabled=off)}"
        if options
        else ""
    )
    return (
        '<form class="refresh-form" data-act="refresh" autocomplete="off" aria-label="Refresh">'
        '<p class="hint">Reads the sources and brings in what is new, corrected or gone.</p>'
        f'<div class="row">{_submit("all", "Refresh all", "first", disabled=off)}'
        f"{_submit('failed', 'Only what failed', disabled=off or nothing_failed)}{one_source}</div>"
        f'<div class="row">{_checkbox("trial", "Try without changing: say what would be")}'
        f"{_checkbox('removals', 'Go on even if over half of a source’s articles are gone')}</div></form>"
    )


def _submit(value: str, label: str, kind: str = "", *, disabled: str = "") -> str:
    off = f' aria-disabled="true" title="{line(disabled)}"' if disabled else ""
    return f'<button class="{f"act {kind}".strip()}" type="submit" name="what" value="{value}"{off}>{label}</button>'


def _checkbox(name: str, label: str) -> str:
    return f'<label class="box"><input type="checkbox" name="{name}"><span>{label}</span></label>'


def progress(stage: str, done: int, total: int, notices: Sequence[str] = ()) -> str:
    """How far a refresh is."""
    label = _STAGES.get(stage, line(stage))
    amount = f": {done:,} of {total:,}" if total else f": {done:,}" if done else ""
    known = f' max="{total}" value="{done}"' if total else ""
    return (
        f'<div class="refreshing"><p class="progress">{label}{amount}…</p>'
        f'<progress{known} aria-label="{label}"></progress>{_notices(notices)}'
        f"{button('stop_refresh', 'Stop', about='the refresh', picture='square')}</div>"
    )


def report(report: RefreshReport) -> str:
    """What a refresh did, or would do: by source and by article, what failed and why, and its notices."""
    lists = "".join(
        _list(heading, [report.titles.get(article_id, article_id) for article_id in getattr(report, kind)])
        for kind, heading in (_TRIAL_HEADINGS if report.trial else _REPORT_HEADINGS).items()
    )
    failures = [f"{safe_to_show(failure.where)}: {safe_to_show(failure.reason)}" for failure in report.failures]
    generation = f" State {line(report.generation)}." if report.published else ""
    return (
        f'<div class="report" role="status"><h3>{icon(_sign(report))}{_heading(report)}</h3>'
        f'<p class="hint">{count(report.articles, "article")} in all, {report.unchanged:,} unchanged. '
        f"It took {report.seconds:.1f} s.{generation}</p>{_notices(report.notices)}{_watched(report)}"
        f"{_list('Not read', failures)}{_list('By source', list(map(_by_source, report.sources)))}{lists}</div>"
    )


def _sign(report: RefreshReport) -> str:
    return "triangle-alert" if report.failures else "info" if report.trial else "circle-check"


def _heading(report: RefreshReport) -> str:
    counts = [f"{len(ids):,} {kind}" for kind in ("added", "changed", "removed") if (ids := getattr(report, kind))]
    if report.trial:
        return f"Nothing was changed. {'A refresh would do this:' if counts else 'A refresh would change nothing.'}"
    if not report.published:
        return "Nothing new; the articles are as they were."
    return f"Done: {', '.join(counts) or 'the articles are as they were'}."


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
    return "".join(notice(one_line(sentence(safe_to_show(text)), 600)) for text in notices[:_MAX_LISTED])


def _list(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li><bdi>{line(text, 300)}</bdi></li>" for text in lines[:_MAX_LISTED])
    more = len(lines) - _MAX_LISTED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<details open><summary>{heading}: {len(lines):,}</summary><ul class='plain'>{items}{rest}</ul></details>"


def failure(message: str) -> str:
    """Why a refresh or a rollback did nothing."""
    return problem(safe_to_show(message), 600)


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
        '<p class="hint">The next refresh brings in again what the sources still have.</p>'
        f"{lists or '<p>No article would come or go.</p>'}"
        f'<p class="actions">{button("roll_back", "Yes, go back", data={"of": undone.after})} '
        f"{button('cancel_rollback', 'No, stay', kind='quiet')}</p></div>"
    )


def rolled_back(manifest: "Manifest") -> str:
    """What a rollback did."""
    return (
        f'<div class="report" role="status"><h3>{icon("circle-check")}The state before is back.</h3>'
        f'<p class="hint">{count(manifest.articles, "article")}. State {line(manifest.name)}.</p></div>'
    )
