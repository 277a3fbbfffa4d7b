"""Comparing: what came, went and changed between two texts, sentence by sentence."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.diff import SentenceChange, compare_texts, marked

LEFT = "The ferry left at noon."
HURT = "Eleven people were hurt in the accident, and two of them are in hospital."
MAYOR = "The mayor came to the harbour."
WHY = "Nobody knows why it happened."


def changes_between(before: str, after: str) -> list[tuple[str, str, str]]:
    return [(change.kind, change.before, change.after) for change in compare_texts(before, after)]


def text(*sentences: str) -> str:
    return " ".join(sentences)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        (LEFT, LEFT),
        (text(LEFT, HURT, MAYOR), text(LEFT, HURT, MAYOR)),
        (text(LEFT, MAYOR), f"  The ferry\nleft at noon.\r\n\r\n{MAYOR}\n"),
        (text(LEFT, HURT, MAYOR), text(MAYOR, LEFT, HURT)),
        (text(LEFT, LEFT, MAYOR), text(LEFT, MAYOR, LEFT)),
    ],
)
def test_what_is_the_same_but_for_spaces_and_places_is_no_change(before: str, after: str) -> None:
    assert changes_between(before, after) == []


def test_a_sentence_that_came_and_one_that_went() -> None:
    assert changes_between(text(LEFT, MAYOR), text(LEFT, WHY, MAYOR)) == [("came", "", WHY)]
    assert changes_between(text(LEFT, WHY, MAYOR), text(LEFT, MAYOR)) == [("went", WHY, "")]
    assert changes_between("", LEFT) == [("came", "", LEFT)]
    assert changes_between(LEFT, "") == [("went", LEFT, "")]


def test_a_corrected_number_is_one_changed_sentence() -> None:
    corrected = HURT.replace("Eleven", "Nine")
    assert changes_between(text(LEFT, HURT, MAYOR), text(LEFT, corrected, MAYOR)) == [("changed", HURT, corrected)]


def test_sentences_that_say_different_things_are_not_taken_for_one() -> None:
    assert changes_between(text(LEFT, HURT), text(LEFT, WHY)) == [("went", HURT, ""), ("came", "", WHY)]


def test_of_two_like_sentences_each_is_paired_with_the_likest() -> None:
    at_noon, for_ice = "Harbour 3 closed at noon on Friday.", "Harbour 4 closed at noon on Friday because of ice."
    new_at_noon, new_for_ice = "Harbour 3 closed at ten on Friday.", "Harbour 4 closed at ten on Friday because of ice."
    assert changes_between(text(at_noon, for_ice), text(new_for_ice, new_at_noon)) == [
        ("changed", for_ice, new_for_ice),
        ("changed", at_noon, new_at_noon),
    ]


def test_a_sentence_that_is_split_or_joined_is_one_change() -> None:
    halves = text("Eleven people were hurt in the accident.", "Two of them are in hospital.")
    assert changes_between(text(LEFT, HURT, MAYOR), text(LEFT, halves, MAYOR)) == [("changed", HURT, halves)]
    assert changes_between(text(LEFT, halves, MAYOR), text(LEFT, HURT, MAYOR)) == [("changed", halves, HURT)]


def test_changes_are_told_in_the_order_of_the_text() -> None:
    corrected = HURT.replace("Eleven", "Nine")
    inquiry = "An inquiry begins on Monday morning."
    assert changes_between(text(WHY, LEFT, HURT, MAYOR), text(LEFT, corrected, inquiry)) == [
        ("went", WHY, ""),
        ("changed", HURT, corrected),
        ("went", MAYOR, ""),
        ("came", "", inquiry),
    ]


def test_of_a_long_text_only_what_changed_is_told() -> None:
    before = [f"Harbour {n} reports {n * 7919} tonnes of herring for the year." for n in range(2000)]
    after = [f"{line} It is a record." if n % 100 == 50 else line for n, line in enumerate(before)]
    after[700] = after[700].replace("herring", "cod")
    changes = compare_texts(text(*before), text(*after))
    assert changes.count(SentenceChange("changed", before[700], after[700])) == 1
    assert [change for change in changes if change.kind != "changed"] == [
        SentenceChange("came", "", "It is a record.")
    ] * 20
    assert len(changes) == 21


def test_of_a_long_text_that_was_all_written_anew_everything_is_told() -> None:
    before = [f"Harbour {n} reports {n * 7919} tonnes of herring." for n in range(2000)]
    after = [f"Museum visitors of town {n} bought {n * 104729} tickets last summer." for n in range(2000)]
    kinds = Counter(change.kind for change in compare_texts(text(*before), text(*after)))
    assert kinds["went"] + kinds["changed"] == kinds["came"] + kinds["changed"] == 2000


SENTENCES = st.sampled_from(
    [LEFT, HURT, MAYOR, WHY, HURT.replace("Eleven", "Nine"), "Two died.", "It rained.", "It rained all day long."]
)
TEXTS = st.one_of(
    st.lists(SENTENCES, max_size=12).map(" ".join), st.lists(SENTENCES, max_size=6).map("\n\n".join), st.text()
)


def letters(written: str) -> Counter[str]:
    return Counter("".join(written.split()))


@given(TEXTS)
def test_equal_texts_have_no_changes(written: str) -> None:
    assert compare_texts(written, written) == ()


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_what_stayed_with_what_went_is_before_and_with_what_came_is_after(before: str, after: str) -> None:
    changes = compare_texts(before, after)
    went = letters("".join(change.before for change in changes))
    came = letters("".join(change.after for change in changes))
    assert went <= letters(before) and came <= letters(after)
    assert letters(before) - went == letters(after) - came
    assert all(change.before != change.after for change in changes)


def test_the_words_that_changed_are_marked() -> None:
    assert marked("Eleven people were hurt, two badly.", "Nine people were hurt, 1,200 very badly.") == [
        ("Nine", True),
        (" people were hurt, ", False),
        ("1,200 very", True),
        (" badly.", False),
    ]
    assert marked("Nine people were hurt.", "Eleven people were hurt.")[0] == ("Eleven", True)


@given(TEXTS, TEXTS)
def test_marked_runs_are_the_sentence_itself(before: str, after: str) -> None:
    assert "".join(run for run, _ in marked(before, after)) == after
    assert all(not changed for _, changed in marked(after, after))
    stayed = (
        letters("".join(run for run, changed in marked(*two) if not changed))
        for two in ((before, after), (after, before))
    )
    assert next(stayed) == next(stayed)
