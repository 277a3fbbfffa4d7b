"""Whether a source has the dates of a statement, and says them of what the statement tells.

The day of publication bears out that something was published, and nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache

from assistant.articles import Article, Passage, header
from assistant.reading import Excerpt
from assistant.text import (
    WordPattern,
    alternation,
    content_stems,
    is_content_word,
    plain,
    sentences_in,
    split_words,
    word_list,
)
from assistant.verification.claims import Claims, DateClaim, find_claims

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEKDAY = WordPattern(r"\b{dates.weekdays}\b", re.IGNORECASE)
_SAID = WordPattern(r"\b{speech.before_a_date}\b[^.;]{0,40}\Z", re.IGNORECASE)
_LONG = 31  # days; a span of as many is borne out only by the very sentence
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def day_of(article: Article) -> date:
    """The day from which the dates of an article are counted."""
    return (article.published or datetime.now(UTC)).date()


def check_dates(statement: str, passages: Sequence[Passage], grounds: Sequence[Excerpt]) -> str | None:
    """The first date of `statement` that no source has for what `grounds`, its sentences, tell.

    Each is counted from the day of its source.
    """
    readings = [(find_claims(statement, day_of(passage.article)).dates, passage) for passage in passages]
    for number, date_claim in enumerate(readings[0][0]):
        if not any(
            number < len(dates) and _is_borne_out(number, dates, passage, grounds) for dates, passage in readings
        ):
            return f"“{date_claim.words}” is not in the source"
    return None


def tells_publication(statement: str, passages: Sequence[Passage]) -> Passage | None:
    """The passage of whose article `statement` tells nothing but that it was, or was not, published on its day."""
    for passage in passages:
        article, dates = passage.article, find_claims(statement, day_of(passage.article)).dates
        if dates and all(_is_of_publication(claim, article) for claim in dates):
            rest = plain(statement)
            for claim in dates:
                rest = rest.replace(claim.words, " ", 1)
            known = word_list("speech", "of_its_appearing") | word_list("negation", "denying")
            known |= set(split_words(f"{header(article)} {article.author or ''}"))
            if all(word in known or not is_content_word(word) for word in split_words(rest)):
                return passage
    return None


def with_dates_of_source(statement: str, passages: Sequence[Passage]) -> str:
    """`statement` as the reader takes it, which counts no days and knows of no publication.

    Its dates are in the words of the source that has them ("Wednesday"), and that of publication is taken out.
    """
    own = set(content_stems(statement))
    for passage in passages:
        dates = find_claims(passage.chunk.text, day_of(passage.article)).dates
        for claim in find_claims(statement, day_of(passage.article)).dates:
            if _is_of_publication(claim, passage.article):
                statement = _without(claim.words, statement)
            elif told := [other for other in dates if _length(claim) is not _Length.LONG and _is_within(other, claim)]:
                if _length(claim) is _Length.MONTH and claim.words not in passage.chunk.text:
                    statement = _without(claim.words, statement)
                    continue
                nearest = max(told, key=lambda other: (len(own & _beside(other)), other.words == claim.words))
                statement = statement.replace(claim.words, nearest.words, 1)
    return statement


def _beside(claim: DateClaim) -> set[str]:
    """The stems of the content words in the sentence of a date."""
    return set(content_stems(f"{_SENTENCE_END.split(claim.before)[-1]} {_SENTENCE_END.split(claim.after)[0]}"))


def _without(words: str, statement: str) -> str:
    """`statement` without the date of publication: "In an article of 28 May 2025, the Chronicle said"."""
    phrase = re.compile(
        rf"(?:^|(?<!\s)\s++)\(?(?:(?:in|according to)\s(?:an?|the|its)\s(?:[^\W_]+\s){{0,3}}?)?(?:published\s)?"
        rf"(?:(?:as of|of|on|in|from|dated)\s)?(?:the\s)?{re.escape(words)}[),]?",
        re.IGNORECASE,
    )
    return phrase.sub("", statement, count=1).strip()


class _Length(Enum):
    DAY = auto()
    MONTH = auto()
    LONG = auto()


@dataclass(frozen=True, slots=True)
class _Told:
    """What an article tells of days: in the sentences a statement rests on, beside them, and up to the one after them.

    `best` are the dates of the first of these sentences, without those on which something was said.
    """

    own: Claims
    beside: Claims
    before: Claims
    best: tuple[DateClaim, ...]


def _is_borne_out(number: int, claims: Sequence[DateClaim], passage: Passage, grounds: Sequence[Excerpt]) -> bool:
    """Whether the passage has that date for what its grounds tell.

    A day may be told some sentences before what happened on it; of a longer time the sentence or the next must speak.
    """
    claim, weekday = claims[number], _WEEKDAY.search(claims[number].words)
    if weekday and claim.since == claim.until and f"{claim.since:%A}".lower() != weekday[0].lower():
        return False
    if _is_of_publication(claim, passage.article):
        return True
    told = _told(passage, [ground for ground in grounds if ground.passage == passage])
    alike = [other for other in told.best if _length(other) == _length(claim)]
    is_of_another = bool(alike) and not any(_is_within(other, each) for other in alike for each in claims)
    if is_of_another and _length(claim) is not _Length.DAY:
        return False
    if _has(told.own, claim) or (claim.words.isdigit() and int(claim.words) in told.beside.years):
        return True
    match _length(claim):
        case _Length.DAY:
            return not is_of_another and _has(told.before, claim)
        case _Length.MONTH:
            return _has(told.beside, claim)
        case _:
            return False


def _length(claim: DateClaim) -> _Length:
    days = (claim.until - claim.since).days
    return _Length.DAY if not days else _Length.MONTH if days < _LONG else _Length.LONG


def _told(passage: Passage, grounds: Sequence[Excerpt]) -> _Told:
    article = passage.article
    spans = sentences_in(article.text, passage.chunk)
    texts = [article.text[slice(*span)] for span in spans]
    own = [
        place
        for place, (start, end) in enumerate(spans)
        if any(start < ground.end and ground.start < end for ground in grounds)
    ]
    if not own:
        return _Told(_claims(article, []), _claims(article, texts), _claims(article, texts), ())
    beside = sorted({near for place in own for near in range(max(0, place - 1), min(len(texts), place + 2))})
    best = find_claims(grounds[0].text, day_of(article)).dates
    return _Told(
        own=_claims(article, [texts[place] for place in own]),
        beside=_claims(article, [texts[place] for place in beside]),
        before=_claims(article, texts[: own[-1] + 2]),
        best=tuple(each for each in best if not _SAID.search(each.before)),
    )


def _claims(article: Article, sentences: Sequence[str]) -> Claims:
    """The claims of some sentences, and of the title, where the day of publication is none."""
    title, text = (find_claims(part, day_of(article)) for part in (article.title, "\n".join(sentences)))
    dates = tuple(claim for claim in title.dates if not _includes(claim, day_of(article)))
    years = title.years if len(dates) == len(title.dates) else frozenset[int]()
    return Claims(text.figures, (*text.dates, *dates), text.years | years)


def _includes(claim: DateClaim, day: date) -> bool:
    return claim.since <= day <= claim.until


def _has(claims: Claims, claim: DateClaim) -> bool:
    return any(_is_within(other, claim) and _have_one_weekday(claim.words, other.words) for other in claims.dates)


def _have_one_weekday(words: str, others: str) -> bool:
    """Whether two dates name the same day of the week, where both name one: the year of "30 June" may be misread."""
    weekday, other = _WEEKDAY.search(words), _WEEKDAY.search(others)
    return weekday is None or other is None or weekday[0].lower() == other[0].lower()


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


def _is_of_publication(claim: DateClaim, article: Article) -> bool:
    """Whether the words beside a date say that it is that of the article."""
    if article.published is None or not _includes(claim, article.published.date()):
        return False
    before, after = _beside_publication(article.source or "")
    return before.search(claim.before) is not None or after.match(claim.after) is not None


@lru_cache(maxsize=1024)
def _beside_publication(source: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before, and after, the date on which a publication or an article of it came out."""
    name = re.escape(source.strip().removeprefix("The ").strip() or "\0")
    title = source.split()[-1].lower() if source.strip() else ""
    name = rf"(?:{name}|{re.escape(title)})" if title in word_list("press", "titles") else name
    names = rf"(?:{name}|{alternation('speech', 'articles')})"
    pieces, verbs = alternation("press", "pieces"), alternation("speech", "of_reports")
    named = rf"\b{alternation('speech', 'articles')}(?:,?\s[“\"‘'][^“”\"\n]{{1,200}}[”\"’'],?)?"
    before = re.compile(
        rf"(?:\b{names}(?:['’]s)?(?:\s{pieces})?(?:\s{verbs})?|\b{alternation('speech', 'of_publication')}"
        rf"|{named}\s{alternation('speech', 'of_coming_out')}|\A{verbs})"
        rf"[,\s(]*(?:(?:on|of|from|in|dated|for)\s)?(?:the\s)?\Z|\([^()]*\b{names}\b[^()]*\Z",
        re.IGNORECASE,
    )
    after = re.compile(
        rf",?\s(?:the\s|an?\s)?(?:{names}(?:['’]s)?(?:\s[^\W_]+){{0,2}}?\s{verbs}\b|{pieces}\b)", re.IGNORECASE
    )
    return before, after
