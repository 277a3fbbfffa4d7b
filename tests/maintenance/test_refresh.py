"""Refresh: what changed is embedded, the rest stays, and both stores hold the same."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant, EmbedderError, RefreshCallbacks, RefreshError, split
from assistant.index.chunking import embedded_text
from tests.support import (
    WordHash,
    chunk_names,
    examples,
    generations,
    open_assistant,
    versions,
    write_article,
    write_version,
)

pytestmark = pytest.mark.usefixtures("quick_names")
WORDS = ("alpha", "bravo")


def long_text(about: str, sentences: int = 100) -> str:
    return " ".join(f"Sentence {n} tells of {about} and the tide of day {n}." for n in range(sentences))


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of three articles of several chunks each."""
    for about in ("ferries", "herring", "museums"):
        write_article(tmp_path / "articles", about, long_text(about))
    return tmp_path / "articles"


@pytest.fixture
def embedder() -> WordHash:
    return WordHash()


@pytest.fixture
def assistant(tmp_path: Path, articles: Path, embedder: WordHash) -> Iterator[Assistant]:
    """An assistant with `articles` indexed; `embedder` has forgotten what it embedded for that."""
    with open_assistant(tmp_path / "home", embedder) as opened:
        opened.refresh([articles])
        embedder.texts.clear()
        yield opened


def titles(assistant: Assistant) -> set[str]:
    return {article.title for article in assistant.articles()}


def embedded_texts(assistant: Assistant, title: str) -> list[str]:
    """The texts that are embedded for the article of that title."""
    (article,) = (article for article in assistant.articles() if article.title == title)
    return [embedded_text(article, chunk) for chunk in split(article, WordHash().count_tokens)]


def test_nothing_new_makes_no_generation(
    assistant: Assistant, articles: Path, embedder: WordHash, tmp_path: Path
) -> None:
    report = assistant.refresh([articles])
    assert (report.published, report.generation, report.unchanged) == (False, "000001", 3)
    assert embedder.texts == []
    assert generations(tmp_path / "home") == ["000001"]


def test_touched_file_is_not_a_change(assistant: Assistant, articles: Path, embedder: WordHash) -> None:
    for path in articles.iterdir():
        path.touch()
    assert not assistant.refresh([articles]).published
    assert embedder.texts == []


def test_new_article_embeds_only_itself(assistant: Assistant, articles: Path, embedder: WordHash) -> None:
    write_article(articles, "quays", long_text("quays"))
    report = assistant.refresh([articles])
    assert (len(report.added), report.changed, report.unchanged) == (1, (), 3)
    assert embedder.texts == embedded_texts(assistant, "quays")
    assert report.embedded == len(embedder.texts) > 1


def test_changed_end_embeds_only_the_last_chunk(assistant: Assistant, articles: Path, embedder: WordHash) -> None:
    write_article(articles, "herring", long_text("herring") + " The lighthouse reopened.")
    report = assistant.refresh([articles])
    assert (len(report.changed), report.added, report.removed) == (1, (), ())
    assert embedder.texts == embedded_texts(assistant, "herring")[-1:]
    assert assistant.search("lighthouse reopened", k=1)[0].chunk.text.endswith("The lighthouse reopened.")


def test_sentence_at_the_beginning_embeds_only_what_changed(
    assistant: Assistant, articles: Path, embedder: WordHash
) -> None:
    # Paragraphs of 215 words: each is a chunk of its own and only its place moves.
    blocks = "\n\n".join(f"Part {n} " + "of the herring story " * 53 + "ends." for n in range(5))
    write_article(articles, "herring", blocks)
    assistant.refresh([articles])
    embedder.texts.clear()
    write_article(articles, "herring", f"It began on Monday.\n\n{blocks}")
    assistant.refresh([articles])
    assert embedder.texts == [text for text in embedded_texts(assistant, "herring") if "It began" in text]
    (article,) = (article for article in assistant.articles() if article.title == "herring")
    for passage in assistant.search("herring story", k=10):
        if passage.article == article:
            assert article.text[passage.chunk.start : passage.chunk.end] == passage.chunk.text


def test_same_text_under_another_address_is_not_embedded_again(
    assistant: Assistant, articles: Path, embedder: WordHash
) -> None:
    write_article(articles, "herring", long_text("herring"), url="https://example.org/herring")
    report = assistant.refresh([articles])
    assert (len(report.added), len(report.removed), embedder.texts) == (1, 1, [])
    assert len(assistant.articles()) == 3


