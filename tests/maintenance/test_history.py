"""History: what each refresh changed, and how two generations of the index differ."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, AssistantError, NoArticlesError
from assistant.index import HomeLibrary
from assistant.maintenance.history import Diff, diff, history
from tests.support import open_assistant, write_article

HURT = "Eleven people were hurt when the ferry hit the wall."
CORRECTED = HURT.replace("Eleven", "Nine")


@pytest.fixture
def library(tmp_path: Path) -> HomeLibrary:
    return HomeLibrary(tmp_path / "home")


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    """Two refreshes: then a ferry's article is corrected, a museum's is new and a market's is gone."""
    articles = tmp_path / "articles"
    with open_assistant(tmp_path / "home") as opened:
        write_article(articles, "ferry", f"The ferry left at noon. {HURT}", title="Ferry hits wall")
        write_article(articles, "market", "The market opened on Sunday.")
        opened.refresh([articles])
        write_article(articles, "ferry", f"The ferry left at noon. {CORRECTED}", title="Ferry hits the wall")
        write_article(articles, "museum", "The museum closed.")
        (articles / "market.md").unlink()
        opened.refresh([articles])
        yield opened


def refresh_again(assistant: Assistant, articles: Path, times: int) -> None:
    for number in range(times):
        write_article(articles, f"more-{number}", f"Report number {number} of the harbour.")
        assistant.refresh([articles])


def titles(changes: Diff) -> tuple[list[str], list[str], list[str]]:
    articles = (changes.added, changes.changed, changes.removed)
    return tuple([article.title for article in kind] for kind in articles)  # type: ignore[return-value]


def test_an_empty_home_has_no_history(library: HomeLibrary) -> None:
    assert history(library) == []
    with pytest.raises(NoArticlesError, match="run: assistant refresh"):
        diff(library)


@pytest.mark.usefixtures("assistant")
def test_each_refresh_is_listed_newest_first_with_what_it_changed(library: HomeLibrary, tmp_path: Path) -> None:
    second, first = history(library)
    assert (second.name, second.parent, first.name, first.parent) == ("000002", "000001", "000001", None)
    assert (second.added, second.changed, second.removed, second.articles) == (1, 1, 1, 2)
    assert (first.added, first.changed, first.removed, first.articles) == (2, 0, 0, 2)
    assert (second.published, first.published, first.kept) == (True, False, True)
    assert second.sources == {str(tmp_path / "articles"): {"added": 1, "changed": 1, "removed": 1}}
    assert first.made <= second.made and first.made.tzinfo is not None


def test_a_refresh_that_finds_nothing_new_is_not_in_the_history(
    assistant: Assistant, library: HomeLibrary, tmp_path: Path
) -> None:
    assistant.refresh([tmp_path / "articles"])
    assert len(history(library)) == 2


def test_the_history_has_what_could_not_be_read(assistant: Assistant, library: HomeLibrary, tmp_path: Path) -> None:
    (tmp_path / "articles" / "bad.md").write_text("---\nurl: x\n---\n\nNo title.\n", encoding="utf-8")
    refresh_again(assistant, tmp_path / "articles", 1)
    (failure,) = history(library)[0].failures
    assert "bad.md" in failure and "title" in failure


def test_the_history_has_generations_that_are_no_longer_kept(
    assistant: Assistant, library: HomeLibrary, tmp_path: Path
) -> None:
    refresh_again(assistant, tmp_path / "articles", 4)
    steps = history(library)
    assert [step.name for step in steps] == [f"{number:06d}" for number in range(6, 0, -1)]
    assert [step.kept for step in steps] == [True, True, True, False, False, False]
    assert steps[4].removed == 1


def test_after_a_rollback_the_earlier_generation_is_the_published_one(
    assistant: Assistant, library: HomeLibrary
) -> None:
    assistant.rollback()
    assert [step.published for step in history(library)] == [False, True]


@pytest.mark.parametrize("damage", ["", "[]", '{"name": 7}', "\x00"])
@pytest.mark.usefixtures("assistant")
def test_a_damaged_or_missing_file_hides_nothing_else(library: HomeLibrary, damage: str) -> None:
    (library.folder / "history" / "000002.json").unlink()
    assert [step.name for step in history(library)] == ["000002", "000001"]
    assert history(library)[0].added == 1
    (library.folder / "history" / "000002.json").write_text(damage, encoding="utf-8")
    assert "000001" in [step.name for step in history(library)]


@pytest.mark.usefixtures("assistant")
def test_a_diff_has_the_articles_and_sentences_added_changed_and_removed(library: HomeLibrary) -> None:
    changes = diff(library)
    assert (changes.before, changes.after) == ("000001", "000002")
    assert titles(changes) == (["museum"], ["Ferry hits the wall"], ["market"])
    (ferry,) = changes.changed
    assert (ferry.title_before, ferry.fields) == ("Ferry hits wall", ("title", "text"))
    assert [(change.kind, change.before, change.after) for change in ferry.changes] == [("changed", HURT, CORRECTED)]


@pytest.mark.usefixtures("assistant")
def test_in_a_diff_backwards_added_articles_are_removed(library: HomeLibrary) -> None:
    changes = diff(library, "current", "1")
    assert (changes.before, changes.after) == ("000002", "000001")
    assert titles(changes) == (["market"], ["Ferry hits wall"], ["museum"])
    assert titles(diff(library, "000002", "current")) == ([], [], [])


def test_a_change_of_another_field_than_the_text_names_the_field(
    assistant: Assistant, library: HomeLibrary, tmp_path: Path
) -> None:
    path = tmp_path / "articles" / "museum.md"
    path.write_text(path.read_text().replace("---\n", "---\nauthor: Ruth Pardew\n", 1), encoding="utf-8")
    assistant.refresh([tmp_path / "articles"])
    (museum,) = diff(library).changed
    assert (museum.fields, museum.title_before, museum.changes) == (("author",), None, ())


def test_only_what_is_kept_can_be_compared(assistant: Assistant, library: HomeLibrary, tmp_path: Path) -> None:
    refresh_again(assistant, tmp_path / "articles", 3)
    assert titles(diff(library, "3", "5"))[0] == ["more-1", "more-2"]
    with pytest.raises(AssistantError, match="000001 is no longer kept; kept are 000003, 000004, 000005"):
        diff(library, "000001", "current")
    with pytest.raises(AssistantError, match="there is no generation 'x y'; name one of 000003, 000004") as caught:
        diff(library, "current", "x\n\x1by")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../000002", "000002/..", "2.0", "-1", "٢", "9" * 500, ""])
@pytest.mark.usefixtures("assistant")
def test_what_is_no_name_of_a_generation_is_an_error_of_one_line(library: HomeLibrary, name: str) -> None:
    with pytest.raises(AssistantError, match=r"there is no generation|no longer kept"):
        diff(library, name, "current")


def test_the_first_generation_has_none_before_it(tmp_path: Path, library: HomeLibrary) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        refresh_again(assistant, tmp_path / "articles", 1)
    with pytest.raises(AssistantError, match="000001 is the first"):
        diff(library)


@pytest.mark.usefixtures("assistant")
def test_history_can_be_written_as_json(library: HomeLibrary) -> None:
    from assistant.cli.render import as_data

    assert json.loads(json.dumps(as_data([history(library), diff(library)])))[0][0]["name"] == "000002"
