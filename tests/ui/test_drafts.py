"""What a window is about to add, and what was mended of it."""

from dataclasses import replace

import pytest

from assistant import Draft, Failure, Preview
from ui.drafts import MOST, MOST_CHARACTERS, DraftEntry, DraftList, DraftLists

RAIN = Draft("a1", "Rain", "It rained on Monday.")
LIST = DraftList((DraftEntry(RAIN), DraftEntry(replace(RAIN, id="a2"))))
KEY = LIST.entries[0].key


def test_what_was_mended_is_kept_and_more_is_added_to_it() -> None:
    once = LIST.changed({KEY: {"title": "Much rain", "out": True}})
    twice = once.changed({KEY: {"date": "2025-05-01", "out": False}})
    (first, second) = twice.entries
    assert first.result.title == "Much rain" and first.result.published is not None and second == LIST.entries[1]
    assert [len(drafts.chosen) for drafts in (LIST, once, twice)] == [2, 1, 2]


def test_a_date_that_is_none_is_the_problem_of_its_article() -> None:
    (entry, _) = LIST.changed({KEY: {"date": "soon"}}).entries
    assert entry.problem is not None and "soon" in entry.problem and entry.mended["date"] == "soon"


@pytest.mark.parametrize("changes", [None, [], {"other": {"title": "x"}}, {KEY: "x"}, {KEY: {"id": "x", "title": 5}}])
def test_nothing_else_that_a_page_sends_changes_anything(changes: object) -> None:
    assert LIST.changed(changes) == LIST


def test_what_is_looked_at_twice_is_there_once_as_it_was_mended() -> None:
    mended = LIST.changed({KEY: {"title": "Much rain"}})
    more = mended.with_preview(Preview((RAIN, replace(RAIN, id="a3")), (Failure("b", "b.pdf", "no text"),)))
    assert [entry.result.title for entry in more.entries] == ["Much rain", "Rain", "Rain"]
    assert more.failures == ("b.pdf: no text",) and "in this list already" in more.notices[0]


def test_a_list_is_bounded_and_says_so() -> None:
    many = DraftList().with_preview(Preview(tuple(replace(RAIN, id=str(n)) for n in range(MOST + 5))))
    assert len(many.entries) == MOST and "more articles than" in many.notices[0]


def test_what_was_added_is_gone_and_the_rest_stays() -> None:
    assert LIST.without(LIST.entries[:1]).entries == LIST.entries[1:]


def test_what_was_typed_without_end_is_not_kept_and_what_was_there_is() -> None:
    once = LIST.changed({KEY: {"title": "Much rain"}})
    more = once.changed({KEY: {name: "x" * MOST_CHARACTERS for name in ("title", "text", "publication")}})
    assert more.entries == once.entries and "too long" in more.failures[0]


def test_the_lists_of_all_windows_are_bounded_and_the_last_one_stays() -> None:
    lists = DraftLists(most=LIST.size)
    for name in ("a", "b"):
        lists.note(name, LIST)
    assert (lists.of("a"), lists.of("b")) == (DraftList(), LIST)


def test_what_could_not_be_read_is_told_of_so_often_only() -> None:
    many = LIST
    for number in range(MOST + 5):
        many = many.with_failure(str(number))
    assert len(many.failures) == MOST and many.failures[-1] == str(MOST + 4)
