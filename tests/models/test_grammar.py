"""Clauses: who does what to whom."""

import pytest

from assistant.models import clauses


@pytest.mark.parametrize(
    ("text", "told"),
    {
        "Dora Amblin accused Martin Kessing of breaking his word.": ("accuse", "Dora Amblin", "Martin Kessing"),
        "Martin Kessing was accused by Dora Amblin of breaking his word.": ("accuse", "Dora Amblin", "Martin Kessing"),
        "The mayor called the meeting off.": ("call off", "mayor", "meeting"),
        "The letter written by Anna Berg arrived.": ("write", "Anna Berg", "letter"),
        "The crew that beat Pellinsea came from Teskholm.": ("beat", "crew", "Pellinsea"),
        "The union asked the ministry to pay wages.": ("pay", "ministry", "wages"),
        "She blamed China.": ("blame", None, "China"),
        "The firm went bankrupt and was bought by Anna Berg.": ("buy", "Anna Berg", "firm"),
        "The crew hopes to be paid by the union.": ("pay", "union", "crew"),
    }.items(),
)
def test_who_does_what_to_whom_is_told_alike_in_the_active_and_the_passive(
    text: str, told: tuple[str, str | None, str]
) -> None:
    found = [(one.verb, one.doer and one.doer.text, one.done_to and one.done_to.text) for one in clauses(text)]
    assert told in found


def test_of_two_who_do_it_together_each_does_it() -> None:
    (clause,) = clauses("Dora Amblin and Martin Kessing founded the mill.")
    assert clause.doer is not None and {"amblin", "kessing"} <= clause.doer.words


@pytest.mark.parametrize("text", ["", "!", "Rain.", "🙂", "Hej, vad heter du?"])
def test_what_has_no_clause_gives_none_that_is_told_of_somebody(text: str) -> None:
    assert not any(one.doer and one.done_to for one in clauses(text))
