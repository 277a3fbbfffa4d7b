"""Answers as text for other programs: marks, lists of sources, and nothing of an article that acts there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant import ArticleRef, Difference, Event, Finished, Side, Statement, StatementReady, Token, Withdrawn
from assistant.server.addresses import ArticleLinks
from assistant.server.answer_text import answer_text, markdown
from assistant.server.openai_protocol.writing import WrittenAnswer
from tests.server.served import DAY, answered, cited

RAIN, SNOW = cited(), cited("It snowed.", 2, speaker="Ann Lee")


def text_of(answer: object) -> str:
    return answer_text(answer, lambda article: article.url).text  # type: ignore[arg-type]


def test_each_mark_is_where_it_is_said_to_be() -> None:
    sides = (Side("rain", 1, "The Weekly", DAY), Side("snow", 2, None, None))
    answer = answered("What fell?", RAIN, SNOW, differences=(Difference("what fell", sides),), fold=1)
    page = answer_text(answer, lambda article: None)
    assert [page.text[mark.start : mark.end] for mark in page.marks] == ["[1]", "[2]", "[1]", "[2]"]
    assert [mark.citation.number for mark in page.marks] == [1, 2, 1, 2]
    assert "More from the articles:\n\n- [Ann Lee] It snowed. [2]" in page.text
    assert "- [1] [2] “Rain” (The Weekly, 6 May 2025)" in page.text  # of one article


def test_what_comes_closest_and_what_is_nearest_do_not_read_as_answers() -> None:
    told = "The articles may not say this outright. What comes closest: “It rained.” [1]"
    close = replace(answered("Who won?", RAIN, found=False, text=told), statements=())
    lines = text_of(close).split("\n\n")
    assert lines[:3] == ["The articles may not say this outright.", "What comes closest:", "- “It rained.” [1]"]
    nearest = (ArticleRef("a1", "Rain", None, None, "https://weekly.example/rain"),)
    none = text_of(answered("Who won?", found=False, text="The articles do not answer this question.", nearest=nearest))
    assert none.startswith("The articles do not answer this question.\n\nNearest articles:")
    assert none.endswith("- “Rain”: https://weekly.example/rain")


HARMFUL = (
    "![x](https://evil.example/p.png)",
    "[click](https://evil.example)",
    "<img src=https://evil.example>",
    "\\<img src=https://evil.example>",
    "[1]: https://evil.example",
    "![x][1] \\![x](y)",
    "```",
    "~~~ code",
    "<https://evil.example>",
    "<!-- hidden",
)


@given(st.lists(st.sampled_from([*HARMFUL, "\\", "]", "(", "[", "!", "<a", " ", "x"]), max_size=6).map("".join))
def test_nothing_of_an_article_is_fetched_followed_or_hidden_where_markdown_is_shown(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"{markdown(text)} [1]\n\n[1] is cited")
    every = [each for token in tokens for each in (token, *(token.children or []))]
    assert not {each.type for each in every} & {"image", "link_open", "html_inline", "html_block", "fence"}


@pytest.mark.parametrize("text", ["It rained [sic] (twice).", "a < b, c > d", "100% `sure`"])
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert markdown(text) == text


# as it is made


def written(*events: Event) -> tuple[WrittenAnswer, list[str]]:
    answer = WrittenAnswer(ArticleLinks("http://127.0.0.1/"))
    return answer, [piece for event in events for piece in answer.add(event)]


def said(text: str) -> StatementReady:
    return StatementReady(Statement(text, (1,), "supported"), (RAIN,))


def test_what_was_withdrawn_is_said_to_be_and_the_marks_are_those_of_what_holds() -> None:
    answer = Finished(answered("Did it rain?", RAIN))
    withdrawn = Withdrawn("The model was thinking until now.")
    made, pieces = written(Token("It may"), said("It may."), withdrawn, answer)
    assert pieces[0] == "It may. [1]" and made.text == "".join(pieces)
    begun = "It may. [1]\n\nWhat is above does not hold. The model was thinking until now.\n\nIt rained. [1]"
    assert made.text.startswith(begun)
    (noted,) = [each["url_citation"] for each in made.annotations]
    assert made.text[noted["start_index"] : noted["end_index"]] == "[1]" and noted["start_index"] > 60


def test_what_was_thought_and_not_shown_is_not_withdrawn() -> None:
    made, _ = written(Token("Hm"), Withdrawn("The model was thinking."), Finished(answered("Did it rain?", RAIN)))
    assert made.text.startswith("It rained. [1]")
