"""Whether a statement has a word of the opposite sense where its source has another: "approved" for "rejected".

The reader, which weighs sentences as wholes, lets one such word pass.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.text import (
    WordPattern,
    content_stems,
    is_content_word,
    split_words,
    stem,
    stems_with_synonyms,
    word_groups,
    word_stems,
)

_CLAUSE = WordPattern(r"[,;:]?[\"“”]\s*|[,;:]\s+|(?<!\s)\s++{negation.clause_joints}\s++|\.\s+", re.IGNORECASE)
_FOR, _AGAINST = re.compile(r"\b(?:vot\w+|stood|spoke|campaign\w*)\s+for\b"), re.compile(r"\bagainst\b")
_NEAR = 3  # content words on each side of a word that show what it is said of


def check_opposites(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when `statement` says the opposite of `sources`, the sentences that bear it out most."""
    word = _reversed(statement, sources) or _other_side(statement, sources)
    return f"“{word}” turns what the source says round" if word else None


def _reversed(statement: str, sources: Sequence[str]) -> str | None:
    """The word of the statement in whose place the source has one of opposite sense."""
    own, theirs = stems_with_synonyms(statement), stems_with_synonyms(" ".join(sources))
    for pair in word_groups("negation", "opposites"):
        first, second = (frozenset(word_stems(words)) for words in pair)
        for side, opposite in ((first, second), (second, first)):
            if own & side and not own & opposite and theirs & opposite and not theirs & side:
                word = next((token for token in split_words(statement) if stem(token) in side), None)
                source_neighbours = [near for clause in _clauses(sources) for near in _beside(clause, opposite)]
                if word and any(near & other for near in _beside(statement, side) for other in source_neighbours):
                    return word
    return None


def _beside(text: str, wanted: frozenset[str]) -> Iterator[frozenset[str]]:
    """For each of the `wanted` stems in `text`, the content stems next to it."""
    content = [stem(word) for word in split_words(text) if is_content_word(word) or stem(word) in wanted]
    for place, term in enumerate(content):
        if term in wanted:
            yield frozenset(content[max(0, place - _NEAR) : place + _NEAR + 1]) - wanted


def _other_side(statement: str, sources: Sequence[str]) -> str | None:
    """The side, for or against, that somebody takes in the statement and not in the nearest clause of the source."""
    content = frozenset(content_stems(statement))
    clause = max(_clauses(sources), key=lambda clause: len(content & stems_with_synonyms(clause)), default="")
    own, theirs = ((_FOR.search(text) is not None, _AGAINST.search(text) is not None) for text in (statement, clause))
    if own == theirs[::-1] and own[0] != own[1]:
        return "for" if own[0] else "against"
    return None


def _clauses(texts: Iterable[str]) -> list[str]:
    """The clauses of `texts`, as far as commas and conjunctions tell."""
    return [clause for text in texts for clause in _CLAUSE.split(text) if clause.strip()]
