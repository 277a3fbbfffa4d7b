"""Whether a statement says the opposite of its source: by "not" and its kin, and by words of opposite sense."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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

_NO_DENIAL = WordPattern(
    r"\b{negation.no_denial}\b"
    r"|\b(?:no|not)\b(?=[^.;]{0,60}\b{negation.no_denial_before}\b)",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\A\W*(?:no|yes)\b[,.:;]", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(ca|wo|sha|\w+)n['’]t\b", re.IGNORECASE)
_LEFT_OUT = WordPattern(r"\b{negation.left_out}\b", re.IGNORECASE)
_CLAUSE = WordPattern(r"[,;:]?[\"“”]\s*|[,;:]\s+|\s+{negation.clause_joints}\s+|\.\s+", re.IGNORECASE)
_REACH = 4  # content words after "not" that it denies, at most
_NEAR = 3  # content words on each side of a word that show what it is said of


_FOR, _AGAINST = re.compile(r"\b(?:vot\w+|stood|spoke|campaign\w*)\s+for\b"), re.compile(r"\bagainst\b")


@dataclass(frozen=True, slots=True)
class _Denial:
    """A word that denies, the stems of what it denies in their order, and all stems of its clause."""

    word: str
    denied: tuple[str, ...]
    clause: frozenset[str]


def opposite_of(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when `statement` says the opposite of `sources`, the sentences that it rests on; None when not."""
    word = _denied(statement, sources) or _reversed(statement, sources) or _other_side(statement, sources)
    return f"{word} turns what the source says round" if word else None


def clauses(texts: Iterable[str]) -> list[str]:
    """The clauses of `texts`, as far as commas and conjunctions tell."""
    return [clause for text in texts for clause in _CLAUSE.split(text) if clause.strip()]


def _tokens(text: str) -> list[str]:
    """The words of `text`, with "not" for each contraction and without what looks like a denial and is none."""
    plain = _LEFT_OUT.sub(" excluded ", _NO_DENIAL.sub(" ", _ANSWERS.sub("", text)))
    return split_words(_CONTRACTED.sub(lambda match: f"{match[1]} not", plain))


def _denials(text: str) -> Iterator[_Denial]:
    for clause in clauses([_NO_DENIAL.sub(" ", text)]):
        tokens = _tokens(clause)
        for place, token in enumerate(tokens):
            if token in word_list("negation", "not") or stem(token) in stems("negation", "denying"):
                after = content_stems(" ".join(tokens[place + 1 :]))
                yield _Denial(token, tuple(after[:_REACH]), frozenset(map(stem, tokens)))
            elif stem(token) in stems("negation", "lacking"):
                yield _Denial(token, (), frozenset(map(stem, tokens)))


def _denied(statement: str, sources: Sequence[str]) -> str | None:
    """The denying word that either the statement or its source lacks."""
    own = list(_denials(statement))
    source_denials = [denial for source in sources for denial in _denials(source)]
    for denial in own:
        borne_out = any(_bears_out(source, denial) for source in source_denials)
        if denial.word in word_list("negation", "not") and not borne_out:
            return f"“{denial.word}”"
    if own:
        return None
    present = frozenset(word_stems(statement))
    dropped = next((denial for denial in source_denials if _is_dropped(denial, present)), None)
    return f"“{dropped.word}” of the source" if dropped else None


def _bears_out(source: _Denial, denial: _Denial) -> bool:
    """Whether the source denies the same as the statement; also where it is not clear what either denies."""
    if not denial.denied or len(source.denied) < 2:
        return True
    return bool(set(denial.denied) & (source.clause | stems_with_synonyms(" ".join(source.clause))))


def _is_dropped(source: _Denial, present: frozenset[str]) -> bool:
    """Whether what the source denies is said without the denial: its verb and nearly all that follows."""
    if source.word in word_list("negation", "not"):
        return bool(source.denied) and present.issuperset(source.denied[:3])
    shared = sum(term in present for term in source.denied)
    return shared >= 2 and shared >= len(source.denied) - 1 and stem(source.word) not in present


def _reversed(statement: str, sources: Sequence[str]) -> str | None:
    """The word of the statement in whose place the source has one of opposite sense."""
    own, theirs = stems_with_synonyms(statement), stems_with_synonyms(" ".join(sources))
    for pair in word_groups("negation", "opposites"):
        stems_of_pair = tuple(frozenset(word_stems(side)) for side in pair)
        for side, opposite in (stems_of_pair, stems_of_pair[::-1]):
            if own & side and not own & opposite and theirs & opposite and not theirs & side:
                word = next((token for token in split_words(statement) if stem(token) in side), None)
                source_neighbours = [near for clause in clauses(sources) for near in _beside(clause, opposite)]
                if word and any(near & other for near in _beside(statement, side) for other in source_neighbours):
                    return f"“{word}”"
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
    clause = max(clauses(sources), key=lambda clause: len(content & stems_with_synonyms(clause)), default="")
    own, theirs = ((_FOR.search(text) is not None, _AGAINST.search(text) is not None) for text in (statement, clause))
    if own == theirs[::-1] and own[0] != own[1]:
        return "“for”" if own[0] else "“against”"
    return None
