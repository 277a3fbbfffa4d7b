"""The commands history, diff, news, stories and watch, as a person and a program see them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import Assistant
from assistant.cli.main import main
from tests.support import open_assistant, write_article

QUESTION = "How many people were hurt in the harbour?"
HURT = "Eleven people were hurt in the harbour."
CORRECTED = "Nine people were hurt in the harbour."
MINUTE = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--home", str(home)])


def lines(home: Path, *words: str) -> list[str]:
    """What a command prints, with every moment as MINUTE."""
    result = run(home, *words)
    assert result.exit_code == 0, result.stderr
    return [re.sub(MINUTE, "MINUTE", line) for line in result.stdout.splitlines()]


def refresh(assistant: Assistant, folder: Path, hurt: str) -> None:
    write_article(folder, "ferry", f"The ferry hit the wall. {hurt}", title="Ferry \\x1b[31m[bold]hits wall")
    assistant.refresh([folder])


@pytest.fixture
def corrected(home: Path, tmp_path: Path) -> Iterator[Assistant]:
    """A watched question, and an article that was corrected after it was first asked."""
    with open_assistant(home) as opened:
        refresh(opened, tmp_path / "articles", HURT)
        opened.watch(QUESTION)
        refresh(opened, tmp_path / "articles", CORRECTED)
        yield opened


def test_in_an_empty_home_there_is_nothing_to_show(home: Path) -> None:
    assert lines(home, "history") == ["No refresh has published anything yet."]
    assert lines(home, "watch", "changes") == ["No answer to a watched question changed."]
    assert lines(home, "watch", "list") == ['No question is watched; add one with: assistant watch add "QUESTION"']
    assert not home.exists()
    for command in ("diff", "news", "stories"):
        failed = run(home, command)
        assert failed.exit_code == 1 and failed.stderr.startswith("assistant: no articles are indexed")


@pytest.mark.usefixtures("corrected")
def test_history_lists_what_each_refresh_changed(home: Path, tmp_path: Path) -> None:
    assert lines(home, "history") == [
        "000002  MINUTE  1 article: 0 added, 1 changed, 0 removed  (published)",
        f"    {tmp_path / 'articles'}: 1 changed",
        "000001  MINUTE  1 article: 1 added, 0 changed, 0 removed  (kept)",
        f"    {tmp_path / 'articles'}: 1 added",
    ]
    assert [step["name"] for step in json.loads(run(home, "history", "--json").stdout)] == ["000002", "000001"]


@pytest.mark.usefixtures("corrected")
def test_diff_shows_removed_text_with_minus_and_added_text_with_plus(home: Path) -> None:
    shown = lines(home, "diff")
    assert shown == [
        "Generation 000001 to 000002: 0 added, 1 changed, 0 removed.",
        "",
        "changed  Ferry ‹U+001B›[31m[bold]hits wall",
        f"- {HURT}",
        f"+ {CORRECTED}",
    ]
    assert lines(home, "diff", "000001", "000002") == lines(home, "diff", "1") == shown
    (changed,) = json.loads(run(home, "diff", "--json").stdout)["changed"]
    assert changed["changes"] == [{"kind": "changed", "before": HURT, "after": CORRECTED}]
    failed = run(home, "diff", "000009")
    assert failed.exit_code == 1 and "there is no generation '000009'; name one of 000001, 000002" in failed.stderr


@pytest.mark.usefixtures("corrected")
def test_in_colour_only_the_words_that_changed_are_coloured(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = run(home, "diff").stdout
    assert "\x1b[9;31mEleven\x1b[0m people were hurt in the harbour." in shown
    assert "\x1b[32mNine\x1b[0m people were hurt in the harbour." in shown
    assert "\x1b[31m[bold]" not in shown


@pytest.mark.usefixtures("corrected")
def test_news_lists_new_and_corrected_articles(home: Path) -> None:
    assert lines(home, "news") == ["MINUTE  new        Ferry ‹U+001B›[31m[bold]hits wall"]
    (item,) = json.loads(run(home, "news", "--since", "36h", "--json").stdout)
    assert (item["kind"], item["changes"]) == ("new", [])
    assert lines(home, "news", "--source", "Nobody")[0].startswith("Nothing new or corrected since MINUTE")


@pytest.mark.parametrize("words", [("news", "--since", "soon"), ("watch", "changes", "--since", "tomorrow")])
def test_a_moment_that_is_none_is_a_usage_error_with_the_cure(home: Path, words: tuple[str, ...]) -> None:
    failed = run(home, *words)
    assert failed.exit_code == 2 and 'write it as yesterday, monday, "3 days ago"' in failed.stderr


def test_a_question_is_watched_from_the_first_refresh_on(home: Path, tmp_path: Path) -> None:
    assert lines(home, "watch", "add", QUESTION) == [f"1  {QUESTION}", "    waits for the first refresh"]
    with open_assistant(home) as assistant:
        refresh(assistant, tmp_path / "articles", HURT)
    assert lines(home, "watch", "list") == [
        f"1  {QUESTION}",
        f"    {HURT}",
        "        Ferry ‹U+001B›[31m[bold]hits wall",
        "    asked MINUTE",
    ]
    assert lines(home, "watch", "changes") == ["No answer to a watched question changed."]


@pytest.mark.usefixtures("corrected")
def test_the_change_of_an_answer_is_shown_with_its_source(home: Path) -> None:
    assert lines(home, "watch", "changes", "--since", "yesterday") == [
        f"MINUTE  1  {QUESTION}  another answer",
        f"- {HURT}",
        f"+ {CORRECTED}",
        "    Ferry ‹U+001B›[31m[bold]hits wall",
    ]
    (change,) = json.loads(run(home, "watch", "changes", "--json").stdout)
    assert (change["kind"], change["before"]["generation"], change["after"]["generation"]) == (
        "changed",
        "000001",
        "000002",
    )


@pytest.mark.usefixtures("corrected")
def test_a_question_is_removed_by_its_number(home: Path) -> None:
    assert lines(home, "watch", "remove", "1") == ["Question 1 is no longer watched."]
    failed = run(home, "watch", "remove", "1")
    assert failed.exit_code == 1 and failed.stderr == "assistant: no watched question has number 1; none is watched\n"


def test_filters_are_watched_with_the_question(home: Path) -> None:
    words = ("--source", "Coast Radio", "--since", "2025-05-01", "--until", "2025-06-01")
    assert lines(home, "watch", "add", QUESTION, *words)[0] == (
        f"1  {QUESTION}  (Coast Radio, from 2025-05-01, up to 2025-06-01)"
    )
    (watch,) = json.loads(run(home, "watch", "list", "--json").stdout)
    assert (watch["filters"]["source"], watch["filters"]["since"], watch["answer"]) == (
        "Coast Radio",
        "2025-05-01",
        None,
    )


@pytest.mark.parametrize("question", ["", "?!", "a" * 3000])
def test_what_cannot_be_asked_cannot_be_watched(home: Path, question: str) -> None:
    failed = run(home, "watch", "add", question)
    assert failed.exit_code == 1 and failed.stderr.startswith("assistant: the question ")


@pytest.mark.parametrize(
    "words",
    [
        ("history",),
        ("diff",),
        ("news",),
        ("watch", "add"),
        ("watch", "list"),
        ("watch", "remove"),
        ("watch", "changes"),
    ],
)
def test_each_command_has_help(words: tuple[str, ...]) -> None:
    helped = CliRunner().invoke(main, [*words, "--help"])
    assert helped.exit_code == 0 and "--json" in helped.stdout and "--home" in helped.stdout


@pytest.fixture
def two_stories(home: Path, tmp_path: Path) -> None:
    """One event in two publications, and one article of another."""
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "Viktor Rosk of Ashlorn Packers told Lena Quist of Marrowfold that the cannery will close. " * 3
    told = {"a": ("Chronicle", "2025-05-06", f"{text}It is said to be so."), "b": ("Meridian", "2025-05-08", text)}
    told["c"] = ("Weekly", "2025-05-07", "It rained on the hills, and nobody minded it at all. " * 5)
    for name, (source, day, body) in told.items():
        title = f"Cannery [bold]to close {name} | {source}" if name != "c" else "Rain"
        front = f'---\ntitle: "{title}"\nsource: "{source}"\npublished: "{day}"\n---\n\n'
        (folder / f"{name}.md").write_text(front + body, encoding="utf-8")
    with open_assistant(home) as assistant:
        assistant.refresh([folder])


@pytest.mark.usefixtures("two_stories")
def test_stories_are_listed_with_publications_dates_and_articles(home: Path) -> None:
    headline, *rest = lines(home, "stories")
    assert headline in ("Cannery [bold]to close a", "Cannery [bold]to close b")
    assert rest == [
        "    2 articles · Chronicle, Meridian · 6 to 8 May 2025",
        "    Cannery [bold]to close b | Meridian · Meridian · 8 May 2025",
        "    Cannery [bold]to close a | Chronicle · Chronicle · 6 May 2025",
    ]
    (story,) = json.loads(run(home, "stories", "--json").stdout)
    assert story["headline"] == headline and story["publications"] == ["Chronicle", "Meridian"]
    assert story["newest"].startswith("2025-05-08") and len(story["articles"]) == 2


@pytest.mark.usefixtures("two_stories")
def test_stories_can_be_narrowed_to_those_of_late(home: Path) -> None:
    assert len(lines(home, "stories", "--since", "2025-05-08", "--count", "1")) == 4
    assert lines(home, "stories", "--since", "2025-05-09") == ["No two articles report the same story."]
    assert run(home, "stories", "--count", "0").exit_code == 2


def test_the_list_that_streams_is_the_json_of_a_list(corrected: Assistant, home: Path) -> None:
    printed = run(home, "news", "--json", "--since", "2020-01-01").stdout
    assert printed == json.dumps(json.loads(printed), indent=2) + "\n" and json.loads(printed)
