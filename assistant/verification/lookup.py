"""Whether the figures, dates, names and quotations of a statement are in its sources, said of the same thing.

Each check returns a doubt in a few words, or None.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations

from assistant.articles import Article, Passage, header
from assistant.text import (
    Figure,
    NameClaim,
    WordPattern,
    grouped_stems,
    has_alias,
    has_full_name,
    is_alike,
    is_place_or_its_people,
    name_words,
    names,
    split_words,
)
from assistant.verification.claims import Claims, DateClaim, find_claims, quotations

_DROPPED = re.compile(r"[\"“”‘’'«»]|[.!?…]+$")
_DASHES = re.compile(r"\s*[–—-]\s*")


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """`text` for comparison without regard to white space, quotation marks, dashes and case."""
    plain = unicodedata.normalize("NFKC", " ".join(text.split()))
    return _DASHES.sub("-", _DROPPED.sub("", plain)).strip().rstrip(".,;").casefold()


def _day_of(article: Article) -> date:
    """The day from which the dates of an article are counted."""
    return (article.published or datetime.now(UTC)).date()


def _source_text(passage: Passage) -> str:
    return f"{header(passage.article)}\n{passage.chunk.text}"


def _source_claims(passage: Passage) -> Claims:
    return find_claims(_source_text(passage), _day_of(passage.article))


def check_quotations(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first quotation of `statement` whose words no source has exactly so."""
    sources = [normal(_source_text(passage)) for passage in passages]
    for quoted in quotations(statement):
        if not any(normal(quoted) in source for source in sources):
            return f"the quotation “{quoted}” is not in the source"
    return None


