"""What people type to whoever they talk to gets a friendly line, and the articles are not searched for it."""

from pathlib import Path

import pytest

from assistant import Assistant
from tests.support import open_assistant


@pytest.mark.model
@pytest.mark.parametrize("typed", ["hello", "Hi there!", "Help", "What can you do?", "who are you", "Good morning."])
def test_who_says_hello_is_told_what_there_is_to_ask(sample: Assistant, typed: str) -> None:
    answer = sample.ask(typed)
    assert answer.outcome == "answered" and answer.citations == ()
    assert "You can ask about 16 articles from 9 publications, 10 March to 29 May 2025." in answer.text
    example = answer.notices[-1].split("“")[1].split("”")[0]
    assert sample.ask(example).outcome == "answered"


@pytest.mark.model
def test_thanks_are_taken(sample: Assistant) -> None:
    first = sample.ask("When will the cannery close?")
    assert sample.ask("Thank you very much!", history=[first]).text.startswith("You are welcome.")


@pytest.mark.model
@pytest.mark.parametrize("question", ["hello cannery", "Who helped with the flood?", "What can the council do?"])
def test_questions_that_only_begin_so_are_searched_for(sample: Assistant, question: str) -> None:
    assert sample.ask(question).mode == "quotes"


def test_one_article_without_a_date_is_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# Tides\n\nThe tide came in at six.\n")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "in"])
        assert assistant.ask("hello").text == "Hello. You can ask about 1 article."
