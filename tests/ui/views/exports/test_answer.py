"""An answer that is pasted elsewhere keeps its sources, and is text there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Filters, Statement
from tests.ui.support import HOSTILE, Page, answered, citation, refused, related
from tests.ui.views.exports.test_conversation import as_read
from ui.views.exports import answer as exports

URL = "https://weekly.example/rain?a=1&b=2"


def made(text: str = "It rained.", url: str | None = URL) -> Answer:
    first = citation(text, title=text, source=text, url=url)
    second = replace(first, number=2, url="javascript:alert(1)")
    answer = answered(first, second, question=text).answer
    assert answer
    return replace(answer, text=f"{text} [1]", statements=(Statement(text, (1, 2), "supported"),), notices=(text,))


def test_plain_text_has_the_question_the_answer_and_its_sources() -> None:
    lines = exports.plain(made(), Filters(source="The Weekly", since=date(2025, 5, 1))).splitlines()
    assert lines[:5] == ["It rained.", "", "Asked of: The Weekly, from 1 May 2025", "", "It rained. [1]"]
    assert f"[1] “It rained.”, It rained., 6 May 2025: “It rained.” {URL}" in lines
    assert "javascript" not in exports.plain(made())


def test_numbers_lead_to_the_articles_or_nowhere() -> None:
    page = Page(exports.html(made()))
    assert page.links == [URL, URL]  # the number and the title of the first source; the other has no address
    assert "It rained. [1] [2]" in page.text and "Sources[1] “It rained.”, It rained., 6 May 2025" in page.text
    assert Page(exports.html(made(url=None))).links == []


def test_html_to_paste_has_inline_styles_and_nothing_else() -> None:
    attributes = {(tag, name) for tag, attributes in Page(exports.html(made())).tags for name in attributes}
    assert attributes == {("p", "style"), ("span", "style"), ("a", "href")}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_quoted_is_text_everywhere(text: str) -> None:
    reads: list[Callable[[str], Page]] = [
        lambda words: Page(exports.html(made(words))),
        lambda words: as_read(exports.markdown(made(words))),
    ]
    for read in reads:
        page = read(text)
        assert page.names == read("plain").names
        assert page.text.count(" ".join(text.split())) >= 5


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    page = Page(exports.html(made(text)))
    assert page.names == Page(exports.html(made("plain"))).names and page.links == [URL, URL]


def test_what_only_comes_close_and_what_is_refused_is_said() -> None:
    close, none = related(citation(url=URL)).answer, refused().answer
    assert close and none
    for text in (Page(exports.html(close)).text, as_read(exports.markdown(close)).text):
        assert "What comes closest: [1]" in text and text.count("It rained.") == 1
    assert "Sources" not in exports.html(none) and "Who won?" in exports.markdown(none)


def test_an_answer_from_one_article_says_so() -> None:
    only = Filters(only=("a1",))
    for text in (exports.plain(made(), only), Page(exports.html(made(), only)).text):
        assert "Asked of one article: It rained." in text
