"""What the window shows of a conversation is made of our tags only, whatever an article or a question says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, Health, Interpretation, Statement
from assistant.answers import Difference, Side, Support
from tests.ui.support import (
    HOSTILE,
    NOW,
    Page,
    answered,
    citation,
    drawn,
    html,
    refused,
    related,
    same_tags,
    source,
    status,
    with_answer,
)
from ui.addresses import article_address
from ui.scope import Scope, ScopeArticle, ScopeStory
from ui.state import ConversationTurn, Rating
from ui.views import conversation, header, markup, sources


def limits(text: str) -> Scope:
    """What a question is limited to, in the words of `text`."""
    return Scope((text,), "week", story=ScopeStory("s1", text, ("a1",)), article=ScopeArticle("a1", text))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_is_shown_as_text(text: str) -> None:
    page = drawn(answered(citation(text, title=text, source=text, url=text), question=text))
    assert page.marked == [text]
    assert page.text.count(" ".join(text.split())) >= 5  # question, statement, folder, title, source, quote
    assert page.links == ["#a1-s1", article_address("a1", text)]


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda text: html(answered(citation(text, title=text, source=text), question=text)), text)
    same_tags(lambda text: html(refused(ArticleRef("a1", text, text, None, None), notices=(text,))), text)
    same_tags(lambda text: html(related(citation(text, title=text, source=text, speaker=text), question=text)), text)
    same_tags(lambda text: html(ConversationTurn(1, text, problem=text)), text)
    same_tags(lambda text: html(replace(answered(citation()), scope=limits(text), rating=Rating(False, text))), text)
    same_tags(lambda text: html(understood(follows=text, publications=(text,), corrected=((text, text),))), text)
    same_tags(lambda text: markup.problem(text), text)


@given(quote=st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1))
def test_the_mark_is_exactly_the_quote(quote: str) -> None:
    assert drawn(answered(citation(quote))).marked == [quote]


def test_characters_that_turn_the_reading_direction_are_shown_and_have_no_effect() -> None:
    page = drawn(answered(citation("abc\u202edef", title="ti\u202etle")))
    assert page.marked == ["abc\ufffddef"]
    assert "\u202e" not in page.text


@pytest.mark.parametrize(
    ("support", "label"),
    [("verbatim", "word for word"), ("supported", "in the source"), ("unsupported", "not borne out by the articles")],
)
def test_support_is_shown_in_words(support: Support, label: str) -> None:
    assert label in drawn(answered(citation(), support=support)).text


def test_an_unsupported_statement_shows_why() -> None:
    doubted = Statement("It rained.", (1,), "unsupported", doubt="“<b>14</b>” is not in the source")
    page = drawn(with_answer(answered(citation()), statements=(doubted,)))
    assert "not borne out by the articles: “<b>14</b>” is not in the source" in page.text


def test_the_signs_of_an_answer_are_explained_and_no_others() -> None:
    page = drawn(answered(citation()))
    assert "What the signs mean" in page.text and "Word for word" in page.text and "Not checked" not in page.text
    assert "What the signs mean" not in drawn(related(citation())).text


def test_the_model_that_wrote_an_answer_is_named_at_its_foot() -> None:
    assert "Written by openai:m" in drawn(with_answer(answered(citation()), model="openai:m")).text
    assert "Written by" not in drawn(answered(citation())).text


def test_what_sources_say_differently_stands_in_a_table() -> None:
    sides = (Side("19 <b>May</b>", 1, "The Weekly", NOW), Side("12 May", 2, "Coast Radio", NOW))
    page = drawn(with_answer(answered(citation()), differences=(Difference("the date", sides),)))
    assert "Sources differ on the date" in page.text and "19 <b>May</b>" in page.text
    assert page.names.count("tr") == 2 and page.links.count("#a1-s2") == 1


def test_a_refusal_says_what_can_be_done_about_it() -> None:
    limited = with_answer(refused(), understood=Interpretation(publications=("The Weekly",), names=("Ann Lee",)))
    page = drawn(limited)
    assert "Ask without the publications" in page.text and page.controls("reinterpret")[-1]["ignored"] == "publications"
    assert len(page.controls("edit")) == 2  # beside the one under every answer
    earlier = Page(conversation.past((limited, replace(refused(), number=2))))
    assert not earlier.controls("reinterpret") and not earlier.controls("edit")


def test_what_was_stopped_before_anything_was_checked_says_so() -> None:
    assert "Nothing was checked yet." in drawn(ConversationTurn(1, "Did it rain?", stopped=True)).text


def test_a_refusal_names_the_nearest_articles_and_opens_them() -> None:
    near = ArticleRef("a1", "Rain", "The Weekly", datetime(2025, 5, 6, tzinfo=UTC), "https://weekly.example/rain")
    page = drawn(refused(near, notices=("The articles are in English.",)))
    for part in ("do not answer", "10 March to 29 May 2025", "Rain", "The Weekly", "6 May 2025", "in English"):
        assert part in page.text
    assert page.links == ["article/a1", "https://weekly.example/rain"]
    assert page.controls("read") == [{"act": "read", "article": "a1"}]
    assert {"refusal"} & {attributes.get("class") for _, attributes in page.tags}


def test_what_only_comes_close_does_not_look_like_an_answer() -> None:
    page = drawn(related(citation(speaker="Ann Lee")))
    for part in ("may not say this outright", "[Ann Lee] It rained.", "The Weekly", "6 May 2025"):
        assert part in page.text
    classes = {attributes.get("class") for _, attributes in page.tags}
    assert "related" in classes and not classes & {"answer", "refusal", "support", "as-of"}
    assert page.links == ["#a1-s1", "article/a1#It%20rained."] and page.marked == ["It rained."]
    assert "It rests on" not in conversation.announcement(related(citation()))


def understood(**what: object) -> ConversationTurn:
    return with_answer(answered(citation()), understood=Interpretation(**what))  # type: ignore[arg-type]


def test_further_evidence_is_folded_under_the_answer() -> None:
    turn = with_answer(answered(citation("It rained."), citation("It poured.", number=2)), fold=1)
    answer, folded = html(turn).split('<details class="further">', 1)
    assert "It rained." in answer and "It poured." not in answer
    assert folded.index("More from the articles") < folded.index("It poured.") < folded.index("</details>")


def test_aspects_of_how_a_question_was_understood_can_be_removed() -> None:
    turn = understood(publications=("The Weekly",), since=date(2025, 5, 1), until=date(2025, 5, 31), when="in May")
    page = drawn(replace(turn, ignored=("spelling",)))
    assert "publication: The Weekly" in page.text and "“in May”: 1 to 31 May 2025" in page.text
    assert [button["ignored"] for button in page.controls("reinterpret")] == [
        "spelling,publications",
        "spelling,dates",
        "",
    ]


def test_aspects_can_be_removed_of_the_last_question_only() -> None:
    turn = understood(publications=("The Weekly",))
    page = Page(conversation.past((turn, replace(answered(citation()), number=2))))
    assert "publication: The Weekly" in page.text and not page.controls("reinterpret")


def test_an_answer_can_be_copied_with_its_citations_as_text() -> None:
    button, quote = drawn(answered(citation(url="https://weekly.example/rain"))).controls("copy")
    assert quote["text"] == "“Rain”, The Weekly, 6 May 2025: “It rained.” https://weekly.example/rain"
    assert "[1] “Rain”, The Weekly, 6 May 2025: “It rained.” https://weekly.example/rain" in button["text"]


def test_the_rating_of_an_answer_is_asked_for_and_shown() -> None:
    page = drawn(answered(citation()))
    assert [button["good"] for button in page.controls("rate")] == ["yes", "no"] and not page.controls("reason")
    assert drawn(replace(answered(citation()), rating=Rating(False))).controls("reason")
    assert "Noted: too short" in drawn(replace(answered(citation()), rating=Rating(False, "too short"))).text


def test_a_question_can_be_watched_when_it_has_the_same_answer_outside_its_conversation() -> None:
    assert drawn(answered(citation())).controls("watch") == [{"act": "watch", "turn": "1"}]
    assert drawn(refused()).controls("watch")
    assert understood(follows="Did it rain in May?").watchable == "Did it rain in May?"
    for turn in (
        replace(answered(citation()), scope=limits("Rain")),
        replace(answered(citation()), ignored=("dates",)),
        with_answer(answered(citation()), mode="catalogue"),
        ConversationTurn(1, "Why?", problem="no"),
    ):
        assert not drawn(turn).controls("watch")


def test_the_draft_of_a_model_is_shown_as_text_until_it_is_checked() -> None:
    draft = "It rained. [1] It <script>poured"
    statement = Statement("It rained.", (1,), "supported")
    page = drawn(
        ConversationTurn(1, "Did it rain?", progress="Writing…", statements=(statement,), draft=draft, checked=15)
    )
    assert "It <script>poured not checked yet" in page.text
    assert page.text.count("It rained.") == 1


def test_a_stopped_answer_says_so() -> None:
    page = drawn(
        ConversationTurn(1, "Did it rain?", statements=(Statement("It rained.", (1,), "supported"),), stopped=True)
    )
    assert "It rained." in page.text and "Stopped." in page.text and page.controls("retry")


def test_an_answer_is_announced_once_and_whole() -> None:
    turn = with_answer(answered(citation()), text="It rained. [1]", notices=("The model failed.",))
    assert conversation.announcement(turn) == "It rained. [1] The model failed. It rests on 1 source."
    assert conversation.announcement(ConversationTurn(1, "Why?", progress="Searching…")) == ""


def test_the_header_says_what_the_corpus_holds() -> None:
    holdings = header.holdings(status(), NOW + timedelta(minutes=5))
    assert list(holdings.values()) == ["16 articles", "9 publications", "to 29 May 2025", "checked 5 minutes ago"]
    exactly = dict(Page(header.header(status(), NOW, stale_after=7)).tags[2][1])["title"]
    assert exactly and "10 March to 29 May 2025" in exactly
    assert "No articles yet" in header.holdings(status(generation=None, articles=0), NOW).values()


def test_an_old_corpus_is_said_to_be_old() -> None:
    later = NOW + timedelta(days=8)
    assert "last refreshed 8 days ago" in Page(header.header(status(), later, stale_after=7)).text
    assert "last refreshed" not in Page(header.header(status(), later, stale_after=9)).text


def test_the_sources_that_need_a_maintainer_are_named_once() -> None:
    old = source("council", warnings=("last read 9d ago, which is over 7d",))
    failing = replace(source("feed"), health=Health(failures=2), warnings=("could not be read",))
    both = status(states=(old, failing))
    assert "2 sources need a maintainer: council (" in Page(header.header(both, NOW, stale_after=7)).text
    # When all of the corpus is old, it is not said again of each source.
    text = Page(header.header(both, NOW + timedelta(days=8), stale_after=7)).text
    assert "last refreshed 8 days ago" in text and "1 source needs a maintainer: feed (could not be read)." in text


def test_a_mistake_in_the_list_of_sources_is_shown_in_full_to_maintainers_only() -> None:
    broken = status(trouble="/srv/sources.toml:7: unknown key feeed")
    head = Page(header.header(broken, NOW, stale_after=7)).text
    assert "The list of sources needs a maintainer" in head and "/srv" not in head
    assert "/srv/sources.toml:7: unknown key feeed." in Page(sources.table(broken, NOW)).text


def test_the_few_words_that_answer_come_first_and_are_marked_in_their_sentence() -> None:
    turn = answered(citation("About 340 people left <home>."))
    (statement,) = turn.answer.statements if turn.answer else ()
    page = html(with_answer(turn, statements=(replace(statement, short="about 340 people"),)))
    assert "<strong>" not in page  # only where they stand in it as they are
    page = html(with_answer(turn, statements=(replace(statement, short="340 people"),)))
    assert page.index('<p class="short" dir="auto">340 people</p>') < page.index("<strong>340 people</strong>")
    parts = Interpretation(parts=("who left", "why"))
    assert 'class="short"' not in html(
        with_answer(turn, understood=parts, statements=(replace(statement, short="340 people"),))
    )
