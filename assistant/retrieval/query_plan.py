"""The query plan: what a question was taken to mean, and what to search for because of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from assistant.answers import Interpretation
from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index import Generation
from assistant.retrieval.corpus_questions import Request, about_the_corpus
from assistant.retrieval.overrides import Aspects, blanked, spans_of, tidy, widened, with_lead
from assistant.retrieval.publications import absent_publications, publications_named
from assistant.retrieval.question import Query, parse
from assistant.retrieval.search import DateBoost, SubQuery, within
from assistant.retrieval.spelling import is_near, misspelt
from assistant.retrieval.sub_questions import clauses
from assistant.retrieval.time_filters import Time, times_named
from assistant.text import Mention, fold_name, is_foreign, names_in, split_words, word_stems

# How much days of publication count beside the standard scores of the search.
_PUBLISHED, _SUBJECT = 1.0, 0.5
_AFTERWARDS = timedelta(days=7)  # what happened on a day is reported within a week
_MOST_SUB_QUERIES = 6


ImpliedTerms = tuple[frozenset[str], str | DateBoost]
"""Words of a question, as stems, and the publication or the days of the articles that need not have them."""


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What to search for, and the interpretation that users are shown.

    `query` is the question with misspelt words put right; `unrouted` is it without the publications and the
    days that only say where to look. `request` is set when it is about the corpus itself.
    `routed` are the stems that only say which publications and days to search. `absent` are publications that it names
    and that the corpus does not have; `times` those that it names and that are not to be ignored.
    """

    query: Query
    unrouted: Query
    sub_queries: tuple[SubQuery, ...]
    interpretation: Interpretation
    request: Request | None = None
    implied: tuple[ImpliedTerms, ...] = ()
    routed: frozenset[str] = frozenset()
    absent: tuple[str, ...] = ()
    times: tuple[Time, ...] = ()

    def implied_by(self, article: Article) -> frozenset[str]:
        """The stems of the question that `article` need not have in its text, for its publication or date."""
        day = article.published.date() if article.published else None
        met = (stems for stems, by in self.implied if (_is_of(article, by) if isinstance(by, str) else within(day, by)))
        return frozenset[str]().union(*met)


def _is_of(article: Article, publication: str) -> bool:
    return article.source is not None and fold_name(article.source) == fold_name(publication)


@dataclass(frozen=True, slots=True)
class _Understood:
    """A question and what it names: publications, times, and publications that the corpus does not have."""

    query: Query
    mentions: Sequence[Mention]
    times: Sequence[Time]
    absent: tuple[str, ...]


def plan_query(generation: Generation, query: Query, filters: Filters, ignoring: Aspects = ()) -> QueryPlan:
    """The plan for `query`; what is in `ignoring` is not read from it.

    Its publications are searched in only where `filters` name none, or several with them among these.
    """
    mentions, times = _named_in(generation, query, filters)
    request = None if "catalogue" in ignoring else about_the_corpus(query.question, mentions, times)
    if request is not None:
        return QueryPlan(query, query, (SubQuery(),), Interpretation(), widened(request, ignoring))
    query, corrected = (query, ()) if "spelling" in ignoring else _corrected(generation, query, mentions)
    if corrected:
        mentions, times = _named_in(generation, query, filters)
    query = replace(query, parts=()) if "parts" in ignoring else query
    absent = absent_publications(query.question, mentions, generation.frequency)
    routable = _routable(generation, mentions, filters)
    understood = _without_ignored(_Understood(query, routable, times, absent), ignoring, generation)
    interpretation = _interpretation(query, understood, _names(generation, query, routable), corrected)
    return QueryPlan(
        query=_tidied(understood.query, query),
        unrouted=_tidied(_unrouted(understood, generation), query),
        sub_queries=_sub_queries(understood)[:_MOST_SUB_QUERIES],
        interpretation=interpretation,
        implied=_implied(understood),
        routed=_routed(understood, generation),
        absent=understood.absent,
        times=tuple(understood.times),
    )


def corpus_request(generation: Generation, query: Query, ignoring: Aspects = ()) -> Request | None:
    """What `query` asks of the corpus itself, for its catalogue; None for all other questions."""
    return None if "catalogue" in ignoring else about_the_corpus(query.question, *_named_in(generation, query))


def _named_in(generation: Generation, query: Query, filters: Filters = NO_FILTERS) -> tuple[list[Mention], list[Time]]:
    """The publications and the times that the question names; within one article "on Monday" is what it is there."""
    one = generation.db.article(filters.one) if filters.one else None
    oldest, newest = (None, one.published) if one and one.published else generation.db.dates()
    times = times_named(query.question, (newest or datetime.now(UTC)).date(), oldest.date() if oldest else None)
    return publications_named(query.question, generation.db.sources()), times


def _routable(generation: Generation, mentions: Sequence[Mention], filters: Filters) -> Sequence[Mention]:
    """Those of `mentions` that say where to look: of several chosen publications, or that of the one article."""
    if filters.sources:
        chosen = {fold_name(name) for name in filters.sources}
        return [mention for mention in mentions if fold_name(mention.name) in chosen] if len(chosen) > 1 else ()
    if filters.one is None:
        return mentions
    article = generation.db.article(filters.one)
    source = article.source if article else None
    return [mention for mention in mentions if source and fold_name(mention.name) == fold_name(source)]


