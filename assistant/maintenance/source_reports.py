"""What a refresh found in each source, for its report and for the history."""

from collections import Counter
from typing import Any

from assistant.maintenance.changes import DetectedChanges
from assistant.maintenance.reports import SourceReport
from assistant.utils import safe_to_show

KINDS = ("added", "changed", "removed")
_MAX_FAILURES = 100  # of a refresh that the history keeps


def source_reports(detected: DetectedChanges) -> tuple[SourceReport, ...]:
    """What was found in each source that was read."""
    collected, changes = detected.collected, detected.changes
    added, changed = (
        Counter(collected.locations[article_id].origin for article_id in ids)
        for ids in (changes.added, changes.changed)
    )
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


def history_entry(detected: DetectedChanges) -> dict[str, Any]:
    """What the history keeps of a refresh."""
    counts = {
        safe_to_show(source.location): {kind: getattr(source, kind) for kind in KINDS}
        for source in source_reports(detected)
    }
    failures = [f"{failure.where}: {failure.reason}" for failure in detected.collected.failures[:_MAX_FAILURES]]
    return {"by_source": counts, "failures": [safe_to_show(failure) for failure in failures]}
