"""What changed is read without colour: what went and what came are told apart by words and tags."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.text.diff import SentenceChange
from assistant.utils.strings import one_line
from tests.ui.support import NASTY, Page
from ui.views import diff


def test_of_what_changed_the_words_are_marked_and_both_are_heard() -> None:
    page = Page(diff.change("The bridge drew 900 people.", "The bridge drew 901 people."))
    assert page.marked == ["901"]
    assert "removed: The bridge drew 900 people." in page.text and "added: The bridge drew 901 people." in page.text
    assert [tag for tag in page.names if tag in ("del", "ins", "s", "mark")] == ["del", "s", "ins", "mark"]


def test_what_only_went_or_came_is_marked_as_a_whole() -> None:
    went, came = Page(diff.change("It rained.", "")), Page(diff.change("", "It <b>snowed</b>."))
    assert "ins" not in went.names and "removed: It rained." in went.text
    assert "del" not in came.names and came.marked == ["It <b>snowed</b>."]


def test_a_title_is_said_to_be_one_and_many_changes_are_folded_away() -> None:
    many = tuple(SentenceChange("came", "", f"Number {n}.") for n in range(300))
    page = Page(diff.changes(many, "Rain", "Snow"))
    assert "Titleremoved: Rain" in page.text.replace("−", "") and page.names.count("details") == 1
    assert "and 100 more" in page.text and "295 more" in page.text
    assert diff.changes(()) == ""


@given(before=st.text(), after=st.text() | st.sampled_from(NASTY))
def test_both_sides_are_shown_whole_and_as_text(before: str, after: str) -> None:
    page = Page(diff.change(before, after))
    assert set(page.names) <= {"li", "p", "span", "del", "ins", "s", "mark"}
    for text, heard in ((before, "removed: "), (after, "added: ")):
        plain = Page(diff.stayed(text)).text
        assert f"{heard}{plain}" in page.text if one_line(text) else heard not in page.text
