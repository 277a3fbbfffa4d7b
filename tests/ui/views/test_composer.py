"""The composer shows what a question is limited to and what can be chosen, as text whatever it is called."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ModelChoice
from tests.ui.support import CORPUS, Page, same_tags
from ui.scope import Scope, ScopeArticle, ScopeStory
from ui.state import ConversationState
from ui.views import composer

TODAY = date(2025, 6, 1)
LOCAL = ModelChoice("ollama:llama3.2:latest", "Ollama, on this machine", local=True)
HOSTED = ModelChoice("openai:gpt-9", "OpenAI", configured=True)


def notes(scope: Scope, *, editing: bool = False) -> Page:
    return Page(composer.notes(ConversationState("t1", scope=scope, editing=editing), TODAY))


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def drawn(text: str) -> str:
        scope = Scope((text,), story=ScopeStory(text, text, (text,)), article=ScopeArticle(text, text))
        return composer.notes(ConversationState("t1", scope=scope, editing=True), TODAY)

    same_tags(drawn, text)
    same_tags(lambda text: composer.filters({text: 1}, None, None, TODAY), text)
    same_tags(lambda text: composer.model_picker([ModelChoice(f"openai:{text}", text)], "quotes"), text)
    same_tags(lambda text: composer.offer([text], first=True), text)


def test_each_limit_is_a_chip_that_takes_it_away() -> None:
    scope = Scope(("The Weekly",), "week", story=ScopeStory("a1", "The flood", ()), article=ScopeArticle("a1", "Rain"))
    page = notes(scope, editing=True)
    for text in ("Only in: Rain", "Story: The flood", "Last 7 days", "The Weekly", "Editing your last question"):
        assert text in page.text
    assert [chip["what"] for chip in page.controls("unscope")] == ["article", "story", "dates", "publication"]
    assert page.controls("cancel_edit")


def test_of_many_publications_the_first_are_shown_and_the_others_counted() -> None:
    page = notes(Scope(tuple(f"Paper {number}" for number in range(40))))
    assert len(page.controls("unscope")) == 4 and "36 more" in page.text


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (Scope(dates="today"), "Today (from 1 June 2025)"),
        (Scope(since=date(2025, 5, 5), until=date(2025, 5, 20)), "5 to 20 May 2025"),
        (Scope(since=date(2025, 5, 5)), "From 5 May 2025"),
        (Scope(("A", "B")), "Only from A and B"),
        (Scope(tuple("ABCDEF")), "Only from A, B, C and 3 others"),
        (Scope(("A",), "year"), "Only from A · This year (from 1 January 2025)"),
        (Scope(), ""),
    ],
)
def test_what_a_question_was_limited_to_is_said_in_a_line(scope: Scope, text: str) -> None:
    assert composer.scope_text(scope, TODAY) == text


def test_every_publication_and_the_span_of_the_articles_can_be_chosen() -> None:
    page = Page(composer.filters({"B": 2, "a": 1_000}, CORPUS.oldest, CORPUS.newest, TODAY))
    boxes = [attributes["value"] for tag, attributes in page.tags if attributes.get("type") == "checkbox"]
    assert boxes == ["a", "B"] and "1,000" in page.text and "10 March to 29 May 2025" in page.text
    fields = [attributes for tag, attributes in page.tags if attributes.get("type") == "date"]
    assert {(field["min"], field["max"]) for field in fields} == {("2025-03-10", "2025-06-01")}


def test_the_model_picker_says_what_answers_and_where_each_runs() -> None:
    page = Page(composer.model_picker([HOSTED, LOCAL], ""))
    assert [option["model"] for option in page.controls("choose_model")] == ["quotes", HOSTED.name, LOCAL.name]
    for text in ("What answers: gpt-9", "hosted by OpenAI", "llama3.2", "on this machine"):
        assert text in page.text
    (chosen,) = [attributes for _, attributes in page.tags if attributes.get("aria-selected") == "true"]
    assert chosen["data-model"] == HOSTED.name


def test_without_models_there_is_nothing_to_pick_unless_one_is_gone() -> None:
    assert composer.model_picker([], "") == "" == composer.model_picker([], "quotes")
    assert "not ready at the moment" in composer.model_picker([], "ollama:llama3.2")


@pytest.mark.parametrize(
    ("name", "short"),
    [("gguf:/models/Qwen-3B.gguf", "Qwen-3B"), ("ollama:llama3.2:latest", "llama3.2"), ("FakeModel", "FakeModel")],
)
def test_a_model_has_a_short_name(name: str, short: str) -> None:
    assert composer.short_name(name) == short


def test_the_first_look_says_what_to_expect_and_offers_questions() -> None:
    assert "own words" in composer.welcome(by_model=False) and "A model writes" in composer.welcome(by_model=True)
    page = Page(composer.offer(["Who won?", "Why?"], first=True))
    assert [button["question"] for button in page.controls("ask")] == ["Who won?", "Why?"]
    assert composer.offer([], first=False) == ""
