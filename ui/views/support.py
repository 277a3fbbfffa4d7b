"""Whether a statement is borne out by what it cites: a sign, its words, and what the signs mean."""

from collections.abc import Iterable

from assistant import Statement
from assistant.answering import phrasing
from assistant.answers import Support

from .icons import icon
from .markup import line

_SIGNS: dict[Support, tuple[str, str, str]] = {
    "verbatim": ("quote", "word for word", "The words stand in the article exactly as they do here."),
    "supported": ("check", "in the source", "A model wrote it, and it was checked against the passage it cites."),
    "counted": (
        "list",
        "counted in the catalogue",
        "Counted over the articles themselves, so there is nothing to cite.",
    ),
    "unsupported": (
        "triangle-alert",
        "not borne out by the articles",
        "A model wrote it, and the articles do not say it.",
    ),
    "unchecked": ("circle-help", "not checked", "A model wrote it in another language than the articles."),
}


def mark(statement: Statement) -> str:
    """The sign of a statement, with its words for a screen reader; of one that is not borne out, for everybody."""
    picture, label, _ = _SIGNS[statement.support]
    if statement.is_borne_out:
        said = f'<span class="screen-reader-only">{label}</span>'
        return f'<span class="support" title="{label.capitalize()}">{icon(picture)}{said}</span>'
    words = phrasing.support_text(statement) or label
    return f'<span class="support">{icon(picture)}<span class="said">{line(words)}</span></span>'


def legend(statements: Iterable[Statement]) -> str:
    """What the signs of these statements mean, folded away."""
    there = {statement.support for statement in statements}
    rows = "".join(
        f"<div><dt>{icon(picture)}{label.capitalize()}</dt><dd>{meaning}</dd></div>"
        for support, (picture, label, meaning) in _SIGNS.items()
        if support in there
    )
    return f'<details class="legend"><summary>What the signs mean</summary><dl>{rows}</dl></details>' if rows else ""
