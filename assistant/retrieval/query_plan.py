"""Planning: what a question was taken to mean, and what to look for because of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from assistant.answers import Interpretation
from assistant.articles import Article, Filters
from assistant.index import Generation
from assistant.retrieval.corpus_questions import Request, about_the_corpus
from assistant.retrieval.overrides import Aspects, blanked, places_of, tidy, widened, with_lead
from assistant.retrieval.publications import absent_publications, publications_named
from assistant.retrieval.question import Query, parse
from assistant.retrieval.search import DateBoost, SubQuery, within
from assistant.retrieval.spelling import is_near, misspelt
from assistant.retrieval.sub_questions import clauses
from assistant.retrieval.time_filters import Time, times_named
from assistant.text.entities import Mention, names_in
from assistant.text.words import UNLISTED, content_terms, rank, stem, words

# How much days of publication count beside the standard scores of the search.
_PUBLISHED, _SUBJECT = 1.0, 0.5
_AFTERWARDS = timedelta(days=7)  # what happened on a day is reported within a week
_MOST_SUB_QUERIES = 6
_EVENT_HITS = 20


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What to look for, and what is told of it.

    `query` is the question with misspelt words put right. `request` is there when it is about the corpus itself.
    `routed` are the stems that say which publications and days to look in, and nothing of what is asked there.
    `absent` are publications that it asks of and that the corpus does not have.
    """

    query: Query
    sub_queries: tuple[SubQuery, ...]
    interpretation: Interpretation
    request: Request | None = None
    implied: tuple["ImpliedTerms", ...] = ()
    routed: frozenset[str] = frozenset()
    absent: tuple[str, ...] = ()

    def implied_by(self, article: Article) -> frozenset[str]:
        """The stems of the question that `article` need not say, as it was published there and then."""
        return frozenset[str]().union(*(one.stems for one in self.implied if one.by(article)))


@dataclass(frozen=True, slots=True)
class ImpliedTerms:
    """Words of a question, as stems, that an article meets by its publication or its date."""

    stems: frozenset[str]
    source: str | None = None
    days: DateBoost | None = None

    def by(self, article: Article) -> bool:
        """Whether `article` does."""
        if self.days is None:
            return article.source == self.source
        return within(article.published.date() if article.published else None, self.days)


@dataclass(frozen=True, slots=True)
class _Named:
    """A question with what it names: publications, times, and publications that the corpus does not have."""

    query: Query
    mentions: Sequence[Mention]
    times: Sequence[Time]
    absent: tuple[str, ...]


def plan_query(generation: Generation, query: Query, filters: Filters, ignoring: Aspects = ()) -> QueryPlan:
    """The plan for `query`, which is not understood in the ways of `ignoring`.

    Publications are routed to only where `filters` do not say which to use.
    """
    every, times = _named_in(generation, query)
    request = _request(query, every, times, ignoring)
    if request is not None:
        return QueryPlan(query, (SubQuery(),), Interpretation(), widened(request, ignoring))
    query, corrected = (query, ()) if "spelling" in ignoring else _spelt_right(generation, query, every)
    if corrected:
        every, times = _named_in(generation, query)
    query = replace(query, parts=()) if "parts" in ignoring else query
    times = [_looked_up(generation, one) if one.event else one for one in times]
    absent = absent_publications(query.question, every, generation.frequency)
    mentions = _routable(generation, every, filters)
    meant = _meant(_Named(query, mentions, times, absent), ignoring, generation)
    interpretation = _interpretation(query, meant, _names(generation, query, mentions), corrected)
    return QueryPlan(
        query=replace(meant.query, question=tidy(meant.query.question, query.question)),
        sub_queries=_sub_queries(meant)[:_MOST_SUB_QUERIES],
        interpretation=interpretation,
        implied=_implied(meant),
        routed=_routed(meant, generation),
        absent=meant.absent,
    )


def corpus_request(generation: Generation, query: Query, ignoring: Aspects = ()) -> Request | None:
    """What `query` asks of the corpus itself, for its catalogue; None for all other questions."""
    return _request(query, *_named_in(generation, query), ignoring)


def _request(query: Query, named: Sequence[Mention], times: Sequence[Time], ignoring: Aspects) -> Request | None:
    return None if "catalogue" in ignoring else about_the_corpus(query.question, named, times)


def _named_in(generation: Generation, query: Query) -> tuple[list[Mention], list[Time]]:
    """The publications and the times that the question names."""
    newest = (generation.db.dates()[1] or datetime.now(UTC)).date()
    return publications_named(query.question, generation.db.sources()), times_named(query.question, newest)


def _routable(generation: Generation, mentions: Sequence[Mention], filters: Filters) -> Sequence[Mention]:
    """Those of `mentions` that say where to look: within one article only its own publication does."""
    if filters.source:
        return ()
    if filters.one is None:
        return mentions
    article = generation.article(filters.one)
    source = article.source if article else None
    return [one for one in mentions if source and one.name.casefold() == source.casefold()]


def _meant(named: _Named, ignoring: Aspects, generation: Generation) -> _Named:
    """`named` without the publications and times to be ignored, and without the words that only say these."""
    question, places = named.query.question, list[tuple[int, int]]()
    mentions, times, absent = named.mentions, named.times, named.absent
    if "publications" in ignoring:
        written = [*((one.start, one.end) for one in mentions), *places_of(absent, question)]
        places += [with_lead(question, one) for one in written]
        mentions, absent = (), ()
    if "dates" in ignoring:
        # A time that is part of a name ("the Sunday Times") is none to take out.
        apart = [one for one in times if not any(_meet(one, other) for other in named.mentions)]
        places += [(one.start, one.end) for one in _routing(apart, generation)]
        times = ()
    return _Named(blanked(named.query, places), mentions, times, absent)


