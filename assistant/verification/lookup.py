"""Whether the figures, dates, names and quotations of a statement are in its sources.

Each check returns a doubt in a few words, or None.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from assistant.articles import Article, Passage, header
from assistant.text import (
    Figure,
    WordPattern,
    grouped_stems,
    has_alias,
    has_full_name,
    is_place_or_its_people,
    name_words,
    names,
    split_words,
    word_list,
)
from assistant.verification.claims import Claims, DateClaim, find_claims
from assistant.verification.quotations import is_quoted, normal, quotations

_HOURS, _PAIR = 12, 2


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
        if not any(is_quoted(quoted, source) for source in sources):
            return f"the quotation “{quoted}” is not in the source"
    return None


def check_figures(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first figure of `statement` that no source has.

    Those in words that order, divide, tell the hour or mean a pair, "the second half", "at nine", "the two", are left
    to the reader: sources seldom have the same words.
    """
    sources = [_source_claims(passage) for passage in passages]
    years = frozenset[int]().union(*(source.years for source in sources))
    for figure in find_claims(statement, _day_of(passages[0].article)).figures:
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


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEKDAY = WordPattern(r"\b{dates.weekdays}\b", re.IGNORECASE)
_REPORTED = WordPattern(r"(?:\b{speech.of_reports}\b|\()[^.;]*\Z", re.IGNORECASE)


def check_dates(statement: str, passages: Sequence[Passage]) -> str | None:
    """The first date of `statement` that no source bears out, each counted from the day of that source."""
    readings = [(find_claims(statement, _day_of(passage.article)).dates, passage) for passage in passages]
    for number, date_claim in enumerate(readings[0][0]):
        if not any(number < len(dates) and _is_told(dates[number], passage) for dates, passage in readings):
            return f"“{date_claim.words}” is not in the source"
    return None


def with_dates_of_source(statement: str, passages: Sequence[Passage]) -> str:
    """`statement` with its dates in the words of the source that has them ("Wednesday"): the reader counts no days."""
    for passage in passages:
        source = _source_text(passage)
        for claim in find_claims(statement, _day_of(passage.article)).dates:
            told = (other.words for other in _source_claims(passage).dates if _is_within(other, claim))
            if claim.words not in source and (words := next(told, None)):
                statement = statement.replace(claim.words, words, 1)
    return statement


def _have_one_weekday(words: str, others: str) -> bool:
    """Whether two dates name the same day of the week, where both name one: the year of "30 June" may be misread."""
    weekday, other = _WEEKDAY.search(words), _WEEKDAY.search(others)
    return weekday is None or other is None or weekday[0].lower() == other[0].lower()


def _is_told(claim: DateClaim, passage: Passage) -> bool:
    """Whether the passage has that date."""
    source, weekday = _source_claims(passage), _WEEKDAY.search(claim.words)
    if weekday and claim.since == claim.until and f"{claim.since:%A}".lower() != weekday[0].lower():
        return False
    if claim.words.isdigit() and int(claim.words) in source.years:
        return True
    if any(_is_within(other, claim) and _have_one_weekday(claim.words, other.words) for other in source.dates):
        return True
    published = passage.article.published
    return bool(published and claim.since == claim.until == published.date() and _REPORTED.search(claim.before))


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
        with suppress(OverflowError):  # in the last days of the year 9999
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
    for name in names(statement):
        if all(word in known or is_place_or_its_people(word, known) for word in name_words(name)):
            continue
        if not any(has_alias(name, source) for source in sources) and not any(
            has_full_name(name, source, passage.article) for source, passage in zip(sources, passages, strict=True)
        ):
            return f"“{name}” is not in the source"
    return None
