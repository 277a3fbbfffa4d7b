"""Looking up: whether the figures, dates, names and quotations of a statement are in its sources, said of the same."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import Protocol

from assistant.articles import Article, Passage, header
from assistant.text.aliases import has_alias, has_full_name, is_alike, is_place_or_its_people, name_words
from assistant.text.entities import NameClaim
from assistant.text.lexicon import WordPattern
from assistant.text.quantities import Figure
from assistant.text.words import grouped_stems, words
from assistant.verification.claims import Claims, DateClaim, claims

_DROPPED = re.compile(r"[\"“”‘’'«»]|[.!?…]+$")
_DASHES = re.compile(r"\s*[–—-]\s*")


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """`text` without regard to white space, quotation marks, dashes and case."""
    plain = unicodedata.normalize("NFKC", " ".join(text.split()))
    return _DASHES.sub("-", _DROPPED.sub("", plain)).strip().rstrip(".,;").casefold()


def _seen_from(article: Article) -> date:
    return (article.published or datetime.now(UTC)).date()


def _source(passage: Passage) -> Claims:
    return claims(f"{header(passage.article)}\n{passage.chunk.text}", _seen_from(passage.article))


def quotation_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first quotation of `text` whose words no source has exactly so."""
    sources = [normal(f"{header(one.article)}\n{one.chunk.text}") for one in passages]
    for quoted in _source_free(text).quotations:
        if not any(normal(quoted) in source for source in sources):
            return f"the quotation “{quoted}” is not in the source"
    return None


def _source_free(text: str) -> Claims:
    return claims(text, date(2000, 1, 1))


def figure_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first figure of `text` that no source has, or that the source says of something else."""
    sources = [_source(one) for one in passages]
    years = frozenset[int]().union(*(one.years for one in sources))
    told = [one for source in sources for one in source.figures]
    own = claims(text, _seen_from(passages[0].article)).figures
    for figure in own:
        if figure.unit == "" and figure.value in years and _measure(figure) is None:
            continue
        same = [one for one in told if figure.is_said_by(one) and not _in_other_measure(figure, one)]
        if not same:
            return f"“{figure.words}” is not in the source"
        rest = [
            one
            for one in told
            if one.unit == figure.unit and one not in same and not any(each.is_said_by(one) for each in own)
        ]
        if _counts_other(figure, same, rest) or _is_placed_otherwise(figure.about, same, rest):
            return f"“{figure.words}” is said of something else in the source"
    return _exchanged(own, told)


def _in_other_measure(figure: Figure, source: Figure) -> bool:
    """Whether both are measured, and not by the same: 5 miles are not 5 kilometres."""
    mine, theirs = _measure(figure), _measure(source)
    return mine is not None and theirs is not None and mine != theirs


def _measure(figure: Figure) -> int | None:
    if not figure.nouns:
        return None
    measures = enumerate(grouped_stems("numbers", "measures"))
    return next((number for number, names in measures if figure.nouns[0] in names), None)


def _exchanged(own: Sequence[Figure], told: Sequence[Figure]) -> str | None:
    """Two figures of one statement that the source has the other way round."""
    for one, other in combinations(own, 2):
        if one.unit != other.unit or one.is_said_by(other):
            continue
        ones = [each for each in told if one.is_said_by(each)]
        others = [each for each in told if other.is_said_by(each)]
        straight = _shared(one, ones) + _shared(other, others)
        if _shared(one, others) + _shared(other, ones) >= straight + _AHEAD:
            return f"“{one.words}” and “{other.words}” are the other way round in the source"
    return None


def _shared(one: Figure, others: Iterable[Figure]) -> int:
    return max((len(set(one.about) & set(each.about)) for each in others), default=0)


def _counts_other(figure: Figure, same: Sequence[Figure], rest: Sequence[Figure]) -> bool:
    """Whether the source has this figure of something else, and another one of what is counted here."""
    if not figure.nouns or any(figure.nouns[0] in one.nouns for one in same):
        return False
    meant = [one for one in rest if figure.nouns[0] in one.nouns]
    return bool(meant) and _ahead(figure.about, same, meant) >= 0


_AHEAD = 2  # telling words that another figure must have more in common to be the one that is meant


class _Placed(Protocol):
    """A figure, a date or a name with the stems of the telling words next to it."""

    @property
    def about(self) -> tuple[str, ...]: ...


def _ahead(about: Sequence[str], same: Iterable[_Placed], rest: Iterable[_Placed]) -> int:
    """By how many of the words next to it the source says this rather of another than of the same."""
    held = set(about)
    own = max((len(held & set(one.about)) for one in same), default=0)
    return max((len(held & set(one.about)) for one in rest), default=0) - own


def _is_placed_otherwise(about: Sequence[str], same: Sequence[_Placed], rest: Sequence[_Placed]) -> bool:
    """Whether the source says this of another figure or date: of that it says nearly all, of this less."""
    ahead = _ahead(about, same, rest)
    whole = len(set(about)) >= _AHEAD and any(set(about) <= set(one.about) for one in rest)
    return ahead >= _AHEAD or (ahead > 0 and whole)


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEKDAY = WordPattern(r"\b{dates.weekdays}\b", re.IGNORECASE)
_REPORTED = WordPattern(r"(?:\b{speech.of_reports}\b|\()[^.;]*\Z", re.IGNORECASE)


def moment_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first date of `text` that no source bears out, each seen from the day of that source."""
    read = [(claims(text, _seen_from(passage.article)).moments, passage) for passage in passages]
    for place, one in enumerate(read[0][0]):
        if not any(place < len(said) and _borne_out(said[place], said, passage) for said, passage in read):
            return f"“{one.words}” is not in the source, or said of something else there"
    return None


