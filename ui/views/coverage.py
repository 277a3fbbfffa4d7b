"""Plots of what the corpus covers and of the sources of an answer in time, drawn in HTML.

A bar is a button with a label: it is reached by keyboard, read out, printed, and leads to the articles behind it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from assistant import Answer, Citation, Named, Overview
from assistant.utils import by_day, day, days

from .markup import citation_link, count, line, named

_MIN_DATED = 3  # sources from which on their order in time is worth seeing
_MAX_ROWS = 8  # publications with a row of their own
_MAX_BINS = 60
_MAX_NAMES = 12
_AXIS_LABELS = 6
_WEEK, _LONGEST_MONTH = 7, 31  # days
_NEVER = (date.max, 0.0)
_LAST_DAY = date(9990, 1, 1)  # later dates count as this one: the calendar ends soon after


@dataclass(frozen=True, slots=True)
class Bin:
    """The days from `first` to `last`, both included, that one bar stands for."""

    first: date
    last: date


def timeline(turn: int, answer: Answer) -> str:
    """The dated sources of an answer, oldest first; "" when there are fewer than three."""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        if citation.published:
            by_article.setdefault(citation.article_id, []).append(citation)
    if len(by_article) < _MIN_DATED:
        return ""
    ordered = sorted(
        by_article.values(), key=lambda cited: by_day(cited[0].published) if cited[0].published else _NEVER
    )
    dates = [cited[0].published.date() for cited in ordered if cited[0].published]
    gaps = ["", *(_later(earlier, later) for earlier, later in pairwise(dates))]
    items = "".join(_source(turn, cited, gap) for cited, gap in zip(ordered, gaps, strict=True))
    heading = "The sources in time"
    return f'<section class="timeline" aria-label="{heading}"><h3>{heading}</h3><ol>{items}</ol></section>'


def _later(earlier: date, later: date) -> str:
    passed = (later - earlier).days
    return f"{count(passed, 'day')} later" if passed else "the same day"


def _source(turn: int, cited: Sequence[Citation], gap: str) -> str:
    first = cited[0]
    assert first.published is not None
    links = " ".join(citation_link(turn, citation.number, citation.source) for citation in cited)
    source = f'<span class="about"> {named(first.source)}</span>' if first.source else ""
    later = f'<span class="gap">{gap}</span>' if gap else ""
    return (
        f'<li><time datetime="{first.published.date().isoformat()}">{day(first.published)}</time>{later}'
        f'<span class="what"><bdi>{named(first.title)}</bdi>{source} {links}</span></li>'
    )


# The corpus


def coverage(overview: Overview, answer: Answer | None = None) -> str:
    """What the corpus covers: its publications in time, the sources of the last answer among them, and the names."""
    return f'<div class="coverage">{_in_time(overview, answer)}{_named_most(overview)}</div>'


def _in_time(overview: Overview, answer: Answer | None) -> str:
    dates = [published.day for published in overview.published]
    if not dates:
        return '<section class="plot"><h2>Articles in time</h2><p class="hint">No article has a date.</p></section>'
    bins, unit = binned(min(dates), max(dates))
    rows = _rows(overview, bins)
    highest = max(number for _, _, numbers in rows for number in numbers)
    series = "".join(_row(name, source, numbers, bins, highest) for name, source, numbers in rows)
    undated = f'<p class="hint">{count(overview.undated, "article")} without a date.</p>' if overview.undated else ""
    scale = f"The highest bar stands for {count(highest, 'article')}; each bar leads to its articles."
    return (
        f'<section class="plot in-time"><h2>Articles {unit} by publication</h2><p class="hint">{scale}</p>'
        f'<ul class="rows">{_answer_row(answer, bins)}{series}{_axis(bins)}</ul>{undated}</section>'
    )


def binned(oldest: date, newest: date) -> tuple[list[Bin], str]:
    """The weeks from `oldest` to `newest`, or months or years when there are too many weeks; and the unit in words."""
    oldest, newest = min(oldest, _LAST_DAY), min(newest, _LAST_DAY)
    monday = oldest - timedelta(days=oldest.weekday() if oldest > date.min + timedelta(days=7) else 0)
    if (newest - monday).days < 7 * _MAX_BINS:
        starts = [monday + timedelta(days=offset) for offset in range(0, (newest - monday).days + 1, 7)]
        return [Bin(start, start + timedelta(days=6)) for start in starts], "a week"
    months = (newest.year - oldest.year) * 12 + newest.month - oldest.month + 1
    if months <= _MAX_BINS:
        starts = [_month(oldest.year, oldest.month + offset) for offset in range(months + 1)]
        return [Bin(start, following - timedelta(days=1)) for start, following in pairwise(starts)], "a month"
    # The oldest years of a very long archive go into one.
    first = max(oldest.year, newest.year - _MAX_BINS + 1)
    years = [Bin(date(year, 1, 1), date(year, 12, 31)) for year in range(first, newest.year + 1)]
    return [Bin(date(oldest.year, 1, 1), years[0].last), *years[1:]], "a year"


def _month(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _rows(overview: Overview, bins: Sequence[Bin]) -> list[tuple[str, str | None, list[int]]]:
    """The name, the source and the articles by bin of the largest publications, then of all others together."""
    totals = Counter[str | None]()
    for published in overview.published:
        totals[published.source] += published.articles
    shown = [source for source, _ in totals.most_common() if source is not None][:_MAX_ROWS]
    rows = [(source, source, _numbers(overview, bins, {source})) for source in shown]
    rest = set(totals) - set(shown)
    if rest:
        rows.append(("Others" if shown else "All articles", None, _numbers(overview, bins, rest)))  # type: ignore[arg-type]
    return rows  # type: ignore[return-value]


def _numbers(overview: Overview, bins: Sequence[Bin], sources: set[str | None] | set[str]) -> list[int]:
    numbers = [0] * len(bins)
    index = 0
    for published in overview.published:  # oldest first
        while published.day > bins[index].last and index < len(bins) - 1:
            index += 1
        if published.source in sources:
            numbers[index] += published.articles
    return numbers


def _row(name: str, source: str | None, numbers: Sequence[int], bins: Sequence[Bin], highest: int) -> str:
    bars = "".join(_bar(name, source, number, span, highest) for number, span in zip(numbers, bins, strict=True))
    return (
        f'<li class="series"><span class="name"><bdi>{line(name, 60)}</bdi></span>'
        f'<span class="bars" data-roving>{bars}</span><span class="total">{sum(numbers):,}</span></li>'
    )


def _bar(name: str, source: str | None, number: int, span: Bin, highest: int) -> str:
    if not number:
        return '<span class="bar none"></span>'
    label = f"{line(name, 60)}, {days(span.first, span.last)}: {count(number, 'article')}"
    filtered = f' data-source="{line(source)}"' if source else ""
    # The others have no filter of their own: what was published in those days is shown.
    return (
        f'<button type="button" class="bar" data-act="browse" data-by="plot"{filtered} '
        f'data-since="{span.first}" data-until="{span.last}" '
        f'style="--high:{number / highest:.3f}" aria-label="{label}" title="{label}"></button>'
    )


def _answer_row(answer: Answer | None, bins: Sequence[Bin]) -> str:
    """The sources of the last answer on the same axis."""
    citations = answer.citations if answer else ()
    dates = {citation.article_id: citation.published.date() for citation in citations if citation.published}
    if answer is None or not dates:
        return ""
    numbers = [sum(span.first <= date <= span.last for date in dates.values()) for span in bins]
    highest = max(numbers) or 1
    label = "The days of these sources"
    bars = "".join(_bar(label, None, number, span, highest) for number, span in zip(numbers, bins, strict=True))
    heading = f"Sources of the last answer, “{line(answer.question, 80)}”"
    spread = days(min(dates.values()), max(dates.values()))
    return (
        f'<li class="series of-answer"><span class="name">{heading}'
        f'<span class="screen-reader-only">: {spread}</span></span>'
        f'<span class="bars" data-roving>{bars}</span><span class="total">{len(dates)}</span></li>'
    )


def _axis(bins: Sequence[Bin]) -> str:
    step = max(1, len(bins) // _AXIS_LABELS)
    labels = "".join(
        f'<span style="--at:{index / len(bins):.4f}">{_tick(bins, index, step)}</span>'
        for index in range(0, len(bins), step)
        if index + step <= len(bins) or index == 0
    )
    return f'<li class="series" aria-hidden="true"><span class="name"></span><span class="axis">{labels}</span></li>'


def _tick(bins: Sequence[Bin], index: int, step: int) -> str:
    """The day, month or year in which a bin begins; the year only with the first label in it."""
    first, last = bins[index].first, bins[index].last
    if (last - first).days > _LONGEST_MONTH:
        return f"{first.year}"
    start = f"{first:%b}" if (last - first).days > _WEEK else f"{first.day} {first:%b}"
    is_new = index == 0 or bins[index - step].first.year != first.year
    return f"{start} {first.year}" if is_new else start


def _named_most(overview: Overview) -> str:
    lists = (
        ("People", overview.people),
        ("Places", overview.places),
        ("Organisations and other names", overview.others),
    )
    drawn = "".join(_named(heading, names) for heading, names in lists)
    return f'<h2 class="named-most">Named in most articles</h2>{drawn}' if drawn else ""


def _named(heading: str, names: Sequence[Named]) -> str:
    if not names:
        return ""
    highest = names[0].articles
    items = "".join(
        f'<li><button type="button" class="named" data-act="browse" data-by="plot" data-text="“{line(named.name)}”" '
        f'style="--wide:{named.articles / highest:.3f}"><span class="name"><bdi>{line(named.name, 60)}</bdi></span>'
        f'<span class="total">{count(named.articles, "article")}</span></button></li>'
        for named in names[:_MAX_NAMES]
    )
    return f'<section class="plot"><h3>{heading}</h3><ol class="names">{items}</ol></section>'
