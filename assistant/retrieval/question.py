"""A question, checked and split into the questions that it puts at once."""

import re
from dataclasses import dataclass

from assistant.errors import QuestionError
from assistant.text import WordPattern, content_stems, content_terms, plain
from assistant.utils import storable

_MOST_PARTS = 4
_PART_END = WordPattern(
    r"(?:(?:,|(?<!\s))\s++{questions.before_a_part}|[;?])\s++(?=(?:{questions.before_a_question_word}\s+)?{questions.parts_begin}\b)",
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
    text = " ".join(plain(storable(question)).split())
    if not text:
        raise QuestionError("the question is empty; ask something, such as: Who condemned the attack?")
    if len(text) > longest:
        raise QuestionError(f"the question has {len(text):,} characters; the longest that can be asked has {longest:,}")
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question has no words: {text[:40]!r}; ask something in words")
    parts = list(filter(content_stems, (part.strip(" ,;?") for part in _PART_END.split(text))))
    return Query(text, content_terms(text), tuple(parts[:_MOST_PARTS]) if len(parts) > 1 else ())