def _without_ignored(understood: _Understood, ignoring: Aspects, generation: Generation) -> _Understood:
    """`understood` without the publications and times to be ignored, and without the words that only name these."""
    question, spans = understood.query.question, list[tuple[int, int]]()
    mentions, times, absent = understood.mentions, understood.times, understood.absent
    if "publications" in ignoring:
        written = [*((mention.start, mention.end) for mention in mentions), *spans_of(absent, question)]
        spans += [with_lead(question, span) for span in written]
        mentions, absent = (), ()
    if "dates" in ignoring:
        # A time that is part of a name ("the Sunday Times") is none to take out.
        apart = [time for time in times if not _overlaps(understood.mentions, time)]
        spans += [(time.start, time.end) for time in apart if _is_covered(time, generation)]
        times = ()
    return _Understood(blanked(understood.query, spans), mentions, times, absent)


def _routed(understood: _Understood, generation: Generation) -> frozenset[str]:
    times = [time.words for time in understood.times if _is_covered(time, generation)]
    return frozenset(word_stems(" ".join([*_mentioned(understood), *times])))


def _tidied(blanked_query: Query, query: Query) -> Query:
    return replace(blanked_query, question=tidy(blanked_query.question, query.question))


def _unrouted(understood: _Understood, generation: Generation) -> Query:
    question = understood.query.question
    spans = [with_lead(question, (mention.start, mention.end)) for mention in understood.mentions]
    published = [time for time in understood.times if time.role == "published" and _is_covered(time, generation)]
    return blanked(understood.query, [*spans, *((time.start, time.end) for time in published)])


def _overlaps(mentions: Sequence[Mention], part: Time | Mention) -> bool:
    """Whether `part` of the question overlaps one of `mentions`."""
    return any(mention.start < part.end and part.start < mention.end for mention in mentions)


def _is_covered(time: Time, generation: Generation) -> bool:
    """Whether articles may have been published in that time: else it is a subject of theirs ("founded in 1931")."""
    oldest, newest = generation.db.dates()
    if not (oldest and newest):
        return False
    return (time.since or date.min) <= newest.date() and oldest.date() <= (time.until or date.max)


def _mentioned(understood: _Understood) -> list[str]:
    return [understood.query.question[mention.start : mention.end] for mention in understood.mentions]


def _implied(understood: _Understood) -> tuple[ImpliedTerms, ...]:
    names = [mention.name for mention in understood.mentions]
    met_by: list[tuple[str, str | DateBoost]] = [*zip(_mentioned(understood), names, strict=True)]
    met_by += [(time.words, _boost(time)) for time in understood.times]
    return tuple((frozenset(word_stems(words)), by) for words, by in met_by)


def _is_foreign(question: str, generation: Generation) -> bool:
    newest = generation.db.newest_text()
    return newest is not None and is_foreign(question, [newest])


def _corrected(
    generation: Generation, query: Query, mentions: Sequence[Mention]
) -> tuple[Query, tuple[tuple[str, str], ...]]:
    """`query` with the misspelt words put right that no article has, and for each (as written, as corrected)."""
    text, corrected = query.question, list[tuple[str, str]]()
    for word in reversed(misspelt(query.question, generation.frequency, generation.vocabulary)):
        written, meant = text[word.start : word.end], generation.db.spelling(word.name)
        # Stems may be near where the words are not: "signify" and "significant".
        if not meant or not is_near(written, meant) or _overlaps(mentions, word):
            continue
        right = f"{text[: word.start]}{meant}{text[word.end :]}"
        names = [name.name for name in names_in(right, generation.frequency) if name.start <= word.start < name.end]
        # The name that it is in, if any, must be in the articles as a whole: "Elin Sarrow", not "Elin Marsk".
        if all(generation.frequency(" ".join(split_words(name))) for name in names):
            text = right
            corrected.insert(0, (written, meant))
    if corrected and _is_foreign(query.question, generation):  # "warum" is no misspelt "warm"
        return query, ()
    return (parse(text, len(text)) if corrected else query), tuple(corrected)


def _names(generation: Generation, query: Query, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The names in the question that the articles have, publications left out."""
    found = [
        name.name
        for name in names_in(query.question, generation.frequency)
        if not _overlaps(mentions, name) and all(map(generation.frequency, split_words(name.name)))
    ]
    return tuple(dict.fromkeys(found))


def _sub_queries(understood: _Understood) -> tuple[SubQuery, ...]:
    times = understood.times
    found = clauses(understood.query.question, understood.mentions)
    if not found:
        parts = understood.query.parts or (None,)
        return tuple(SubQuery(part, None, tuple(map(_boost, times))) for part in parts)
    sub_queries = list[SubQuery]()
    for clause in found:
        boosts = tuple(_boost(time) for time in times if clause.start <= time.start < clause.end)
        text = clause.text if len(found) > 1 else None
        sub_queries += [SubQuery(text, name, boosts) for name in clause.publications]
    return tuple(sub_queries)


def _boost(time: Time) -> DateBoost:
    """The days of publication that a time favours."""
    if time.role == "published":
        return DateBoost(time.since, time.until, _PUBLISHED)
    until = min(time.until, date.max - _AFTERWARDS) + _AFTERWARDS if time.until else None
    return DateBoost(time.since, until, _SUBJECT)


def _interpretation(
    query: Query, understood: _Understood, names: tuple[str, ...], corrected: tuple[tuple[str, str], ...]
) -> Interpretation:
    times = understood.times
    sinces, untils = [time.since for time in times if time.since], [time.until for time in times if time.until]
    return Interpretation(
        publications=tuple(dict.fromkeys(mention.name for mention in understood.mentions)),
        since=min(sinces, default=None) if len(sinces) == len(times) else None,
        until=max(untils, default=None) if len(untils) == len(times) else None,
        when=", ".join(time.words for time in times) or None,
        names=names,
        corrected=corrected,
        parts=query.parts,
    )
