"""How the command line shows sources and what they would bring in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from assistant.articles import Article
from assistant.cli.render import safe_line, table_of
from assistant.ingest.sources import Source
from assistant.maintenance import Trial, Visit
from assistant.utils import counted, minute, name_line

_MAX_TITLES, _MAX_FAILURES = 5, 20


def added_lines(source: Source) -> Iterator[str]:
    """What was added and how to try it."""
    yield f"Added {source.name}: {source.kind} {safe_line(source.location)}"
    yield f"To see what it would bring in: assistant sources test {source.name}"


def edited_lines(source: Source) -> Iterator[str]:
    """What was changed and how to try it."""
    yield f"Changed {source.name}: {source.kind} {safe_line(source.location)}"
    yield f"To see what it would bring in: assistant sources test {source.name}"


def paused_lines(source: Source) -> Iterator[str]:
    """That a source is paused, and how to have it read again."""
    yield f"{source.name} is paused; its articles stay. To have it read again: assistant sources resume {source.name}"


def resumed_lines(source: Source) -> Iterator[str]:
    """That a source is read again."""
    yield f"{source.name} is read again from the next refresh on; to read it now: assistant refresh {source.name}"


def visit_table(visits: Sequence[Visit]) -> Iterator[Table]:
    """A line for each reading of a source."""
    if visits:
        rows = ((minute(visit.when), visit.outcome, visit_line(visit)) for visit in visits)
        yield table_of(rows, ("when", "outcome", "what it brought"))


def visit_line(visit: Visit) -> str:
    """What a reading of a source brought, or why it failed."""
    counts = [f"{getattr(visit, kind):,} {kind}" for kind in ("added", "changed", "removed") if getattr(visit, kind)]
    unread = [f"{visit.unread:,} not read"] if visit.unread else []
    what = ", ".join([*counts, *unread]) or ("nothing new" if visit.outcome == "read" else "not read")
    return f"{what}: {safe_line(visit.reason)}" if visit.reason else what


def restored_lines(restored: Mapping[str, str]) -> Iterator[str]:
    """Which list is there again."""
    yield f"{safe_line(restored['restored'])} is there again, as the last refresh read it."


def source_table(sources: Sequence[Source]) -> Iterator[Table]:
    """A line for each source."""
    if sources:
        yield table_of(
            (
                source.name if source.listed else "(not listed)",
                f"{source.kind}, paused" if source.paused else source.kind,
                safe_line(source.location),
            )
            for source in sources
        )


def trial_lines(trials: Sequence[Trial]) -> Iterator[str]:
    """What each source would bring in."""
    for trial in trials:
        yield from _trial_lines(trial)


def _trial_lines(trial: Trial) -> Iterator[str]:
    source, articles = trial.source, trial.articles
    location = safe_line(source.location)
    yield f"{source.name} ({source.kind} {location})" if source.listed else f"{location} ({source.kind})"
    missing = [f"{count:,} without {what}" for what, count in _missing(articles) if count]
    yield f"  {'; '.join(filter(None, (counted(len(articles), 'article'), ', '.join(missing))))}"
    for article in articles[:_MAX_TITLES]:
        date = f"{article.published:%Y-%m-%d}" if article.published else "no date   "
        yield f"  {date}  {name_line(article.title, 100)}"
    if len(articles) > _MAX_TITLES:
        yield f"  and {len(articles) - _MAX_TITLES:,} more"
    publications = Counter(article.source for article in articles if article.source).most_common(10)
    if publications:
        yield f"  published by {', '.join(f'{name_line(name, 60)} ({count:,})' for name, count in publications)}"
    for failure in trial.failures[:_MAX_FAILURES]:
        yield f"  not read: {safe_line(failure.where)}: {safe_line(failure.reason)}"
    if len(trial.failures) > _MAX_FAILURES:
        yield f"  and {len(trial.failures) - _MAX_FAILURES:,} more not read; --json has them all"
    yield from (f"  note: {safe_line(notice)}" for notice in trial.notices)


def _missing(articles: Sequence[Article]) -> Iterator[tuple[str, int]]:
    yield "a date", sum(article.published is None for article in articles)
    yield "an author", sum(not article.author for article in articles)
    yield "a publication", sum(not article.source for article in articles)
