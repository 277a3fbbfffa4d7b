"""Snippets and marks: what was typed is shown where it stands in the articles."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Filters
from assistant.index.snippets import Wanted, snippet, word_ranges
from tests.support import open_assistant, write_article

FILLER = "Nothing else was said about it on that day by anybody who was there. " * 12
WIRE = " ".join(f"The harbour counted {number} boats at pier {number}." for number in range(40))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("snippets")
    text = f"{FILLER}The ferries  of the\ncouncil closed. {FILLER}A ferry “will not wait”, it said. {FILLER}"
    write_article(folder / "articles", "council", text, title="Council backs terminal", published="2025-05-02")
    write_article(folder / "articles", "ferry", "The ferry, a ferry.", title="Ferry ferry", published="2025-05-01")
    write_article(folder / "articles", "wire", WIRE, title="Harbour counts", published="2025-04-01")
    write_article(folder / "articles", "copy", f"{WIRE} So we read.", title="Boats counted", published="2025-04-02")
    with open_assistant(folder / "home") as opened:
        opened.refresh([folder / "articles"])
        yield opened


def marked(text: str, ranges: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in ranges]


def test_a_snippet_is_the_part_with_most_of_the_words_and_marks_them_in_any_form(assistant: Assistant) -> None:
    entry = assistant.browse("ferry closing council").entries[0]
    assert entry.snippet is not None
    assert entry.snippet.text.startswith("… The ferries of the council closed.") and entry.snippet.text.endswith(" …")
    assert marked(entry.snippet.text, entry.snippet.marks) == ["ferries", "council", "closed"]
    assert marked(entry.article.title, entry.title_marks) == ["Council"]


def test_a_phrase_is_marked_as_a_whole_and_only_as_it_was_typed(assistant: Assistant) -> None:
    entry = assistant.browse('"ferry will not wait"').entries[0]
    assert entry.snippet is not None
    assert marked(entry.snippet.text, entry.snippet.marks) == ["ferry “will not wait"]


def test_nothing_typed_has_no_snippet_and_no_marks(assistant: Assistant) -> None:
    entries = assistant.browse("the of").entries
    assert all((entry.snippet, entry.title_marks) == (None, ()) for entry in entries)


def test_copies_of_a_story_are_one_entry_with_those_that_match(assistant: Assistant) -> None:
    listing = assistant.browse("boats")
    assert (listing.total, listing.found) == (1, 2)
    assert listing.articles[0].title == "Boats counted"
    assert [copy.title for copy in listing.entries[0].copies] == ["Harbour counts"]
    alone = assistant.browse("boats", Filters(without=(listing.articles[0].article_id,)))
    assert [copy.title for copy in alone.articles] == ["Harbour counts"] and alone.entries[0].copies == ()


def test_by_relevance_what_has_most_of_the_words_comes_first(assistant: Assistant) -> None:
    assert assistant.browse("ferry").articles[0].title == "Council backs terminal"
    relevant = assistant.browse("ferry", order="relevance")
    assert [article.title for article in relevant.articles] == ["Ferry ferry", "Council backs terminal"]
    assert assistant.browse("", order="relevance") == assistant.browse("")


def test_the_words_are_marked_in_an_opened_article(assistant: Assistant) -> None:
    council = assistant.browse("council").articles[0].article_id
    article = assistant.article(council)
    assert article is not None
    marks = assistant.word_marks(council, 'ferry "will not wait"')
    assert marked(article.text, marks) == ["ferries", "ferry", "will not wait"]
    assert assistant.word_marks(council, "the") == assistant.word_marks("nowhere", "ferry") == []


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Zoë's café and Cafe\u0301s", "cafe", ["café", "Cafe\u0301s"]),
        ("Some 18,400 of 18400 and 18 400", "18400", ["18,400", "18400", "18 400"]),
        ("STRASSE, Straße", "strasse", ["STRASSE", "Straße"]),
        ("internal and international", "internal", ["internal"]),
    ],
)
def test_words_are_marked_however_they_are_written(text: str, typed: str, found: list[str]) -> None:
    assert marked(text, word_ranges(text, Wanted.of([typed], []))) == found


TEXTS = st.text(st.sampled_from("ab é.\n “”,1'\u00ad\u0301_ﬁ"), max_size=900)


@given(TEXTS, st.lists(st.text("ab1", min_size=1, max_size=3), max_size=3), st.lists(st.just("a b"), max_size=1))
def test_marks_are_in_order_and_within_the_text(text: str, terms: list[str], phrases: list[str]) -> None:
    wanted = Wanted.of(terms, phrases)
    found = snippet(text, wanted)
    for whole, ranges in ((text, word_ranges(text, wanted)), (found.text, found.marks)):
        places = [place for one in ranges for place in one]
        assert places == sorted(places) and all(0 <= start < end <= len(whole) for start, end in ranges)
    assert "\n" not in found.text and len(found.text) <= 300
    assert bool(found.marks) == bool(word_ranges(text, wanted))
