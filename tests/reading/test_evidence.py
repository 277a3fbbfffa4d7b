"""Which sentences of the passages are evidence, in which order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk, Passage
from assistant.models.embedders import as_vectors
from assistant.models.linear import load
from assistant.reading.answerability import answer_probability
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.reading.gather import gather_evidence, sub_questions, worth_reading
from assistant.reading.ranker import FEATURES, WEIGHTS
from assistant.retrieval.question import parse
from assistant.text.weighting import idf_weights, rarest
from assistant.text.words import stem
from tests.support import WordHash, quick_read


def evidence(text: str, *scores: float, vector: tuple[float, float] = (1, 0)) -> Evidence:
    passage = Passage(Chunk("a", 0, len(text), text), Article("a", "Title", text), 1.0)
    return Evidence(passage, 0, len(text), scores=scores, embed=lambda: np.array(vector, dtype=np.float32))


def sub_questions_of(weights: dict[str, float], parts: int = 1) -> list[SubQuestion]:
    return [SubQuestion("", "", weights)] * parts


def read(question: str, text: str) -> tuple[list[Evidence], float]:
    """The evidence of an article of one passage, and the probability that it answers."""
    article = Article("a", "News of the ferry", text)
    passage = Passage(Chunk("a", 0, len(text), text), article, 1.0, 0.6)
    query = parse(question)
    parts = sub_questions(query, query, idf_weights(dict.fromkeys(query.terms, 1), 100), rarest(100))
    sentences = gather_evidence(
        parts, [passage], quick_read, lambda texts: as_vectors(WordHash(), texts), lambda article: frozenset()
    )
    return sentences, answer_probability(0, parts, sentences)


def test_the_sentence_that_says_what_is_asked_comes_first() -> None:
    text = "The sun shone on the quay. The ferry was late because of fog. Children ate bread and cheese."
    sentences, _ = read("Why was the ferry late?", text)
    assert sentences[0].text == "The ferry was late because of fog."
    assert set(FEATURES) == set(load(WEIGHTS).coefficients)
    assert all(set(FEATURES) <= set(sentence.features[0]) for sentence in sentences)


def test_words_that_say_where_to_look_do_not_count() -> None:
    query = parse("What does Coast Radio say about the ferry?")
    weights = {stem(term): 1.0 for term in query.terms}
    (part,) = sub_questions(query, query, weights, 1.0, frozenset({"coast", "radio"}))
    assert set(part.weights) == {"ferri"}
    (part,) = sub_questions(query, query, weights, 1.0, frozenset(weights))
    assert set(part.weights) == set(weights)


@given(st.lists(st.floats(-3, 20), max_size=10, unique=True))
def test_of_passages_only_those_far_behind_the_first_six_and_the_best_are_left_unread(scores: list[float]) -> None:
    article = Article("a", "Title", "Text.")
    passages = [Passage(Chunk("a", 0, 5, "Text."), article, score) for score in scores]
    read = list(worth_reading(passages))
    assert read == [passage for passage in passages if passage in read]
    assert read[:6] == passages[:6]
    left = [passage for passage in passages if passage not in read]
    assert all(passage.score < max(scores) / 2 for passage in left)
    assert len(read) % 2 == 0 or len(read) == len(passages)
