"""Who somebody is, where a question asks for nothing else: what the articles say of them in passing.

"Paula Enning, the finance director, said ..." answers "Who is Paula Enning?", which the reader often does not see.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from assistant.models import Description, description
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.reading.named import names_asked
from assistant.text import WordPattern, split_words, word_list

_SURE = 4.0  # log odds that such words answer, for the reader's
_AHEAD = 10.0  # of the scores of all other sentences
_LONGEST = 60  # characters of a short answer
_NAME = r"(?P<name>(?!(?:{questions.no_name}) )[^,?!]+?)"
_ASKED = tuple(
    WordPattern(rf"\W*{form}[\s?!.]*", re.IGNORECASE)
    for form in (
        rf"{{questions.who_is}}\s+{_NAME}(?:\s+(?:is|was|are|were))?",
        rf"{_NAME},?\s+{{questions.who_is_that}}",
        rf"what(?:\s+is|['’]?s)\s+{_NAME}(?:['’]s?)?\s+{{questions.occupations}}",
        rf"what\s+does\s+{_NAME}\s+do(?:\s+for\s+a\s+living)?",
    )
)
_NO_DATE = datetime.min.replace(tzinfo=UTC)


def who_is_asked(question: str) -> str:
    """Whom a question asks about that wants to know no more than who that is; else nothing."""
    return next((found["name"] for pattern in _ASKED if (found := pattern.fullmatch(question))), "")


def with_descriptions(evidence: Sequence[Evidence], parts: Sequence[SubQuestion]) -> list[Evidence]:
    """`evidence`, those sentences first and surely answering that say who a part asks about, the fullest of all first.

    Of as full ones the newest; the words that say it are the short answer.
    """
    found = list(evidence)
    for number, part in enumerate(parts):
        if not part.who or not (name := _name(part.who, evidence)):
            continue
        said = [(place, _said(sentence, name)) for place, sentence in enumerate(found)]
        told = [(place, each) for place, each in said if each is not None]
        best = max((sentence.scores[number] for sentence in found), default=0.0)
        for rank, (place, each) in enumerate(sorted(told, key=lambda one: _fullness(found[one[0]], one[1]))):
            found[place] = _described(found[place], number, each, best + _AHEAD + rank / len(told))
    return sorted(found, key=lambda sentence: -sentence.score)


def _name(who: str, evidence: Sequence[Evidence]) -> str:
    """The name that is all of `who`, but for titles; none for "the mayor"."""
    texts = list(dict.fromkeys(sentence.passage.chunk.text for sentence in evidence))
    names = names_asked(f"Who is {who}", texts)
    left = [word for word in split_words(who) if word not in {each for name in names for each in split_words(name)}]
    return names[0] if len(names) == 1 and word_list("names", "titles").issuperset(left) else ""


def _said(sentence: Evidence, name: str) -> Description | None:
    return description(sentence.text, name) if name in sentence.text else None


def _fullness(sentence: Evidence, said: Description) -> tuple[int, datetime]:
    return said.says, sentence.article.published or _NO_DATE


def _described(sentence: Evidence, number: int, said: Description, score: float) -> Evidence:
    """`sentence` as the answer to the `number`th question, to which it gets this score."""
    whole = (said.start, said.end)
    start, end = whole if said.own is None or said.end - said.start <= _LONGEST else said.own
    scores, readings = list(sentence.scores), list(sentence.readings)
    scores[number] = score
    reading = readings[number]
    readings[number] = replace(
        reading,
        answers=max(reading.answers, _SURE),
        passage_answers=max(reading.passage_answers, _SURE),
        span=(sentence.start + start, sentence.start + end),
    )
    return replace(sentence, scores=tuple(scores), readings=tuple(readings))
