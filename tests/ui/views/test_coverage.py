from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant.index.overview import Named, Overview, Published
from tests.ui.support import Page, answered, citation, same_tags
from ui.views import coverage


def day(number: int) -> datetime:
    return datetime(2025, 5, number, 8, tzinfo=UTC)


def timeline(*days: int) -> Page:
    cited = [citation(number=n, article_id=f"a{n}", published=day(one)) for n, one in enumerate(days, 1)]
    answer = answered(*cited).answer
    assert answer is not None
    return Page(coverage.timeline(1, answer))


def test_sources_are_told_in_the_order_of_time_with_what_lies_between() -> None:
    page = timeline(28, 6, 28)
    dates = [given["datetime"] for tag, given in page.tags if tag == "time"]
    assert dates == ["2025-05-06", "2025-05-28", "2025-05-28"]
    assert "22 days later" in page.text and "the same day" in page.text
    assert page.links == ["#a1-s2", "#a1-s1", "#a1-s3"]


def test_two_sources_make_no_timeline() -> None:
    assert timeline(6, 28).tags == []


def overview(published: list[Published], names: tuple[Named, ...] = ()) -> Overview:
    total = sum(one.articles for one in published)
    return Overview(total, tuple(sorted(published, key=lambda one: one.day)), 0, names, (), (), total)


def test_the_articles_of_a_week_lead_to_themselves() -> None:
    drawn = Page(
        coverage.coverage(overview([Published("A & B", date(2025, 5, 7), 3), Published("C", date(2025, 5, 20), 1)]))
    )
    assert "Articles a week by publication" in drawn.text
    wanted = [(one["source"], one["since"], one["until"]) for one in drawn.asking("browse")]
    assert wanted == [("A & B", "2025-05-05", "2025-05-11"), ("C", "2025-05-19", "2025-05-25")]
    labels = [given["aria-label"] for tag, given in drawn.tags if tag == "button"]
    assert labels[0] == "A & B, 5 to 11 May 2025: 3 articles"


def test_the_sources_of_an_answer_lie_in_the_same_weeks() -> None:
    drawn = coverage.coverage(overview([Published("C", date(2025, 5, 6), 1)]), answered(citation()).answer)
    assert "Sources of the last answer, “Did it rain?”: 6 May 2025" in Page(drawn).text


def test_a_name_leads_to_the_articles_that_have_it() -> None:
    drawn = Page(coverage.coverage(overview([Published("C", date(2025, 5, 6), 2)], (Named("Kaja Kallas", 2),))))
    assert [one["text"] for one in drawn.asking("browse") if "text" in one] == ["“Kaja Kallas”"]


days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
published = st.lists(st.builds(Published, st.none() | st.sampled_from("ABCDEFGHIJKL"), days, st.integers(1, 9)))


@given(days, days)
def test_every_day_lies_in_one_stretch_and_they_are_not_too_many(one: date, other: date) -> None:
    oldest, newest = min(one, other), max(one, other)
    bins, _ = coverage.binned(oldest, newest)
    assert 1 <= len(bins) <= 61
    assert bins[0].first <= oldest and newest <= bins[-1].last
    assert all((after.first - before.last).days == 1 for before, after in pairwise(bins))


@given(published)
def test_no_article_is_lost_in_the_plot(all_of_them: list[Published]) -> None:
    page = Page(coverage.coverage(overview(all_of_them), answered(citation()).answer))
    labels = [given["aria-label"] or "" for tag, given in page.tags if tag == "button"]
    labels = [label for label in labels if not label.startswith("The days of these sources")]
    told = sum(int(label.rsplit(": ", 1)[1].split()[0]) for label in labels)
    assert told == sum(one.articles for one in all_of_them)


@given(text=st.text(min_size=1))
def test_no_name_becomes_a_tag(text: str) -> None:
    same_tags(
        lambda one: coverage.coverage(overview([Published(one, date(2025, 5, 6), 1)], (Named(one, 1),)), None), text
    )
