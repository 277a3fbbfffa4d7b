"""The catalogue: exact answers to questions about the corpus itself."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering import phrasing
from assistant.answers import ArticleRef, Statement
from assistant.articles import NO_FILTERS, Filters
from assistant.index import ArticleStore, articles_with
from assistant.retrieval import Request
from assistant.text import fold_name, split_words, stem
from assistant.utils import by_day, counted, day, days, joined, name_line, one_line

_MOST_LISTED = 10
_MOST_NEWEST = 3
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Reply:
    """What the catalogue says: "counted" statements, which cite nothing, and articles in the order to list them.

    `notices` are lines beside it.
    """

    statements: tuple[Statement, ...]
    articles: tuple[ArticleRef, ...] = ()
    notices: tuple[str, ...] = ()


def catalogue_reply(request: Request, db: ArticleStore, filters: Filters = NO_FILTERS) -> Reply:
    """The exact answer to `request`, of the articles that `filters` allow."""
    found = _found(request, db, filters)
    if request.kind in ("newest", "oldest"):
        return _newest_or_oldest(request, found)
    if request.kind == "list":
        return _reply([_counted(request, found)], found[:_MOST_LISTED])
    if request.kind in ("publications", "count_by_publication") and not _shares(found):
        return _reply([_none(request, found, "names its publication")])
    tellers = {"publications": _publications, "dates": _dates, "count_by_publication": _by_publication}
    return _reply([tellers.get(request.kind, _counted)(request, found)])


_OPENINGS = {
    "greeting": "Hello. You can ask about ",
    "thanks": "You are welcome. You can go on asking about ",
    "help": "You can ask about ",
}
_HELP = (
    "You get their own words, each sentence with its source. Where they do not say it, you are told so.",
    "“What is the latest on ...?” tells how a story stands, “How many articles are there on ...?” counts them.",
)


def small_talk_reply(request: Request, db: ArticleStore, filters: Filters, examples: Sequence[str]) -> Reply:
    """What is said to "hello", "thanks" and "what can you do": what there is to ask, and `examples`."""
    found = _found(request, db, filters)
    if not found:
        return _reply(["There are no articles to ask about here."])
    shares, span = _shares(found), _span(request, found)
    papers = f" from {counted(len(shares), 'publication')}" if shares else ""
    line = f"{_OPENINGS[request.kind]}{counted(len(found), 'article')}{papers}{span and f', {span}'}."
    told = [*(_HELP if request.kind == "help" else ())]
    if examples:
        told.append(f"For example: {' '.join(f'“{one_line(example)}”' for example in examples)}")
    return replace(_reply([line]), notices=tuple(told))


def _found(request: Request, db: ArticleStore, filters: Filters) -> list[ArticleRef]:
    bounds = replace(
        filters,
        since=max(filter(None, (filters.since, request.since)), key=_start, default=None),
        until=min(filter(None, (filters.until, request.until)), key=_start, default=None),
    )
    named = set(map(fold_name, request.publications))
    found = articles_with(db, request.terms, bounds)
    return [article for article in found if not named or fold_name(article.source or "") in named]


def _start(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _reply(lines: Iterable[str], articles: Iterable[ArticleRef] = ()) -> Reply:
    return Reply(tuple(Statement(line, (), "counted") for line in lines), tuple(articles))


def _there_are(number: int, noun: str) -> str:
    return f"There {'is' if number == 1 else 'are'} {counted(number, noun)}"


def _none(request: Request, found: Sequence[ArticleRef], lacks: str) -> str:
    """That there are no articles, or that none of those `found` has something."""
    which = _conditions(request)
    return f"None of the {len(found):,} articles{which} {lacks}." if found else f"There are no articles{which}."


def _counted(request: Request, found: Sequence[ArticleRef]) -> str:
    if not found:
        return _none(request, found, "")
    which, shares, span = _conditions(request), _shares(found), _span(request, found)
    unnamed = len(found) - shares.total()
    start = _there_are(len(found), "article")
    if len(shares) + bool(unnamed) == 1:
        source = "" if request.publications or unnamed else f" from {next(iter(shares))}"
        return f"{start}{which}{source}{span and f', {span}'}."
    if which:
        return f"{start}{which}{span and f' ({span})'}: {_spread(shares, unnamed)}."
    return f"{start} from {counted(len(shares), 'publication')}{span and f', {span}'}."


def _conditions(request: Request, where: str = "") -> str:
    """As " with the words “ferry” and “terminal” from Coast Radio published 1 to 31 May 2025"."""
    terms = joined([f"“{word}”" for word in request.written])
    having = f" with the word{'s' if request.terms[1:] else ''} {terms}{where}" if terms else ""
    names = f" from {joined(request.publications)}" if request.publications else ""
    return f"{having}{names}{_bounds(request)}"


def _bounds(request: Request) -> str:
    if request.since and request.until:
        return f" published {days(request.since, request.until)}"
    if request.since:
        return f" published {day(request.since)} or later"
    return f" published {day(request.until)} or earlier" if request.until else ""


def _newest_or_oldest(request: Request, found: Sequence[ArticleRef]) -> Reply:
    """The newest or oldest, first of those with the topic in their headline: others may only mention it."""
    ordered = [article for article in found if article.published]
    if not ordered:
        return _reply([_none(request, found, "has a date")])
    if request.kind == "oldest":
        ordered.reverse()
    lines = [f"The {request.kind} article{_conditions(request)} is {_reference(ordered[0], request)}."]
    headed = [
        article for article in ordered if set(map(stem, request.terms)) <= set(map(stem, split_words(article.title)))
    ]
    if request.terms and headed and headed[0] != ordered[0]:
        which = _conditions(request, " in its headline")
        lines.insert(0, f"The {request.kind} article{which} is {_reference(headed[0], request)}.")
    return _reply(lines, list(dict.fromkeys([*headed[:_MOST_NEWEST], *ordered]))[:_MOST_NEWEST])


def _reference(article: ArticleRef, request: Request) -> str:
    return phrasing.reference(replace(article, source=None) if len(request.publications) == 1 else article)


def _publications(request: Request, found: Sequence[ArticleRef]) -> str:
    shares, which = _shares(found), _conditions(request)
    return f"{_there_are(len(shares), 'publication')}{which and f' that have articles{which}'}: {_ranked(shares)}."


def _by_publication(request: Request, found: Sequence[ArticleRef]) -> str:
    shares = _shares(found)
    most = max(shares.values())
    leading = sorted(name for name, count in shares.items() if count == most)
    others = Counter({name: count for name, count in shares.items() if count < most})
    verb, each = ("has", "") if len(leading) == 1 else ("have", " each")
    rest = f" Then come {_ranked(others)}." if others else ""
    return f"{joined(leading)} {verb} the most articles{_conditions(request)}, {most:,}{each} of {len(found):,}.{rest}"


def _dates(request: Request, found: Sequence[ArticleRef]) -> str:
    dates = [article.published for article in found if article.published]
    if not dates:
        return "The articles have no dates." if found else _none(request, found, "has a date")
    undated = len(found) - len(dates)
    lacking = f" {undated:,} more {'has' if undated == 1 else 'have'} no date." if undated else ""
    first, last = min(dates, key=by_day), max(dates, key=by_day)
    return f"The {len(dates):,} articles run from {day(first)} to {day(last)}.{lacking}"


def _shares(found: Iterable[ArticleRef]) -> Counter[str]:
    """The number of articles of each publication, whatever the case of its name."""
    shares: Counter[str] = Counter()
    names: dict[str, str] = {}
    for article in found:
        if article.source:
            shares[names.setdefault(fold_name(article.source), name_line(article.source))] += 1
    return shares


def _ordered(shares: Counter[str]) -> list[tuple[str, int]]:
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))


def _spread(shares: Counter[str], unnamed: int) -> str:
    """As "3 from the Chronicle, 1 from Coast Radio", most first."""
    without = [f"{unnamed:,} without a publication"] if unnamed else []
    return _shortened([*(f"{count:,} from {name}" for name, count in _ordered(shares)), *without])


def _ranked(shares: Counter[str]) -> str:
    """As "Chronicle (3 articles), Coast Radio (1)", most first."""
    (first, most), *others = _ordered(shares)
    return _shortened([f"{first} ({counted(most, 'article')})", *(f"{name} ({count:,})" for name, count in others)])


def _shortened(parts: Sequence[str]) -> str:
    left = len(parts) - _MOST_NAMED
    return ", ".join([*parts[:_MOST_NAMED], f"and {left:,} more"] if left > 0 else parts)


def _span(request: Request, found: Sequence[ArticleRef]) -> str:
    dates = [article.published for article in found if article.published]
    is_told = not dates or request.since or request.until
    return "" if is_told else days(min(dates, key=by_day), max(dates, key=by_day))
