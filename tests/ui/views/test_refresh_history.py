"""What each refresh changed, and what two states have different."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import ArticleRef
from assistant.maintenance.history import Changed, Diff, Step
from assistant.text.diff import SentenceChange
from tests.ui.support import NOW, Page, same_tags
from ui.views import refresh_history

FEED = "https://feeds.example/news.xml?token=abcdef"
FIRST = Step("000001", None, NOW, 16, 29, 16, 0, 0, {"/srv/archive": {"added": 16}}, kept=True)
FAILED = (f"{FEED}: gone",)
SECOND = replace(FIRST, name="000002", parent="000001", added=1, changed=2, failures=FAILED, published=True)
ONE = ArticleRef("a1", "Rain", "The Weekly", NOW, None)
CHANGED = Changed("a2", "Snow", "The Weekly", NOW, None, ("title", "text", "source"), "Sleet", ())


def test_each_refresh_says_what_it_changed_and_by_source() -> None:
    page = Page(refresh_history.history([SECOND, FIRST], {"/srv/archive": "archive"}, NOW + timedelta(hours=1)))
    for part in (
        "000002 published made 1 hour ago",
        "1 added, 2 changed",
        "archive: 16 added",
        "not read",
        "token=***",
    ):
        assert part in page.text
    assert "abcdef" not in page.text
    chosen = [given["value"] for tag, given in page.tags if tag == "option" and "selected" in given]
    assert chosen == ["000001", "000002"] and page.asking("compare")


def test_a_source_that_is_known_no_more_is_named_by_its_address_without_secrets() -> None:
    page = Page(refresh_history.history([replace(FIRST, sources={FEED: {"added": 1}})], {}, NOW))
    assert "token=***" in page.text and "abcdef" not in page.text


def test_what_is_no_longer_kept_is_told_of_and_cannot_be_compared() -> None:
    page = Page(refresh_history.history([SECOND, replace(FIRST, kept=False)], {}, NOW))
    assert "no longer kept" in page.text and not page.asking("compare")
    assert refresh_history.history([], {}, NOW) == ""


def test_a_difference_names_what_came_and_went_and_shows_the_sentences_that_changed() -> None:
    changed = replace(CHANGED, changes=(SentenceChange("changed", "It snowed 9 days.", "It snowed 10 days."),))
    page = Page(refresh_history.difference(Diff("000001", "000002", (ONE,), (changed,), (replace(ONE, title="Hail"),))))
    for part in ("From 000001 to 000002: 1 added, 1 changed, 1 removed.", "removed: Sleet", "Hail"):
        assert part in page.text
    assert page.marked == ["Snow", "10"] and "another publication" in page.text
    assert [one["article"] for one in page.asking("read")] == ["a2", "a1"]


def test_states_with_nothing_different_say_so() -> None:
    assert "nothing changed" in Page(refresh_history.difference(Diff("000001", "000002", (), (), ()))).text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def of(one: str) -> str:
        step = replace(SECOND, sources={one: {one: 1}}, failures=(one,))
        odd = ArticleRef(one, one, one, None, one)
        changed = replace(CHANGED, title=one, source=one, title_before=None, fields=(one,))
        return refresh_history.history([step, FIRST], {}, NOW) + refresh_history.difference(
            Diff(one, one, (odd,), (changed,), (odd,))
        )

    same_tags(of, text)
