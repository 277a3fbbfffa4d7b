"""What a model writes, cut into sentences with what each cites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk
from assistant.answering.draft import ModelDraft, Sentence
from assistant.articles import Passage

TEXT = "The ferry is new. It was built in 2019 (3)."
OFFERED = {
    number: Passage(Chunk(f"a{number}", 0, len(TEXT), TEXT), Article(f"a{number}", f"Ferry {name}", TEXT), 1.0)
    for number, name in enumerate(("launched", "delayed", "sold"), 1)
}


def drafted(text: str) -> list[Sentence]:
    """The sentences of a whole text."""
    draft = ModelDraft(OFFERED)
    return [*draft.add(text)[1], *draft.end()[1]]


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.text, one.cited) for one in drafted(text)]


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        ("He left [1]. She stayed [2].", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left. [1] She stayed. [2][3]", [("He left.", (1,)), ("She stayed.", (2, 3))]),
        ("He left.[1] She stayed.[2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("[1] He left. She stayed [2].", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left [1] and she [2] stayed.", [("He left and she stayed.", (1, 2))]),
        ("- He left [1]\n- She stayed [2]", [("He left", (1,)), ("She stayed", (2,))]),
        ("1. He left. [1]\n2. She stayed. [2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("**He** left `now` [1].", [("He left now.", (1,))]),
        ("Mr. Smith paid 2.5 million [1].", [("Mr. Smith paid 2.5 million.", (1,))]),
        ("He left [9].", [("He left.", ())]),
        ("He left [[1]].", [("He left.", (1,))]),
        ("He left", [("He left", ())]),
        ("He left.\n[1]\nShe stayed.\n[2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("[1] He left. [2] She stayed.", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("Based on the articles provided, he left. [1]", [("He left.", (1,))]),
        ("Here is the answer: He left [1].", [("He left.", (1,))]),
        ("Sure! According to [1], he left.", [("He left.", (1,))]),
        ("Passage 2 states that she stayed.", [("She stayed.", (2,))]),
        ("He left ([1]). She stayed (see [2]).", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He said ``we left'' [1].", [("He said “we left”.", (1,))]),
        ("It was built in 2019 (3). He left (1).", [("It was built in 2019 (3).", ()), ("He left.", (1,))]),
        ("He left [1]. Sources: [1] A ferry. The Courier.", [("He left.", (1,))]),
        ("He left [Ferry delayed](https://example.org/a).", [("He left.", (2,))]),
        ("He left [Quelle 1]. She stayed (cf. [2]).", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left [1]. Let me know if you need more.", [("He left.", (1,))]),
        ("Il dit : « Bon. » [1] Éric part. [2]", [("Il dit: « Bon. »", (1,)), ("Éric part.", (2,))]),
        ("", []),
    ],
)
def test_a_sentence_has_the_numbers_beside_it(written: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [one for one in said(written) if not Sentence(*one, 0).says_nothing] == sentences


PARTS = st.sampled_from(
    [*"[]12.,- \n*", "He left", " [1]", "[2].", ". ", "\n\n", "Mr. Smith", " 2.5 million", "- ", "NOT IN"]
)


@given(st.lists(PARTS, max_size=25).map("".join), st.data())
def test_how_the_text_comes_does_not_matter(text: str, data: st.DataObject) -> None:
    draft, found, shown, rest = ModelDraft(OFFERED), list[Sentence](), "", text
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        added, sentences = draft.add(rest[:size])
        shown, rest = shown + added, rest[size:]
        found.extend(sentences)
    added, sentences = draft.end()
    assert [(one.text, one.cited) for one in [*found, *sentences]] == said(text)
    assert [one.end for one in [*found, *sentences]] == sorted(one.end for one in [*found, *sentences])
    assert shown + added == draft.shown


def test_not_in_the_articles_is_never_shown_while_it_comes() -> None:
    draft = ModelDraft(OFFERED)
    assert [draft.add(token)[0] for token in ("NOT", " IN THE", " ARTICLES", ".")] == ["", "", "", ""]
    (only,) = draft.end()[1]
    assert only.declines


@pytest.mark.parametrize(
    "text",
    [
        "NOT IN THE ARTICLES",
        "The articles do not say when the bridge was built.",
        "The provided passages don't mention the World Cup.",
        "There is no information about this in the articles.",
        "I cannot answer this question based on the passages.",
        "This is not mentioned in the passages.",
        "I'm sorry, but I do not know.",
        "However, the passages do not specify the date [1][2].",
    ],
)
def test_a_model_that_declines_is_understood(text: str) -> None:
    assert drafted(text)[0].declines


@pytest.mark.parametrize(
    "text", ["The council did not say when it will vote [1].", "He did not mention the articles of the treaty [2]."]
)
def test_what_an_article_says_of_silence_is_no_refusal(text: str) -> None:
    assert not drafted(text)[0].declines


@pytest.mark.parametrize("text", ["Here is what the articles say:", "Answer:", "Summary:", "-", "1."])
def test_what_only_leads_up_says_nothing(text: str) -> None:
    assert all(one.says_nothing for one in drafted(text))


@pytest.mark.parametrize("text", ["He left.", "The EU condemned it.", "It closes in May.", "Six to four."])
def test_a_short_statement_says_something(text: str) -> None:
    assert not any(one.says_nothing for one in drafted(text))
