"""The file questions.toml: found as sources.toml is, and every mistake in it is told with line, value and cure."""

from pathlib import Path

import pytest

from assistant import Settings, SettingsError
from assistant.answering.listed_questions import listed_questions, where
from tests.support import ROOT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings(home=tmp_path / "home")


def write(settings: Settings, text: str) -> Settings:
    (settings.home / "questions.toml").write_text(text, encoding="utf-8")
    return settings


def test_the_listed_questions_are_given_in_their_order(settings: Settings) -> None:
    text = '# ours\nquestions = [\n  "When  will it close?",\n  "Who said so?",  # often\n]\n'
    assert listed_questions(write(settings, text)) == ["When will it close?", "Who said so?"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "questions = []\n", "\ufeff# saved by an editor\n"])
def test_a_list_may_be_empty(settings: Settings, text: str) -> None:
    assert listed_questions(write(settings, text)) == []


def test_that_of_the_home_goes_before_the_one_of_the_corpus(settings: Settings) -> None:
    assert where(settings) == ROOT / "corpus" / "questions.toml"
    assert where(write(settings, "")) == settings.home / "questions.toml"


def test_beside_the_sources_that_the_settings_name_it_is_the_only_one(settings: Settings, tmp_path: Path) -> None:
    elsewhere = Settings(home=write(settings, "").home, sources=tmp_path / "lists" / "sources.toml")
    assert where(elsewhere) is None and listed_questions(elsewhere) == []
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "questions.toml").write_text('questions = ["Who?"]', encoding="utf-8")
    assert listed_questions(elsewhere) == ["Who?"]


def test_the_one_that_is_shipped_lists_nothing_and_shows_how() -> None:
    shipped = (ROOT / "corpus" / "questions.toml").read_text(encoding="utf-8")
    assert all(line.startswith("#") for line in shipped.splitlines())
    assert "# questions = [" in shipped


@pytest.mark.parametrize(
    "text, told",
    [
        ('\nquestion = ["Who?"]\n', ':2: unknown key "question"; the only one is questions: write questions = ["Who'),
        ('[questions]\nfirst = "Who?"\n', ':1: questions = {"first": "Who?"} is no list; write questions = ["Who'),
        ('questions = "Who?"\n', ':1: questions = "Who?" is no list; write questions = ["Who'),
        ('questions = [\n  "Who?",\n  7,\n]\n', ":3: 7 is no question; write it as a text in double quotes"),
        ('questions = [\n  "Who?",\n  " - ",\n]\n', ':3: "-" has no words; write a question there, or remove it'),
        ('questions = [\n  "Who?",\n  "When?",\n  "Who?",\n]\n', ':4: "Who?" is there twice; remove one of the two'),
        ('\nquestions = ["Who?"\n', ":2: cannot be read as TOML"),
        ('questions = ["Who?"]\nquestions = []\n', ":2: cannot be read as TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line_value_and_cure(settings: Settings, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        listed_questions(write(settings, text))
    line = str(error.value)
    assert "questions.toml" in line and told in line and "\n" not in line


def test_a_question_that_is_too_long_to_be_asked_is_told(settings: Settings) -> None:
    with pytest.raises(SettingsError, match=rf":1: .* characters; shorten it to {settings.max_question}"):
        listed_questions(write(settings, f'questions = ["{"Who " * settings.max_question}?"]'))


def test_two_mistakes_are_told_at_once(settings: Settings) -> None:
    with pytest.raises(SettingsError, match=r":1: unknown key .*; questions\.toml:2: .* is no list"):
        listed_questions(write(settings, "more = 1\nquestions = 2\n"))


def test_what_is_no_text_or_far_too_much_is_told(settings: Settings) -> None:
    path = settings.home / "questions.toml"
    path.write_bytes(b'questions = [\n"\xff"]\n')
    with pytest.raises(SettingsError, match=r":2: is not UTF-8"):
        listed_questions(settings)
    with pytest.raises(SettingsError, match=r"has 2,000,000 bytes"):
        listed_questions(write(settings, "#" * 2_000_000))
    with pytest.raises(SettingsError, match=r"has 101 entries; list at most 100"):
        listed_questions(write(settings, f"questions = {[f'Who is {number}?' for number in range(101)]}"))
