"""Changes are seen without colour: removed and added text is told apart by words and tags."""

from hypothesis import given
from hypothesis import strategies as st

from assistant import SentenceChange
from assistant.utils.strings import one_line
from tests.ui.support import HOSTILE, Page
from ui.views import diff


def test_changed_words_are_marked_and_both_versions_are_read_out() -> None:
    page = Page(diff.text_change("The bridge drew 900 people.", "The bridge drew 901 people."))
    assert page.marked == ["901"]
    assert "removed: The bridge drew 900 people." in page.text and "added: The bridge drew 901 people." in page.text
    assert [tag for tag in page.names if tag in ("del", "ins", "s", "mark")] == ["del", "s", "ins", "mark"]


def test_text_that_was_only_removed_or_added_is_marked_as_a_whole() -> None:
    removed, added = Page(diff.text_change("It rained.", "")), Page(diff.text_change("", "It <b>snowed</b>."))
    assert "ins" not in removed.names and "removed: It rained." in removed.text
    assert "del" not in added.names and added.marked == ["It <b>snowed</b>."]


def test_a_title_is_labelled_and_many_changes_are_folded_away() -> None:
    many = tuple(SentenceChange("came", "", f"Number {n}.") for n in range(300))
    page = Page(diff.article_changes(many, "Rain", "Snow"))
    assert "Titleremoved: Rain" in page.text.replace("−", "") and page.names.count("details") == 1
    assert "and 100 more" in page.text and "295 more" in page.text
    assert diff.article_changes(()) == ""


@given(before=st.text(), after=st.text() | st.sampled_from(HOSTILE))
def test_both_versions_are_shown_whole_and_as_text(before: str, after: str) -> None:
    page = Page(diff.text_change(before, after))
    assert set(page.names) <= {"li", "p", "span", "del", "ins", "s", "mark"}
    for text, label in ((before, "removed: "), (after, "added: ")):
        plain = Page(diff.unchanged(text)).text
        assert f"{label}{plain}" in page.text if one_line(text) else label not in page.text
