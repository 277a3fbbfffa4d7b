"""A question, checked and split into the questions that it puts at once."""

import re
from dataclasses import dataclass

from assistant.errors import QuestionError
from assistant.text import WordPattern, content_terms, is_content_word, split_words
from assistant.utils import storable

_MOST_PARTS = 4
_PART_END = WordPattern(
    r"(?:,?\s+{questions.before_a_part}|[;?])\s+(?=(?:{questions.before_a_question_word}\s+)?{questions.parts_begin}\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that can be asked.

    `terms` are its content words in order, each stem once. `parts` are the questions that it puts at once
    ("who condemned it and what was demanded"), empty when it is one.
    """

    question: str
    terms: tuple[str, ...]
    parts: tuple[str, ...] = ()


def parse(question: str, longest: int = 2000) -> Query:
    """The Query of `question`. Raises QuestionError when it is empty, has no word or is over `longest`."""
    text = " ".join(storable(question).split())
    if not text:
        raise QuestionError("the question is empty; ask something, such as: Who condemned the attack?")
    if len(text) > longest:
        raise QuestionError(f"the question has {len(text):,} characters; the longest that can be asked has {longest:,}")
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question has no words: {text[:40]!r}; ask something in words")
    return Query(text, content_terms(text), _parts(text))


def _parts(question: str) -> tuple[str, ...]:
    parts = [part.strip(" ,;?") for part in _PART_END.split(question)]
    kept = [part for part in parts if any(map(is_content_word, split_words(part)))]
    return tuple(kept[:_MOST_PARTS]) if len(kept) > 1 else ()
