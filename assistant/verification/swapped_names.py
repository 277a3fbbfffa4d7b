"""Whether a statement is its source with one name in the place of another, or with two names exchanged.

The reader, which weighs sentences as wholes, lets most of these pass.
"""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import LCSseq

from assistant.text import content_stems, is_alike, names, split_words, word_list

_COVERED = 0.7  # of the content words of a statement that its source must have, in order, with the other name
_OTHERS = 3  # words besides the name that both must share


def check_swapped_names(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when another name takes the place of one of the source in `statement`; None when none does.

    By the longest common subsequence of their content words, each name taken as one word: with the right name in its
    place a statement follows its source further than with the wrong one. An active and a passive sentence are not
    compared, as their order differs.
    """
    passive = word_list("negation", "passive")
    for source in sources:
        if passive.isdisjoint(split_words(statement)) == passive.isdisjoint(split_words(source)):
            name = _swapped_in(statement, source)
            if name:
                return f"the source says this of “{name}”"
    return None


def _swapped_in(statement: str, source: str) -> str | None:
    """The name in the source in whose place the statement has another."""
    own_names, source_names = list(names(statement)), list(names(source))
    matching = [next((other for other in source_names if is_alike(name, other)), name) for name in own_names]
    tokens, source_tokens = _tokens(statement, own_names, matching), _tokens(source, source_names, source_names)
    length = LCSseq.similarity(tokens, source_tokens)
    for name, changed in _replacements(tokens, source_tokens):
        changed_length = LCSseq.similarity(changed, source_tokens)
        if changed_length > max(length, _OTHERS) and changed_length >= _COVERED * len(tokens):
            return name.removeprefix("@")
    return None


def _replacements(tokens: Sequence[str], source_tokens: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """`tokens` with each of its names swapped for one of the source, and that name."""
    own_names = dict.fromkeys(token for token in tokens if token.startswith("@"))
    for other in dict.fromkeys(token for token in source_tokens if token.startswith("@")):
        for name in own_names:
            if name != other and (other in own_names or name not in source_tokens):
                swap = {name: other, other: name}
                yield other, [swap.get(token, token) for token in tokens]


def _tokens(text: str, written: Sequence[str], canonical: Sequence[str]) -> list[str]:
    """The stems of the content words of `text` in order, each name as one: "@" and the name that it stands for."""
    tokens, end = list[str](), 0
    for name, full in zip(written, canonical, strict=True):
        start = text.find(name, end)
        if start >= 0:
            tokens += [*content_stems(text[end:start]), f"@{full}"]
            end = start + len(name)
    return [*tokens, *content_stems(text[end:])]
