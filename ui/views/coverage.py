"""Plots: the sources of an answer in time, and what the corpus covers; drawn in HTML, so that each bar can be used.

A bar is a button with its words: it is reached by keyboard, read out, printed, and leads to the articles behind it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.answers import Answer, Citation
from assistant.utils.formatting import day, days

from .markup import count, line, mark

if TYPE_CHECKING:
    from assistant.index.overview import Named, Overview

_LEAST_DATED = 3  # sources from which on their order in time is worth seeing
_MOST_ROWS = 8  # publications with a row of their own
_MOST_BINS = 60
_MOST_NAMES = 12
_FEW_LABELS = 6
_LAST = date(9990, 1, 1)  # what is dated later counts as of then: the calendar ends soon after


@dataclass(frozen=True, slots=True)
class WeekBin:
    """A stretch of days, both inclusive, that is counted as one."""

    first: date
    last: date


def timeline(turn: int, answer: Answer) -> str:
    """The dated sources of an answer, oldest first; nothing when they are fewer than three."""
    numbers: dict[str, list[Citation]] = {}
    for one in answer.citations:
        if one.published:
            numbers.setdefault(one.article_id, []).append(one)
    if len(numbers) < _LEAST_DATED:
        return ""
    ordered = sorted(numbers.values(), key=lambda cited: cited[0].published.timestamp() if cited[0].published else 0)
    days_of = [cited[0].published.date() for cited in ordered if cited[0].published]
    gaps = ["", *(_later(earlier, later) for earlier, later in pairwise(days_of))]
    lines = "".join(_moment(turn, cited, gap) for cited, gap in zip(ordered, gaps, strict=True))
    heading = "The sources in time"
    return f'<section class="timeline" aria-label="{heading}"><h3>{heading}</h3><ol>{lines}</ol></section>'


def _later(earlier: date, later: date) -> str:
    passed = (later - earlier).days
    return f"{count(passed, 'day')} later" if passed else "the same day"


def _moment(turn: int, cited: Sequence[Citation], gap: str) -> str:
    first = cited[0]
    assert first.published is not None
    marks = " ".join(mark(turn, one.number, one.source) for one in cited)
    source = f'<span class="about"> {line(first.source)}</span>' if first.source else ""
    later = f'<span class="gap">{gap}</span>' if gap else ""
    return (
        f'<li><time datetime="{first.published.date().isoformat()}">{day(first.published)}</time>{later}'
        f'<span class="what"><bdi>{line(first.title)}</bdi>{source} {marks}</span></li>'
    )


# The corpus


def coverage(overview: "Overview", answer: Answer | None = None) -> str:
    """What the corpus covers: publications in time, the sources of the last answer among them, and who is named."""
    return (
        '<div class="coverage">'
        f"{_in_time(overview, answer)}"
        f"{_named('People', overview.people)}{_named('Places', overview.places)}"
        f"{_named('Organisations and other names', overview.others)}</div>"
    )


def _in_time(overview: "Overview", answer: Answer | None) -> str:
    all_days = [one.day for one in overview.published]
    if not all_days:
        return '<section class="plot"><h2>Articles in time</h2><p class="hint">No article has a date.</p></section>'
    bins, each = binned(min(all_days), max(all_days))
    rows = _rows(overview, bins)
    most = max(number for _, _, numbers in rows for number in numbers)
    drawn = "".join(_row(name, source, numbers, bins, most) for name, source, numbers in rows)
    undated = f'<p class="hint">{count(overview.undated, "article")} without a date.</p>' if overview.undated else ""
    return (
        f'<section class="plot in-time"><h2>Articles {each} by publication</h2>'
        f'<ul class="rows">{_answer_row(answer, bins)}{drawn}{_axis(bins)}</ul>{undated}</section>'
    )


def binned(oldest: date, newest: date) -> tuple[list[WeekBin], str]:
    """The weeks from `oldest` to `newest`, or months or years where weeks would be too many, and what one is called."""
    oldest, newest = min(oldest, _LAST), min(newest, _LAST)
    monday = oldest - timedelta(days=oldest.weekday() if oldest > date.min + timedelta(days=7) else 0)
    if (newest - monday).days < 7 * _MOST_BINS:
        starts = [monday + timedelta(days=at) for at in range(0, (newest - monday).days + 1, 7)]
        return [WeekBin(one, one + timedelta(days=6)) for one in starts], "a week"
    months = (newest.year - oldest.year) * 12 + newest.month - oldest.month + 1
    if months <= _MOST_BINS:
        starts = [_month(oldest.year, oldest.month + at) for at in range(months + 1)]
        return [WeekBin(one, after - timedelta(days=1)) for one, after in pairwise(starts)], "a month"
    # The oldest years of a very long archive go into one.
    first = max(oldest.year, newest.year - _MOST_BINS + 1)
    years = [WeekBin(date(year, 1, 1), date(year, 12, 31)) for year in range(first, newest.year + 1)]
    return [WeekBin(date(oldest.year, 1, 1), years[0].last), *years[1:]], "a year"


def _month(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _rows(overview: "Overview", bins: Sequence[WeekBin]) -> list[tuple[str, str | None, list[int]]]:
    """The publications with most articles, then all the others together; each with its articles by bin."""
    totals = Counter[str | None]()
    for one in overview.published:
        totals[one.source] += one.articles
    shown = [source for source, _ in totals.most_common() if source is not None][:_MOST_ROWS]
    rows = [(source, source, _numbers(overview, bins, {source})) for source in shown]
    rest = set(totals) - set(shown)
    if rest:
        rows.append(("Others" if shown else "All articles", None, _numbers(overview, bins, rest)))  # type: ignore[arg-type]
    return rows  # type: ignore[return-value]


def _numbers(overview: "Overview", bins: Sequence[WeekBin], sources: set[str | None] | set[str]) -> list[int]:
    numbers = [0] * len(bins)
    place = 0
    for one in overview.published:  # oldest first
        while one.day > bins[place].last and place < len(bins) - 1:
            place += 1
        if one.source in sources:
            numbers[place] += one.articles
    return numbers


def _row(name: str, source: str | None, numbers: Sequence[int], bins: Sequence[WeekBin], most: int) -> str:
    bars = "".join(_bar(name, source, number, one, most) for number, one in zip(numbers, bins, strict=True))
    return (
        f'<li class="series"><span class="name"><bdi>{line(name, 60)}</bdi></span>'
        f'<span class="bars" data-roving>{bars}</span><span class="total">{sum(numbers):,}</span></li>'
    )


def _bar(name: str, source: str | None, number: int, one: WeekBin, most: int) -> str:
    if not number:
        return '<span class="bar none"></span>'
    label = f"{line(name, 60)}, {days(one.first, one.last)}: {count(number, 'article')}"
    wanted = f' data-source="{line(source)}"' if source else ""
    # The others have no filter of their own: what was published in those days is shown.
    return (
        f'<button type="button" class="bar" data-act="browse" data-by="plot"{wanted} '
        f'data-since="{one.first}" data-until="{one.last}" '
        f'style="--high:{number / most:.3f}" aria-label="{label}" title="{label}"></button>'
    )


def _answer_row(answer: Answer | None, bins: Sequence[WeekBin]) -> str:
    """The sources of the last answer on the same axis."""
    dated = {one.article_id: one.published.date() for one in answer.citations if one.published} if answer else {}
    if answer is None or not dated:
        return ""
    numbers = [sum(one.first <= when <= one.last for when in dated.values()) for one in bins]
    most = max(numbers) or 1
    marks = "".join(
        _bar("The days of these sources", None, number, one, most) for number, one in zip(numbers, bins, strict=True)
    )
    told = f"Sources of the last answer, “{line(answer.question, 80)}”"
    spread = days(min(dated.values()), max(dated.values()))
    return (
        f'<li class="series of-answer"><span class="name">{told}<span class="unseen">: {spread}</span></span>'
        f'<span class="bars" data-roving>{marks}</span><span class="total">{len(dated)}</span></li>'
    )


def _axis(bins: Sequence[WeekBin]) -> str:
    step = max(1, len(bins) // _FEW_LABELS)
    labels = "".join(
        f'<span style="--at:{at / len(bins):.4f}">{one.first.day} {one.first:%b %Y}</span>'
        for at, one in enumerate(bins)
        if at % step == 0 and (at + step <= len(bins) or at == 0)
    )
    return f'<li class="series" aria-hidden="true"><span class="name"></span><span class="axis">{labels}</span></li>'


def _named(heading: str, names: "Sequence[Named]") -> str:
    if not names:
        return ""
    most = names[0].articles
    lines = "".join(
        f'<li><button type="button" class="named" data-act="browse" data-by="plot" data-text="“{line(one.name)}”" '
        f'style="--wide:{one.articles / most:.3f}"><span class="name"><bdi>{line(one.name, 60)}</bdi></span>'
        f'<span class="total">{count(one.articles, "article")}</span></button></li>'
        for one in names[:_MOST_NAMES]
    )
    return f'<section class="plot"><h2>{heading} named most</h2><ol class="names">{lines}</ol></section>'
