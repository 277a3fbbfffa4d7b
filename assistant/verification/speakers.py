"""Whether a quotation is given to whom the source gives it to.

The words of a quotation are looked up as they stand, whoever says them; the reader often does not see another name.
"""

from collections.abc import Sequence

from assistant.models import Phrase, clauses
from assistant.text import stem, stems
from assistant.verification.exchanged_roles import is_same
from assistant.verification.quotations import is_quoted, normal, quotations


def check_speakers(statement: str, sources: Sequence[str]) -> str | None:
    """The doubt when every one of the sentences `sources` that has a quotation of `statement` has another speak.

    Only among names: "the mayor" may be Ines Harrow.
    """
    quoted = list(quotations(statement))
    own = _speakers(statement) if quoted else []
    if not own:
        return None
    for words in quoted:
        told = [_speakers(source) for source in sources if is_quoted(words, normal(source))]
        others = [speaker for speakers in told for speaker in speakers]
        if others and all(told) and not any(is_same(one, other) for one in own for other in others):
            return f"the source gives these words to “{others[0].text}”"
    return None


def _speakers(sentence: str) -> list[Phrase]:
    """Those by name who say something in it."""
    verbs = stems("speech", "of_persons")
    said = (clause.doer for clause in clauses(sentence) if stem(clause.verb) in verbs)
    return [doer for doer in said if doer is not None and doer.is_name]