def check_figures(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first figure of `statement` that no source has, or that the source says of something else."""
    sources = [_source_claims(passage) for passage in passages]
    years = frozenset[int]().union(*(source.years for source in sources))
    source_figures = [figure for source in sources for figure in source.figures]
    figures = find_claims(statement, _day_of(passages[0].article)).figures
    unclaimed = [other for other in source_figures if not any(figure.is_said_by(other) for figure in figures)]
    for figure in figures:
        if figure.unit == "" and figure.value in years and _measure(figure) is None:
            continue
        same = [other for other in source_figures if figure.is_said_by(other) and not _in_other_measure(figure, other)]
        if not same:
            return f"“{figure.words}” is not in the source"
        rest = [other for other in unclaimed if other.unit == figure.unit]
        if _counts_other(figure, same, rest) or _is_said_of_other(figure.about, same, rest):
            return f"“{figure.words}” is said of something else in the source"
    return _swapped_figures(figures, source_figures)


def _in_other_measure(figure: Figure, source: Figure) -> bool:
    """Whether both are measured, and not by the same: 5 miles are not 5 kilometres."""
    return len({_measure(figure), _measure(source)} - {None}) > 1


def _measure(figure: Figure) -> int | None:
    """The number of the group of units of length, weight and so on that the figure has."""
    measures = enumerate(grouped_stems("numbers", "measures"))
    return next((number for number, stems in measures if not stems.isdisjoint(figure.nouns[:1])), None)


def _swapped_figures(figures: Sequence[Figure], source_figures: Sequence[Figure]) -> str | None:
    """Two figures of one statement that the source has the other way round."""
    for first, second in combinations(figures, 2):
        if first.unit != second.unit or first.is_said_by(second):
            continue
        like_first = [figure for figure in source_figures if first.is_said_by(figure)]
        like_second = [figure for figure in source_figures if second.is_said_by(figure)]
        straight = _shared(first.about, like_first) + _shared(second.about, like_second)
        if _shared(first.about, like_second) + _shared(second.about, like_first) >= straight + _AHEAD:
            return f"“{first.words}” and “{second.words}” are the other way round in the source"
    return None


def _counts_other(figure: Figure, same: Sequence[Figure], rest: Sequence[Figure]) -> bool:
    """Whether the source has this figure of something else, and another one of what is counted here."""
    if not figure.nouns or any(figure.nouns[0] in other.nouns for other in same):
        return False
    of_the_noun = [other for other in rest if figure.nouns[0] in other.nouns]
    return bool(of_the_noun) and _lead(figure.about, same, of_the_noun) >= 0


_AHEAD = 2  # content words that another figure must have more in common to be the one that is meant
_Claim = Figure | DateClaim | NameClaim


def _shared(about: Sequence[str], others: Iterable[_Claim]) -> int:
    """The most stems that one of `others` has in common with `about`."""
    return max((len(set(about) & set(other.about)) for other in others), default=0)


def _lead(about: Sequence[str], same: Iterable[_Claim], rest: Iterable[_Claim]) -> int:
    """How many more stems of `about` the source has beside another claim (of `rest`) than beside the same."""
    return _shared(about, rest) - _shared(about, same)


def _is_said_of_other(about: Sequence[str], same: Sequence[_Claim], rest: Sequence[_Claim]) -> bool:
    """Whether the source says this of another figure or date: nearly all words are beside that, fewer beside this."""
    lead = _lead(about, same, rest)
    whole = len(set(about)) >= _AHEAD and any(set(about) <= set(other.about) for other in rest)
    return lead >= _AHEAD or (lead > 0 and whole)


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEKDAY = WordPattern(r"\b{dates.weekdays}\b", re.IGNORECASE)
_REPORTED = WordPattern(r"(?:\b{speech.of_reports}\b|\()[^.;]*\Z", re.IGNORECASE)


def check_dates(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first date of `statement` that no source bears out, each counted from the day of that source."""
    readings = [(find_claims(statement, _day_of(passage.article)).dates, passage) for passage in passages]
    for number, date_claim in enumerate(readings[0][0]):
        if not any(number < len(dates) and _is_borne_out(dates[number], dates, passage) for dates, passage in readings):
            return f"“{date_claim.words}” is not in the source, or said of something else there"
    return None


def _is_borne_out(claim: DateClaim, own: Sequence[DateClaim], passage: Passage) -> bool:
    """Whether the passage has the date `claim`; `own` are all dates of the statement."""
    source, weekday = _source_claims(passage), _WEEKDAY.search(claim.words)
    if weekday and claim.since == claim.until and f"{claim.since:%A}".lower() != weekday[0].lower():
        return False
    if claim.words.isdigit() and int(claim.words) in source.years:
        return True
    same = [other for other in source.dates if _is_within(other, claim)]
    if not same:
        published = passage.article.published
        return bool(published and claim.since == claim.until == published.date() and _REPORTED.search(claim.before))
    rest = [other for other in source.dates if not any(_is_within(other, date) for date in own)]
    return not _is_said_of_other(claim.about, same, rest)


def _is_within(source: DateClaim, claim: DateClaim) -> bool:
    # The same date without a year is read alike on both sides, also where one of them has the year.
    readings = [(claim.since, claim.until)] if _is_weekday(claim) else list(_readings(claim))
    return any(first <= since and until <= last for since, until in _readings(source) for first, last in readings)


def _is_weekday(claim: DateClaim) -> bool:
    return _WEEKDAY.fullmatch(claim.words.split()[-1]) is not None


def _readings(claim: DateClaim) -> Iterator[tuple[date, date]]:
    """What a date of a source may mean: without a year it may be the year before or after."""
    yield claim.since, claim.until
    if _is_weekday(claim):
        yield claim.since + timedelta(days=7), claim.until + timedelta(days=7)
    elif not _YEAR.search(claim.words):
        for years in (-1, 1):
            with suppress(ValueError):  # 29 February
                since, until = (day.replace(year=day.year + years) for day in (claim.since, claim.until))
                yield since, until


def check_names(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first name of `statement` that no source has, in full or in part, by its initials or by another name."""
    sources = [_source_text(passage) for passage in passages]
    known = frozenset(word for source in sources for word in split_words(source))
    source_names = [name for passage in passages for name in _source_claims(passage).names]
    for claim in names(statement):
        name = claim.words
        if _is_said_of_other_name(claim, statement, source_names):
            return f"the source says this of another than “{name}”"
        if all(word in known or is_place_or_its_people(word, known) for word in name_words(name)):
            continue
        if not any(has_alias(name, source) for source in sources) and not any(
            has_full_name(name, source, passage.article) for source, passage in zip(sources, passages, strict=True)
        ):
            return f"“{name}” is not in the source"
    return None


def _is_said_of_other_name(claim: NameClaim, statement: str, source_names: Sequence[NameClaim]) -> bool:
    """Whether the source says of another name what the statement says of this one."""
    present = set(split_words(statement))
    same = [name for name in source_names if is_alike(claim.words, name.words)]
    # "She called on China": what is said beside a pronoun is mostly not said of the name.
    rest = [
        name
        for name in source_names
        if name not in same
        and not present & set(split_words(name.words))
        and not name.beside_pronoun
        and not has_alias(name.words, statement)
    ]
    return bool(same) and _lead(claim.about, same, rest) >= _AHEAD
