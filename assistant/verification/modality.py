"""Whether a statement makes more of its source: all for some, done for planned, another speaker, another doer.

Each check returns a doubt in a few words, or None.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from assistant.text import (
    WordPattern,
    content_stems,
    is_alike,
    names,
    split_words,
    stem,
    stems,
    synonym_group,
    word_groups,
    word_list,
    word_stems,
)
from assistant.verification.negation import clauses

_REACH = 3  # content words after "may" that it is said of
_SAYS = WordPattern(r"\s*(?:,[^,.]{2,80},)?\s*(?:also\s+)?{speech.says}\b")
_ACCORDING = re.compile(r"\baccording to\s+((?:(?!\s+(?:who|which|that|and)\b)[^,.;])+)", re.IGNORECASE)
# Who speaks is named before, or by what he or she is.
_VAGUE = WordPattern(
    r"\W*{modality.vague_speakers}\b"
    r"|.*\b(?:he|she|they|it|the [\w ]{3,40}) (?:said|added|told)\b",
    re.IGNORECASE,
)
_SHORT = 6  # words between two names that say what one does to the other


def overstated(statement: str, sources: Sequence[str]) -> str | None:
    """Where `statement` makes more of what `sources` say: “all”, or a plan taken for done."""
    own, theirs = set(split_words(statement)), set(split_words(" ".join(sources)))
    for quantifiers in word_groups("modality", "whole"):
        added = sorted(own.intersection(quantifiers))
        if added and theirs.isdisjoint(quantifiers):
            return f"the source does not say “{added[0]}”"
    may = stems("modality", "may")
    if not may.isdisjoint(word_stems(statement)):
        return None
    planned, not_only_planned = set[str](), {stem(verb) for verb in re.findall(r"\bto (\w+)", statement.lower())}
    for clause in clauses(sources):
        tokens = split_words(clause)
        place = next((n for n, token in enumerate(tokens) if stem(token) in may), len(tokens))
        planned.update(content_stems(" ".join(tokens[place + 1 :]))[:_REACH])
        not_only_planned.update(map(stem, tokens[:place]))
    if any(_is_done(term, statement) for term in (planned - not_only_planned).intersection(content_stems(statement))):
        return "the source says so only of a plan or a possibility"
    return None


def _is_done(term: str, statement: str) -> bool:
    """Whether the word with that stem is said as done: "has taken", "raised", "imposed"."""
    tokens = split_words(statement)
    return any(
        stem(token) == term and (before in word_list("modality", "done") or token.endswith("ed"))
        for before, token in pairwise(["", *tokens])
    )


def misattributed(statement: str, source: str, source_header: str) -> str | None:
    """Whom `statement` gives words to that its source gives to another; None when that is not to be seen.

    `source` is the sentence that it rests on most, `source_header` its headline, publication and author.
    """
    source_speaker = _speaker(source)
    for match in _ACCORDING.finditer(statement) if source_speaker or not _VAGUE.match(source) else ():
        named = set(content_stems(match[1]))
        if named and named.isdisjoint(word_stems(f"{source} {source_header}")):
            return f"the source does not give this to “{match[1].strip()}”"
    speaker = _speaker(statement)
    # "The Chronicle said" is said of the publication.
    if not speaker or not source_speaker or set(split_words(speaker)).issubset(split_words(source_header)):
        return None
    same = is_alike(speaker, source_speaker) or is_alike(source_speaker, speaker)
    return None if same else f"the source gives this to “{source_speaker}”"


def _speaker(text: str) -> str | None:
    return next((name.words for name in names(text) if _SAYS.match(text, name.end)), None)


def reversed_roles(statement: str, sources: Sequence[str]) -> str | None:
    """The two names of `statement` of which the source says it the other way round."""
    source_pairs = list(chain.from_iterable(map(_pairs, sources)))
    for doer, other, verbs in _pairs(statement):
        alike = [(first, second) for first, second, source_verbs in source_pairs if verbs & source_verbs]
        same = any(is_alike(doer, first) and is_alike(other, second) for first, second in alike)
        swapped = any(is_alike(doer, second) and is_alike(other, first) for first, second in alike)
        if swapped and not same:
            return f"the source says this of “{other}” and “{doer}” the other way round"
    return None


def _pairs(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each name with the next and the stems of what the first does to the second; a passive has none."""
    for doer, other in pairwise(names(text)):
        between = text[doer.end : other.start]
        verbs = frozenset(synonym_group(term) or term for term in content_stems(between) if term.isalpha())
        verbs -= {"against"}
        words = split_words(between)
        if verbs and len(words) <= _SHORT and word_list("modality", "no_act").isdisjoint(words):
            yield doer.words, other.words, verbs
