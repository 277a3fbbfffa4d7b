"""Whether a statement has a word of the opposite sense where its source has another: "approved" for "rejected".

The reader, which weighs sentences as wholes, lets one such word pass.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, takewhile

from assistant.text import (
    WordPattern,
    content_stems,
    is_content_word,
    split_words,
    stem,
    stems,
    stems_with_synonyms,
    word_groups,
    word_list,
    word_stems,
)

_CLAUSE = WordPattern(r"[,;:]?[\"“”]\s*|[,;:]\s+|(?<!\s)\s++{negation.clause_joints}\s++|\.\s+", re.IGNORECASE)
_FOR, _AGAINST = re.compile(r"\b(?:vot\w+|stood|spoke|campaign\w*)\s+for\b"), re.compile(r"\bagainst\b")
_NON = re.compile(r"\bnon[-‐–]", re.IGNORECASE)
_ACCOMPANIED = re.compile(
    r"\b(?:(?P<lacking>without|with\s(?:no|neither)|lacking|minus)|with|including)\b(?P<things>(?:\s[\w’'-]{1,30}){1,4})",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?P<before>\b[^\W\d_]{2,5}(?=n['’]t\s))?(?:n['’]t|(?<!\s)\s\bnot)\s(?P<word>[^\W\d_]{3,30})\b", re.IGNORECASE
)
_REACH = 3  # words before another that may deny it
_LEAST_BARE = 3  # letters of a word without its prefix
_NEAR = 3  # content words on each side of a word that show what it is said of


def check_opposites(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when `statement` says the opposite of `sources`, the sentences that bear it out most."""
    word = (
        _reversed(statement, sources)
        or _other_side(statement, sources)
        or _with_other_prefix(statement, sources)
        or _with_or_without(statement, sources)
    )
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


def _with_other_prefix(statement: str, sources: Sequence[str]) -> str | None:
    """The word of the statement that is one of the source but for a prefix that denies: "lawful" for "unlawful"."""
    statement, sources = _NON.sub("non", statement), [_NON.sub("non", source) for source in sources]
    own, theirs = _denied_or_not(statement), _denied_or_not(" ".join(sources))
    for word, is_denied in own.items():
        for other in _but_for_a_prefix(word, theirs):
            if word in theirs or other in own or is_denied != theirs[other]:
                continue
            first, second = (frozenset((stem(each),)) for each in (word, other))
            source_neighbours = [near for clause in _clauses(sources) for near in _beside(clause, second)]
            if any(near & each for near in _beside(statement, first) for each in source_neighbours):
                return word
    return None


def with_prefixes_of_source(statement: str, sources: Sequence[str]) -> str:
    """`statement` with a word of the sources, "unsafe", in the place of "not safe"."""
    theirs = _denied_or_not(" ".join(sources))
    for denied in _DENIED.finditer(statement):
        other = next(
            (each for each in _but_for_a_prefix(denied["word"].lower(), theirs) if len(each) > len(denied["word"])),
            None,
        )
        if other:
            statement = statement.replace(denied[0], f"{denied['before'] or ''} {other}", 1)
    return statement


def _denied_or_not(text: str) -> dict[str, bool]:
    """Each content word of `text`, and whether "not" or the like stands shortly before it."""
    words = split_words(text)
    denying = word_list("negation", "denying") | {"t"}  # what is left of "wasn't"
    return {
        word: not denying.isdisjoint(words[max(0, place - _REACH) : place])
        for place, word in enumerate(words)
        if is_content_word(word)
    }


def _but_for_a_prefix(word: str, others: Iterable[str]) -> Iterator[str]:
    """Those of `others` that differ from `word` by a prefix that denies."""
    for prefix in word_list("negation", "prefixes"):
        bare = word.removeprefix(prefix)
        forms = {
            stem(each) for each in (prefix + word, bare) if each != word and _may_be_denied(min(word, bare, key=len))
        }
        yield from (other for other in others if stem(other) in forms)


def _may_be_denied(bare: str) -> bool:
    return len(bare) >= _LEAST_BARE and stem(bare) not in stems("negation", "not_denied_by_prefix")


def _with_or_without(statement: str, sources: Sequence[str]) -> str | None:
    """The word with which the statement has a thing that the source lacks, or the reverse: "without a deal"."""
    theirs = _accompanied(" ".join(sources))
    for lacks, words in _accompanied(statement):
        alike = [lacking for lacking, others in theirs if words[-1] in others or others[-1] in words]
        if alike and lacks not in alike:
            return "without" if lacks else "with"
    return None


def _accompanied(text: str) -> list[tuple[bool, list[str]]]:
    """The stems of each thing that comes after "with" or "without", and whether it is lacking."""
    found = [(match["lacking"] is not None, split_words(match["things"])) for match in _ACCOMPANIED.finditer(text)]
    things = [(lacks, [*dropwhile(lambda word: not is_content_word(word), words)]) for lacks, words in found]
    return [(lacks, [*map(stem, takewhile(is_content_word, words))]) for lacks, words in things if words]


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
