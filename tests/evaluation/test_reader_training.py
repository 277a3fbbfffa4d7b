"""What the reader is trained on: rows that are read whole, windows that are true, labels that words do not betray."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.training.copied_claims import copied_claims
from assistant.evaluation.training.matching import matched, text_only_scores, weights
from assistant.evaluation.training.newsread import (
    STORIES,
    Document,
    Labelled,
    is_held_out,
    load_newsread,
    load_stories,
)
from assistant.evaluation.training.reader_figures import auroc, calibration_error
from assistant.evaluation.training.windows import WindowSampler, grow, passages, size

STORY = "\t".join(["# 01-1", "The quay is closed", "The Tide", "2026-03-04"])
ROWS = (
    "A\tWhen was the quay closed?\t1\ton Monday",
    "N\tHow old is the quay?\tattribute\t2",
    "S\tThe quay was shut at the start of the week.\t1",
    "U\tThe quay was shut on Tuesday.\tdate\t1",
)
SENTENCES = ("The quay was closed on Monday.", "It was built of stone.", "Nobody was hurt.")


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    (tmp_path / "01.txt").write_text("\n".join([STORY, *SENTENCES, "", *ROWS, ""]))
    return tmp_path


def test_a_story_gives_its_rows_with_sentences_counted_from_nought(stories: Path) -> None:
    answered, unanswered, supported, unsupported = load_stories(stories)
    assert answered.document.sentences == SENTENCES and answered.gold == (0,)
    sentence, first, last = answered.answer or (0, 0, 0)
    assert SENTENCES[sentence][first:last] == "on Monday"
    assert (unanswered.near, unanswered.kind) == (1, "attribute")
    assert supported.gold == (0,) and (unsupported.near, unsupported.kind) == (0, "date")


def test_a_question_names_its_source_or_month_only_where_that_stands_over_the_window(stories: Path) -> None:
    rows = load_stories(stories)
    windows = [window for seed in range(200) for window in WindowSampler(rows, [1.0] * len(rows), seed)]
    named = [window for window in windows if "according to The Tide" in window.text or "in March 2026" in window.text]
    assert named and all(window.title == "The quay is closed | The Tide | 4 March 2026" for window in named)
    assert {window.title for window in windows} == {"", "The quay is closed", named[0].title}


def test_a_row_that_cannot_be_read_is_named(stories: Path) -> None:
    (stories / "02.txt").write_text("\n".join([STORY, *SENTENCES, "", "A\tWhen?\tfirst\t-"]))
    with pytest.raises(ValueError, match=r"02\.txt article 01-1: .*'first'"):
        load_stories(stories)


def test_newsread_keeps_later_parts_of_an_article_on_one_side(tmp_path: Path) -> None:
    day = '"source": "The Tide", "published": "2026-03-04"'
    lines = [f'{{"id": "{id}", "title": "t", {day}, "sentences": ["One.", "Two."]}}' for id in ("ab", "ab-1")]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines))
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "001.tsv").write_text("# ab\nA\tWhat?\t2,1\tTwo\n# ab-1\nN\tWho?\tentity\t1\n")
    rows = load_newsread(tmp_path)
    assert [row.label for row in rows] == ["A", "N"] and rows[0].gold == (1, 0)
    assert is_held_out(rows[0].document) == is_held_out(rows[1].document)


@given(st.randoms(use_true_random=False))
def test_a_copied_claim_is_a_sentence_of_its_article_and_a_damaged_one_is_not(chance: random.Random) -> None:
    text = "On Monday the council of Pellinsea paid €{n} million to Ann Lee for quay {n}, which was closed."
    document = Document("d", "d", "Quays", tuple(text.format(n=n) for n in range(2, 8)))
    claims = list(copied_claims([document], 3, chance))
    assert [claim.text in document.sentences for claim in claims] == [claim.label == "S" for claim in claims]
    assert all(document.sentences[claim.gold[0]] == claim.text for claim in claims if claim.label == "S")
    assert any(claim.label == "U" for claim in claims)


def test_rows_over_an_article_that_is_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text("")
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "001.tsv").write_text("# gone\nA\tWhat?\t1\t-\n")
    with pytest.raises(ValueError, match=r"001\.tsv:1: no article 'gone'"):
        load_newsread(tmp_path)
    (tmp_path / "questions" / "001.tsv").unlink()
    assert load_newsread(tmp_path) == []  # pairs of the project are passed over


def test_the_stories_that_come_along_can_all_be_read_and_do_not_betray_their_labels() -> None:
    rows = load_stories(STORIES)
    assert len(rows) >= 3000
    for positive, negative, most in (("A", "N", 0.65), ("S", "U", 0.65)):
        both = [row for row in rows if row.label in (positive, negative)]
        scores = text_only_scores(both, positive)
        assert auroc(scores, [row.label == positive for row in both]) < most


def _document(sentences: int) -> Document:
    texts = tuple(f"Sentence {number} tells of ferry {number} and harbour {number * 3}." for number in range(sentences))
    return Document(f"d{sentences}", f"d{sentences}", "Ferries", texts)


@given(st.integers(2, 12), st.data(), st.integers(0, 99))
def test_a_window_holds_what_it_is_said_to_hold(count: int, data: st.DataObject, seed: int) -> None:
    document = _document(count)
    gold = tuple(data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True)))
    row = Labelled(document, "A", "Which ferry?", gold, answer=(gold[0], 0, 8))
    windows = list(WindowSampler([row], [1.0], seed))
    assert windows[0].holds and windows[0].gold
    for window in windows:
        held = {document.sentences.index(sentence) for sentence in window.sentences}
        assert window.holds == bool(held & set(gold)) == bool(window.gold)
        if window.answer:
            assert window.sentences[window.answer[0]] == document.sentences[gold[0]]


@given(st.integers(1, 30), st.integers(20, 200), st.integers(0, 99))
def test_passages_cover_a_document_and_keep_to_their_room(count: int, room: int, seed: int) -> None:
    sentences = _document(count).sentences
    found = passages(sentences, room)
    assert {number for places in found for number in places} == set(range(count))
    for places in found:
        assert len(places) == 1 or sum(size(sentences[number]) for number in places) <= room
    start = random.Random(seed).randrange(count)
    assert start in grow(sentences, [start], room, random.Random(seed))


def test_matched_pairs_are_alike_by_their_words_and_used_once() -> None:
    document = _document(3)
    rows = [Labelled(document, label, "q", ()) for label in "AANNA"]
    scores = np.array([0.0, 1.0, 0.05, 3.0, 1.02])
    kept = matched(rows, scores, "A")
    assert sorted(rows[number].label for number in kept) == ["A", "N"] and sorted(kept) == [0, 2]
    assert weights(rows, scores, "A").tolist() == [1.0, 1.0, pytest.approx(np.exp(0.05)), 3.0, 1.0]


def test_calibration_error_is_the_gap_between_what_is_promised_and_what_holds() -> None:
    assert calibration_error([0.9] * 10, [True] * 9 + [False]) == pytest.approx(0)
    assert calibration_error([0.9] * 10, [False] * 10) == pytest.approx(0.9)
    assert calibration_error([0.9, 0.9], [True, False], [9, 1]) == pytest.approx(0)
