"""What each refresh changed, and how two states differ."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, Changed, Diff, SentenceChange, Step
from tests.ui.support import NOW, Page, same_tags
from ui.views import refresh_history

FEED = "https://feeds.example/news.xml?token=abcdef"
FIRST = Step("000001", None, NOW, 16, 29, 16, 0, 0, {"/srv/archive": {"added": 16}}, kept=True)
FAILED = (f"{FEED}: gone",)
SECOND = replace(FIRST, name="000002", parent="000001", added=1, changed=2, failures=FAILED, published=True)
ARTICLE = ArticleRef("a1", "Rain", "The Weekly", NOW, None)
CHANGED = Changed("a2", "Snow", "The Weekly", NOW, None, ("title", "text", "source"), "Sleet", ())


def test_each_refresh_shows_what_it_changed_by_source() -> None:
    page = Page(refresh_history.history([SECOND, FIRST], {"/srv/archive": "archive"}, NOW + timedelta(hours=1)))
    for part in (
        "1 hour ago",
        "1 added, 2 changed",
        "000002, in use",
        "archive: 16 added",
        "not read",
        "token=***",
    ):
        assert part in page.text
    assert "abcdef" not in page.text
    chosen = [attributes["value"] for tag, attributes in page.tags if tag == "option" and "selected" in attributes]
    assert chosen == ["000001", "000002"] and page.controls("compare")


def test_a_source_that_is_no_longer_known_is_named_by_its_address_without_secrets() -> None:
    page = Page(refresh_history.history([replace(FIRST, sources={FEED: {"added": 1}})], {}, NOW))
    assert "token=***" in page.text and "abcdef" not in page.text


def test_a_state_that_is_no_longer_kept_is_listed_and_cannot_be_compared() -> None:
    page = Page(refresh_history.history([SECOND, replace(FIRST, kept=False)], {}, NOW))
    assert "no longer kept" in page.text and not page.controls("compare")
    assert "no refresh yet" in refresh_history.history([], {}, NOW)


def test_going_back_is_off_and_says_why_where_there_is_nothing_to_go_back_to() -> None:
    for steps, busy, reason in (
        ([SECOND, FIRST], False, None),
        ([SECOND, replace(FIRST, kept=False)], False, "There is no earlier state to go back to"),
        ([SECOND, FIRST], True, "A refresh is running; wait for it, or stop it"),
    ):
        page = Page(refresh_history.history(steps, {}, NOW, is_busy=busy))
        (back,) = [given for _, given in page.tags if given.get("data-act") == "confirm_rollback"]
        assert back.get("title") == reason and (back.get("aria-disabled") == "true") == bool(reason)


def test_a_difference_names_the_articles_and_shows_the_sentences_that_changed() -> None:
    changed = replace(CHANGED, changes=(SentenceChange("changed", "It snowed 9 days.", "It snowed 10 days."),))
    page = Page(
        refresh_history.difference(Diff("000001", "000002", (ARTICLE,), (changed,), (replace(ARTICLE, title="Hail"),)))
    )
    for part in ("From 000001 to 000002: 1 added, 1 changed, 1 removed.", "removed: Sleet", "Hail"):
        assert part in page.text
    assert page.marked == ["Snow", "10"] and "another publication" in page.text
    assert [button["article"] for button in page.controls("read")] == ["a2", "a1"]


def test_equal_states_say_that_nothing_changed() -> None:
    assert "nothing changed" in Page(refresh_history.difference(Diff("000001", "000002", (), (), ()))).text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        step = replace(SECOND, sources={text: {text: 1}}, failures=(text,))
        odd = ArticleRef(text, text, text, None, text)
        changed = replace(CHANGED, title=text, source=text, title_before=None, fields=(text,))
        return refresh_history.history([step, FIRST], {}, NOW) + refresh_history.difference(
            Diff(text, text, (odd,), (changed,), (odd,))
        )

    same_tags(html, text)
