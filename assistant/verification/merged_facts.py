"""Whether a statement gives a figure of its source to another thing: "the ferry" costs what the terminal costs.

The reader, which weighs sentences as wholes, lets such a merge pass when all its words are in the passage.
"""

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from assistant.text import content_stems, names, numbers, split_words, stem, synonym_group

_ALIKE = 0.6  # of the other content words of a statement that its source must have, in order
_LEAST_ALIKE = 2
_LONGEST = 2  # content words of a thing, "the new ferry"
_DETERMINERS = frozenset("the a an its his her their this that".split())


def check_merged_facts(statement: str, sources: Sequence[str], passages: Sequence[str]) -> str | None:
    """The doubt when `statement` is one of `sources` with another thing of the `passages` in the place of its own.

    Only of a statement with a figure, and only of things that have no name and are no synonyms of each other.
    """
    if not any(map(str.isdigit, statement)):
        return None
    held = content_stems(" ".join(passages))
    named = {stem(word) for text in (statement, *passages) for name in names(text) for word in split_words(name)}
    digits, own_content = numbers(statement), set(content_stems(statement))
    if any(own_content <= set(content_stems(source)) for source in sources):
        return None
    for source in (each for each in sources if digits <= numbers(each)):
        for own, other in _exchanged(content_stems(statement), content_stems(source)):
            is_thing = _is_thing(own, statement, named) and _is_thing(other, source, named)
            if own in held and is_thing and (synonym_group(own) or own) != (synonym_group(other) or other):
                return "the source says this of something else"
    return None


def _exchanged(own: Sequence[str], source: Sequence[str]) -> list[tuple[str, str]]:
    """The stems of a statement in whose place its source has others, where the rest is alike."""
    steps = Levenshtein.opcodes(own, source)
    same = sum(step.src_end - step.src_start for step in steps if step.tag == "equal")
    if same < max(_LEAST_ALIKE, _ALIKE * (len(own) - 1)):
        return []
    pairs = [
        (own[step.src_end - 1], source[step.dest_end - 1])
        for step in steps
        if step.tag == "replace" and max(step.src_end - step.src_start, step.dest_end - step.dest_start) <= _LONGEST
    ]
    return [(one, other) for one, other in pairs if one not in source and other not in own]


def _is_thing(term: str, text: str, named: frozenset[str] | set[str]) -> bool:
    """Whether it is a word without a name that has an article before it, or an article and one word more."""
    words = split_words(text)
    if term in named or term[:1].isdigit():
        return False
    places = [place for place, word in enumerate(words) if stem(word) == term]
    return any(not _DETERMINERS.isdisjoint(words[max(0, place - 2) : place]) for place in places)
