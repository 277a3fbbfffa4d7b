"""The types that every stage passes on."""

from datetime import UTC, date, datetime, timedelta, timezone

from assistant import Filters


def test_a_plain_date_means_the_whole_day_wherever_it_is() -> None:
    filters = Filters(since=date(2025, 5, 28), until=date(2025, 5, 28))
    assert (filters.first_day, filters.last_day) == ("2025-05-28", "2025-05-28")
    assert filters.earliest is not None and filters.latest is not None
    for offset in (-12, 0, 14):
        noon = datetime(2025, 5, 28, 12, tzinfo=timezone(timedelta(hours=offset))).timestamp()
        assert filters.earliest < noon < filters.latest


def test_a_time_is_a_bound_to_the_second() -> None:
    moment = datetime(2025, 5, 28, 9, 30, tzinfo=UTC)
    filters = Filters(since=moment, until=moment)
    assert (filters.earliest, filters.latest) == (moment.timestamp(), moment.timestamp())
    assert (filters.first_day, filters.last_day) == (None, None)


def test_one_publication_may_be_given_as_a_name_or_in_a_tuple() -> None:
    assert Filters(source="Chronicle") == Filters(source=("Chronicle",)) == Filters(source=("Chronicle", "Chronicle"))
    assert Filters(source="Chronicle").sources == ("Chronicle",)
    assert Filters(source=("Chronicle", "Radio")).sources == ("Chronicle", "Radio")
    assert Filters(source=()) == Filters(source="") == Filters() and Filters().sources == ()
