"""First look: what a refresh works out to be shown first is there at once, and right whatever becomes of its file."""

from pathlib import Path

import pytest

from assistant import Assistant, Story
from assistant.index.derived import first_look
from tests.support import WordHash, open_assistant, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
NEWS = (
    "Lena Quist of Marrowfold said that Ashlorn Packers will close the cannery. Viktor Rosk of Ashlorn Packers told "
    "the Marrowfold council that the cannery had lost money. {} Lena Quist wants talks with Viktor Rosk."
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name, more in (("one", "It opened in 1920."), ("two", "It was loud there, she said by telephone.")):
        text = NEWS.format(more)
        write_article(tmp_path / "articles", name, text, title=f"Cannery closes {name}", published="2025-05-02")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
    return tmp_path / "home"


def kept(home: Path) -> Path:
    (path,) = home.glob(f"index/*/{first_look.FILE.name}")
    return path


def seen(assistant: Assistant) -> tuple[object, ...]:
    found: list[Story] = assistant.stories()
    return assistant.overview(), found, [assistant.story_question(one) for one in found], assistant.titles("cann")


def test_an_index_of_before_shows_the_same_and_is_not_taken_for_damaged(home: Path) -> None:
    with open_assistant(home) as assistant:
        expected = seen(assistant)
    kept(home).unlink()
    with open_assistant(home) as assistant:
        assert seen(assistant) == expected and assistant.warnings == () and assistant.check().damaged == ()


@pytest.mark.parametrize("content", [b"", b"nothing of it", b"\x00" * 4096])
def test_a_damaged_file_changes_nothing_and_a_refresh_makes_it_anew(home: Path, content: bytes) -> None:
    with open_assistant(home) as assistant:
        expected = seen(assistant)
    kept(home).write_bytes(content)
    with open_assistant(home) as assistant:
        assert seen(assistant) == expected
        assert any(first_look.FILE.name in warning for warning in assistant.warnings)
        assert assistant.refresh([home.parent / "articles"]).published
        assert seen(assistant) == expected and assistant.warnings == ()


def test_names_are_those_of_the_newest_refresh(home: Path) -> None:
    write_article(home.parent / "articles", "one", "Nobody is named.", title="Rain")
    write_article(home.parent / "articles", "two", "Anna Kessing came.", title="Sun")
    with open_assistant(home) as assistant:
        assistant.refresh([home.parent / "articles"])
        assert [person.name for person in assistant.overview().people] == ["Anna Kessing"]


def test_suggestions_are_found_once_for_all_who_open_the_home(home: Path) -> None:
    with open_assistant(home) as assistant:
        expected = assistant.suggestions()
    embedder = WordHash()
    with open_assistant(home, embedder) as assistant:
        assert assistant.suggestions() == expected and embedder.texts == []


@pytest.mark.parametrize("content", ["", "[]", '{"by": 1}', '{"by": [null, 2000], "questions": []}', "[" * 5000])
def test_suggestions_do_not_fail_for_what_was_kept_of_them(home: Path, content: str) -> None:
    with open_assistant(home) as assistant:
        expected = assistant.suggestions()
    kept(home).with_name("suggestions.json").write_text(content, encoding="utf-8")
    with open_assistant(home) as assistant:
        assert assistant.suggestions() == expected
