"""An index on servers while refreshes, servers and readers are killed: what is read is one generation, whole."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, AssistantError, LockedError, RefreshCallbacks
from tests.crash.children import Child, child
from tests.servers.postgres import PostgresServer
from tests.support import WordHash, open_assistant, versions, write_version

pytestmark = [pytest.mark.crash, pytest.mark.usefixtures("quick_names")]
WORDS = ("alpha", "bravo", "charlie")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    write_version(tmp_path / "articles", "alpha", sentences=10)
    return tmp_path / "articles"


@pytest.fixture
def settings(server_settings: dict[str, Any]) -> dict[str, Any]:
    """Those of an index on servers, as they can be given to another process."""
    return {name: str(value) for name, value in server_settings.items()}


def opened(settings: dict[str, Any], **more: Any) -> Assistant:
    return open_assistant(**{**settings, "home": Path(settings["home"])}, **more)


@pytest.fixture
def reader(settings: dict[str, Any], articles: Path) -> Iterator[Assistant]:
    """An assistant that has the index of version alpha open; its source has version bravo by now."""
    with opened(settings) as assistant:
        assistant.refresh([articles])
        assert versions(assistant, WORDS) == {"alpha"}
        write_version(articles, "bravo", sentences=10)
        yield assistant


def refresher(settings: dict[str, Any], articles: Path) -> Any:
    return child("server_refresher", json.dumps(settings), articles)


def go_on(process: Child, until: str) -> list[str]:
    """Let the process go on until it says what begins so; all that it said."""
    said = [process.line()]
    while said[-1] and not said[-1].startswith(until):
        process.tell("")
        said.append(process.line())
    return said


@pytest.mark.parametrize("moment", ["reading", "texts", "embedding 4", "naming", "checking", "ended"])
def test_a_refresh_killed_at_any_moment_leaves_the_old_generation_or_the_new_one(
    reader: Assistant, settings: dict[str, Any], articles: Path, moment: str
) -> None:
    with refresher(settings, articles) as process:
        assert go_on(process, moment)[-1].startswith(moment)
        assert versions(reader, WORDS) == {"bravo" if moment == "ended" else "alpha"}
        process.process.kill()
    assert versions(reader, WORDS) == {"bravo" if moment == "ended" else "alpha"}
    assert reader.refresh([articles]).published == (moment != "ended")
    assert versions(reader, WORDS) == {"bravo"}
    assert reader.check().is_sound


def test_a_second_refresh_waits_for_the_first_and_is_told_who_that_is(
    reader: Assistant, settings: dict[str, Any], articles: Path
) -> None:
    notices: list[str] = []
    with refresher(settings, articles) as first:
        go_on(first, "texts")
        with (
            opened(settings, wait=0) as second,
            pytest.raises(LockedError, match=r"process \d+"),
        ):
            second.refresh([articles])

        def let_it_end(line: str) -> None:
            notices.append(line)
            threading.Thread(target=lambda: (first.tell(""), go_on(first, "ended"), first.tell(""))).start()

        report = reader.refresh([articles], watcher=RefreshCallbacks(notice=let_it_end))
    assert f"waiting for process {first.process.pid} on " in notices[0]
    assert (report.generation, report.published) == ("000002", False)


def test_a_generation_that_is_read_is_not_removed_before_its_reader_ends(
    reader: Assistant, settings: dict[str, Any], articles: Path
) -> None:
    with opened(settings, generations=2) as other, reader._library.reading() as held:
        for word in ("bravo", "charlie"):
            write_version(articles, word, sentences=10)
            other.refresh([articles])
        assert [step.name for step in other.history() if step.kept] == ["000003", "000002", "000001"]
        assert {article.title.split()[1] for article in held.db.articles()} == {"alpha"}
        assert len(held.vectors.vectors(sorted(held.db.chunk_ids()))) == held.manifest.chunks
    assert versions(reader, WORDS) == {"charlie"}
    reader.close()
    with opened(settings, generations=2) as other:
        other.refresh([articles])
        assert [step.name for step in other.history() if step.kept] == ["000003", "000002"]


def test_postgresql_that_is_killed_is_told_in_one_line_and_the_next_question_is_answered_when_it_is_back(
    reader: Assistant, postgres: PostgresServer, articles: Path, caplog: pytest.LogCaptureFixture
) -> None:
    postgres.kill()
    try:
        with pytest.raises(AssistantError) as raised:
            reader.search("harbour")
        with pytest.raises(AssistantError) as refused:
            reader.refresh([articles])
    finally:
        postgres.start()
    for error in (raised, refused):
        assert f"postgresql://127.0.0.1:{postgres.port}/" in str(error.value)
        assert "start it, or correct the setting index" in str(error.value)
        assert "\n" not in str(error.value)
    assert versions(reader, WORDS) == {"alpha"}
    assert reader.refresh([articles]).published
    assert postgres.password not in f"{caplog.text} {raised.value!r} {refused.value!r}"


def test_postgresql_that_is_killed_in_a_refresh_leaves_the_old_generation(
    reader: Assistant, settings: dict[str, Any], postgres: PostgresServer, articles: Path
) -> None:
    def kill(texts: list[str]) -> None:
        postgres.kill()
        postgres.start()

    with (
        opened(settings, embeddings=WordHash(before=kill)) as other,
        pytest.raises(AssistantError, match="postgresql://127"),
    ):
        other.refresh([articles])
    assert versions(reader, WORDS) == {"alpha"}
    assert reader.refresh([articles]).published
    assert versions(reader, WORDS) == {"bravo"}


def test_who_has_gone_back_from_a_generation_that_others_have_open_can_refresh(
    reader: Assistant, settings: dict[str, Any], articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.index.server.server_locks._PATIENCE", 0.3)
    reader.refresh([articles])
    assert versions(reader, WORDS) == {"bravo"}  # and it stays open there
    with opened(settings) as other:
        assert other.rollback().name == "000001"
        write_version(articles, "charlie", sentences=10)
        assert other.refresh([articles]).published
    assert versions(reader, WORDS) == {"charlie"}
