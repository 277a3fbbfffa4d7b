"""Addresses of what the window shows."""

from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from ui import addresses
from ui.page import is_page


@given(question=st.text(max_size=300), source=st.text(max_size=50))
def test_a_question_and_what_it_is_limited_to_are_read_back_from_its_address(question: str, source: str) -> None:
    address = addresses.question_address(question, [("source", source), ("source", "The Weekly")])
    query = parse_qsl(urlsplit(address).query, keep_blank_values=True, encoding="utf-8")
    assert [name for name, _ in query] == ["q", "source", "source"]
    whole = question.encode("utf-8", "replace").decode("utf-8")
    assert query[0][1] == whole and query[2][1] == "The Weekly"


@given(words=st.text(max_size=600))
def test_the_address_of_words_in_an_article_is_one_path_and_those_words(words: str) -> None:
    path, _, at = addresses.article_address("ab12", words).partition("#")
    assert path == "article/ab12" and is_page(f"/{path}")
    assert set(at) <= set("%-_.~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    told = " ".join(words.split())[:200].encode("utf-8", "replace").decode("utf-8")
    assert unquote(at) == told


@given(name=st.text(min_size=1, max_size=300))
def test_whatever_a_source_calls_its_articles_is_one_plain_part_of_a_path(name: str) -> None:
    for address in (addresses.article_address(name, "It rained"), addresses.story_address(name)):
        path = address.partition("#")[0]
        assert is_page(f"/{path}") and path.count("/") == 1


def test_lists_stories_and_shared_answers_have_addresses_of_their_own() -> None:
    assert addresses.list_address("articles", [("text", "a b"), ("source", ""), ("since", "2025-05-01")]) == (
        "articles?text=a+b&since=2025-05-01"
    )
    assert addresses.list_address("news", []) == "news"
    for address in (addresses.story_address("ab12"), "answer/k-3_x", "articles"):
        assert is_page(f"/{address}")
