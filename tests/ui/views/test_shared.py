"""What can be made of an answer to pass it on, and how it reads at its link."""

from dataclasses import replace

import pytest

from assistant import Filters, SharedAnswer
from assistant.answers import Excerpt
from assistant.articles import NO_FILTERS
from tests.ui.support import HOSTILE, NOW, Page, answered, citation, same_tags
from ui.state import ConversationTurn
from ui.views import shared


def made(turn: ConversationTurn, filters: Filters = NO_FILTERS) -> SharedAnswer:
    assert turn.answer is not None
    return SharedAnswer("KEY", "anna", NOW, turn.answer, turn.excerpts, filters)


def test_the_menu_of_an_answer_offers_each_form_and_no_answer_has_none() -> None:
    turn = answered(citation())
    page = Page(shared.share_menu(turn))
    items = [attributes for tag, attributes in page.tags if attributes.get("role") == "menuitem"]
    assert [item["data-act"] for item in items] == ["share", *["copy_as"] * 3, *["export_answer"] * 2]
    assert {item["data-turn"] for item in items} == {"1"} and {item["tabindex"] for item in items} == {"-1"}
    assert shared.share_menu(replace(turn, answer=None)) == ""


def test_a_shared_answer_has_its_day_its_generation_and_the_text_around_each_quote() -> None:
    page = Page(shared.shared(made(answered(citation("It rained.")), Filters(source="The Weekly")), may_end=False))
    assert (
        "Did it rain?" in page.text and "before It rained. after" in page.text and "Asked of: The Weekly" in page.text
    )
    assert "Shared on 1 June 2025 from the articles of 1 June 2025 (state 000001)." in page.text
    assert page.marked == ["It rained."] and page.controls("ask_again") == [
        {"act": "ask_again", "question": "Did it rain?", "afresh": "yes", "source": '["The Weekly"]'}
    ]
    assert "#a-1-s1" in page.links and not page.controls("unshare") and not page.controls("reinterpret")


def test_only_who_may_take_a_link_back_is_offered_to() -> None:
    page = Page(shared.shared(made(answered(citation())), may_end=True))
    assert page.controls("unshare") == [{"act": "unshare", "key": "KEY"}]
    assert "This answer is no longer shared." in Page(shared.gone()).text


def test_passages_of_one_article_stand_in_one_card_in_the_order_of_their_numbers() -> None:
    turn = answered(citation("One."), citation("Two.", number=2, article_id="a2"), citation("Three.", number=3))
    page = Page(shared.shared(made(turn), may_end=False))
    assert page.names.count("h4") == 2 and page.marked == ["One.", "Three.", "Two."]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_shared_is_text(text: str) -> None:
    def html(words: str) -> str:
        cited = citation(words, title=words, source=words, url=None)
        turn = replace(answered(cited, question=words), excerpts=(Excerpt(words, words, words),))
        return shared.shared(made(turn, Filters(source=words)), may_end=True)

    same_tags(html, text)
