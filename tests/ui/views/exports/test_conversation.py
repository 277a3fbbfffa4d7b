"""A conversation that is taken out of the window says the same there, and what it quotes is text there too."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.ui.support import HOSTILE, NOW, Page, answered, citation, refused, related, with_answer
from ui.scope import Scope, ScopeArticle
from ui.state import ConversationState, ConversationTurn
from ui.views.exports import answer
from ui.views.exports import conversation as export

URL = "https://weekly.example/rain"


def two_turns(text: str = "Did it rain?") -> ConversationState:
    turn = answered(citation(text, title=text, source=text, url=URL), question=text)
    return ConversationState(
        "t1",
        (
            with_answer(turn, notices=(text,)),
            replace(refused(), question=text, scope=Scope((text,), article=ScopeArticle("a1", text))),
        ),
    )


def as_read(markdown: str) -> Page:
    """What a reader sees who lets Markdown pass HTML through."""
    return Page(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))


def test_markdown_has_each_statement_with_its_source() -> None:
    page = as_read(export.markdown(two_turns(), NOW))
    assert page.names.count("h2") == 2 and page.links == [URL]
    for part in (
        "Did it rain? [1]",
        "“Did it rain?”, Did it rain?, 6 May 2025",
        "Asked of one article",
        "Corpus 000001",
    ):
        assert part in page.text


def test_what_a_model_wrote_says_so_wherever_it_is_taken() -> None:
    turn = with_answer(answered(citation()), mode="model", model="openai:<b>gpt</b>")
    state, written = ConversationState("t1", (turn,)), turn.answer
    assert written is not None
    for text in (answer.plain(written), as_read(export.markdown(state, NOW)).text, Page(export.page(state, NOW)).text):
        assert "Written by openai:<b>gpt</b>." in text
    quoted = answered(citation()).answer
    assert quoted is not None and "Written by" not in answer.plain(quoted)


def test_what_only_comes_close_is_saved_as_such_and_each_quote_once() -> None:
    state = ConversationState("t1", (related(citation(url=URL)),))
    for text in (as_read(export.markdown(state, NOW)).text, Page(export.page(state, NOW)).text):
        assert "may not say this outright. What comes closest: [1]" in text and text.count("It rained.") == 1


@pytest.mark.parametrize(
    "text", [*HOSTILE, "1. one", "- dash", "# head", "> quote", "===", "a\n\n<b>", "2025 was dry."]
)
def test_what_is_quoted_is_text_in_markdown(text: str) -> None:
    page, plain = as_read(export.markdown(two_turns(text), NOW)), as_read(export.markdown(two_turns("plain"), NOW))
    assert page.names == plain.names
    assert page.text.count(" ".join(text.split())) >= 5


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag_of_the_page_to_print(text: str) -> None:
    plain = Page(export.page(two_turns("plain"), NOW))
    page = Page(export.page(two_turns(text), NOW))
    assert page.names == plain.names and set(page.links) == {URL}


def test_the_page_to_print_has_full_citations_and_needs_nothing_else() -> None:
    page = Page(export.page(two_turns(), NOW))
    assert "Did it rain?, 6 May 2025" in page.text and URL in page.text
    assert not {"script", "img", "link"} & set(page.names)


def test_that_the_publication_changed_an_article_goes_with_it() -> None:
    turn = answered(citation(updated=datetime(2025, 6, 3, 9, tzinfo=UTC)))
    assert turn.answer
    updated = ConversationState("t1", (turn,))
    for text in (answer.plain(turn.answer), export.markdown(updated, NOW), Page(export.page(updated, NOW)).text):
        assert "6 May 2025, updated 3 June 2025" in text


def test_what_was_not_answered_is_said_too() -> None:
    unanswered = ConversationState(
        "t1",
        (ConversationTurn(1, "Why?", problem="no articles are indexed"), ConversationTurn(2, "When?", stopped=True)),
    )
    for text in (export.markdown(unanswered, NOW), Page(export.page(unanswered, NOW)).text):
        assert "No articles are indexed." in text and "Stopped before it was answered." in text


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("When will the cannery close?", "2025-06-01-when-will-the-cannery-close.md"),
        ("../../etc/passwd", "2025-06-01-etc-passwd.md"),
        ("?!", "2025-06-01-conversation.md"),
    ],
)
def test_a_file_is_named_for_its_first_question(question: str, name: str) -> None:
    assert export.file_name(ConversationState("t1", (ConversationTurn(1, question),)), NOW, "md") == name
