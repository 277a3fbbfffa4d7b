"""Whether a statement makes more of its source: all for some, done for planned, another speaker, another doer.

Each check returns a doubt in a few words, or None.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.text import (
    WordPattern,
    is_alike,
    is_content_word,
    names,
    split_words,
    stem,
    stems,
    synonym_group,
    word_groups,
    word_list,
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
    if any(stem(word) in may for word in split_words(statement)):
        return None
    infinitives = {stem(verb) for verb in re.findall(r"\bto (\w+)", statement.lower())}
    planned, done = set[str](), set[str]()
    for clause in (clause for source in sources for clause in clauses(source)):
        tokens = split_words(clause)
        place = next((n for n, token in enumerate(tokens) if stem(token) in may), len(tokens))
        planned.update([stem(token) for token in tokens[place + 1 :] if is_content_word(token)][:_REACH])
        done.update(map(stem, tokens[:place]))
    only_planned = planned - done - infinitives
    content = (stem(word) for word in split_words(statement) if is_content_word(word))
    if any(term in only_planned and _is_done(term, statement) for term in content):
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
        named = {stem(word) for word in split_words(match[1]) if is_content_word(word)}
        if named and named.isdisjoint(map(stem, split_words(f"{source} {source_header}"))):
            return f"the source does not give this to “{match[1].strip()}”"
    speaker = _speaker(statement)
    if not speaker or not source_speaker:
        return None
    # "The Chronicle said" is said of the publication.
    is_publication = set(split_words(speaker)) <= set(split_words(source_header))
    if not is_publication and not is_alike(speaker, source_speaker) and not is_alike(source_speaker, speaker):
        return f"the source gives this to “{source_speaker}”"
    return None


def _speaker(text: str) -> str | None:
    claims = [(text.rfind(claim.words), claim.words) for claim in names(text)]
    return next((name for start, name in claims if _SAYS.match(text, start + len(name))), None)


def reversed_roles(statement: str, sources: Sequence[str]) -> str | None:
    """The two names of `statement` of which the source says it the other way round."""
    source_pairs = [pair for source in sources for pair in _pairs(source)]
    for doer, other, verbs in _pairs(statement):
        alike = [(first, second) for first, second, source_verbs in source_pairs if verbs & source_verbs]
        same = any(is_alike(doer, first) and is_alike(other, second) for first, second in alike)
        swapped = any(is_alike(doer, second) and is_alike(other, first) for first, second in alike)
        if swapped and not same:
            return f"the source says this of “{other}” and “{doer}” the other way round"
    return None


def _pairs(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each name with the next and the stems of what the first does to the second; a passive has none."""
    for (start, doer), (next_start, other) in pairwise(_placed_names(text)):
        between = split_words(text[start + len(doer) : next_start])
        verbs = frozenset(
            synonym_group(stem(word)) or stem(word) for word in between if is_content_word(word) and word.isalpha()
        )
        verbs -= {"against"}
        if verbs and len(between) <= _SHORT and word_list("modality", "no_act").isdisjoint(between):
            yield doer, other, verbs


def _placed_names(text: str) -> list[tuple[int, str]]:
    """The names of `text` with where each begins, as far as they are written as they are read."""
    placed, end = list[tuple[int, str]](), 0
    for claim in names(text):
        start = text.find(claim.words, end)
        if start < 0:
            break
        placed.append((start, claim.words))
        end = start + len(claim.words)
    return placed
