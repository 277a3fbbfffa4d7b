"""The watched questions, and how their answers changed."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Statement
from assistant.articles import Filters
from assistant.maintenance.watches import KeptAnswer, Watch, WatchChange, compare_statements
from tests.ui.support import NOW, Page, citation, same_tags
from ui.views import watches


def kept(*said: str) -> KeptAnswer:
    statements = tuple(Statement(text, (number,), "verbatim") for number, text in enumerate(said, 1))
    cited = tuple(citation(text, number=number) for number, text in enumerate(said, 1))
    return KeptAnswer("000001", bool(said), " ".join(said), statements, cited)


def changed(before: KeptAnswer, after: KeptAnswer, number: int = 1) -> WatchChange:
    found = compare_statements(before.statements, after.statements)
    return WatchChange(number, "Did it rain?", NOW, "changed", before, after, found)


WATCH = Watch(1, "Did it rain?", Filters(), NOW, NOW, kept("It rained 10 days."))
CHANGE = changed(
    kept("It rained 9 days.", "Nobody left."), kept("It rained 10 days.", "It then snowed.", "Nobody left.")
)


def drawn(*questions: Watch, changes: tuple[WatchChange, ...] = ()) -> Page:
    return Page(watches.watched(questions, changes, NOW + timedelta(minutes=5)))


def test_a_question_stands_with_its_answer_and_can_be_let_go() -> None:
    page = drawn(replace(WATCH, filters=Filters(source="The Weekly", since=date(2025, 5, 1))))
    for part in ("Did it rain?", "It rained 10 days.", "asked 5 minutes ago", "only The Weekly", "from 1 May 2025"):
        assert part in page.text
    assert page.asking("unwatch") == [{"act": "unwatch", "number": "1"}]


def test_both_answers_are_read_sentence_by_sentence() -> None:
    page = drawn(WATCH, changes=(CHANGE,))
    assert "Another answer 5 minutes ago" in page.text and page.marked == ["10", "It then snowed."]
    assert "removed: It rained 9 days." in page.text and "added: It then snowed." in page.text
    assert page.text.count("Nobody left.") == 1 and "The Weekly" in page.text


def test_a_refusal_is_an_answer_too_and_trouble_is_said_without_secrets() -> None:
    page = drawn(replace(WATCH, answer=kept(), trouble="https://x.example/?token=abc failed"))
    assert "The articles do not answer it." in page.text
    assert "token=***" in page.text and "abc" not in page.text
    assert "waits for the first refresh" in drawn(replace(WATCH, checked=None, answer=None)).text


def test_what_changed_last_comes_first_and_only_the_last_three_are_shown() -> None:
    other = replace(WATCH, number=2, question="Who left?")
    later = [replace(CHANGE, when=NOW + timedelta(minutes=n)) for n in (4, 3, 2, 1)]
    page = drawn(WATCH, other, changes=tuple(later))
    assert [one["number"] for one in page.asking("unwatch")] == ["1", "2"]
    assert page.names.count("details") == 3


def test_that_none_is_watched_says_how_to() -> None:
    assert "“Watch this question”" in drawn().text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def of(one: str) -> str:
        answer = replace(kept("It rained."), citations=(citation(title=one, source=one),))
        came = replace(changed(kept(), answer), question=one)
        watch = replace(WATCH, question=one, trouble=one, answer=kept(one), filters=Filters(source=f"{one}."))
        return watches.watched([watch], [came], NOW) + watches.change_of(came, NOW)

    same_tags(of, text)
