from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Article, split
from assistant.articles import header
from assistant.index.chunking import LIMIT
from assistant.models.tokenizer import token_counter
from assistant.text.sentences import LONGEST, split_sentences
from tests.support import examples

SCRAPS = st.sampled_from(
    [
        *("The council voted.", "Who? ", "No period here", "Dr. Smith paid €4.2 million", "“Go!” she said.", "U.S. "),
        *("\r\n", "\n\n", "\r\n\r\n", "\t", "\u00a0", "\u2028", "\u200b", " ", "\x0b", "\ufeff", "\x00", "- item\n"),
        *(
            "😀👩‍👩‍👧",
            "é",
            "e\u0301",
            "مرحبا بالعالم. ",
            "שלום עולם! ",
            "今日は。世界",
            "\u202e",
            "a" * 300,
            "word " * 90,
        ),
        *("<script>alert(1)</script>", "...", "3.5", "??!", "(It was late.)"),
    ]
)
TEXTS = st.one_of(st.lists(SCRAPS, min_size=1, max_size=40).map("".join), st.text(min_size=1, max_size=400))


def article(text: str) -> Article:
    return Article("a", "Title", text, "Source")


@settings(max_examples=examples(3000), deadline=None)
@given(TEXTS)
def test_every_chunk_is_the_text_of_the_article_at_its_offsets(text: str) -> None:
    chunks = split(article(text))
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(chunk.text == chunk.text.strip() != "" for chunk in chunks)
    assert bool(chunks) == bool(text.strip())


@settings(max_examples=examples(1000), deadline=None)
@given(TEXTS)
def test_sentences_have_every_letter_once_and_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@settings(max_examples=examples(1000), deadline=None)
@given(TEXTS)
def test_no_letter_is_left_out_of_the_chunks_and_none_is_too_long(text: str) -> None:
    chunks = split(article(text))
    covered = {offset for chunk in chunks for offset in range(chunk.start, chunk.end)}
    assert covered >= {offset for offset, letter in enumerate(text) if not letter.isspace()}
    sizes = token_counter()([chunk.text for chunk in chunks]) if chunks else []
    assert all(size <= LIMIT + 4 for size in sizes)


def test_a_sentence_of_100_000_characters_is_cut_into_chunks_that_fit() -> None:
    for text in ("word " * 20_000, "x" * 100_000, "😀" * 100_000, "今" * 100_000, "a, " * 33_333):
        chunks = split(article(text))
        assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
        assert max(token_counter()([chunk.text for chunk in chunks])) <= LIMIT
        assert all(end - start <= LONGEST for start, end in split_sentences(text))


def test_neighbouring_chunks_share_one_sentence() -> None:
    text = " ".join(f"Sentence number {n} says something about the harbour and its ferries." for n in range(60))
    chunks = split(article(text))
    assert len(chunks) > 3
    for chunk, following in pairwise(chunks):
        shared = text[following.start : chunk.end]
        assert shared.startswith("Sentence number") and shared.count("Sentence number") == 1


def test_abbreviations_and_quotations_do_not_end_a_sentence() -> None:
    text = 'Dr. Smith paid €4.2 million, i.e. a lot. "Go home!" he cried. The U.S. Senate voted at 5 p.m. on Monday.'
    assert [text[a:b] for a, b in split_sentences(text)] == [
        "Dr. Smith paid €4.2 million, i.e. a lot.",
        '"Go home!" he cried.',
        "The U.S. Senate voted at 5 p.m. on Monday.",
    ]


def test_a_long_title_leaves_room_for_the_text() -> None:
    long = Article("a", "A very long title indeed " * 30, "Text.", "An uncommonly long name of a publication " * 3)
    assert token_counter()([header(long)])[0] <= 256 - 2 - LIMIT + 8


def test_no_number_is_cut() -> None:
    for before in range(30):
        text = f"{'x' * before} {'12 000 euros ' * 400}"
        assert not any(text[start:].startswith("000") for start, _ in split_sentences(text))
