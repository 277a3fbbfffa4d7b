"""Polarity: whether a sentence says the opposite of its source, by "not" and its kin and by words of opposite sense."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.text.lexicon import alternatives, groups
from assistant.text.lexicon import words as listed
from assistant.text.weighting import stems_with_synonyms
from assistant.text.words import is_content_word, stem, stems, words

_NO_DENIAL = re.compile(
    rf"\b{alternatives('negation', 'no_denial')}\b"
    rf"|\b(?:no|not)\b(?=[^.;]{{0,60}}\b{alternatives('negation', 'no_denial_before')}\b)",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\A\W*(?:no|yes)\b[,.:;]", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(ca|wo|sha|\w+)n['’]t\b", re.IGNORECASE)
_LEFT_OUT = re.compile(rf"\b{alternatives('negation', 'left_out')}\b", re.IGNORECASE)
_CLAUSE = re.compile(
    rf"[,;:]?[\"“”]\s*|[,;:]\s+|\s+{alternatives('negation', 'clause_joints')}\s+|\.\s+", re.IGNORECASE
)
_REACH = 4  # telling words after "not" that it denies, at most
_NEAR = 3  # telling words on each side of a word that tell what it is said of


@cache
def _opposites() -> tuple[tuple[frozenset[str], ...], ...]:
    """Two sets of stems a line, of opposite sense."""
    return tuple(tuple(frozenset(map(stem, side.split())) for side in pair) for pair in groups("negation", "opposites"))


_FOR, _AGAINST = re.compile(r"\b(?:vot\w+|stood|spoke|campaign\w*)\s+for\b"), re.compile(r"\bagainst\b")


@dataclass(frozen=True, slots=True)
class _Denial:
    """A word that denies, the stems of what it denies in their order, and all stems of its clause."""

    word: str
    denied: tuple[str, ...]
    clause: frozenset[str]


def opposed(said: str, sources: Sequence[str]) -> str | None:
    """The words by which `said` says the opposite of `sources`, the sentences that it rests on; None without any."""
    return _denied(said, sources) or _reversed(said, sources)


def clauses(text: str) -> list[str]:
    """The clauses of `text`, as far as commas and conjunctions tell."""
    return [one for one in _CLAUSE.split(text) if one and one.strip()]


def _tokens(text: str) -> list[str]:
    plain = _LEFT_OUT.sub(" excluded ", _NO_DENIAL.sub(" ", _ANSWERS.sub("", text)))
    return words(_CONTRACTED.sub(lambda found: f"{found[1]} not", plain))


def _denials(text: str) -> Iterator[_Denial]:
    for clause in clauses(_NO_DENIAL.sub(" ", text)):
        tokens = _tokens(clause)
        for place, token in enumerate(tokens):
            if token in listed("negation", "not") or stem(token) in stems("negation", "denying"):
                after = [stem(one) for one in tokens[place + 1 :] if is_content_word(one)]
                yield _Denial(token, tuple(after[:_REACH]), frozenset(map(stem, tokens)))
            elif stem(token) in stems("negation", "lacking"):
                yield _Denial(token, (), frozenset(map(stem, tokens)))


def _denied(said: str, sources: Sequence[str]) -> str | None:
    own = list(_denials(said))
    theirs = [one for source in sources for one in _denials(source)]
    for one in own:
        if one.word in listed("negation", "not") and not any(_bears_out(other, one) for other in theirs):
            return f"“{one.word}”"
    if own:
        return None
    present = frozenset(map(stem, words(said)))
    for one in theirs:
        if _is_dropped(one, present):
            return f"“{one.word}” of the source"
    return None


def _bears_out(source: _Denial, said: _Denial) -> bool:
    """Whether a denial of the source may be the one that is said: of the same, or of one knows not what."""
    return not said.denied or len(source.denied) < 2 or bool(set(said.denied) & (source.clause | _acts(source.clause)))


def _acts(stems: frozenset[str]) -> frozenset[str]:
    return stems_with_synonyms(" ".join(stems))


def _is_dropped(source: _Denial, present: frozenset[str]) -> bool:
    """Whether what the source denies is said without the denial: its verb and nearly all that follows."""
    if not source.denied:
        return False
    if source.word in listed("negation", "not"):
        return all(one in present for one in source.denied[:3])
    met = sum(one in present for one in source.denied)
    return met >= 2 and met >= len(source.denied) - 1 and stem(source.word) not in present


def _reversed(said: str, sources: Sequence[str]) -> str | None:
    own, other = stems_with_synonyms(said), stems_with_synonyms(" ".join(sources))
    for pair in _opposites():
        for one, opposite in (pair, pair[::-1]):
            if own & one and not own & opposite and other & opposite and not other & one:
                word = next((token for token in words(said) if stem(token) in one), None)
                parts = [part for source in sources for part in clauses(source)]
                if word and any(_of_the_same(said, one, part, opposite) for part in parts):
                    return f"“{word}”"
    return _other_side(said, sources)


def _of_the_same(said: str, one: frozenset[str], source: str, opposite: frozenset[str]) -> bool:
    """Whether a word here and one of opposite sense there are said of the same."""
    return any(here & there for here in _beside(said, one) for there in _beside(source, opposite))


def _beside(text: str, wanted: frozenset[str]) -> Iterator[frozenset[str]]:
    telling = [stem(one) for one in words(text) if is_content_word(one) or stem(one) in wanted]
    for place, one in enumerate(telling):
        if one in wanted:
            yield frozenset(telling[max(0, place - _NEAR) : place + _NEAR + 1]) - wanted


def _other_side(said: str, sources: Sequence[str]) -> str | None:
    telling = frozenset(stem(one) for one in words(said) if is_content_word(one))
    parts = [one for source in sources for one in clauses(source)]
    if not parts:
        return None
    clause = max(parts, key=lambda one: len(telling & stems_with_synonyms(one)))
    if _FOR.search(said) and not _AGAINST.search(said) and _AGAINST.search(clause) and not _FOR.search(clause):
        return "“for”"
    if _AGAINST.search(said) and not _FOR.search(said) and _FOR.search(clause) and not _AGAINST.search(clause):
        return "“against”"
    return None
