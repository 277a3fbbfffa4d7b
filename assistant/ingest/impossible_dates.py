"""Leaves out the dates that cannot be, such as the years 1 and 9999, which programs write for "not set"."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from assistant.articles import EARLIEST_DATE, Article, is_possible_date, possible_date
from assistant.ingest.items import Item, Loaded, Notice
from assistant.utils import one_line, safe_to_show

_NAMES = {"published": "date of publication", "updated": "date of update"}
_MOST = 10  # notices for each source; of further dates only the number is told


def without_impossible_dates(items: Iterable[tuple[str, Item]]) -> Iterator[tuple[str, Item]]:
    """The same pairs of the location of a source and an item of it, with a notice for each date that is left out."""
    counts = Counter[str]()
    for location, item in items:
        if not isinstance(item, Loaded):
            yield location, item
            continue
        article = item.article
        dates = possible_date(article.published), possible_date(article.updated)
        yield location, replace(item, article=replace(article, published=dates[0], updated=dates[1]))
        for name, moment in _impossible(article).items():
            counts[location] += 1
            if counts[location] <= _MOST:
                yield location, Notice(_notice(item.where, name, moment))
    for location, number in counts.items():
        if number > _MOST:
            more = f"{number - _MOST:,} more dates were left out, as they cannot be"
            yield location, Notice(f"{safe_to_show(location)}: {more}; correct them there")


def has_date_to_come(article: Article) -> bool:
    """Whether a date is left out that will be right one day, or was read by a clock that is wrong."""
    return any(moment > EARLIEST_DATE for moment in _impossible(article).values())


def _impossible(article: Article) -> dict[str, datetime]:
    moments = {name: getattr(article, name) for name in _NAMES}
    return {name: moment for name, moment in moments.items() if moment is not None and not is_possible_date(moment)}


def _notice(where: str, name: str, moment: datetime) -> str:
    reason = "before 1450" if moment < EARLIEST_DATE else "more than a week from now"
    place = one_line(safe_to_show(where), 300)
    return f"{place}: its {_NAMES[name]} was left out, as {moment.isoformat()} is {reason}; correct it there"
