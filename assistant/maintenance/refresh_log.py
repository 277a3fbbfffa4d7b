"""Reporting: what a refresh found in each source, and what the log is told of it all."""

import logging
from collections import Counter
from dataclasses import asdict

from assistant.maintenance.changes import Survey
from assistant.maintenance.reports import RefreshReport, SourceReport
from assistant.utils.json_logging import log_event

_log = logging.getLogger(__name__)


def by_source(survey: Survey) -> tuple[SourceReport, ...]:
    """What was found in each source that was read."""
    gathered, changes = survey.gathered, survey.changes
    added = Counter(gathered.places[name].origin for name in changes.added)
    changed = Counter(gathered.places[name].origin for name in changes.changed)
    removed = Counter(survey.held[name].origin for name in changes.removed)
    return tuple(
        SourceReport(
            name=one.name,
            location=one.location,
            articles=len(gathered.given.get(one.location, ())),
            added=added[one.location],
            changed=changed[one.location],
            removed=removed[one.location],
            failures=len(gathered.failed.get(one.location, ())),
            reason=gathered.broken.get(one.location),
        )
        for one in gathered.sources
    )


def log(report: RefreshReport) -> None:
    """Log what a refresh did: source by source, what was not read, and the whole."""
    for one in report.sources:
        values = asdict(one)
        log_event(_log, "source", source=values.pop("name"), **values)
    for failure in report.failures:
        log_event(_log, "not read", logging.WARNING, source=failure.source, place=failure.where, reason=failure.reason)
    for notice in report.notices:
        log_event(_log, "notice", logging.WARNING, text=notice)
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "kept", "failures")}
    plain = ("generation", "published", "trial", "articles", "embedded", "seconds")
    log_event(_log, "refreshed", **{name: getattr(report, name) for name in plain}, **counts)
