"""Collections are drawn in order, with notes and sources; nothing in them is ever markup."""

import pytest

from assistant import Collection, PinnedAnswer, PinnedPassage
from assistant.accounts import Principal
from assistant.answers import Excerpt
from tests.ui.support import CORPUS, HOSTILE, NOW, Page, answered, citation, same_tags
from ui.views import collections, history, pinning


def pinned(quote: str = "It rained.", question: str = "Did it rain?", title: str = "Rain") -> Collection:
    """A collection of an answer and a passage."""
    cited = citation(quote, title=title, source=title)
    answer = answered(cited, question=question).answer
    assert answer is not None
    around = Excerpt("before ", quote, " after")
    made = Collection.named(question).with_item(PinnedAnswer(answer, (around,)))
    return made.with_item(PinnedPassage(cited, around, CORPUS))


def drawn(collection: Collection) -> Page:
    return Page(collections.collection(collection, NOW, "Kept here."))


def test_an_answer_and_a_passage_are_shown_with_their_sources_and_notes() -> None:
    made = pinned()
    page = drawn(made.with_note(made.items[0].id, "Ring the harbour master."))
    assert "2 items" in page.text and "Kept here." in page.text and "Ring the harbour master." in page.text
    assert page.marked == ["It rained.", "It rained."] and "before It rained. after" in page.text
    assert {"#a-2-s1"} <= set(page.links) and page.names.count("textarea") == 2
    assert [data["form"] for data in page.controls("export_collection")] == ["docx", "md", "page"]


def test_items_move_up_and_down_but_not_beyond_the_ends() -> None:
    page = drawn(pinned())
    moves = [attributes for _, attributes in page.tags if attributes.get("data-act") == "move_item"]
    assert [move["data-place"] for move in moves] == ["-1", "1", "0", "2"]
    assert [move.get("aria-disabled") for move in moves] == ["true", None, None, "true"]


def test_of_an_item_whose_article_was_removed_the_note_stays() -> None:
    made = pinned().without_articles({"a1"})
    page = drawn(made.with_note(made.items[1].id, "Still to check."))
    assert "It rained." not in page.text and "Still to check." in page.text and "removed since" in page.text


def test_empty_lists_say_what_to_do() -> None:
    assert "“Pin”" in Page(collections.nothing_pinned()).text and Page(collections.nothing_pinned()).controls("go_ask")
    empty = drawn(Collection.named("Ferries"))
    assert "This collection is empty" in empty.text and not empty.controls("export_collection")
    assert Page(history.saved(on_server=False)).controls("go_ask")


def test_it_is_said_where_collections_are_kept() -> None:
    assert "in this browser only" in pinning.where_kept(Principal())
    assert "for everybody who signs in as staff" in pinning.where_kept(Principal("staff", person="staff"))
    assert "for you alone" in pinning.where_kept(Principal("Anna", person="4f2a"))


def test_each_source_and_each_answer_can_be_pinned() -> None:
    turn = answered(citation(), citation("It poured.", number=2))
    page = Page(pinning.pin_answer(turn) + pinning.pin_passages(1, [1, 2], "Rain"))
    assert page.controls("pin") == [{"act": "pin", "turn": "1"}, {"act": "pin", "turn": "1", "numbers": "1,2"}]
    assert "these passages of Rain" in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_titles_questions_and_notes_are_text(text: str) -> None:
    def html(words: str) -> str:
        made = pinned(words, words, words)
        return collections.collection(made.with_note(made.items[0].id, words), NOW, "Kept here.")

    same_tags(html, text)
    same_tags(lambda words: collections.unreadable(words, words), text)
    same_tags(lambda words: pinning.pin_passages(1, [1], words), text)


def test_a_note_is_drawn_as_it_was_typed_with_its_first_line_break_and_no_way_out() -> None:
    made = pinned()
    html = collections.collection(made.with_note(made.items[0].id, "one\n\n</textarea><b>two"), NOW, "")
    assert "one\n\n&lt;/textarea&gt;&lt;b&gt;two</textarea>" in html
