"""The types that every stage passes on."""

from datetime import UTC, date, datetime

from assistant import Filters


def test_a_plain_date_means_the_whole_day() -> None:
    filters = Filters(since=date(2025, 5, 28), until=date(2025, 5, 28))
    assert filters.earliest == datetime(2025, 5, 28, tzinfo=UTC).timestamp()
    assert filters.latest is not None
    assert datetime(2025, 5, 28, 23, 59, 59, tzinfo=UTC).timestamp() <= filters.latest
    assert filters.latest < datetime(2025, 5, 29, tzinfo=UTC).timestamp()
