"""Changes: what went from a text and what came, sentence by sentence, to be seen without colour and to be heard."""

from collections.abc import Iterable, Sequence

from assistant.text.diff import SentenceChange, marked
from assistant.utils.strings import one_line

from .markup import escaped, line

_FEW = 6  # changes that are shown at once; the others are folded away
_MOST = 200


def changes(found: Sequence[SentenceChange], title_before: str | None = None, title: str = "") -> str:
    """How an article changed: its title, where that was another, and its sentences; nothing when nothing did."""
    of_title = [change(title_before, title, "Title")] if title_before is not None else []
    return listed([*of_title, *(change(one.before, one.after) for one in found[:_MOST])], len(found) - _MOST)


def listed(items: Sequence[str], left_out: int = 0) -> str:
    """Changes as a list, of many the first few; `left_out` is how many more there are."""
    if not items:
        return ""
    rest = items[_FEW:]
    more = f"<li>and {left_out:,} more</li>" if left_out > 0 else ""
    folded = (
        f'<details class="rest"><summary>{len(rest) + max(left_out, 0):,} more</summary>'
        f'<ul class="changes">{"".join(rest)}{more}</ul></details>'
        if rest
        else ""
    )
    return f'<ul class="changes">{"".join(items[:_FEW])}</ul>{folded}'


def change(before: str, after: str, of: str = "", more: str = "") -> str:
    """A text that went (`after` is empty), came (`before` is) or changed; of what changed the words are marked.

    `of` says what it is, where it is no sentence; `more` is HTML that stands below it.
    """
    was, now = one_line(before), one_line(after)
    label = f'<span class="of">{line(of)}</span>' if of else ""
    went, came = _side(now, was, "went") if was else "", _side(was, now, "came") if now else ""
    return f"<li>{label}{went}{came}{more}</li>"


def stayed(text: str) -> str:
    """A text that is the same before and after, among those that changed."""
    return f'<li class="stayed"><p dir="auto">{line(text)}</p></li>'


def _side(other: str, text: str, kind: str) -> str:
    sign, heard, outer, inner = ("−", "removed", "del", "s") if kind == "went" else ("+", "added", "ins", "mark")
    runs = marked(other, text) if other else [(text, True)]
    whole = "" if other else " whole"
    return (
        f'<p class="{kind}{whole}" dir="auto"><span class="sign" aria-hidden="true">{sign}</span>'
        f'<span class="unseen">{heard}: </span><{outer}>{_words(runs, inner)}</{outer}></p>'
    )


def _words(runs: Iterable[tuple[str, bool]], tag: str) -> str:
    return "".join(f"<{tag}>{escaped(words)}</{tag}>" if changed else escaped(words) for words, changed in runs)
