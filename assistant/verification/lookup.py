"""Whether the figures, names and quotations of a statement are in its sources.

Each check returns a doubt in a few words, or None.
"""

import re
from collections.abc import Sequence

from assistant.articles import Passage, header
from assistant.text import (
    Figure,
    grouped_stems,
    has_alias,
    has_full_name,
    is_place_or_its_people,
    name_words,
    names,
    plain,
    split_words,
    word_list,
)
from assistant.verification.claims import Claims, find_claims
from assistant.verification.dates import day_of
from assistant.verification.quotations import is_cut, is_quoted, normal, quotations, without_speakers, words_quoted

_HOURS, _PAIR = 12, 2
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LONGEST_QUOTE = 600  # characters


def _source_text(passage: Passage) -> str:
    return plain(f"{header(passage.article)}\n{passage.chunk.text}")


def _source_claims(passage: Passage) -> Claims:
    return find_claims(_source_text(passage), day_of(passage.article))


def check_quotations(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first quotation of `statement` whose words no source has exactly so."""
    sources = _quotable(passages)
    for quoted in quotations(statement):
        if not any(is_quoted(quoted, source) for source in sources):
            return f"the quotation “{quoted}” is not in the source"
    return None


def _quotable(passages: Sequence[Passage]) -> list[str]:
    """The normal texts of which the words of a quotation may be."""
    texts = list(map(_source_text, passages))
    return [normal(text) for text in (*texts, *(joined for text in texts for joined in without_speakers(text)))]


def with_words_left_out(statement: str, passages: Sequence[Passage]) -> str:
    """`statement` with what its quotations leave out of the source."""
    sources = _quotable(passages)
    for quoted in quotations(statement):
        found = next(filter(None, (words_quoted(quoted, source) for source in sources)), "") if is_cut(quoted) else ""
        if len(found) > len(quoted) and len(found) < _LONGEST_QUOTE:
            statement = statement.replace(quoted, found, 1)
    return statement


def check_figures(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first figure of `statement` that no source has.

    Those in words that order, divide, tell the hour or mean a pair, "the second half", "at nine", "the two", are left
    to the reader: sources seldom have the same words.
    """
    sources = [_source_claims(passage) for passage in passages]
    years = frozenset[int]().union(*(source.years for source in sources))
    for figure in find_claims(statement, day_of(passages[0].article)).figures:
        if not any(map(str.isdigit, figure.words)) and (
            figure.unit == "th" or figure.value < 1 or _is_pair(figure) or _is_hour(figure, statement)
        ):
            continue
        if figure.unit == "" and figure.value in years and _measure(figure) is None:
            continue
        written = (other for source in sources for other in source.figures if figure.is_said_by(other))
        if all(_in_other_measure(figure, other) for other in written):
            return f"“{figure.words}” is not in the source"
    return None


def with_figures_of_source(statement: str, passages: Sequence[Passage]) -> str:
    """`statement` as the reader takes it, which does not count: its figures in the words of the source."""
    text = plain(statement)
    told = [other for passage in passages for other in find_claims(passage.chunk.text, day_of(passage.article)).figures]
    for figure in find_claims(statement, day_of(passages[0].article)).figures:
        same = [other for other in told if figure.is_said_by(other) and not _in_other_measure(figure, other)]
        if same and all(other.words != figure.words for other in same):
            nearest = max(same, key=lambda other: len({*figure.nouns} & {*other.nouns}))
            written = re.compile(rf"(?<![\w.,]){re.escape(figure.words)}(?!\w|[.,]\d)")
            text = written.sub(nearest.words.replace("\\", ""), text, count=1)
    return text


def _is_pair(figure: Figure) -> bool:
    return figure.unit == "" and figure.value == _PAIR


def _is_hour(figure: Figure, statement: str) -> bool:
    before = "|".join(sorted(word_list("numbers", "before_hours")))
    written = re.search(rf"\b(?:{before}) {re.escape(figure.words)}\b", statement, re.IGNORECASE)
    return figure.unit == "" and not figure.nouns and figure.value <= _HOURS and written is not None


def _in_other_measure(figure: Figure, source: Figure) -> bool:
    """Whether both are measured, and not by the same: 5 miles are not 5 kilometres."""
    return len({_measure(figure), _measure(source)} - {None}) > 1


def _measure(figure: Figure) -> int | None:
    """The number of the group of units of length, weight and so on that the figure has."""
    measures = enumerate(grouped_stems("numbers", "measures"))
    return next((number for number, stems in measures if not stems.isdisjoint(figure.nouns[:1])), None)


def check_figures_in_place(statement: str, sentences: Sequence[str]) -> str | None:
    """The first figure of `statement` that is another than in the sentence that has all its other words in order."""
    own, words = _DIGITS.findall(normal(statement)), _DIGITS.sub("0", normal(statement))
    for sentence in sentences if own else ():
        if _DIGITS.sub("0", normal(sentence)) == words:
            other = next(
                (one for one, told in zip(own, _DIGITS.findall(normal(sentence)), strict=True) if one != told), None
            )
            return f"“{other}” is not what the source says there" if other else None
    return None


def check_names(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first name of `statement` that no source has, in full or in part, by its initials or by another name."""
    sources = [_source_text(passage) for passage in passages]
    known = frozenset(word for source in sources for word in split_words(source))
    dates = " ".join(date_claim.words for date_claim in find_claims(statement, day_of(passages[0].article)).dates)
    for name in names(statement):
        if name in dates or all(word in known or is_place_or_its_people(word, known) for word in name_words(name)):
            continue
        if not any(has_alias(name, source) for source in sources) and not any(
            has_full_name(name, source, passage.article) for source, passage in zip(sources, passages, strict=True)
        ):
            return f"“{name}” is not in the source"
    return None
