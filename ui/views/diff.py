"""Differences of texts, sentence by sentence: what was removed and added is told apart without colour, and read out."""

from collections.abc import Iterable, Sequence

from assistant import SentenceChange
from assistant.text import marked
from assistant.utils import one_line

from .markup import escaped, line

_MAX_UNFOLDED = 6  # changes that are shown at once; the others are folded away
_MAX_CHANGES = 200


def article_changes(changes: Sequence[SentenceChange], title_before: str | None = None, title: str = "") -> str:
    """How an article changed: its title, when it had another one, and its sentences; "" when nothing changed."""
    titles = [text_change(title_before, title, "Title")] if title_before is not None else []
    sentences = [text_change(change.before, change.after) for change in changes[:_MAX_CHANGES]]
    return change_list([*titles, *sentences], len(changes) - _MAX_CHANGES)


def change_list(items: Sequence[str], left_out: int = 0) -> str:
    """Changes, each as HTML, as a list that shows the first few; `left_out` is how many more there are."""
    if not items:
        return ""
    rest = items[_MAX_UNFOLDED:]
    more = f"<li>and {left_out:,} more</li>" if left_out > 0 else ""
    folded = (
        f'<details class="folded"><summary>{len(rest) + max(left_out, 0):,} more</summary>'
        f'<ul class="changes">{"".join(rest)}{more}</ul></details>'
        if rest
        else ""
    )
    return f'<ul class="changes">{"".join(items[:_MAX_UNFOLDED])}</ul>{folded}'


def text_change(before: str, after: str, label: str = "", more: str = "") -> str:
    """A text that was removed (`after` is empty), added (`before` is) or changed; the words that differ are marked.

    `label` says what it is, when it is no sentence; `more` is HTML that stands below it.
    """
    was, now = one_line(before), one_line(after)
    name = f'<span class="inline-label">{line(label)}</span>' if label else ""
    removed, added = _side(now, was, "removed") if was else "", _side(was, now, "added") if now else ""
    return f"<li>{name}{removed}{added}{more}</li>"


def unchanged(text: str) -> str:
    """A text that is the same before and after, among those that changed."""
    return f'<li class="unchanged"><p dir="auto">{line(text)}</p></li>'


def _side(other: str, text: str, kind: str) -> str:
    sign, outer, inner = ("−", "del", "s") if kind == "removed" else ("+", "ins", "mark")
    runs = marked(other, text) if other else [(text, True)]
    whole = "" if other else " whole"
    return (
        f'<p class="{kind}{whole}" dir="auto"><span class="sign" aria-hidden="true">{sign}</span>'
        f'<span class="screen-reader-only">{kind}: </span><{outer}>{_words(runs, inner)}</{outer}></p>'
    )


def _words(runs: Iterable[tuple[str, bool]], tag: str) -> str:
    return "".join(f"<{tag}>{escaped(words)}</{tag}>" if changed else escaped(words) for words, changed in runs)
