"""An index does the same in a home and on servers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, AssistantError, Filters, NoArticlesError, RefreshError
from tests.support import open_assistant, titles, versions, write_article, write_version

pytestmark = pytest.mark.usefixtures("quick_names")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write_article(
        folder, "ebb", "The tide went out at noon. The harbour closed.", published="2025-05-27T22:30:00-05:00"
    )
    write_article(folder, "flow", "The tide came in at six. The ferry sails.", published="2025-05-28T12:00:00Z")
    write_article(folder, "vote", "The council voted on the harbour in New York on Monday.")
    return folder


@pytest.fixture
def assistant(library_settings: dict[str, Any]) -> Iterator[Assistant]:
    with open_assistant(**library_settings) as opened:
        yield opened


@pytest.fixture
def changed(assistant: Assistant, articles: Path) -> Assistant:
    """After two refreshes: "ebb" was removed, "flow" corrected, "bridge" added."""
    assistant.refresh([articles])
    (articles / "ebb.md").unlink()
    write_article(articles, "flow", "The tide came in at seven. The ferry sails.", published="2025-05-28T12:00:00Z")
    write_article(articles, "bridge", "A new bridge was opened by the mayor.")
    assistant.refresh([articles])
    return assistant


def test_an_empty_index_says_so(assistant: Assistant) -> None:
    with pytest.raises(NoArticlesError, match=r"no articles are indexed in .*; run: assistant refresh"):
        assistant.search("tide")
    assert (assistant.history(), assistant.status().articles) == ([], 0)


def test_what_is_indexed_is_found_and_cited(assistant: Assistant, articles: Path) -> None:
    report = assistant.refresh([articles])
    assert (report.generation, report.articles, len(report.added)) == ("000001", 3, 3)
    assert assistant.search("when did the tide come in?")[0].article.title == "flow"
    assert assistant.ask("When did the tide go out?").text == "The tide went out at noon. [1]"
    assert assistant.article(report.added[0]) is not None


def test_a_refresh_adds_changes_and_removes(changed: Assistant) -> None:
    assert titles(changed) == {"flow", "vote", "bridge"}
    passages = changed.search("tide harbour bridge", k=9)
    assert {passage.article.title for passage in passages} == {"flow", "vote", "bridge"}
    assert not any("six" in passage.chunk.text for passage in passages)
    step = changed.history()[0]
    assert (step.name, step.parent, step.added, step.changed, step.removed) == ("000002", "000001", 1, 1, 1)


def test_a_refresh_of_what_did_not_change_publishes_nothing(changed: Assistant, articles: Path) -> None:
    report = changed.refresh([articles])
    assert (report.published, report.generation) == (False, "000002")
    assert changed.status().checked is not None


def test_generations_are_compared(changed: Assistant) -> None:
    diff = changed.diff()
    assert [[one.title for one in own] for own in (diff.added, diff.changed, diff.removed)] == [
        ["bridge"], ["flow"], ["ebb"],
    ]  # fmt: skip
    assert diff.changed[0].changes[0].after == "The tide came in at seven."


def test_the_index_goes_back_and_on_from_there(changed: Assistant, articles: Path) -> None:
    assert changed.rollback().name == "000001"
    assert titles(changed) == {"ebb", "flow", "vote"}
    assert "six" in changed.ask("When did the tide come in?").text
    with pytest.raises(RefreshError, match="there is no generation before 000001"):
        changed.rollback()
    report = changed.refresh([articles])
    assert (len(report.added), len(report.changed), len(report.removed)) == (1, 1, 1)
    assert titles(changed) == {"flow", "vote", "bridge"}
    assert [passage.article.title for passage in changed.search("who opened the bridge?", k=1)] == ["bridge"]
    assert changed.check().is_sound


def test_news_are_what_came_and_was_corrected_since(changed: Assistant) -> None:
    since = changed.history()[0].made
    assert {(one.title, one.kind) for one in changed.news(since)} == {("bridge", "new"), ("flow", "corrected")}
    assert changed.news(datetime.now(UTC)) == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(since=date(2025, 5, 27), until=date(2025, 5, 27)), {"ebb"}),
        (Filters(since=datetime(2025, 5, 28, tzinfo=UTC)), {"ebb", "flow"}),
        (Filters(since=date(2025, 5, 28)), {"flow"}),
        (Filters(source="nobody"), set()),
        (Filters(), {"ebb", "flow", "vote"}),
    ],
)
def test_filters_hold_for_lists_and_searches(
    assistant: Assistant, articles: Path, filters: Filters, found: set[str]
) -> None:
    assistant.refresh([articles])
    assert {one.title for one in assistant.articles(filters)} == found
    assert {passage.article.title for passage in assistant.search("tide harbour", k=9, filters=filters)} == found


def test_articles_are_browsed_by_words_and_phrases(assistant: Assistant, articles: Path) -> None:
    assistant.refresh([articles])
    assert [entry.article.title for entry in assistant.browse("harbours").entries] == ["ebb", "vote"]
    assert [entry.article.title for entry in assistant.browse('"in new york"').entries] == ["vote"]
    assert assistant.browse('"york new"').total == 0
    assert [one.title for one in assistant.titles("fl")] == ["flow"]


def test_status_and_overview_are_of_the_published_generation(changed: Assistant) -> None:
    status = changed.status()
    assert (status.generation, status.articles, status.chunks) == ("000002", 3, 3)
    assert [manifest.name for manifest in status.generations] == ["000001", "000002"]
    assert changed.overview().articles == 3


def test_only_some_generations_are_kept(assistant: Assistant, library_settings: dict[str, Any], tmp_path: Path) -> None:
    assistant.close()
    words = ("alpha", "bravo", "charlie", "delta")
    with open_assistant(**library_settings, generations=2) as opened:
        for word in words:
            write_version(tmp_path / "versions", word, sentences=5)
            opened.refresh([tmp_path / "versions"])
            assert versions(opened, words) == {word}
        assert [step.name for step in opened.history() if step.kept] == ["000004", "000003"]
        with pytest.raises(AssistantError, match="generation 000001 is no longer kept; kept are 000003, 000004"):
            opened.diff("1", "4")
        assert opened.check().is_sound


def test_an_article_that_was_removed_stays_away(changed: Assistant, articles: Path) -> None:
    (bridge,) = (one.id for one in changed.articles() if one.title == "bridge")
    changed.remove_articles([bridge])
    assert changed.refresh([articles]).added == ()
    assert titles(changed) == {"flow", "vote"}
