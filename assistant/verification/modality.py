"""Overstating: whether a sentence makes more of its source: all for some, done for planned, another speaker."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.text.aliases import is_alike
from assistant.text.entities import NameClaim, names
from assistant.text.lexicon import alternatives, groups
from assistant.text.lexicon import words as listed
from assistant.text.weighting import synonym_group
from assistant.text.words import is_content_word, stem, stems, words
from assistant.verification.negation import clauses

_REACH = 3  # telling words after "may" that it is said of
_SAYS = re.compile(rf"\s*(?:,[^,.]{{2,80}},)?\s*(?:also\s+)?{alternatives('speech', 'says')}\b")
_ACCORDING = re.compile(r"\baccording to\s+((?:(?!\s+(?:who|which|that|and)\b)[^,.;])+)", re.IGNORECASE)
# Who speaks is told before, or by what he or she is.
_VAGUE = re.compile(
    rf"\W*{alternatives('modality', 'vague_speakers')}\b"
    r"|.*\b(?:he|she|they|it|the [\w ]{3,40}) (?:said|added|told)\b",
    re.IGNORECASE,
)
_SHORT = 6  # words between two names that say what one does to the other


def overstated(said: str, sources: Sequence[str]) -> str | None:
    """The word by which `said` makes more of what `sources` say: “all”, or a plan taken for done; None without any."""
    own, held = set(words(said)), set(words(" ".join(sources)))
    for kind in groups("modality", "whole"):
        found = sorted(own.intersection(kind))
        if found and held.isdisjoint(kind):
            return f"the source does not say “{found[0]}”"
    if _may(said):
        return None
    present = [stem(one) for one in words(said) if is_content_word(one)]
    infinitive = {stem(one) for one in re.findall(r"\bto (\w+)", said.lower())}
    planned, done = set[str](), set[str]()
    for clause in (one for source in sources for one in clauses(source)):
        tokens = words(clause)
        place = next((n for n, one in enumerate(tokens) if stem(one) in stems("modality", "may")), len(tokens))
        planned.update(_first([one for one in tokens[place + 1 :] if is_content_word(one)], _REACH))
        done.update(stem(one) for one in tokens[:place])
    verb = next((one for one in present if one in planned - done - infinitive and _is_verb(one, said)), None)
    return "the source says so only of a plan or a possibility" if verb else None


def _may(text: str) -> bool:
    return any(stem(one) in stems("modality", "may") for one in words(text))


def _first(tokens: Sequence[str], count: int) -> list[str]:
    return [stem(one) for one in tokens[:count]]


def _is_verb(term: str, said: str) -> bool:
    """Whether the word with that stem is said as done: "has taken", "raised", "imposed"."""
    tokens = words(said)
    for place, one in enumerate(tokens):
        if stem(one) == term:
            before = tokens[place - 1] if place else ""
            if before in listed("modality", "done") or one.endswith("ed"):
                return True
    return False


def misattributed(said: str, best: str, about: str) -> str | None:
    """Whom `said` gives words to that its source gives to another; None when that is not to be seen.

    `best` is the sentence of the source that it rests on most, `about` its headline, publication and author.
    """
    own = _speaker(best)
    for found in _ACCORDING.finditer(said) if own or not _VAGUE.match(best) else ():
        told = [stem(one) for one in words(found[1]) if is_content_word(one)]
        held = set(map(stem, words(f"{best} {about}")))
        if told and not held & set(told):
            return f"the source does not give this to “{found[1].strip()}”"
    mine, theirs = _speaker(said), own
    # "The Chronicle said" is said of the publication.
    if (
        mine
        and theirs
        and not set(words(mine)) <= set(words(about))
        and not is_alike(mine, theirs)
        and not is_alike(theirs, mine)
    ):
        return f"the source gives this to “{theirs}”"
    return None


def _speaker(text: str) -> str | None:
    found = [(text.rfind(one.words), one.words) for one in names(text)]
    return next((name for place, name in found if _SAYS.match(text, place + len(name))), None)


def turned(said: str, sources: Sequence[str]) -> str | None:
    """The two names of `said` of which the source says it the other way round; None when there are none."""
    for one, other, acts in _pairs(said):
        every = [pair for source in sources for pair in _pairs(source)]
        same = any(is_alike(one, a) and is_alike(other, b) and acts & done for a, b, done in every)
        round_ = any(is_alike(one, b) and is_alike(other, a) and acts & done for a, b, done in every)
        if round_ and not same:
            return f"the source says this of “{other}” and “{one}” the other way round"
    return None


def _pairs(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each name with the next and what the first does to the second; a passive has none."""
    found = list(names(text))
    places = _placed(text, found)
    for (start, one), (then, other) in pairwise(places):
        between = words(text[start + len(one) : then])
        acts = frozenset(
            synonym_group(stem(word)) or stem(word) for word in between if is_content_word(word) and word.isalpha()
        )
        acts -= {"against"}
        if acts and len(between) <= _SHORT and listed("modality", "no_act").isdisjoint(between):
            yield one, other, acts


def _placed(text: str, found: Sequence[NameClaim]) -> list[tuple[int, str]]:
    places, at = list[tuple[int, str]](), 0
    for one in found:
        at = text.find(one.words, at)
        if at < 0:
            return places
        places.append((at, one.words))
        at += len(one.words)
    return places
