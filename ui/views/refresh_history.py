"""The refreshes so far, what each of them changed, and how two states of the corpus differ."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant import ArticleRef, Changed, Diff, Step
from assistant.utils import safe_to_show

from .articles import headline
from .diff import article_changes
from .maintenance import BUSY
from .markup import about, ago, button, count, line, named

_MAX_STEPS = 30
_MAX_ARTICLES = 100  # articles of each kind
_FIELDS = {"published": "date of publication", "source": "publication", "url": "address", "updated": "date of update"}


def history(steps: Sequence[Step], names: Mapping[str, str], now: datetime, *, is_busy: bool = False) -> str:
    """What each refresh changed, newest first; `names` are those of the sources, by location."""
    if not steps:
        return '<p class="hint">There has been no refresh yet.</p>'
    items = "".join(_step(step, names, now) for step in steps[:_MAX_STEPS])
    left = len(steps) - _MAX_STEPS
    more = f'<p class="hint">and {left:,} earlier</p>' if left > 0 else ""
    form = _form([step for step in steps if step.kept], now)
    off = BUSY if is_busy else "" if _has_earlier(steps) else "There is no earlier state to go back to"
    back = button("confirm_rollback", "Go back to the state before", picture="undo-2", disabled=off)
    return f'<ol class="refreshes">{items}</ol>{more}<div class="earlier">{form}{back}</div>'


def _has_earlier(steps: Sequence[Step]) -> bool:
    """Whether the state that the published one was made from is still there."""
    parent = next((step.parent for step in steps if step.published), None)
    return any(step.kept and step.name == parent for step in steps)


def _step(step: Step, names: Mapping[str, str], now: datetime) -> str:
    state = "in use" if step.published else "kept" if step.kept else "no longer kept"
    counts = _counts({"added": step.added, "changed": step.changed, "removed": step.removed})
    sources = "".join(
        f"<li><bdi>{line(names.get(location) or safe_to_show(location), 200)}</bdi>: {_counts(numbers)}</li>"
        for location, numbers in step.sources.items()
        if any(numbers.values())
    )
    failures = "".join(
        f"<li><bdi>{line(f'not read: {safe_to_show(failure)}', 300)}</bdi></li>" for failure in step.failures
    )
    details = f'<ul class="plain">{sources}{failures}</ul>' if sources or failures else ""
    return (
        f'<li{" class=current" if step.published else ""}><p class="step"><strong>{ago(step.made, now).capitalize()}'
        f"</strong> <span>{counts}</span> <span>{count(step.articles, 'article')} in all</span> "
        f'<span class="state">{line(step.name)}, {state}</span></p>{details}</li>'
    )


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {line(name)}" for name, number in numbers.items() if number) or "nothing changed"


def _form(kept: Sequence[Step], now: datetime) -> str:
    """The form with which two states are compared; at first it has the published one and the one before it."""
    if len(kept) < 2:
        return ""
    after = next((step for step in kept if step.published), kept[0])
    others = [step for step in kept if step is not after]
    before = next((step for step in others if step.name == after.parent), others[0])
    return (
        '<form class="filter compare" data-act="compare" autocomplete="off" aria-label="What changed">'
        f"<label>From the state {_select('before', kept, before, now)}</label>"
        f"<label>To {_select('after', kept, after, now)}</label>"
        '<button class="act" type="submit">What changed</button></form>'
    )


def _select(name: str, kept: Sequence[Step], chosen: Step, now: datetime) -> str:
    named = [(step, line(step.name), " selected" if step is chosen else "") for step in kept]
    options = "".join(
        f'<option value="{value}"{selected}>{value}, made {ago(step.made, now)}</option>'
        for step, value, selected in named
    )
    return f'<select name="{name}">{options}</select>'


def difference(diff: Diff) -> str:
    """Which articles were added, changed and removed between two states, and which of their sentences."""
    counts = _counts({"added": len(diff.added), "changed": len(diff.changed), "removed": len(diff.removed)})
    return (
        f'<div class="corpus-diff" role="status"><h3>From {line(diff.before)} to {line(diff.after)}: {counts}.</h3>'
        f"{_part('Changed', diff.changed, _changed)}{_part('Added', diff.added, _article)}"
        f"{_part('Removed', diff.removed, _removed)}</div>"
    )


def _part(heading: str, articles: Sequence[Any], item: Callable[[Any], str]) -> str:
    if not articles:
        return ""
    left = len(articles) - _MAX_ARTICLES
    more = f"<li>and {left:,} more</li>" if left > 0 else ""
    items = "".join(map(item, articles[:_MAX_ARTICLES]))
    summary = f"{heading}: {len(articles):,}"
    return f'<details open><summary>{summary}</summary><ol class="articles">{items}{more}</ol></details>'


def _article(article: ArticleRef | Changed, more: str = "") -> str:
    title, description = headline(article.article_id, article.title), about(article.source, article.published)
    return f'<li>{title}<p class="about">{description}</p>{more}</li>'


def _removed(article: ArticleRef) -> str:
    described = about(article.source, article.published)
    return f'<li><bdi>{named(article.title, 300)}</bdi><p class="about">{described}</p></li>'


def _changed(article: Changed) -> str:
    fields = [_FIELDS.get(name, name) for name in article.fields if name not in ("title", "text")]
    note = f'<p class="hint">another {line(", ".join(fields))}</p>' if fields else ""
    return _article(article, article_changes(article.changes, article.title_before, article.title) + note)
