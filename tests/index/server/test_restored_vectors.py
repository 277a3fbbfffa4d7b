"""Vectors that a Chroma server has lost: nobody gets half an answer, and a refresh puts them back without embedding."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from assistant import Assistant, AssistantError, StorageError
from assistant.database import SCHEMA, connected
from assistant.index.server.chroma_connection import ChromaConnection
from assistant.index.server.chroma_records import ChromaRecords
from tests.servers.chroma import ChromaProcess
from tests.support import WordHash, open_assistant, write_article, write_version

pytestmark = pytest.mark.usefixtures("quick_names")
QUESTION = "Which harbour was closed by the strike?"

Hits = list[tuple[str, float]]


class Counting(WordHash):
    """An embedder of its own name, whose vectors are others."""

    name = "words-64-turned"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [row[::-1] for row in super().embed_documents(texts)]

    def embed_query(self, text: str) -> list[float]:
        return super().embed_query(text)[::-1]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    write_version(tmp_path / "articles", "alpha")
    write_article(tmp_path / "articles", "vote", "A vote on the harbour of Vaasa.", published="2025-05-27")
    return tmp_path / "articles"


@pytest.fixture
def assistant(server_settings: dict[str, Any], articles: Path) -> Iterator[Assistant]:
    """One with two generations, of which the second has lost an article, changed one and got another."""
    with open_assistant(**server_settings) as opened:
        opened.refresh([articles])
        (articles / "harbour-0.md").unlink()
        write_article(articles, "vote", "A vote on the harbour of Oulu.", published="2025-05-28")
        write_article(articles, "ferry", "The ferry to Aland leaves at six.")
        opened.refresh([articles])
        yield opened


def hits(assistant: Assistant) -> Hits:
    return [(passage.article.title, round(passage.score, 5)) for passage in assistant.search(QUESTION, k=9)]


def stored(chroma: ChromaConnection) -> dict[str, tuple[dict[str, Any], list[float]]]:
    """All that the server has, by record."""
    got = chroma.ask(lambda collection: collection.get(include=["metadatas", "embeddings"]))
    return dict(
        zip(got["ids"], zip(got["metadatas"], np.round(got["embeddings"], 5).tolist(), strict=True), strict=True)
    )


def in_database(settings: dict[str, Any], *statements: str) -> list[Any]:
    with connected(SecretStr(settings["index"])) as db:
        db.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
        rows = [db.execute(text(statement)) for statement in statements]
        found = list(map(tuple, rows[-1])) if rows[-1].returns_rows else []
        db.commit()
        return found


def lose_all(chroma: ChromaConnection) -> None:
    ChromaRecords(chroma).drop()


def lose_some(chroma: ChromaConnection) -> None:
    """Some are gone, some did not go or did, and one is there that should not be."""
    records = sorted(stored(chroma))
    chroma.ask(lambda collection: collection.delete(ids=records[::3]))
    chroma.ask(lambda collection: collection.update(ids=records[1::3], metadatas=[{"went": 2}] * len(records[1::3])))
    chroma.ask(lambda collection: collection.add(ids=["ab@1"], embeddings=[[1.0] * 64], metadatas=[{"came": 1}]))


@pytest.mark.parametrize("lose", [lose_all, lose_some])
def test_what_is_lost_is_told_and_put_back_in_all_generations(
    assistant: Assistant,
    server_settings: dict[str, Any],
    chroma_connection: ChromaConnection,
    articles: Path,
    lose: Callable[[ChromaConnection], None],
) -> None:
    before, records = hits(assistant), stored(chroma_connection)
    lose(chroma_connection)
    embedder = WordHash()
    with open_assistant(**server_settings, embeddings=embedder) as other:
        with pytest.raises(StorageError, match=r"at http://127\.0\.0\.1:\d+ .*assistant refresh, which "):
            hits(other)
        trial = other.refresh([articles], trial=True)
        assert not trial.notices and not trial.published
        report = other.refresh([articles])
        assert not report.published and report.embedded == 0 and embedder.texts == [QUESTION]
        assert [line for line in report.notices if "the Chroma server lacked were put back from the database" in line]
        assert stored(chroma_connection) == records
        assert hits(other) == hits(assistant) == before
        assert other.rollback().name == "000001" and len(other.articles()) == 5 and hits(other)


def test_a_server_that_lost_some_while_it_was_read_is_found_out(
    assistant: Assistant, chroma: ChromaProcess, chroma_connection: ChromaConnection
) -> None:
    assert hits(assistant)
    records = sorted(stored(chroma_connection))
    chroma_connection.ask(lambda collection: collection.delete(ids=records[::2]))
    chroma.kill()  # and is started again with an older copy of its folder
    chroma.start()
    with pytest.raises(StorageError, match=r"lacks vectors of the index \(it has \d of \d+\)"):
        hits(assistant)
    assistant.refresh()
    assert hits(assistant)


def test_an_empty_server_is_filled(
    assistant: Assistant, server_settings: dict[str, Any], articles: Path, chroma_collection: str
) -> None:
    before, embedder = hits(assistant), WordHash()
    settings = {**server_settings, "chroma_collection": f"{chroma_collection}-other"}
    with open_assistant(**settings, embeddings=embedder) as other:
        with pytest.raises(
            AssistantError, match=r"has no collection test-\d+-other .*run assistant refresh, which fills"
        ):
            hits(other)
        write_article(articles, "tram", "The tram to the harbour of Turku was late.")
        report = other.refresh([articles])
        assert report.published and report.embedded == 1 and len(embedder.texts) == 2
        assert set(before) <= set(hits(other)) or len(hits(other)) == 9


def test_an_index_from_before_has_its_vectors_copied(
    assistant: Assistant, server_settings: dict[str, Any], articles: Path, chroma_connection: ChromaConnection
) -> None:
    before = hits(assistant)
    tables = ("index_vectors", "index_embedders", "index_loose")
    in_database(server_settings, *(f"DROP TABLE {table}" for table in tables))
    with open_assistant(**server_settings) as other:
        assert hits(other) == before
        report = other.refresh([articles])
        assert (report.published, report.embedded, report.notices) == (False, 0, ())
        lose_all(chroma_connection)
        assert other.refresh([articles]).embedded == 0
        assert hits(other) == before


def test_what_neither_has_is_made_anew(
    assistant: Assistant, server_settings: dict[str, Any], articles: Path, chroma_connection: ChromaConnection
) -> None:
    before = hits(assistant)
    in_database(server_settings, *(f"DROP TABLE {table}" for table in ("index_vectors", "index_embedders")))
    in_database(server_settings, "DROP TABLE index_loose")
    records = [record for record in sorted(stored(chroma_connection)) if record.endswith("@1")]
    chroma_connection.ask(lambda collection: collection.delete(ids=records[:2]))
    with open_assistant(**server_settings) as other:
        report = other.refresh([articles])
        assert "vectors of the index are lost: they are made anew" in report.notices
        assert 0 < report.embedded <= 2 and hits(other) == before


@pytest.mark.crash
@pytest.mark.parametrize("file", ["data_level0.bin", "index_metadata.pickle"])
def test_a_graph_that_a_kill_destroyed_is_made_anew(
    server_settings: dict[str, Any],
    articles: Path,
    file: str,
    chroma: ChromaProcess,
    chroma_connection: ChromaConnection,
) -> None:
    hasty = {"hnsw": {"space": "cosine", "sync_threshold": 3, "batch_size": 2}}  # it writes the graph at once
    api = chroma_connection.ask(lambda collection: collection._client, write=True)
    lose_all(chroma_connection)
    place = {"tenant": "default_tenant", "database": "default_database"}
    api.create_collection(chroma_connection.collection_name, configuration=hasty, **place)
    with open_assistant(**server_settings) as assistant:
        for name in ("first", "second"):
            write_version(articles, name)
            assistant.refresh([articles])
        before = hits(assistant)
        chroma.kill()
        destroyed = max(chroma.folder.rglob(file), key=lambda path: path.stat().st_mtime)
        destroyed.write_bytes(destroyed.read_bytes()[:40])
        chroma.start()
        with pytest.raises(StorageError, match=r"at http://127\.0\.0\.1:\d+ "):
            hits(assistant)
        assert assistant.refresh([articles]).embedded == 0
        assert hits(assistant) == before


def test_what_a_refresh_embedded_before_it_ended_early_is_not_embedded_again(
    server_settings: dict[str, Any], tmp_path: Path
) -> None:
    write_version(tmp_path / "many", "bravo", articles=60, sentences=40)
    given: list[int] = []

    def end(texts: list[str]) -> None:
        if len(given) == 2:
            raise AssistantError("the machine was switched off")
        given.append(len(texts))

    with open_assistant(**server_settings, embeddings=WordHash(before=end)) as first:
        with pytest.raises(AssistantError, match="switched off"):
            first.refresh([tmp_path / "many"])
    with open_assistant(**server_settings) as second:
        report = second.refresh([tmp_path / "many"])
        assert report.chunks - report.embedded == sum(given) == 128
        assert second.check().is_sound


def test_vectors_that_no_kept_state_has_are_swept(server_settings: dict[str, Any], tmp_path: Path) -> None:
    contents = "SELECT DISTINCT content FROM index_chunks"
    vectors = "SELECT content, name FROM index_vectors v JOIN index_embedders e ON e.number = v.embedder"
    settings = {**server_settings, "generations": 2}
    for number, embedder in enumerate((WordHash(), WordHash(), Counting(), Counting(), Counting())):
        write_version(tmp_path / "articles", f"word{number}", articles=2, sentences=2)
        with open_assistant(**settings, embeddings=embedder) as assistant:
            assert assistant.refresh([tmp_path / "articles"]).published and hits(assistant)
        kept = in_database(server_settings, vectors)
        assert {content for content, _ in kept} == {row[0] for row in in_database(server_settings, contents)}
    assert {name for _, name in kept} == {Counting.name}
    assert in_database(server_settings, "SELECT * FROM index_loose") == []
    shutil.rmtree(tmp_path / "articles")
