"""Clauses: who does what to whom."""

import pytest

from assistant.models import clauses, description, may_tell


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


@pytest.mark.parametrize(
    ("text", "is_done"),
    {
        "The school reopened on Monday.": True,
        "The school has reopened.": True,
        "The school will reopen on Monday.": False,
        "The school would reopen.": False,
        "The school did not reopen.": False,
        "The school is to reopen in May.": False,
    }.items(),
)
def test_what_happened_is_told_from_what_is_to_happen(text: str, is_done: bool) -> None:
    assert [one.is_done for one in clauses(text) if one.verb == "reopen"] == [is_done]


@pytest.mark.parametrize(
    ("text", "verb"),
    {
        "The school reopened on Monday.": "reopen",
        "They went home and wrote to her.": "write",
        "THE CREW IS PAYING.": "pay",
        "They’ve called the meeting off.": "call off",
        "It's open.": "be",
        "He'd nothing left.": "have",
        "The re-opened school is full.": "open",
    }.items(),
)
def test_no_clause_of_a_verb_is_where_its_words_may_not_tell_one(text: str, verb: str) -> None:
    assert may_tell(text, {verb})
    assert may_tell(text, {"retire", verb})
    assert not may_tell(text, {"retire"})
    assert all(may_tell(text, {clause.verb}) for clause in clauses(text))


@pytest.mark.parametrize(
    ("text", "whole", "own"),
    [
        ("Ida Holm, the finance director, said so.", "Ida Holm, the finance director", "the finance director"),
        ("The town has asked the retired judge Ida Holm to help.", "the retired judge Ida Holm", None),
        ("EU trade chief Ida Holm condemned it.", "EU trade chief Ida Holm", None),
        ("They chose Bo Ek over Ida Holm, who runs the shop.", "Ida Holm, who runs the shop", "who runs the shop"),
        ("Ida Holm is the curator of boats.", "Ida Holm is the curator of boats", "the curator of boats"),
        ("Mr Ida Holm said so.", None, None),
        ("Ida Holm said so on Monday, 3 May.", None, None),
        ("Bo Ek, who met Ida Holm, left.", None, None),
    ],
)
def test_what_is_said_of_somebody_in_passing(text: str, whole: str | None, own: str | None) -> None:
    found = description(text, "Ida Holm")
    assert (found and text[found.start : found.end]) == whole
    assert (found and found.own and text[slice(*found.own)]) == own


def test_a_name_with_a_hyphen_is_one_name() -> None:
    found = description("Sam Berg-Lund, the founder of FTX, was convicted.", "Sam Berg-Lund")
    assert found is not None and found.own is not None


def test_a_noun_of_ones_own_says_more_than_a_title() -> None:
    title, noun = description("Mayor Ida Holm spoke.", "Ida Holm"), description("Ida Holm, a judge, spoke.", "Ida Holm")
    assert title is not None and noun is not None and noun.says > title.says
