"""Questions about the corpus itself are answered from the catalogue, exactly; all others are left alone."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article
from assistant.answering.catalogue import Reply, catalogue_reply
from assistant.articles import Filters
from assistant.index.article_list import articles_with
from assistant.index.article_store import NamedChunk
from assistant.index.chunking import chunk_id, content_name, embedded_text, split
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.paths import sample_articles
from assistant.retrieval.corpus_questions import Request, about_the_corpus
from assistant.retrieval.publications import publications_named
from assistant.retrieval.time_filters import times_named
from tests.support import DATA, WordHash

SAMPLE = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
SOURCES = sorted({article.source for article in SAMPLE if article.source})
NEWEST = date(2025, 5, 29)


def filled(folder: Path, articles: list[Article]) -> ArticlesDraft:
    db = ArticlesDraft(folder)
    for article in articles:
        db.put_article(article, "origin", "file")
        for chunk in split(article, WordHash().count_tokens):
            content = content_name(embedded_text(article, chunk))
            db.put_chunk(article, NamedChunk(chunk_id(chunk, content), content, chunk))
    return db


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticlesDraft]:
    made = filled(tmp_path_factory.mktemp("db"), SAMPLE)
    yield made
    made.close()


def request(question: str) -> Request | None:
    return about_the_corpus(question, publications_named(question, SOURCES), times_named(question, NEWEST))


def reply(db: ArticlesDraft, question: str, filters: Filters | None = None) -> Reply:
    asked = request(question)
    assert asked is not None, question
    return catalogue_reply(asked, db, filters or Filters())


def reply_text(db: ArticlesDraft, question: str, filters: Filters | None = None) -> str:
    return " ".join(statement.text for statement in reply(db, question, filters).statements)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many articles are there?", "There are 16 articles from 9 publications, 10 March to 29 May 2025."),
        (
            "how many articles do you have in the corpus",
            "There are 16 articles from 9 publications, 10 March to 29 May",
        ),
        (
            "How many articles from the Chronicle?",
            "There are 4 articles from Pellinsea Chronicle, 10 March to 6 May 2025.",
        ),
        (
            "How many stories did Coast Radio publish in May?",
            "There is 1 article from Coast Radio Pellinsea published 1 to 31 May 2025.",
        ),
        (
            "How many articles are there on the cannery?",
            "There are 4 articles with the word “cannery” (6 to 15 May 2025): 1 from Coast Radio Pellinsea, 1 from "
            "Ledger & Quay, 1 from Pellinsea Chronicle, 1 from The Morning Meridian.",
        ),
        ("Do you have any articles about Kaja Kallas?", "There are 3 articles with the words “Kaja” and “Kallas”"),
        ("How many articles are there about zebras?", "There are no articles with the word “zebras”."),
        ("How many articles about the cannery are from Coast Radio Pellinsea?", "There is 1 article with the word"),
        (
            "Which publications do you have?",
            "There are 9 publications: Pellinsea Chronicle (4 articles), Lower Ashlorn",
        ),
        ("Which newspapers have written about eelgrass?", "There are 3 publications that have articles with the word"),
        ("What dates do the articles cover?", "The 16 articles run from 10 March 2025 to 29 May 2025."),
        (
            "How old is the oldest article?",
            "The oldest article is “River Ashlorn floods Lower Town as 340 people leave",
        ),
        ("Which publication has the most articles?", "Pellinsea Chronicle has the most articles, 4 of 16. Then come"),
    ],
)
def test_exact_answers(db: ArticlesDraft, question: str, text: str) -> None:
    assert reply_text(db, question).startswith(text)


def test_newest_article_and_newest_on_a_topic(db: ArticlesDraft) -> None:
    newest = reply(db, "What is the newest article?")
    assert newest.articles[0].source == "Perimeter Review"
    assert "(Perimeter Review, 29 May 2025)" in newest.statements[0].text
    on_topic = reply(db, "latest news about the flood")
    assert on_topic.articles[0].title == "Flood repair bill rises to €6.8 million"
    assert on_topic.statements[0].text.startswith("The newest article with the word “flood” in its headline is “Flood")
    assert "Herring Fair" in on_topic.statements[1].text


def test_statements_are_counted_and_cite_nothing(db: ArticlesDraft) -> None:
    for question in ("How many articles are there?", "List all articles about the museum", "newest article"):
        assert {(statement.support, statement.citations) for statement in reply(db, question).statements} == {
            ("counted", ())
        }


def test_a_list_names_the_articles_newest_first(db: ArticlesDraft) -> None:
    found = reply(db, "Which articles mention Martin Kessing?").articles
    assert len(found) == 4
    assert [article.published for article in found] == sorted((article.published for article in found), reverse=True)  # type: ignore[type-var]


def test_filters_hold(db: ArticlesDraft) -> None:
    only = Filters(source="pellinsea chronicle", since=date(2025, 4, 1))
    assert reply_text(db, "How many articles are there?", only) == (
        "There are 3 articles from Pellinsea Chronicle, 2 April to 6 May 2025."
    )
    assert (
        reply_text(db, "How many articles from Coast Radio?", only)
        == "There are no articles from Coast Radio Pellinsea."
    )
    assert reply_text(db, "How many articles were published since 1 May?", Filters(until=date(2025, 5, 6))).startswith(
        "There are 3 articles published 1 May 2025 or later:"
    )


def test_the_name_of_a_publication_and_a_date_are_no_words_of_an_article(db: ArticlesDraft) -> None:
    for word in ("almanac", "2025-05-29", "weekly"):
        found = articles_with(db, [word])
        assert all(word in f"{one.title} {article(one.article_id).text}".lower() for one in found)


def article(name: str) -> Article:
    return next(article for article in SAMPLE if article.id == name)


@given(st.lists(st.sampled_from(["ferry", "vote", "flood", "herring", "mayor", "zebra"]), max_size=3, unique=True))
def test_counts_are_those_of_the_articles(terms: list[str]) -> None:
    texts = {one.id: f"{one.title} {one.text}".lower() for one in SAMPLE}
    folder = Path()
    made = ArticlesDraft(folder) if (folder / "articles.sqlite").exists() else filled(folder, SAMPLE)
    found = {article.article_id for article in articles_with(made, terms)}
    made.close()
    assert {name for name in found} >= {name for name, text in texts.items() if all(f" {t} " in text for t in terms)}
    assert all(term[:5] in texts[name] for name in found for term in terms)


def test_title_counts_even_when_it_is_long_and_articles_may_lack_source_and_date(tmp_path: Path) -> None:
    long = Article("a", f"{'Many words go before it ' * 8} zebra", "A text.")
    dated = Article("b", "Two zebras", "A text.", "Reed", datetime(2025, 1, 2, tzinfo=UTC))
    made = filled(tmp_path, [long, dated])
    assert [article.article_id for article in articles_with(made, ["zebra"])] == ["b", "a"]
    assert reply_text(made, "How many articles about zebras?") == (
        "There are 2 articles with the word “zebras” (2 January 2025): 1 from Reed, 1 without a publication."
    )
    assert reply_text(made, "What dates do the articles cover?") == (
        "The 1 articles run from 2 January 2025 to 2 January 2025. 1 more has no date."
    )
    made.close()


@pytest.mark.parametrize(
    "question",
    [
        "How many articles did the treaty have?",
        "How many articles of the constitution were changed?",
        "How many articles are there in the constitution?",
        "What is the newest ferry?",
        "What is the first article of the treaty?",
        "How many people marched?",
        "Which newspapers condemned the march?",
        "What do you know about the cannery?",
        "How many stories does the building have?",
        "What is the latest on the flood?",
        "What is the latest report?",
        "How many reports did the ministry publish?",
        "How many reports on the accident did the ministry publish?",
        "What did the Chronicle write about the flood?",
        "What did the newest article say about the flood?",
        "Which papers did Dr Fennimore publish?",
        "What article was published in 1937?",
        "How many sources of energy are there?",
        "How many articles about it?",
        "How many articles were published before the vote?",
        "Are there any reports of deaths?",
        "Did the Chronicle report the closure while Coast Radio reported the march?",
        "",
    ],
)
def test_ordinary_questions_are_left_alone(question: str) -> None:
    assert request(question) is None


def test_of_the_golden_questions_those_about_the_corpus_are_told_apart() -> None:
    lines = (DATA / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    golden = [json.loads(line) for line in lines]
    told = Counter((one["type"] == "catalogue", request(one["question"]) is not None) for one in golden)
    assert set(told) == {(True, True), (False, False)}


@given(st.text(max_size=400))
def test_any_text_can_be_asked(question: str) -> None:
    assert request(question) is None or len(question) < 400


@pytest.mark.parametrize(
    "question", ["How many articles mention ferries or trains?", "How many articles mention the ferry but not trains?"]
)
def test_what_is_more_than_words_to_be_had_is_no_request(question: str) -> None:
    assert request(question) is None


def test_only_forms_of_a_word_are_counted(tmp_path: Path) -> None:
    texts = {
        "a": "An internal affair.",
        "b": "International ferries sail.",
        "c": "The Straße and CO\u2082 of the ferry.",
    }
    made = filled(tmp_path, [Article(name, name.upper(), text) for name, text in texts.items()])
    found = {
        term: {article.article_id for article in articles_with(made, [term])}
        for term in ("international", "ferry", "stra\u00dfe")
    }
    made.close()
    assert found == {"international": {"b"}, "ferry": {"b", "c"}, "stra\u00dfe": {"c"}}


def test_articles_without_publications_are_still_there(tmp_path: Path) -> None:
    made = filled(tmp_path, [Article("a", "A", "The ferry sails.")])
    assert reply_text(made, "Which publications are there?") == "None of the 1 articles names its publication."
    made.close()
