"""Whether a statement denies what its source tells, or tells what its source denies.

The reader, which weighs sentences as wholes, lets a "not" too many or too few pass.
"""

from collections.abc import Sequence

from assistant.models import Clause, clauses
from assistant.text import content_stems, stem, stems, stems_with_synonyms
from assistant.verification.exchanged_roles import agrees, is_same_act

_COVERED = 0.6  # of the content words of a statement that its source must have to be of the same act


def check_denials(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when each of `sources` that tells of an act of `statement` says that it is not so, or the reverse."""
    own = [clause for clause in clauses(statement) if clause.is_denied is not None]
    content = set(content_stems(statement)) - stems("negation", "going_on") - stems("negation", "denying")
    for clause in own:
        # What is, or is had, is the same only where all that is said of it is.
        least = _COVERED if _says_something(clause) else 1.0
        alike = [
            other
            for source in sources
            if (clause.doer or least < 1) and len(content & stems_with_synonyms(source)) >= least * len(content)
            for other in clauses(source)
            if _tells_of(other, clause)
        ]
        if alike and all(other.is_denied is not None and other.is_denied != clause.is_denied for other in alike):
            return "the source denies this" if alike[0].is_denied else "the source does not deny this"
    return None


def _says_something(clause: Clause) -> bool:
    return stem(clause.verb) not in stems("frames", "any_act")


def _tells_of(told: Clause, own: Clause) -> bool:
    return is_same_act(own.verb, told.verb) and agrees(own.doer, told.doer) and agrees(own.done_to, told.done_to)
