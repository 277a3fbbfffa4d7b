"""Near-duplicates: the same text in several papers is grouped, and nothing else."""

import hashlib
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk, Passage
from assistant.index.derived.duplicates import (
    FILE,
    duplicate_groups,
    other_publications,
    read_duplicates,
    signature,
    write_duplicates,
)
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.paths import sample_articles
from assistant.retrieval.deduplicate import without_near_duplicates

WORDS = [f"{first}{second}" for first in ("har", "quay", "moor", "tide", "net") for second in map(str, range(80))]


def random_text(seed: int, words: int = 300) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choices(WORDS, k=words))


def groups_of(texts: dict[str, str]) -> dict[str, str]:
    return duplicate_groups({name: signature(Article(name, "A title", text)) for name, text in texts.items()})


def test_a_wire_story_in_three_papers_is_one_group() -> None:
    found = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
    groups = duplicate_groups({article.id: signature(article) for article in found})
    wire = {article.id for article in found if article.author == "Northern Wire Service"}
    assert len(wire) == 3
    assert groups == dict.fromkeys(wire, min(wire))


def test_reports_of_one_event_in_other_words_are_not_near_duplicates() -> None:
    found = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
    about_czechia = {article.id: signature(article) for article in found if "Kallas" in article.text}
    assert len(about_czechia) == 3
    assert duplicate_groups(about_czechia) == {}


@pytest.mark.parametrize("kept", [1.0, 0.8, 0.6])
def test_a_cut_and_lightly_edited_story_is_a_near_duplicate(kept: float) -> None:
    words = random_text(1).split()
    cut = words[: int(len(words) * kept)]
    edited = ["PELLINSEA", "Wire", *cut[:40], "officials", "said", *cut[42:]]
    assert groups_of({"whole": " ".join(words), "cut": " ".join(edited), "other": random_text(2)}) == {
        "whole": "cut",
        "cut": "cut",
    }


def test_near_duplicates_of_near_duplicates_are_one_group() -> None:
    words = random_text(3, 900).split()
    texts = {"c": words[:600], "b": words[100:700], "a": words[200:800]}
    assert groups_of({name: " ".join(text) for name, text in texts.items()}) == {"a": "a", "b": "a", "c": "a"}


@pytest.mark.parametrize("text", ["", "Photo gallery.", "Read the full story in the paper tomorrow morning."])
def test_a_line_is_too_short_to_be_a_near_duplicate(text: str) -> None:
    assert groups_of({"one": text, "other": text}) == {}


def test_case_punctuation_and_layout_do_not_matter() -> None:
    text = random_text(4)
    assert groups_of({"one": text, "other": text.upper().replace(" ", "\n", 20).replace(" ", ", ", 20)})


def test_signature_is_the_same_on_every_machine() -> None:
    article = Article("a", "Title", " ".join(f"word{number} é" for number in range(100)))
    bits = signature(article)
    assert len(bits) == 516
    assert hashlib.sha256(bits).hexdigest()[:16] == "ad109baf5f487f0f"


@given(st.lists(st.integers(0, 5), max_size=12), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_articles(seeds: list[int], rng: random.Random) -> None:
    texts = [(f"{number:02d}", random_text(seed, 60)) for number, seed in enumerate(seeds)]
    groups = groups_of(dict(texts))
    rng.shuffle(texts)
    assert groups_of(dict(texts)) == groups
    for name, _ in texts:
        copies = [other for other, text in texts if text == dict(texts)[name]]
        assert groups.get(name) == (min(copies) if len(copies) > 1 else None)


def passage(name: str, text: str, start: int, end: int) -> Passage:
    return Passage(Chunk(name, start, end, text[start:end]), Article(name, "Title", text), 1.0)


def test_of_near_duplicate_passages_the_best_stays_and_so_does_text_that_only_one_has() -> None:
    text = random_text(5)
    cut = text[: text.index(" ", 1200)]
    first, again = passage("cut", cut, 0, 500), passage("whole", text, 0, 520)
    last, other = passage("whole", text, len(cut), len(text)), passage("other", random_text(6), 0, 400)
    groups = {"cut": "cut", "whole": "cut"}
    assert without_near_duplicates([first, again, other, last], groups) == [first, other, last]
    assert without_near_duplicates([first, again, other], {}) == [first, again, other]


def test_publications_that_carried_a_story() -> None:
    def carried(source: str | None, day: int | None) -> Article:
        return Article(f"{source}{day}", "Title", "Text", source, datetime(2025, 5, day, tzinfo=UTC) if day else None)

    copies = [carried("Weekly", None), carried("Radio", 7), carried("Meridian", 6), carried("Chronicle", 8)]
    copies += [carried("Radio", 9), carried(None, 6)]
    assert other_publications(carried("Chronicle", 6), copies) == ("Meridian", "Radio", "Weekly")


def written(folder: Path, articles: list[Article]) -> dict[str, str]:
    """The groups in the file of a draft with these articles, after those that were in it."""
    with closing(ArticlesDraft(folder)) as db:
        for article_id in db.digests():
            db.remove_article(article_id)
        for article in articles:
            db.put_article(article, "somewhere", article.id, datetime(2025, 5, 6, tzinfo=UTC))
        write_duplicates(folder, db)
    return dict(read_duplicates(folder).group_of)


def test_copies_are_found_among_new_articles_and_in_a_file_from_before_links_were_kept(tmp_path: Path) -> None:
    wire, other = random_text(7), random_text(8)
    first = [Article("a", "Wire", wire), Article("b", "Wire again", wire), Article("c", "Other", other)]
    assert written(tmp_path, first) == {"a": "a", "b": "a"}
    assert written(tmp_path, [*first, Article("d", "Another", other)]) == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert written(tmp_path, first[1:]) == {}
    with closing(sqlite3.connect(tmp_path / FILE.name)) as file, file:
        file.executescript("DROP TABLE links; DROP TABLE linked")
    assert written(tmp_path, first) == {"a": "a", "b": "a"}
