"""Which article a file is, from one refresh to the next: the same, renamed, corrected, moved, or another one."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import open_listed, titles, write_article


@pytest.mark.skipif(os.geteuid() == 0, reason="root can look into every folder")
def test_articles_of_a_folder_that_cannot_be_listed_stay(listing: Path, tmp_path: Path) -> None:
    write_article(tmp_path / "tides/deep", "spring", "A spring tide is due.")
    with open_listed(listing) as assistant:
        assistant.refresh()
        (tmp_path / "tides/deep").chmod(0)
        (failure,) = assistant.refresh().failures
        assert failure.where == "deep/" and "spring" in titles(assistant)


def test_files_that_were_renamed_and_moved_are_the_same_articles(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        before = {article.title: article.id for article in assistant.articles()}
        (tmp_path / "tides/2025").mkdir()
        for old, new in (("ebb", "2025/ebb"), ("flow", "flood")):
            (tmp_path / f"tides/{old}.md").rename(tmp_path / f"tides/{new}.md")
        report = assistant.refresh()
        assert (report.added, report.removed, len(report.changed), report.failures) == ((), (), 2, ())
        for _ in range(2):
            assert {article.title: article.id for article in assistant.articles()} == before
            assert not assistant.refresh().published
        write_article(tmp_path / "tides", "flood", "The tide came in at seven.", title="flow")
        assert assistant.refresh().changed == (before["flow"],)
        assert {item.kind for item in assistant.news(since=assistant.history()[0].made)} == {"corrected"}


@pytest.mark.parametrize("renamed", ["april", "v-april"])
def test_a_file_that_takes_the_place_of_a_renamed_one_is_an_article_of_its_own(
    listing: Path, tmp_path: Path, renamed: str
) -> None:
    folder = tmp_path / "council"
    with open_listed(listing) as assistant:
        write_article(folder, "latest", "In April it rained.")
        assistant.refresh()
        for name, text in ((renamed, "In May the sun shone."), ("may", "In June it was hot.")):
            (folder / "latest.md").rename(folder / f"{name}.md")
            assert assistant.refresh().added == ()
            write_article(folder, "latest", text)
            report = assistant.refresh()
            assert (len(report.added), report.changed, report.removed, report.failures) == (1, (), (), ())
            assert not assistant.refresh().published
        texts = {article.text.strip() for article in assistant.articles()}
        assert {"In April it rained.", "In May the sun shone.", "In June it was hot."} <= texts
        write_article(folder, "latest", "In June it was very hot.")
        write_article(folder, renamed, "In April it rained a lot.")
        report = assistant.refresh()
        assert (report.added, len(report.changed), report.failures) == ((), 2, ())


def test_a_few_lines_of_yaml_do_not_become_an_author_of_gigabytes(listing: Path, tmp_path: Path) -> None:
    names = ", ".join(["*a"] * 5000)
    text = f'---\nx: &a "{"x" * 1000}"\ntitle: Bomb\nauthor: [{names}]\n---\nText.\n'
    (tmp_path / "council/bomb.md").write_text(text)
    with open_listed(listing) as assistant:
        (failure,) = assistant.refresh().failures
        assert "author has over 200 names" in failure.reason


def test_the_lock_file_of_an_office_program_is_ignored(listing: Path, tmp_path: Path) -> None:
    (tmp_path / "tides/~$ebb.docx").write_bytes(b"owner")
    with open_listed(listing) as assistant:
        assert assistant.refresh().failures == ()


def test_unchanged_files_are_not_read_again(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        report = assistant.refresh()
        assert (report.published, report.unchanged, report.failures) == (False, 3, ())
        write_article(tmp_path / "tides", "ebb", "The tide went out at one.")
        report = assistant.refresh()
        assert (len(report.changed), report.unchanged) == (1, 2)
        assistant.rollback()
        report = assistant.refresh()
        assert (len(report.changed), report.unchanged) == (1, 2), "seen as it was in the generation gone back to"


def test_two_files_with_one_id_are_reported_at_each_refresh(listing: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_article(tmp_path / "council", name, f"Text {name}.", url="https://c.example/same")
    with open_listed(listing) as assistant:
        for _ in range(2):
            (failure,) = assistant.refresh().failures
            assert failure.where == "two.md" and "same id as one.md" in failure.reason
            assert titles(assistant) == {"ebb", "flow", "vote", "one"}


def test_a_corrected_article_keeps_its_id_and_what_it_said_before(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        (before,) = [article for article in assistant.articles() if article.title == "ebb"]
        write_article(tmp_path / "tides", "ebb", "The tide went out at one.")
        report = assistant.refresh()
        assert report.changed == (before.id,)
        diff = assistant.diff()
        (changed,) = diff.changed
        (sentence,) = changed.changes
        assert (sentence.before, sentence.after) == ("The tide went out at noon.", "The tide went out at one.")


def test_an_index_of_the_first_version_is_read_and_upgraded_by_the_next_refresh(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
    index = tmp_path / "home/index"
    _age(index / "000001/articles.sqlite")
    for folder in ("visits", "history"):
        shutil.rmtree(index / folder)
    (index / "health.json").unlink()
    manifest = json.loads((index / "000001/manifest.json").read_text())
    (index / "000001/manifest.json").write_text(json.dumps({**manifest, "listed": []}).replace('"listed": [], ', ""))
    with open_listed(listing) as assistant:
        assert titles(assistant) == {"ebb", "flow", "vote"} and assistant.search("tide")
        write_article(tmp_path / "tides", "ebb", "The tide went out at one.")
        report = assistant.refresh()
        assert (len(report.added), len(report.changed), report.embedded) == (0, 1, 1)
        assert [(step.name, step.changed) for step in assistant.history()] == [("000002", 1), ("000001", 0)]


def _age(path: Path) -> None:
    """Take from the tables what they did not have in the first version."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "DROP TABLE earlier; DROP INDEX articles_by_title; ALTER TABLE articles DROP COLUMN updated; "
            "ALTER TABLE articles DROP COLUMN seen; ALTER TABLE articles DROP COLUMN altered;"
        )
