from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant import Named, Overview, Published
from tests.ui.support import Page, answered, citation, same_tags
from ui.views import coverage


def day(number: int) -> datetime:
    return datetime(2025, 5, number, 8, tzinfo=UTC)


def timeline(*days: int) -> Page:
    cited = [citation(number=n, article_id=f"a{n}", published=day(number)) for n, number in enumerate(days, 1)]
    answer = answered(*cited).answer
    assert answer is not None
    return Page(coverage.timeline(1, answer))


def test_sources_are_listed_in_order_of_time_with_the_days_between() -> None:
    page = timeline(28, 6, 28)
    dates = [attributes["datetime"] for tag, attributes in page.tags if tag == "time"]
    assert dates == ["2025-05-06", "2025-05-28", "2025-05-28"]
    assert "22 days later" in page.text and "the same day" in page.text
    assert page.links == ["#a1-s2", "#a1-s1", "#a1-s3"]


def test_two_sources_make_no_timeline() -> None:
    assert timeline(6, 28).tags == []


def overview(published: list[Published], names: tuple[Named, ...] = ()) -> Overview:
    total = sum(entry.articles for entry in published)
    return Overview(total, tuple(sorted(published, key=lambda entry: entry.day)), 0, names, (), (), total)


def test_a_bar_leads_to_the_articles_of_its_week() -> None:
    drawn = Page(
        coverage.coverage(overview([Published("A & B", date(2025, 5, 7), 3), Published("C", date(2025, 5, 20), 1)]))
    )
    assert "Articles a week by publication" in drawn.text
    filters = [(bar["source"], bar["since"], bar["until"]) for bar in drawn.controls("browse")]
    assert filters == [("A & B", "2025-05-05", "2025-05-11"), ("C", "2025-05-19", "2025-05-25")]
    labels = [attributes["aria-label"] for tag, attributes in drawn.tags if tag == "button"]
    assert labels[0] == "A & B, 5 to 11 May 2025: 3 articles"


def test_the_sources_of_an_answer_are_drawn_on_the_same_axis() -> None:
    drawn = coverage.coverage(overview([Published("C", date(2025, 5, 6), 1)]), answered(citation()).answer)
    assert "Sources of the last answer, “Did it rain?”: 6 May 2025" in Page(drawn).text


def test_a_name_leads_to_the_articles_that_mention_it() -> None:
    drawn = Page(coverage.coverage(overview([Published("C", date(2025, 5, 6), 2)], (Named("Kaja Kallas", 2),))))
    assert [button["text"] for button in drawn.controls("browse") if "text" in button] == ["“Kaja Kallas”"]


days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
published = st.lists(st.builds(Published, st.none() | st.sampled_from("ABCDEFGHIJKL"), days, st.integers(1, 9)))


@given(days, days)
def test_every_day_lies_in_one_bin_and_there_are_not_too_many_bins(first: date, second: date) -> None:
    oldest, newest = min(first, second), max(first, second)
    bins, _ = coverage.binned(oldest, newest)
    assert 1 <= len(bins) <= 61
    assert bins[0].first <= oldest and newest <= bins[-1].last
    assert all((later.first - earlier.last).days == 1 for earlier, later in pairwise(bins))


@given(published)
def test_no_article_is_lost_in_the_plot(published: list[Published]) -> None:
    page = Page(coverage.coverage(overview(published), answered(citation()).answer))
    labels = [attributes["aria-label"] or "" for tag, attributes in page.tags if tag == "button"]
    labels = [label for label in labels if not label.startswith("The days of these sources")]
    shown = sum(int(label.rsplit(": ", 1)[1].split()[0]) for label in labels)
    assert shown == sum(entry.articles for entry in published)


@given(text=st.text(min_size=1))
def test_no_name_becomes_a_tag(text: str) -> None:
    same_tags(
        lambda text: coverage.coverage(overview([Published(text, date(2025, 5, 6), 1)], (Named(text, 1),)), None), text
    )
