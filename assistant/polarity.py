"""Polarity: whether a sentence says the opposite of its source, by "not" and its kin and by words of opposite sense."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.query import stem, telling_terms, words
from assistant.wording import marks

_NOT = frozenset("not never no none neither nor without nobody nothing cannot hardly barely nowhere".split())
# Verbs that deny by themselves: "refused to sign" is borne out by "did not sign".
_DENIES = frozenset(
    map(
        stem,
        """deny denied refuse refused fail failed reject rejected lack lacked decline declined unable unlikely avoid
        prevent ban banned forbid dismissed refute halt stop stopped rule ruled absent missing free""".split(),
    )
)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|least|long)\b|\bno (?:fewer|less|more|later|longer|doubt|one else)\b|\bif not\b",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\A\W*(?:no|yes)\b[,.:;]", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(ca|wo|sha|\w+)n['’]t\b", re.IGNORECASE)
_REACH = 4  # words after "not" that it denies, at most
_OPPOSITES = tuple(
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in (
        ("rise rose risen increase grow grew climb", "fall fell fallen drop decline decrease shrink shrank"),
        ("open opened reopen", "close closed shut"),
        ("win won victory beat", "lose lost defeated"),
        ("accept accepted approve approved", "reject rejected"),
        ("support supported back backed favour", "oppose opposed"),
        ("more", "fewer less"),
        ("higher above", "lower below"),
        ("before", "after"),
        ("allow allowed permit permitted", "ban banned forbid forbidden prohibit prohibited"),
        ("guilty convicted", "innocent acquitted"),
        ("survive survived alive", "die died dead killed"),
        ("begin began begun start started", "end ended finish finished stop stopped"),
        ("buy bought", "sell sold"),
        ("agree agreed", "disagree disagreed"),
        ("largest biggest most", "smallest least"),
        ("first", "last"),
        ("north", "south"),
        ("east", "west"),
        ("condemn condemned criticise criticised", "praise praised welcome welcomed applaud applauded"),
        ("confirm confirmed", "deny denied"),
        ("early earlier", "late later"),
        ("gain gained", "lose lost"),
        ("hire hired appoint appointed", "fire fired sack sacked dismiss dismissed"),
    )
)
_CLAUSE = re.compile(r",?\s+(?:and|but|while|whereas)\s+|[;.]\s+")
_FOR, _AGAINST = re.compile(r"\b(?:vot\w+|stood|spoke|campaign\w*)\s+for\b"), re.compile(r"\bagainst\b")


def opposed(said: str, sources: Sequence[str]) -> str | None:
    """The words by which `said` says the opposite of `sources`, the sentences that it rests on; None without any."""
    evidence = " ".join(sources)
    return _denied(said, sources) or _reversed(said, evidence)


def _tokens(text: str) -> list[str]:
    plain = _NO_DENIAL.sub(" ", _ANSWERS.sub("", text))
    return words(_CONTRACTED.sub(lambda found: f"{found[1]} not", plain))


def _scopes(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each "not" of `text` with the stems that it denies."""
    tokens = _tokens(text)
    for place, token in enumerate(tokens):
        if token in _NOT:
            after = (stem(one) for one in tokens[place + 1 :] if one in telling_terms(one) and len(one) > 2)
            yield token, frozenset(islice(after, _REACH))


def _has_denial(text: str) -> bool:
    tokens = _tokens(text)
    return any(one in _NOT or stem(one) in _DENIES for one in tokens)


def _denied(said: str, sources: Sequence[str]) -> str | None:
    own = list(_scopes(said))
    if own and not any(map(_has_denial, sources)):
        return f"“{own[0][0]}”"
    if own or _has_denial(said):
        return None
    present = frozenset(map(stem, words(said)))
    for source in sources:
        for word, denied in _scopes(source):
            # The first of the words denied is the verb or the noun that it stands before.
            if denied and len(denied & present) >= min(2, len(denied)):
                return f"“{word}” of the source"
    return None


def _reversed(said: str, evidence: str) -> str | None:
    own, other = marks(said), marks(evidence)
    for pair in _OPPOSITES:
        for one, opposite in (pair, pair[::-1]):
            if own & one and not own & opposite and other & opposite and not other & one:
                word = next(token for token in words(said) if stem(token) in one)
                return f"“{word}”"
    telling = frozenset(map(stem, telling_terms(said)))
    clause = max(_CLAUSE.split(evidence), key=lambda one: len(telling & marks(one)))
    if _FOR.search(said) and not _AGAINST.search(said) and _AGAINST.search(clause) and not _FOR.search(clause):
        return "“for”"
    if _AGAINST.search(said) and not _FOR.search(said) and _FOR.search(clause) and not _AGAINST.search(clause):
        return "“against”"
    return None
