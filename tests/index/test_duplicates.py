"""Copies: one story in several papers is one story, and only that."""

import hashlib
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk, Passage
from assistant.index.duplicates import duplicate_groups, publications, signature
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.paths import sample_articles
from assistant.retrieval.deduplicate import without_near_duplicates

WORDS = [f"{first}{second}" for first in ("har", "quay", "moor", "tide", "net") for second in map(str, range(80))]


def story(seed: int, words: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choices(WORDS, k=words))


def told(texts: dict[str, str]) -> dict[str, str]:
    return duplicate_groups({name: signature(Article(name, "A title", text)) for name, text in texts.items()})


def test_one_wire_story_in_three_papers_is_one_story() -> None:
    found = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
    stories = duplicate_groups({article.id: signature(article) for article in found})
    wire = {article.id for article in found if article.author == "Northern Wire Service"}
    assert len(wire) == 3
    assert stories == dict.fromkeys(wire, min(wire))


def test_reports_of_one_event_in_other_words_are_no_copies() -> None:
    found = [item.article for item in read(str(sample_articles()), 1_000_000) if isinstance(item, Loaded)]
    about_czechia = {article.id: signature(article) for article in found if "Kallas" in article.text}
    assert len(about_czechia) == 3
    assert duplicate_groups(about_czechia) == {}


@pytest.mark.parametrize("kept", [1.0, 0.8, 0.6])
def test_cut_and_lightly_edited_story_is_a_copy(kept: float) -> None:
    words = story(1).split()
    cut = words[: int(len(words) * kept)]
    edited = ["PELLINSEA", "Wire", *cut[:40], "officials", "said", *cut[42:]]
    assert told({"whole": " ".join(words), "cut": " ".join(edited), "other": story(2)}) == {
        "whole": "cut",
        "cut": "cut",
    }


def test_copies_of_copies_are_one_story() -> None:
    words = story(3, 900).split()
    texts = {"c": words[:600], "b": words[100:700], "a": words[200:800]}
    assert told({name: " ".join(text) for name, text in texts.items()}) == {"a": "a", "b": "a", "c": "a"}


@pytest.mark.parametrize("text", ["", "Photo gallery.", "Read the full story in the paper tomorrow morning."])
def test_a_line_is_too_little_to_be_a_copy(text: str) -> None:
    assert told({"one": text, "other": text}) == {}


def test_case_marks_and_layout_do_not_matter() -> None:
    text = story(4)
    assert told({"one": text, "other": text.upper().replace(" ", "\n", 20).replace(" ", ", ", 20)})


def test_signature_is_the_same_on_every_machine() -> None:
    article = Article("a", "Title", " ".join(f"word{number} é" for number in range(100)))
    made = signature(article)
    assert len(made) == 516
    assert hashlib.sha256(made).hexdigest()[:16] == "571b11ccb7d922ef"


@given(st.lists(st.integers(0, 5), max_size=12), st.randoms(use_true_random=False))
def test_stories_do_not_depend_on_the_order_of_articles(seeds: list[int], chance: random.Random) -> None:
    texts = [(f"{number:02d}", story(seed, 60)) for number, seed in enumerate(seeds)]
    stories = told(dict(texts))
    chance.shuffle(texts)
    assert told(dict(texts)) == stories
    for name, _ in texts:
        copies = [other for other, text in texts if text == dict(texts)[name]]
        assert stories.get(name) == (min(copies) if len(copies) > 1 else None)


def passage(name: str, text: str, start: int, end: int) -> Passage:
    return Passage(Chunk(name, start, end, text[start:end]), Article(name, "Title", text), 1.0)


def test_of_the_passages_of_copies_the_best_stays_and_so_does_what_only_one_has() -> None:
    text = story(5)
    cut = text[: text.index(" ", 1200)]
    first, again = passage("cut", cut, 0, 500), passage("whole", text, 0, 520)
    last, other = passage("whole", text, len(cut), len(text)), passage("other", story(6), 0, 400)
    stories = {"cut": "cut", "whole": "cut"}
    assert without_near_duplicates([first, again, other, last], stories) == [first, other, last]
    assert without_near_duplicates([first, again, other], {}) == [first, again, other]


def test_publications_that_carried_a_story() -> None:
    def carried(source: str | None, day: int | None) -> Article:
        return Article(f"{source}{day}", "Title", "Text", source, datetime(2025, 5, day, tzinfo=UTC) if day else None)

    copies = [carried("Weekly", None), carried("Radio", 7), carried("Meridian", 6), carried("Chronicle", 8)]
    copies += [carried("Radio", 9), carried(None, 6)]
    assert publications(carried("Chronicle", 6), copies) == ("Meridian", "Radio", "Weekly")
