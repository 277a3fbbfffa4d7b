"""The part of a refresh report on each source, and the log lines of a refresh."""

import logging
from collections import Counter
from dataclasses import asdict

from assistant.maintenance.changes import DetectedChanges
from assistant.maintenance.reports import RefreshReport, SourceReport
from assistant.utils import log_event

_log = logging.getLogger(__name__)


def source_reports(detected: DetectedChanges) -> tuple[SourceReport, ...]:
    """What was found in each source that was read."""
    collected, changes = detected.collected, detected.changes
    added = Counter(collected.locations[article_id].origin for article_id in changes.added)
    changed = Counter(collected.locations[article_id].origin for article_id in changes.changed)
    removed = Counter(detected.indexed[article_id].origin for article_id in changes.removed)
    return tuple(
        SourceReport(
            name=source.name,
            location=source.location,
            articles=len(collected.ids_by_source.get(source.location, ())),
            added=added[source.location],
            changed=changed[source.location],
            removed=removed[source.location],
            failures=len(collected.failures_by_source.get(source.location, ())),
            reason=collected.broken.get(source.location),
        )
        for source in collected.sources
    )


def log_report(report: RefreshReport) -> None:
    """Log what a refresh did: each source, each failure and notice, and the totals."""
    for source in report.sources:
        values = asdict(source)
        log_event(_log, "source", source=values.pop("name"), **values)
    for failure in report.failures:
        log_event(_log, "not read", logging.WARNING, source=failure.source, place=failure.where, reason=failure.reason)
    for notice in report.notices:
        log_event(_log, "notice", logging.WARNING, text=notice)
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "kept", "failures")}
    plain = ("generation", "published", "trial", "articles", "embedded", "seconds")
    log_event(_log, "refreshed", **{name: getattr(report, name) for name in plain}, **counts)