def test_article_of_a_removed_file_goes(assistant: Assistant, articles: Path) -> None:
    (articles / "museums.md").unlink()
    report = assistant.refresh([articles])
    assert len(report.removed) == 1
    assert titles(assistant) == {"ferries", "herring"}
    assert all(passage.article.title != "museums" for passage in assistant.search("museums tide", k=50))


def test_over_half_gone_is_refused_and_changes_nothing(assistant: Assistant, articles: Path) -> None:
    (articles / "museums.md").unlink()
    (articles / "ferries.md").unlink()
    write_article(articles, "quays", long_text("quays"))
    with pytest.raises(RefreshError, match=r"2 of its 3 articles .*--allow-removals"):
        assistant.refresh([articles])
    assert titles(assistant) == {"ferries", "herring", "museums"}


def test_over_half_gone_is_removed_when_allowed(assistant: Assistant, articles: Path) -> None:
    (articles / "museums.md").unlink()
    (articles / "ferries.md").unlink()
    assert len(assistant.refresh([articles], allow_removals=True).removed) == 2
    assert titles(assistant) == {"herring"}


def test_articles_of_other_sources_stay(assistant: Assistant, tmp_path: Path) -> None:
    write_article(tmp_path / "more", "quays", long_text("quays"))
    report = assistant.refresh([tmp_path / "more"])
    assert (len(report.added), report.removed) == (1, ())
    assert titles(assistant) == {"ferries", "herring", "museums", "quays"}


def test_without_sources_those_of_the_index_are_read(assistant: Assistant, articles: Path, tmp_path: Path) -> None:
    quays = write_article(tmp_path / "more", "quays", long_text("quays"))
    assistant.refresh([quays])
    write_article(articles, "herring", "A new text.")
    write_article(tmp_path / "more", "quays", "A new text too.")
    assert len(assistant.refresh().changed) == 2
    assert assistant.status().sources == (str(articles), str(quays))


def test_replace_makes_the_source_the_whole_corpus(assistant: Assistant, articles: Path, tmp_path: Path) -> None:
    write_article(tmp_path / "more", "quays", long_text("quays"))
    report = assistant.refresh([tmp_path / "more"], replace=True)
    assert (len(report.added), len(report.removed)) == (1, 3)
    assert titles(assistant) == {"quays"}
    assert assistant.status().sources == (str(tmp_path / "more"),)


def test_folder_and_a_file_of_it_are_no_failure(assistant: Assistant, articles: Path) -> None:
    report = assistant.refresh([articles, articles / "herring.md"])
    assert (report.failures, report.articles) == ((), 3)


class OtherEmbedder(WordHash):
    """An embedder of another name."""

    name = "words-64-other"


def test_another_embedder_rebuilds_the_index_and_says_so(assistant: Assistant, articles: Path, tmp_path: Path) -> None:
    answered: list[str] = []
    other = OtherEmbedder(
        before=lambda texts: answered.append(assistant.ask("What is the tide of day 7?").corpus.generation)
    )
    notices: list[str] = []
    with open_assistant(tmp_path / "home", other) as renewed:
        report = renewed.refresh(watcher=RefreshCallbacks(notice=notices.append))
        assert (report.published, report.unchanged, report.embedded) == (True, 3, report.chunks)
        assert "is rebuilt" in report.notices[0] and list(report.notices) == notices
        assert set(answered) == {"000001"}, "staff were answered from the old index meanwhile"
    with open_assistant(tmp_path / "home", OtherEmbedder()) as renewed:
        assert renewed.ask("What is the tide of day 7?").corpus.generation == "000002"
    with pytest.raises(EmbedderError, match="words-64-other"):
        assistant.ask("What is the tide of day 7?")


def test_another_embedder_embeds_also_the_articles_whose_files_are_gone(
    assistant: Assistant, articles: Path, tmp_path: Path
) -> None:
    shutil.rmtree(articles)
    with open_assistant(tmp_path / "home", OtherEmbedder()) as renewed:
        report = renewed.refresh()
        assert (report.published, report.articles, len(report.kept)) == (True, 3, 3)
        assert titles(renewed) == {"ferries", "herring", "museums"}
        assert renewed.search("herring tide", k=3)


