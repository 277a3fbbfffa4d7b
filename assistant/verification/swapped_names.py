"""Whether a statement is its source with one name replaced by another, or with two names swapped."""

from collections.abc import Iterator, Sequence

from assistant.text import is_alike, is_content_word, names, split_words, stem, word_list

_COVERED = 0.7  # of the content words of a statement that its source must have, in order, with the other name
_OTHERS = 3  # words besides the name that both must share


def swapped_name(statement: str, sources: Sequence[str], known: frozenset[str]) -> str | None:
    """The doubt when another name takes the place of one of the source in `statement`; None when none does.

    `known` are the words of names of the whole passage.

    By the longest common subsequence of their content words, each name taken as one word: with the right name in its
    place a statement follows its source further than with the wrong one. An active and a passive sentence are not
    compared, as their order differs.
    """
    passive = word_list("modality", "passive")
    for source in sources:
        if passive.isdisjoint(split_words(statement)) == passive.isdisjoint(split_words(source)):
            name = _swapped_in(statement, source, known)
            if name:
                return f"the source says this of “{name}”"
    return None


def _swapped_in(statement: str, source: str, known: frozenset[str]) -> str | None:
    """The name in the source in whose place the statement has another."""
    source_names = [name.words for name in names(source, known)]
    source_tokens = _tokens(source, source_names, source_names)
    own_names = [name.words for name in names(statement, known)]
    matching = [next((other for other in source_names if is_alike(name, other)), name) for name in own_names]
    tokens = _tokens(statement, own_names, matching)
    length = common_length(tokens, source_tokens)
    for name, changed in _replacements(tokens, source_tokens):
        changed_length = common_length(changed, source_tokens)
        if changed_length > max(length, _OTHERS) and changed_length >= _COVERED * len(tokens):
            return name.removeprefix("@")
    return None


def _replacements(tokens: Sequence[str], source_tokens: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """`tokens` with each of its names swapped for one of the source, and that name."""
    own_names = dict.fromkeys(token for token in tokens if token.startswith("@"))
    for other in dict.fromkeys(token for token in source_tokens if token.startswith("@")):
        for name in own_names:
            if name == other or (other not in own_names and name in source_tokens):
                continue
            swap = {name: other, other: name}
            yield other, [swap.get(token, token) for token in tokens]


def _tokens(text: str, written: Sequence[str], canonical: Sequence[str]) -> list[str]:
    """The stems of the content words of `text` in order, each name as one: "@" and the name that it stands for."""
    tokens, end = list[str](), 0
    for name, full in zip(written, canonical, strict=True):
        start = text.find(name, end)
        if start < 0:
            continue
        tokens += [*_stems(text[end:start]), f"@{full}"]
        end = start + len(name)
    return [*tokens, *_stems(text[end:])]


def _stems(text: str) -> list[str]:
    return [stem(word) for word in split_words(text) if is_content_word(word)]


def common_length(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for item in first:
        diagonal = 0
        for column, other in enumerate(second, 1):
            diagonal, row[column] = row[column], diagonal + 1 if item == other else max(row[column], row[column - 1])
    return row[-1]
