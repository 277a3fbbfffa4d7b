"""Quotes that read well: pronouns never dangle, and what a sentence leads up to comes with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk, Passage
from assistant.reading.evidence import Evidence, SentenceReading
from assistant.reading.pronouns import resolve_pronoun, with_announced

TEXT = (
    "Kaja Kallas spoke to reporters in Brussels. She said the attack broke international norms. "
    "Anna Kessing and Helena Marsk met on Friday. She told the council about the flood. "
    "Kallas left. The council attached two conditions. A study must be finished, and moorings must be built. "
    'It will cost a lot. "We will not wait," Kallas said.'
)


def quote(text: str, words: str) -> Evidence:
    start = text.index(words)
    article = Article("a", "Title", text)
    passage = Passage(Chunk("a", 0, len(text), text), article, 1.0)
    return Evidence(passage, start, start + len(words))


def test_who_she_is_stands_in_brackets_where_it_is_clear() -> None:
    sentence = quote(TEXT, "She said the attack broke international norms.")
    assert resolve_pronoun(sentence) == (sentence, "Kaja Kallas")


def test_where_two_may_be_meant_the_sentence_before_comes_along() -> None:
    longer, name = resolve_pronoun(quote(TEXT, "She told the council about the flood."))
    assert name is None
    assert longer.text == "Anna Kessing and Helena Marsk met on Friday. She told the council about the flood."


def test_what_it_is_comes_along() -> None:
    longer, name = resolve_pronoun(quote(TEXT, "It will cost a lot."))
    assert name is None and longer.text.startswith("A study must be finished")


@pytest.mark.parametrize(
    "words", ["Anna Kessing and Helena Marsk met on Friday.", "The council attached two conditions."]
)
def test_a_quote_that_stands_by_itself_is_left_alone(words: str) -> None:
    sentence = quote(TEXT, words)
    assert resolve_pronoun(sentence) == (sentence, None)


@pytest.mark.parametrize(
    "text",
    [
        "Amazon Web Services grew. Amazon Web Services is large. He was the final authority on that.",
        "Lower Town flooded. Lower Town was dark. She left.",
        "Emil Stavrow won once. He left.",
        "Finch said so. A man attacked Laura Finch on Tuesday. He was arrested on Friday.",
        "Police said the driver hit Anna Bell. He was drunk.",
        "Officer Dan Reed shot the suspect. He fled.",
        "Goldman Sachs announced a loss. He said it would pass.",
        "The jury heard Kaja Kallas. Kallas left. The prosecution painted a picture of an empire in which he ruled.",
    ],
)
def test_no_name_is_made_up(text: str) -> None:
    assert resolve_pronoun(quote(text, text.rsplit(". ", 1)[-1]))[1] is None


def test_a_surname_is_given_in_full() -> None:
    text = "Kaja Kallas said no. The ministers met. Kallas left early. She did not speak to the press."
    assert resolve_pronoun(quote(text, "She did not speak to the press."))[1] == "Kaja Kallas"


def following(sentence: Evidence, words: str, answers: float) -> Evidence:
    start = sentence.article.text.index(words)
    reading = SentenceReading(answers, answers, (start, start + len(words)))
    return Evidence(sentence.passage, start, start + len(words), readings=(reading,))


def test_what_a_short_sentence_announces_comes_with_it_where_that_answers() -> None:
    text = "The council attached strings. A study must come first. The vote was close."
    sentence = quote(text, "The council attached strings.")
    announced = "A study must come first."
    assert with_announced(sentence, 0, [following(sentence, announced, 1.0)]).text.endswith(announced)
    assert with_announced(sentence, 0, [following(sentence, announced, -1.0)]) == sentence
    assert with_announced(sentence, 0, []) == sentence


def test_what_a_number_announces_comes_with_it_whatever_the_reader_says() -> None:
    sentence = quote(TEXT, "The council attached two conditions.")
    announced = TEXT[sentence.end :].split(". ")[0].strip()
    assert with_announced(sentence, 0, [following(sentence, announced, -1.0)]).text.endswith(announced)


def test_a_sentence_that_says_enough_stays_by_itself() -> None:
    text = "The museum has found a new director, the trustees said on their website last night. He starts on 1 May."
    sentence = quote(text, text.split(". ")[0] + ".")
    assert with_announced(sentence, 0, [following(sentence, "He starts on 1 May.", 5.0)]) == sentence


SENTENCES = st.lists(
    st.sampled_from(
        ["She said so.", "Kaja Kallas left.", "It rained.\n\n", "They met Ann Lee.", "“He won,” Bo said.", "A."]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@given(SENTENCES, st.integers(0, 200), st.integers(1, 80))
def test_a_longer_quote_is_still_the_articles_text(text: str, start: int, size: int) -> None:
    words = text[start % len(text) :][:size].strip()
    if not words:
        return
    sentence = quote(text, words)
    rest = text[sentence.end :].strip()
    after = [following(sentence, rest, 1.0)] if rest else []
    for longer in (resolve_pronoun(sentence)[0], with_announced(sentence, 0, after)):
        assert longer.article.text[longer.start : longer.end] == longer.text
        assert longer.start <= sentence.start and sentence.end <= longer.end
