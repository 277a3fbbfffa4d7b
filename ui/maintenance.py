"""The maintenance tab: the state of the corpus, a refresh as it goes, and the report of what it did."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.writing import day

from .markup import ago, count, line, sentence

if TYPE_CHECKING:
    from assistant.index import Manifest
    from assistant.reports import RefreshReport
    from assistant.upkeep import Status

MOST_LISTED = 200  # articles of each kind that a report names
_STAGES = {"reading": "Reading the sources", "embedding": "Embedding", "checking": "Checking the new index"}


def state(status: "Status", now: datetime) -> str:
    """What is indexed, from where, and which states are kept."""
    if status.generation is None:
        return '<p class="notice">Nothing is indexed yet. A refresh indexes the sample articles.</p>'
    rows = [
        ("Articles", f"{status.articles:,} in {count(status.chunks, 'passage')}"),
        ("Last refreshed", ago(status.checked or status.refreshed or now, now)),
        ("Newest article", day(status.newest) if status.newest else "none has a date"),
        ("Embedder", status.embedder or ""),
    ]
    facts = "".join(f"<div><dt>{name}</dt><dd>{line(value)}</dd></div>" for name, value in rows)
    sources = "".join(f"<li><bdi>{line(one)}</bdi></li>" for one in status.sources)
    kept = "".join(_generation(one, status.generation, now) for one in reversed(status.generations))
    return (
        f'<h2>The corpus</h2><dl class="facts">{facts}</dl><h3>Sources</h3><ul class="plain">{sources}</ul>'
        f'<h3>States that are kept</h3><ul class="plain">{kept}</ul>'
    )


def _generation(one: "Manifest", current: str, now: datetime) -> str:
    changes = ", ".join(f"{number:,} {name}" for name, number in one.changes.items() if number)
    published = " <strong>published</strong>" if one.name == current else ""
    return (
        f"<li>{line(one.name)}{published}: {count(one.articles, 'article')}, made {ago(one.made_at, now)}"
        f"{f' ({line(changes)})' if changes else ''}</li>"
    )


def progress(stage: str, done: int, total: int, notices: Sequence[str] = ()) -> str:
    """How far a refresh is."""
    named = _STAGES.get(stage, line(stage))
    much = f": {done:,} of {total:,}" if total else f": {done:,}" if done else ""
    bar = f'<progress max="{total}" value="{done}" aria-label="{named}"></progress>' if total else ""
    told = "".join(f'<p class="notice">{line(sentence(one))}</p>' for one in notices)
    return f'<div class="refreshing"><p class="progress">{named}{much}…</p>{bar}{told}</div>'


def report(done: "RefreshReport", titles: Mapping[str, str]) -> str:
    """What a refresh did: the articles that came, changed, went or stayed, and each failure with its reason."""
    head = f"Generation {line(done.generation)} is published." if done.published else "Nothing new: the index stays."
    lists = "".join(
        _list(heading, [titles.get(one, one) for one in ids])
        for heading, ids in (
            ("Added", done.added),
            ("Changed", done.changed),
            ("Removed", done.removed),
            ("Kept as they were, because they could not be read", done.kept),
        )
    )
    failures = [f"{one.where}: {one.reason}" for one in done.failures]
    notices = "".join(f'<p class="notice">{line(sentence(one))}</p>' for one in done.notices)
    return (
        f'<div class="report" role="status"><h3>{head}</h3><p>{count(done.articles, "article")}, {done.unchanged:,} '
        f"unchanged, {count(done.embedded, 'text')} embedded, {done.seconds:.1f} s.</p>{notices}"
        f"{_list('Not read', failures)}{lists}</div>"
    )


def _list(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown = "".join(f"<li><bdi>{line(one, 300)}</bdi></li>" for one in lines[:MOST_LISTED])
    more = len(lines) - MOST_LISTED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<details open><summary>{heading}: {len(lines):,}</summary><ul class='plain'>{shown}{rest}</ul></details>"


def failure(message: str) -> str:
    """Why a refresh or a rollback did nothing."""
    return f'<p class="problem" role="alert">{line(sentence(message), 600)}</p>'


def rolled_back(manifest: "Manifest") -> str:
    """What a rollback did."""
    return (
        f'<div class="report" role="status"><h3>Generation {line(manifest.name)} is published again.</h3>'
        f"<p>{count(manifest.articles, 'article')}.</p></div>"
    )
