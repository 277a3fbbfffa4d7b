"""Similar articles: what else is told of the same, without copies of it."""

from collections.abc import Iterator

import pytest

from assistant import Assistant, NoArticlesError
from tests.support import WordHash, open_assistant, write_article

WIRE = " ".join(
    f"A crane at quay {number} of the harbour lifted boat {number}, and the ferry waited." for number in range(30)
)
ARTICLES = {
    "ferry": "The ferry to the island broke down in the harbour; the ferry company sent a tug to the island.",
    "tug": "A tug came to the island, where the ferry of the ferry company broke down in the harbour.",
    "wire": WIRE,
    "copy": f"{WIRE} So it was told.",
    "budget": "Parliament adopted next year's budget after sixteen hours; ministers welcomed lower taxes.",
}


@pytest.fixture(scope="module")
def embedder() -> WordHash:
    return WordHash()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: WordHash) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("similar")
    for name, text in ARTICLES.items():
        write_article(folder / "articles", name, text)
    with open_assistant(folder / "home", embedder) as opened:
        opened.refresh([folder / "articles"])
        yield opened


def similar(assistant: Assistant, title: str, count: int = 5) -> list[str]:
    return [article.title for article in assistant.similar(assistant.titles(title)[0].article_id, count)]


def test_the_nearest_articles_come_first_and_what_has_nothing_in_common_is_left_out(assistant: Assistant) -> None:
    found = similar(assistant, "ferry")
    assert found[0] == "tug" and "ferry" not in found and "budget" not in found
    assert similar(assistant, "ferry", 1) == ["tug"] and similar(assistant, "ferry", 0) == []


def test_copies_are_left_out_and_of_others_one_is_given(assistant: Assistant) -> None:
    shown = assistant.titles("copy") or assistant.titles("wire")
    of_wire = {article.title for article in assistant.similar(shown[0].article_id)}
    assert of_wire and not of_wire & {"wire", "copy"}
    assert len({"wire", "copy"} & set(similar(assistant, "ferry"))) == 1


def test_nothing_is_embedded_for_it(assistant: Assistant, embedder: WordHash) -> None:
    before = len(embedder.texts)
    similar(assistant, "tug")
    assert len(embedder.texts) == before


def test_an_article_that_is_not_there_has_none(assistant: Assistant) -> None:
    assert assistant.similar("nowhere") == []


def test_without_articles_it_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_assistant(tmp_path_factory.mktemp("empty")) as assistant, pytest.raises(NoArticlesError):
        assistant.similar("a")
