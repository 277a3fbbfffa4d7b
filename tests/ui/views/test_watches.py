"""The watched questions, and how their answers changed."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant import Filters, KeptAnswer, Statement, Watch, WatchChange
from assistant.maintenance.watches import compare_statements
from tests.ui.support import NOW, Page, citation, same_tags
from ui.views import watches


def kept(*texts: str) -> KeptAnswer:
    statements = tuple(Statement(text, (number,), "verbatim") for number, text in enumerate(texts, 1))
    cited = tuple(citation(text, number=number) for number, text in enumerate(texts, 1))
    return KeptAnswer("000001", bool(texts), " ".join(texts), statements, cited)


def changed(before: KeptAnswer, after: KeptAnswer, number: int = 1) -> WatchChange:
    found = compare_statements(before.statements, after.statements)
    return WatchChange(number, "Did it rain?", NOW, "changed", before, after, found)


WATCH = Watch(1, "Did it rain?", Filters(), NOW, NOW, kept("It rained 10 days."))
CHANGE = changed(
    kept("It rained 9 days.", "Nobody left."), kept("It rained 10 days.", "It then snowed.", "Nobody left.")
)


def drawn(*questions: Watch, changes: tuple[WatchChange, ...] = ()) -> Page:
    return Page(watches.watched(questions, changes, NOW + timedelta(minutes=5), may_end=range(100)))


def test_a_watched_question_is_shown_with_its_answer_and_can_be_removed() -> None:
    page = drawn(replace(WATCH, filters=Filters(source="The Weekly", since=date(2025, 5, 1))))
    for part in ("Did it rain?", "It rained 10 days.", "asked 5 minutes ago", "only The Weekly", "from 1 May 2025"):
        assert part in page.text
    assert page.controls("unwatch") == [{"act": "unwatch", "number": "1"}]


def test_the_old_and_the_new_answer_are_compared_sentence_by_sentence() -> None:
    page = drawn(WATCH, changes=(CHANGE,))
    assert "Another answer 5 minutes ago" in page.text and page.marked == ["10", "It then snowed."]
    assert "removed: It rained 9 days." in page.text and "added: It then snowed." in page.text
    assert page.text.count("Nobody left.") == 1 and "The Weekly" in page.text


def test_a_refusal_is_an_answer_too_and_problems_are_shown_without_secrets() -> None:
    page = drawn(replace(WATCH, answer=kept(), trouble="https://x.example/?token=abc failed"))
    assert "The articles do not answer it." in page.text
    assert "token=***" in page.text and "abc" not in page.text
    assert "waits for the first refresh" in drawn(replace(WATCH, checked=None, answer=None)).text


def test_the_latest_change_comes_first_and_only_three_are_shown() -> None:
    other = replace(WATCH, number=2, question="Who left?")
    later = [replace(CHANGE, when=NOW + timedelta(minutes=n)) for n in (4, 3, 2, 1)]
    page = drawn(WATCH, other, changes=tuple(later))
    assert [button["number"] for button in page.controls("unwatch")] == ["1", "2"]
    assert page.names.count("details") == 3


def test_an_empty_list_says_how_to_watch_a_question() -> None:
    assert "“Watch”" in drawn().text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        answer = replace(kept("It rained."), citations=(citation(title=text, source=text),))
        change = replace(changed(kept(), answer), question=text)
        watch = replace(WATCH, question=text, trouble=text, answer=kept(text), filters=Filters(source=f"{text}."))
        return watches.watched([watch], [change], NOW, may_end=()) + watches.answer_change(change, NOW)

    same_tags(html, text)
