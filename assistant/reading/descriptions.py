"""Who somebody is, and who is something, where a question asks for nothing else: what the articles say in passing.

"Paula Enning, the finance director, said ..." answers "Who is Paula Enning?" and "Who is the finance director?", which
the reader often does not see.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant.articles import header
from assistant.models import Description, description
from assistant.reading.evidence import Evidence, SentenceReading, SubQuestion
from assistant.reading.named import names_asked
from assistant.text import (
    Span,
    WordPattern,
    content_stems,
    is_content_word,
    persons_in,
    split_sentences,
    split_words,
    stem,
    stems_with_synonyms,
    word_list,
    word_stems,
)

_DOUBTED = -1.0
_SURE = 4.0  # log odds that such words answer, for the reader's
_AHEAD = 10.0  # of the scores of all other sentences
_BEGINNING = 2  # sentences of an article that say what it is about
_LONGEST = 60  # characters of a short answer
_NAME = r"(?P<name>(?!(?:{questions.no_name}) )[^,?!]+?)(?<!\s)"
_ASKED = tuple(
    WordPattern(rf"\W*+{form}[\s?!.]*+", re.IGNORECASE)
    for form in (
        r"{questions.who_is}\s++(?P<name>[^,?!]+?)(?<![\s.])(?:\s++(?:is|was|are|were))?",
        rf"{_NAME},?\s++{{questions.who_is_that}}",
        rf"what(?:\s+is|['’]?s)\s++{_NAME}(?:['’]s?)?\s++{{questions.occupations}}",
        rf"what\s+does\s++{_NAME}\s++do(?:\s+for\s+a\s+living)?",
    )
)
_WHOSE = re.compile(r"['’]s?\s+")
_OF = WordPattern(r"(?<!\s)\s++{questions.after_a_role}\s++|,", re.IGNORECASE)
_NO_DATE = datetime.min.replace(tzinfo=UTC)


def who_is_asked(question: str) -> str:
    """Whom a question asks about that wants to know no more than who that is, a name or a role; else nothing."""
    return next((found["name"] for pattern in _ASKED if (found := pattern.fullmatch(question))), "")


def with_descriptions(evidence: Sequence[Evidence], parts: Sequence[SubQuestion]) -> list[Evidence]:
    """`evidence`, those sentences first and surely answering that say who a part asks about, the fullest of all first.

    Of as full ones the newest; the words that say it are the short answer, or the name of who has the role asked for.
    """
    found = list(evidence)
    for number, part in enumerate(parts):
        if not split_words(part.who):  # nobody, or nothing but signs
            continue
        name, role = _name(part.who, evidence), _Role.of_question(part.who)
        told = [
            (said, place, span)
            for place, sentence in enumerate(found)
            for said, span in (_said_of(name, sentence) if name else role.holders(sentence))
        ]
        if not name and not told:
            found = [_doubted(sentence, number) if role.is_another_in(sentence) else sentence for sentence in found]
        best = max((sentence.scores[number] for sentence in found), default=0.0)
        for rank, (_, place, span) in enumerate(sorted(told, key=lambda each: _fullness(each[0], found[each[1]]))):
            found[place] = _described(found[place], number, span, best + _AHEAD + rank / len(told))
    return sorted(found, key=lambda sentence: -sentence.score)


def _name(who: str, evidence: Sequence[Evidence]) -> str:
    """The name that is all of `who`, but for titles; none for "the mayor"."""
    texts = list(dict.fromkeys(sentence.passage.chunk.text for sentence in evidence))
    names = names_asked(f"Who is {who}", texts)
    left = [word for word in split_words(who) if word not in {each for name in names for each in split_words(name)}]
    return names[0] if len(names) == 1 and word_list("names", "titles").issuperset(left) else ""


def _said_of(name: str, sentence: Evidence) -> Iterator[tuple[Description, Span]]:
    """What a sentence says of a name, and the place of the words to show."""
    said = description(sentence.text, name) if name in sentence.text else None
    if said:
        is_short = said.own is None or said.end - said.start <= _LONGEST
        yield said, ((said.start, said.end) if is_short or said.own is None else said.own)


@dataclass(frozen=True, slots=True)
class _Role:
    """What somebody is asked to be: its stems in order, those of whose or where it is, and the words as asked."""

    stems: tuple[str, ...]
    of: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of_question(cls, who: str) -> "_Role":
        *owners, role = _WHOSE.split(who)
        cut = _OF.search(role)
        role, rest = (role[: cut.start()], role[cut.end() :]) if cut else (role, "")
        words = split_words(role)
        # "Who is against the plan" asks for no role.
        is_role = bool(owners or cut) or words[0] in word_list("questions", "no_name")
        stems = tuple(stem(word) for word in words if is_content_word(word)) if is_role else ()
        return cls(stems, frozenset(content_stems(" ".join([*owners, rest]))), frozenset(split_words(who)))

    def holders(self, sentence: Evidence) -> Iterator[tuple[Description, Span]]:
        """What a sentence says of the people in it that have the role, each with the place of the name."""
        # Of what somebody is the director is said there, or it is what the article is about.
        text = sentence.article.text
        begin = " ".join(text[slice(*span)] for span in split_sentences(text)[:_BEGINNING])
        if self.of <= stems_with_synonyms(f"{header(sentence.article)}\n{begin}\n{sentence.text}"):
            for said, span, words in self._alike(sentence):
                if not self._is_another(words):
                    yield said, span

    def is_another_in(self, sentence: Evidence) -> bool:
        """Whether somebody in a sentence has a role of that kind: the managing director, for the finance director."""
        return any(self._is_another(words) for _, _, words in self._alike(sentence))

    def _alike(self, sentence: Evidence) -> Iterator[tuple[Description, Span, str]]:
        """The people of a sentence whose role ends with the same word, with the words of it."""
        if not self.stems or self.stems[-1] not in word_stems(sentence.text):
            return
        for name in persons_in(sentence.text):
            said, at = description(sentence.text, name), sentence.text.find(name)
            for words in _roles(said, sentence.text, at) if said else ():
                if said and word_stems(words)[-1:] == [self.stems[-1]]:
                    yield said, (at, at + len(name)), words

    def _is_another(self, words: str) -> bool:
        """Whether something of it is lacking, or makes another role of it: the deputy mayor is no mayor."""
        others = word_list("questions", "makes_another_role").intersection(split_words(words)) - self.words
        return bool(others) or not set(self.stems) <= set(word_stems(words))


def _roles(said: Description, text: str, name: int) -> Iterator[str]:
    """The words before a name and after it that say what somebody is, without what that is of."""
    yield text[said.start : max(said.start, name)]
    if said.own:
        own = text[slice(*said.own)]
        cut = _OF.search(own)
        yield own[: cut.start()] if cut else own


def _fullness(said: Description, sentence: Evidence) -> tuple[int, datetime]:
    return said.says, sentence.article.published or _NO_DATE


def _described(sentence: Evidence, number: int, span: Span, score: float) -> Evidence:
    """`sentence` as the answer to the `number`th question, to which it gets this score, by the words at `span`."""
    reading = sentence.readings[number]
    reading = replace(
        reading,
        answers=max(reading.answers, _SURE),
        passage_answers=max(reading.passage_answers, _SURE),
        span=(sentence.start + span[0], sentence.start + span[1]),
    )
    return _with(sentence, number, reading, score)


def _doubted(sentence: Evidence, number: int) -> Evidence:
    """`sentence` as one that probably does not answer the `number`th question."""
    reading = sentence.readings[number]
    reading = replace(
        reading, answers=min(reading.answers, _DOUBTED), passage_answers=min(reading.passage_answers, _DOUBTED)
    )
    return _with(sentence, number, reading, sentence.scores[number])


def _with(sentence: Evidence, number: int, reading: SentenceReading, score: float) -> Evidence:
    scores, readings = list(sentence.scores), list(sentence.readings)
    scores[number], readings[number] = score, reading
    return replace(sentence, scores=tuple(scores), readings=tuple(readings))
