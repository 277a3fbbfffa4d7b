"""What the window shows of a conversation is made of our tags only, whatever an article or a question says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import ArticleRef, Interpretation, Statement, Support
from assistant.maintenance.source_health import Health
from tests.ui.support import (
    NASTY,
    NOW,
    Page,
    answered,
    citation,
    drawn,
    html,
    refused,
    same_tags,
    source,
    status,
    with_answer,
)
from ui.state import ConversationTurn, Rating, Scope, Talk
from ui.views import conversation, maintenance


@pytest.mark.parametrize("text", NASTY)
def test_text_from_outside_is_shown_as_text(text: str) -> None:
    page = drawn(answered(citation(text, title=text, source=text, url=text), question=text))
    assert page.marked == [text]
    assert page.text.count(" ".join(text.split())) >= 5  # question, statement, folder, title, source, quote
    assert page.links == ["#a1-s1"]


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda one: html(answered(citation(one, title=one, source=one), question=one)), text)
    same_tags(lambda one: html(refused(ArticleRef("a1", one, one, None, None), notices=(one,))), text)
    same_tags(lambda one: html(ConversationTurn(1, one, problem=one)), text)
    same_tags(lambda one: html(replace(answered(citation()), scope=Scope("a1", one), rating=Rating(False, one))), text)
    same_tags(lambda one: html(understood(follows=one, publications=(one,), corrected=((one, one),))), text)
    same_tags(lambda one: conversation.offer([one], first=True), text)
    same_tags(lambda one: conversation.composing(Talk("t", scope=Scope("a1", one), editing=True)), text)
    same_tags(lambda one: conversation.said(one), text)


@given(quote=st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1))
def test_the_mark_holds_exactly_the_quote(quote: str) -> None:
    assert drawn(answered(citation(quote))).marked == [quote]


def test_marks_that_turn_the_reading_direction_are_shown_not_obeyed() -> None:
    page = drawn(answered(citation("abc\u202edef", title="ti\u202etle")))
    assert page.marked == ["abc\ufffddef"]
    assert "\u202e" not in page.text


@pytest.mark.parametrize(
    ("support", "label"),
    [("verbatim", "word for word"), ("supported", "in the source"), ("unsupported", "not borne out by the articles")],
)
def test_support_is_said_in_words(support: Support, label: str) -> None:
    assert label in drawn(answered(citation(), support=support)).text


def test_why_a_statement_is_not_borne_out_is_said() -> None:
    doubted = Statement("It rained.", (1,), "unsupported", doubt="“<b>14</b>” is not in the source")
    page = drawn(with_answer(answered(citation()), statements=(doubted,)))
    assert "not borne out by the articles: “<b>14</b>” is not in the source" in page.text


def test_a_refusal_names_what_is_nearest_and_lets_it_be_read() -> None:
    near = ArticleRef("a1", "Rain", "The Weekly", datetime(2025, 5, 6, tzinfo=UTC), "https://weekly.example/rain")
    page = drawn(refused(near, notices=("The articles are in English.",)))
    for part in ("do not answer", "10 March to 29 May 2025", "Rain", "The Weekly", "6 May 2025", "in English"):
        assert part in page.text
    assert page.links == ["https://weekly.example/rain"]
    assert page.asking("read") == [{"act": "read", "article": "a1"}]
    assert {"refusal"} & {given.get("class") for _, given in page.tags}


def understood(**what: object) -> ConversationTurn:
    return with_answer(answered(citation()), understood=Interpretation(**what))  # type: ignore[arg-type]


def test_what_a_question_was_taken_to_mean_can_be_taken_away() -> None:
    turn = understood(publications=("The Weekly",), since=date(2025, 5, 1), until=date(2025, 5, 31), when="in May")
    page = drawn(replace(turn, ignored=("spelling",)))
    assert "publication: The Weekly" in page.text and "“in May”: 1 to 31 May 2025" in page.text
    assert [one["ignored"] for one in page.asking("reread")] == ["spelling,publications", "spelling,dates", ""]


def test_only_of_the_last_question_can_something_be_taken_away() -> None:
    turn = understood(publications=("The Weekly",))
    page = Page(conversation.past((turn, replace(answered(citation()), number=2))))
    assert "publication: The Weekly" in page.text and not page.asking("reread")


def test_an_answer_can_be_copied_with_its_citations_as_text() -> None:
    (carried,) = drawn(answered(citation(url="https://weekly.example/rain"))).asking("copy")
    assert "[1] “Rain”, The Weekly, 6 May 2025: “It rained.” https://weekly.example/rain" in carried["text"]


def test_what_a_reader_thinks_is_asked_and_shown() -> None:
    page = drawn(answered(citation()))
    assert [one["good"] for one in page.asking("rate")] == ["yes", "no"] and not page.asking("reason")
    assert drawn(replace(answered(citation()), rating=Rating(False))).asking("reason")
    assert "Noted: too short" in drawn(replace(answered(citation()), rating=Rating(False, "too short"))).text


def test_a_question_can_be_watched_when_it_can_be_asked_alone_to_the_same_end() -> None:
    assert drawn(answered(citation())).asking("watch") == [{"act": "watch", "turn": "1"}]
    assert drawn(refused()).asking("watch")
    assert understood(follows="Did it rain in May?").watchable == "Did it rain in May?"
    for turn in (
        replace(answered(citation()), scope=Scope("a1", "Rain")),
        replace(answered(citation()), ignored=("dates",)),
        with_answer(answered(citation()), mode="catalogue"),
        ConversationTurn(1, "Why?", problem="no"),
    ):
        assert not drawn(turn).asking("watch")


def test_what_a_model_writes_is_shown_as_text_until_it_is_checked() -> None:
    draft = "It rained. [1] It <script>poured"
    statement = Statement("It rained.", (1,), "supported")
    page = drawn(
        ConversationTurn(1, "Did it rain?", progress="Writing…", statements=(statement,), draft=draft, checked=15)
    )
    assert "It <script>poured not checked yet" in page.text
    assert page.text.count("It rained.") == 1


def test_an_answer_that_was_stopped_says_so() -> None:
    page = drawn(
        ConversationTurn(1, "Did it rain?", statements=(Statement("It rained.", (1,), "supported"),), stopped=True)
    )
    assert "It rained." in page.text and "Stopped." in page.text and page.asking("retry")


def test_an_answer_is_announced_once_and_whole() -> None:
    turn = with_answer(answered(citation()), text="It rained. [1]", notices=("The model failed.",))
    assert conversation.announced(turn) == "It rained. [1] The model failed. It rests on 1 source."
    assert conversation.announced(ConversationTurn(1, "Why?", progress="Searching…")) == ""


def test_the_head_says_what_the_corpus_holds() -> None:
    said = conversation.holdings(status(), NOW + timedelta(minutes=5))
    assert said == "16 articles from 9 publications, 10 March to 29 May 2025, refreshed 5 minutes ago"
    assert "assistant refresh" in conversation.holdings(status(generation=None), NOW)


def test_a_corpus_that_is_old_is_said_to_be() -> None:
    after = NOW + timedelta(days=8)
    assert "last refreshed 8 days ago" in Page(conversation.header(status(), after, stale_after=7)).text
    assert "last refreshed" not in Page(conversation.header(status(), after, stale_after=9)).text


def test_the_sources_that_need_a_maintainer_are_named_once() -> None:
    old = source("council", warnings=("last read 9d ago, which is over 7d",))
    failing = replace(source("feed"), health=Health(failures=2), warnings=("could not be read",))
    both = status(states=(old, failing))
    assert "2 sources need a maintainer: council (" in Page(conversation.header(both, NOW, stale_after=7)).text
    # When all of the corpus is old, it is not said of each source again.
    told = Page(conversation.header(both, NOW + timedelta(days=8), stale_after=7)).text
    assert "last refreshed 8 days ago" in told and "1 source needs a maintainer: feed (could not be read)." in told


def test_a_mistake_in_the_list_of_sources_is_told_to_all_and_shown_to_maintainers() -> None:
    broken = status(trouble="/srv/sources.toml:7: unknown key feeed")
    head = Page(conversation.header(broken, NOW, stale_after=7)).text
    assert "The list of sources needs a maintainer" in head and "/srv" not in head
    assert "/srv/sources.toml:7: unknown key feeed." in Page(maintenance.state(broken, NOW)).text


def test_the_first_look_says_what_to_expect_and_offers_questions() -> None:
    page = Page(conversation.offer(["Who won?", "Why?"], first=True))
    assert "own words" in page.text
    assert [one["question"] for one in page.asking("ask")] == ["Who won?", "Why?"]
    assert "A model writes the answer" in Page(conversation.offer([], first=True, by_model=True)).text


def test_no_next_question_takes_no_room() -> None:
    assert conversation.offer([], first=False) == ""
