"""Refreshing a folder of which a little has changed: only that is embedded, and the whole index is right."""

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.evaluation.benchmarks.synthetic_corpus import ArticleChange, Growing, real_articles
from assistant.index.chunking import embedded_text
from assistant.paths import sample_articles
from tests.support import WordHash, chunk_names, open_assistant

pytestmark = pytest.mark.usefixtures("quick_names")
ARTICLES = 200


def grown(folder: Path, count: int = ARTICLES) -> Growing:
    growing = Growing(folder, real_articles(sample_articles()))
    growing.grow(count)
    return growing


def pages(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.md")}


def embedded(assistant: Assistant) -> dict[str, set[str]]:
    """What was embedded of each article."""
    return {one.id: {embedded_text(one, chunk) for chunk in assistant.chunks(one.id)} for one in assistant.articles()}


def told(change: ArticleChange) -> list[list[str]]:
    return [sorted(part) for part in (change.added, change.corrected, change.removed)]


def test_what_is_grown_and_how_it_changes_is_always_the_same(tmp_path: Path) -> None:
    one, other = grown(tmp_path / "one"), grown(tmp_path / "other")
    assert one.change(0.1) == other.change(0.1)
    assert pages(one.folder) == pages(other.folder)
    assert len(pages(one.folder)) == ARTICLES


def test_grown_articles_are_different_and_of_one_to_four_passages(tmp_path: Path) -> None:
    growing = grown(tmp_path / "articles")
    articles = real_articles(growing.folder)
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([growing.folder])
        sizes = {len(assistant.chunks(one.id)) for one in articles}
    assert len({one.title for one in articles}) == len({one.id for one in articles}) == ARTICLES
    assert len({(one.published.year, one.published.month) for one in articles if one.published}) > 6
    assert sizes <= {1, 2, 3, 4} and len(sizes) > 1


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_only_what_changed_is_embedded_and_all_of_it_is_there(tmp_path: Path, share: float) -> None:
    growing, home, embedder = grown(tmp_path / "articles"), tmp_path / "home", WordHash()
    with open_assistant(home, embedder) as assistant:
        assistant.refresh([growing.folder])
        before = embedded(assistant)
        change = growing.change(share)
        embedder.texts.clear()
        report = assistant.refresh([growing.folder])
        after = embedded(assistant)
        new = sorted(text for name, texts in after.items() for text in texts - before.get(name, set()))
        assert sorted(embedder.texts) == new
        assert report.embedded == len(new) > 0
        assert told(change) == told(ArticleChange(report.added, report.changed, report.removed))
        assert set(after) == set(before) - set(change.removed) | set(change.added)
        assert {name for name in after if after[name] != before.get(name)} == {*change.added, *change.corrected}
        assert {one.text for one in assistant.articles()} == {one.text for one in real_articles(growing.folder)}
    words, vectors = chunk_names(home)
    assert words == vectors
    assert len(words) == sum(map(len, after.values()))
