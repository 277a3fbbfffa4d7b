"""The one thing that must always hold: a quote is the article's own text at the place it is cited to."""

import json
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Article, Assistant, Settings, split
from assistant.answering.compose import make_citation
from assistant.articles import Passage
from assistant.models.embedders import as_vectors
from assistant.reading.gather import gather_evidence, sub_questions
from assistant.reading.pronouns import resolve_pronoun
from assistant.reading.selection import select_quotes
from assistant.retrieval.question import parse
from assistant.text.words import stem
from tests.index.test_chunking import TEXTS
from tests.support import WordHash, examples, quick_read

QUESTION = "Who paid €4.2 million to the council and what did Dr. Smith say?"


@settings(max_examples=examples(3000), deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_every_quote_is_the_articles_text_at_its_place(texts: list[str]) -> None:
    articles = [Article(str(n), "Title", text) for n, text in enumerate(texts)]
    by_id = {one.id: one for one in articles}
    passages = [Passage(chunk, one, 1.0, 0.5) for one in articles for chunk in split(one)]
    query = parse(QUESTION)
    weights = {stem(term): 1.0 for term in query.terms}
    parts = sub_questions(query, query, weights, 1.0)
    evidence = gather_evidence(
        parts, passages, quick_read, lambda texts: as_vectors(WordHash(), texts), lambda article: frozenset()
    )
    chosen = select_quotes(evidence, parts, [1, 2], 4) if evidence else []
    quotes = [resolve_pronoun(one.by)[0] for one in chosen]
    citations = [make_citation(n, one.article, one.start, one.end) for n, one in enumerate(quotes, 1)]
    assert bool(citations) == bool(passages)
    for citation in citations:
        assert by_id[citation.article_id].text[citation.start : citation.end] == citation.quote != ""


@settings(max_examples=examples(15, 5), deadline=None)
@given(st.lists(TEXTS, min_size=40, max_size=80))
def test_offsets_survive_the_files_and_the_stores(tmp_path_factory: object, texts: list[str]) -> None:
    folder: Path = tmp_path_factory.mktemp("generated")  # type: ignore[attr-defined]
    records = ({"id": f"a{n}", "title": f"Council {n}", "text": text} for n, text in enumerate(texts))
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with Assistant.open(Settings(home=folder / "home", refuse_below=0), WordHash()) as assistant:
        report = assistant.refresh([folder / "all.jsonl"])
        if not report.articles:
            return
        for question in (QUESTION, "council", "今日は", "word"):
            answer = assistant.ask(question)
            assert all(" ".join(one.text.split()) == one.text for one in answer.statements)
            for one in answer.citations:
                article = assistant.article(one.article_id)
                assert article is not None and article.text[one.start : one.end] == one.quote
            for passage in assistant.search(question, 20):
                chunk = passage.chunk
                assert passage.article.text[chunk.start : chunk.end] == chunk.text


def test_the_fake_embedder_gives_vectors_of_length_one() -> None:
    vectors = as_vectors(WordHash(), ["the council voted", "", "今日は"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