def test_embedder_that_fails_changes_nothing(assistant: Assistant, articles: Path, tmp_path: Path) -> None:
    def fail(texts: list[str]) -> None:
        raise RuntimeError("out of order")

    write_article(articles, "quays", long_text("quays"))
    with open_assistant(tmp_path / "home", WordHash(before=fail)) as broken:
        with pytest.raises(RuntimeError, match="out of order"):
            broken.refresh()
    assert generations(tmp_path / "home") == ["000001"]
    assert titles(assistant) == {"ferries", "herring", "museums"}
    assert len(assistant.refresh().added) == 1


def test_ids_of_articles_stay_across_refreshes(assistant: Assistant, articles: Path) -> None:
    before = {article.title: article.id for article in assistant.articles()}
    for about in before:
        write_article(articles, about, f"Another text about {about}.")
    assistant.refresh([articles])
    assert {article.title: article.id for article in assistant.articles()} == before


def test_ids_stay_when_the_working_folder_is_another(
    assistant: Assistant, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(articles.parent)
    assert not assistant.refresh(["articles"]).published
    monkeypatch.chdir(articles)
    assert not assistant.refresh(["."]).published
    assert not assistant.refresh([Path("..") / "articles"]).published


def test_ids_from_addresses_stay_when_the_folder_moves(tmp_path: Path, embedder: WordHash) -> None:
    write_article(tmp_path / "here", "herring", "A text.", url="https://example.org/herring")
    with open_assistant(tmp_path / "home", embedder) as assistant:
        assistant.refresh([tmp_path / "here"])
        (before,) = assistant.articles()
        (tmp_path / "here").rename(tmp_path / "there")
        assistant.refresh([tmp_path / "there"], replace=True)
        assert [article.id for article in assistant.articles()] == [before.id]
        assert len(embedder.texts) == 1


def test_moved_home_answers_and_refreshes(tmp_path: Path) -> None:
    write_version(tmp_path / "articles", "alpha")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([tmp_path / "articles"])
    (tmp_path / "home").rename(tmp_path / "elsewhere")
    write_version(tmp_path / "articles", "bravo")
    with open_assistant(tmp_path / "elsewhere") as assistant:
        assert versions(assistant, WORDS) == {"alpha"}
        assistant.refresh()
        assert versions(assistant, WORDS) == {"bravo"}


# Each step writes some of six articles, of 0 (removed) to 3 parts; the parts are shared between articles.
steps = st.lists(
    st.dictionaries(st.integers(0, 5), st.lists(st.integers(0, 3), max_size=3), min_size=1), min_size=2, max_size=4
)


@settings(max_examples=examples(12, 5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_both_stores_hold_the_same_after_any_changes(changes: list[dict[int, list[int]]]) -> None:
    with tempfile.TemporaryDirectory() as name, open_assistant(Path(name, "home")) as assistant:
        folder = Path(name, "articles")
        write_article(folder, "constant", "This one stays as it is.")
        expected = {"constant": "This one stays as it is."}
        for change in changes:
            for number, parts in change.items():
                (folder / f"{number}.md").unlink(missing_ok=True)
                expected.pop(f"{number}", None)
                if parts:
                    expected[f"{number}"] = "\n\n".join(long_text(f"part {part}", 20) for part in parts)
                    write_article(folder, f"{number}", expected[f"{number}"])
            assistant.refresh([folder], allow_removals=True)
            sqlite, chroma = chunk_names(Path(name, "home"))
            assert sqlite == chroma and len(sqlite) == assistant.status().chunks
            assert {article.title: article.text.strip() for article in assistant.articles()} == expected
            found = {passage.chunk for passage in assistant.search("tide of the day, as it is", k=100)}
            assert found == {
                chunk for article in assistant.articles() for chunk in split(article, WordHash().count_tokens)
            }


def test_an_index_without_near_duplicates_answers_and_gets_them_at_the_next_refresh(
    assistant: Assistant, articles: Path, embedder: WordHash, tmp_path: Path
) -> None:
    (duplicates,) = (tmp_path / "home" / "index").glob("*/near_duplicates.sqlite")
    duplicates.unlink()
    with open_assistant(tmp_path / "home", embedder) as again:
        assert again.ask("What does sentence 7 tell of herring?").corpus.articles == 3
        assert again.refresh().published
        assert again.refresh().published is False
    assert len(list((tmp_path / "home" / "index").glob("*/near_duplicates.sqlite"))) == 1
