"""The refreshes so far, what each of them changed, and what two states that are kept have different."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.utils.urls import safe_to_show

from .articles import headline
from .diff import changes
from .markup import about, ago, count, line

if TYPE_CHECKING:
    from assistant.answers import ArticleRef
    from assistant.maintenance.history import Changed, Diff, Step

_MOST_STEPS = 30
_MOST_LISTED = 100  # articles of each kind
_FIELDS = {"published": "date of publication", "source": "publication", "url": "address", "updated": "date of update"}


def history(steps: "Sequence[Step]", names: Mapping[str, str], now: datetime) -> str:
    """What each refresh changed, newest first; `names` are those of the sources, by location."""
    if not steps:
        return ""
    items = "".join(_step(one, names, now) for one in steps[:_MOST_STEPS])
    left = len(steps) - _MOST_STEPS
    more = f'<p class="hint">and {left:,} earlier</p>' if left > 0 else ""
    return f'<h2>Refreshes</h2><ol class="refreshes">{items}</ol>{more}{_form([one for one in steps if one.kept], now)}'


def _step(one: "Step", names: Mapping[str, str], now: datetime) -> str:
    state = "published" if one.published else "kept" if one.kept else "no longer kept"
    counts = _counts({"added": one.added, "changed": one.changed, "removed": one.removed})
    sources = "".join(
        f"<li><bdi>{line(names.get(location) or safe_to_show(location), 200)}</bdi>: {_counts(given)}</li>"
        for location, given in one.sources.items()
        if any(given.values())
    )
    failures = "".join(f"<li><bdi>{line(f'not read: {safe_to_show(told)}', 300)}</bdi></li>" for told in one.failures)
    inside = f'<ul class="plain">{sources}{failures}</ul>' if sources or failures else ""
    return (
        f'<li><p class="step"><strong>{line(one.name)}</strong> <span class="state">{state}</span> made '
        f"{ago(one.made, now)}: {count(one.articles, 'article')}, {counts}</p>{inside}</li>"
    )


def _counts(given: Mapping[str, int]) -> str:
    told = [f"{number:,} {line(name)}" for name, number in given.items() if number]
    return ", ".join(told) or "nothing changed"


def _form(kept: "Sequence[Step]", now: datetime) -> str:
    """The form with which two states are compared: the published one with the one before it, to begin with."""
    if len(kept) < 2:
        return ""
    after = next((one for one in kept if one.published), kept[0])
    others = [one for one in kept if one is not after]
    before = next((one for one in others if one.name == after.parent), others[0])
    return (
        '<form class="filter compare" data-act="compare" autocomplete="off" aria-label="What changed">'
        f"<label>From the state {_select('before', kept, before, now)}</label>"
        f"<label>To {_select('after', kept, after, now)}</label>"
        '<button class="act" type="submit">What changed</button></form>'
    )


def _select(name: str, kept: "Sequence[Step]", chosen: "Step", now: datetime) -> str:
    named = [(one, line(one.name), " selected" if one is chosen else "") for one in kept]
    options = "".join(
        f'<option value="{value}"{selected}>{value}, made {ago(one.made, now)}</option>'
        for one, value, selected in named
    )
    return f'<select name="{name}">{options}</select>'


def difference(found: "Diff") -> str:
    """Which articles came, changed and went between two states, and which of their sentences did."""
    counts = _counts({"added": len(found.added), "changed": len(found.changed), "removed": len(found.removed)})
    return (
        f'<div class="differing" role="status"><h3>From {line(found.before)} to {line(found.after)}: {counts}.</h3>'
        f"{_part('Changed', found.changed, _changed)}{_part('Added', found.added, _article)}"
        f"{_part('Removed', found.removed, _gone)}</div>"
    )


def _part(heading: str, found: Sequence[Any], drawn: Callable[[Any], str]) -> str:
    if not found:
        return ""
    left = len(found) - _MOST_LISTED
    more = f"<li>and {left:,} more</li>" if left > 0 else ""
    items = "".join(map(drawn, found[:_MOST_LISTED]))
    return (
        f'<details open><summary>{heading}: {len(found):,}</summary><ol class="articles">{items}{more}</ol></details>'
    )


def _article(one: "ArticleRef | Changed", more: str = "") -> str:
    return (
        f'<li>{headline(one.article_id, one.title)}<p class="about">{about(one.source, one.published)}</p>{more}</li>'
    )


def _gone(one: "ArticleRef") -> str:
    return f'<li><bdi>{line(one.title, 300)}</bdi><p class="about">{about(one.source, one.published)}</p></li>'


def _changed(one: "Changed") -> str:
    others = [_FIELDS.get(name, name) for name in one.fields if name not in ("title", "text")]
    told = f'<p class="hint">another {line(", ".join(others))}</p>' if others else ""
    return _article(one, changes(one.changes, one.title_before, one.title) + told)