def _routing(times: Sequence[Time], generation: Generation) -> list[Time]:
    """Those of `times` that say in which articles to look, and nothing of what is asked there."""
    return [one for one in times if one.event is None and _is_covered(one, generation)]


def _routed(named: _Named, generation: Generation) -> frozenset[str]:
    said = [*_mentioned(named), *(one.words for one in _routing(named.times, generation))]
    return frozenset[str]().union(*map(_stems, said))


def _meet(one: Time, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _is_covered(time: Time, generation: Generation) -> bool:
    """Whether articles may have been published in that time: else it is what they tell of ("founded in 1931")."""
    oldest, newest = generation.db.dates()
    if not (oldest and newest and (time.since or time.until)):
        return False
    return (time.since or date.min) <= newest.date() and oldest.date() <= (time.until or date.max)


def _mentioned(named: _Named) -> list[str]:
    return [named.query.question[one.start : one.end] for one in named.mentions]


def _implied(named: _Named) -> tuple[ImpliedTerms, ...]:
    there = [
        ImpliedTerms(_stems(text), source=one.name) for one, text in zip(named.mentions, _mentioned(named), strict=True)
    ]
    plain = [one for one in named.times if one.event is None]
    then = [
        ImpliedTerms(_stems(one.words), days=days) for one in plain for days in _days([one], one.start, one.start + 1)
    ]
    return (*there, *then)


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text)))


def _looked_up(generation: Generation, time: Time) -> Time:
    """`time` with the days that its event gives it, by the article whose headline tells of it; else as it was.

    An event is reported on its day or soon after: "before the vote" is up to the day of the article that fits best,
    "after the vote" is from the first that tells of it.
    """
    terms = content_terms(time.event or "")
    hits = generation.db.search(terms, _EVENT_HITS)
    found = generation.db.passages([name for name, _ in hits])
    days = [
        article.published.date()
        for _, article in (found[name] for name, _ in hits)
        if article.published and _stems(article.title).issuperset(_stems(" ".join(terms)))
    ]
    if not days:
        return time
    if time.relation == "after":
        return replace(time, since=min(days))
    return replace(time, since=None if time.relation == "before" else days[0], until=days[0])


def _spelt_right(
    generation: Generation, query: Query, mentions: Sequence[Mention]
) -> tuple[Query, tuple[tuple[str, str], ...]]:
    """`query` with the words put right that no article has, and each of these with what it was taken for."""
    found = [
        one
        for one in misspelt(query.question, generation.frequency, generation.vocabulary, _is_word)
        if not any(mention.start < one.end and one.start < mention.end for mention in mentions)
        and not _is_word(query.question[one.start : one.end].lower())
    ]
    text, corrected = query.question, list[tuple[str, str]]()
    for one in reversed(found):
        written, meant = text[one.start : one.end], generation.db.spelling(one.name)
        # Stems may be near where the words are not: "signify" and "significant".
        if not meant or not is_near(written, meant):
            continue
        right = f"{text[: one.start]}{meant}{text[one.end :]}"
        if _is_known(generation, right, one.start):
            text = right
            corrected.insert(0, (written, meant))
    return (parse(text, len(text)) if corrected else query), tuple(corrected)


def _is_known(generation: Generation, text: str, place: int) -> bool:
    """Whether the name at `place`, if there is one, is in the articles as a whole: "Elin Sarrow", not "Elin Marsk"."""
    names = [one for one in names_in(text, generation.frequency) if one.start <= place < one.end]
    return all(map(generation.frequency, (" ".join(words(one.name)) for one in names)))


def _is_word(word: str) -> bool:
    """Whether the embedder's tokenizer knows it whole, as it does the common words of English."""
    return rank(word) < UNLISTED


def _names(generation: Generation, query: Query, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The names in the question that the articles have, publications left out."""
    found = [
        one.name
        for one in names_in(query.question, generation.frequency)
        if not any(mention.start < one.end and one.start < mention.end for mention in mentions)
        and all(map(generation.frequency, words(one.name)))
    ]
    return tuple(dict.fromkeys(found))


def _sub_queries(named: _Named) -> tuple[SubQuery, ...]:
    query, times = named.query, named.times
    found = clauses(query.question, named.mentions)
    if found:
        return tuple(
            SubQuery(one.text if len(found) > 1 else None, name, _days(times, one.start, one.end))
            for one in found
            for name in one.publications
        )
    everywhere = _days(times, 0, len(query.question))
    return tuple(SubQuery(part, None, everywhere) for part in query.parts) or (SubQuery(None, None, everywhere),)


def _days(times: Sequence[Time], start: int, end: int) -> tuple[DateBoost, ...]:
    """The days that a stretch of the question favours."""
    return tuple(
        DateBoost(one.since, one.until, _PUBLISHED)
        if one.role == "published"
        else DateBoost(one.since, one.until + _AFTERWARDS if one.until else None, _SUBJECT)
        for one in times
        if start <= one.start < end and (one.since or one.until)
    )


def _interpretation(
    query: Query, meant: _Named, names: tuple[str, ...], corrected: tuple[tuple[str, str], ...]
) -> Interpretation:
    dated = [one for one in meant.times if one.since or one.until]
    sinces, untils = [one.since for one in dated if one.since], [one.until for one in dated if one.until]
    return Interpretation(
        publications=tuple(dict.fromkeys(one.name for one in meant.mentions)),
        since=min(sinces, default=None) if len(sinces) == len(dated) else None,
        until=max(untils, default=None) if len(untils) == len(dated) else None,
        when=", ".join(one.words for one in dated) or None,
        names=names,
        corrected=corrected,
        parts=query.parts,
    )
