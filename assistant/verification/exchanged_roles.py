"""Whether a statement has who did it and whom it was done to the other way round, or gives the act to somebody else.

The reader, which weighs sentences as wholes, cannot tell "Amblin accused Kessing" from "Amblin was accused by Kessing".
"""

from collections.abc import Sequence

from assistant.models import Clause, Phrase, clauses
from assistant.text import is_alike, stem, stems, synonym_group


def check_exchanged_roles(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when a clause of `statement` has its roles exchanged in every one of the `sources` that tells of it.

    Only of clauses that say both who and whom, as an act and its passive, and one where somebody else does it, only
    among names: "the votes" and "the council" may approve the same plan.
    """
    # What is, is not done to anybody.
    own = [clause for clause in clauses(statement) if clause.doer and clause.done_to and clause.verb != "be"]
    told = [each for source in sources for each in clauses(source) if each.doer or each.done_to] if own else []
    for clause in own:
        like = [other for other in told if is_same_act(clause.verb, other.verb)]
        if any(agrees(clause.doer, other.doer) and agrees(clause.done_to, other.done_to) for other in like):
            continue
        if any(_is_exchanged(clause, other) for other in like):
            return "the source says this the other way round"
        does = next((other.doer for other in like if other.doer and _is_of_another(clause, other)), None)
        if does:
            return f"the source says this of “{does.text}”"
    return None


def _is_exchanged(own: Clause, told: Clause) -> bool:
    """Whether who does it is whom it is done to, or the reverse; one of them may be a pronoun, or not said."""
    if is_same(own.doer, told.doer) or is_same(own.done_to, told.done_to):
        return False
    sides = is_same(own.doer, told.done_to), is_same(own.done_to, told.doer)
    return all(sides) or (sides[0] and told.doer is None) or (sides[1] and told.done_to is None)


def _is_of_another(own: Clause, told: Clause) -> bool:
    """Whether somebody else does the same to the same."""
    names = own.doer is not None and told.doer is not None and own.doer.is_name and told.doer.is_name
    return names and is_same(own.done_to, told.done_to) and stem(own.verb) not in stems("frames", "any_act")


def agrees(one: Phrase | None, other: Phrase | None) -> bool:
    """Whether two phrases may mean the same: one of them may be a pronoun, or not said."""
    return one is None or other is None or is_same(one, other)


def is_same(one: Phrase | None, other: Phrase | None) -> bool:
    """Whether two phrases surely mean the same, by a word or as names of one."""
    if one is None or other is None:
        return False
    return not _stems(one).isdisjoint(_stems(other)) or (
        one.is_name and other.is_name and is_alike(one.text, other.text)
    )


def _stems(phrase: Phrase) -> frozenset[str]:
    return frozenset(synonym_group(each) or each for each in map(stem, phrase.words))


def is_same_act(one: str, other: str) -> bool:
    """Whether two verbs mean the same."""
    (verb, *particle), (other_verb, *other_particle) = map(str.split, (one, other))
    if particle != other_particle:
        return False
    group = None if particle else synonym_group(stem(verb))
    return stem(verb) == stem(other_verb) or (group is not None and group == synonym_group(stem(other_verb)))