def _borne_out(said: DateClaim, every: Sequence[DateClaim], passage: Passage) -> bool:
    source, day = _source(passage), _WEEKDAY.search(said.words)
    if day and said.since == said.until and f"{said.since:%A}".lower() != day[0].lower():
        return False
    if said.words.isdigit() and int(said.words) in source.years:
        return True
    same = [one for one in source.moments if _within(one, said)]
    if not same:
        published = passage.article.published
        return bool(published and said.since == said.until == published.date() and _REPORTED.search(said.before))
    rest = [one for one in source.moments if one not in same and not any(_within(one, other) for other in every)]
    return not _is_placed_otherwise(said.about, same, rest)


def _within(source: DateClaim, said: DateClaim) -> bool:
    # The same date without a year is read alike on both sides, also where one of them has the year.
    readings = [(said.since, said.until), *(_readings(said) if not _is_weekday(said) else ())]
    return any(first <= since and until <= last for since, until in _readings(source) for first, last in readings)


def _is_weekday(moment: DateClaim) -> bool:
    return _WEEKDAY.fullmatch(moment.words.split()[-1]) is not None


def _readings(moment: DateClaim) -> Iterator[tuple[date, date]]:
    """What a date of a source may mean: without a year it may be the year before or after."""
    yield moment.since, moment.until
    if _is_weekday(moment):
        yield moment.since + timedelta(days=7), moment.until + timedelta(days=7)
    elif not _YEAR.search(moment.words):
        for years in (-1, 1):
            try:
                yield (
                    moment.since.replace(year=moment.since.year + years),
                    moment.until.replace(year=moment.until.year + years),
                )
            except ValueError:  # 29 February
                continue


def name_lacking(text: str, passages: Sequence[Passage]) -> str | None:
    """The first name of `text` that no source has, in full or in part, by its initials or by another name."""
    sources = [f"{header(one.article)}\n{one.chunk.text}" for one in passages]
    known = frozenset(word for source in sources for word in words(source))
    told = [one for passage in passages for one in _source(passage).names]
    for said in _source_free(text).names:
        name = said.words
        if _is_anothers(said, text, told):
            return f"the source says this of another than “{name}”"
        if all(word in known or is_place_or_its_people(word, known) for word in name_words(name)):
            continue
        if not any(has_alias(name, source) for source in sources) and not any(
            has_full_name(name, source, one.article) for source, one in zip(sources, passages, strict=True)
        ):
            return f"“{name}” is not in the source"
    return None


def _is_anothers(said: NameClaim, text: str, told: Sequence[NameClaim]) -> bool:
    """Whether the source says of another name what is said here of `said`."""
    held = set(words(text))
    same = [one for one in told if is_alike(said.words, one.words)]
    # "She called on China": what is said beside a pronoun is mostly not said of the name.
    rest = [
        one
        for one in told
        if one not in same
        and not held & set(words(one.words))
        and not one.beside_pronoun
        and not has_alias(one.words, text)
    ]
    return bool(same) and _ahead(said.about, same, rest) >= _AHEAD
