"""Appeals to the reader are told from sentences about subscriptions, tips and cookies."""

import pytest

from assistant.ingest.files.appeals import is_appeal, without_appeals


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe now for full access to our stories.",
        "You have 2 free articles left this month.",
        "Already a subscriber? Sign in.",
        "Create a free account to keep reading this article.",
        "Support our newsroom with a donation.",
        "Send your tips to desk@chronicle.example",
    ],
)
def test_an_appeal_is_told(line: str) -> None:
    assert is_appeal(line) and without_appeals(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "The number of subscribers fell by a third, the paper said.",
        "Police asked anyone with a tip to call the station.",
        "“Subscribe to my channel,” he said at the end.",
        "Voters must register by 5 May.",
        "He refused.",
        "Lena Quist, 998 votes",
        "",
    ],
)
def test_what_is_told_of_them_is_none(line: str) -> None:
    assert not is_appeal(line) and without_appeals(line) == line


def test_a_paragraph_that_ends_with_an_appeal_keeps_its_sentences() -> None:
    kept = "The vote was put off until the summer, the chair of the board said."
    assert without_appeals(f"{kept} Sign up for our newsletter.") == kept
