"""A refresh of the listed sources: what is reported of each, and what stays when one of them fails."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant import RefreshError, SettingsError
from assistant.cli.main import main
from assistant.errors import StoppedError
from assistant.index import HomeLibrary
from assistant.maintenance.reports import RefreshCallbacks
from assistant.maintenance.source_health import read_healths, write_healths
from assistant.utils.concurrency import CancelToken
from tests.support import WordHash, generations, open_listed, titles, write_article


def test_all_listed_sources_are_read_and_each_is_in_the_report(listing: Path) -> None:
    with open_listed(listing) as assistant:
        report = assistant.refresh()
        assert titles(assistant) == {"ebb", "flow", "vote"}
        assert [(source.name, source.articles, source.added) for source in report.sources] == [
            ("tides", 2, 2),
            ("council", 1, 1),
        ]
        assert {article.source for article in assistant.articles()} == {"The Tide", None}


def test_one_source_by_name(listing: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh(["council"])
        assert titles(assistant) == {"vote"}
        assistant.refresh(["tides"])
        assert titles(assistant) == {"ebb", "flow", "vote"}


def test_a_given_folder_is_read_again_with_the_listed_sources(listing: Path, tmp_path: Path) -> None:
    folder = write_article(tmp_path / "given", "extra", "Something more.").parent
    with open_listed(listing) as assistant:
        assistant.refresh([folder])
        write_article(folder, "later", "Something later.")
        assistant.refresh()
        assert titles(assistant) == {"ebb", "flow", "vote", "extra", "later"}


def test_a_source_no_longer_listed_is_not_read_and_its_articles_stay_until_forgotten(listing: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        listing.write_text('[council]\nfolder = "council"\n')
        write_article(listing.parent / "tides", "spring", "A spring tide is due.")
        assistant.refresh()
        assert titles(assistant) == {"ebb", "flow", "vote"}
        (left,) = [state for state in assistant.status().states if not state.read]
        assert (left.articles, left.listed) == (2, False)
        report = assistant.refresh(forget=[left.location])
        assert len(report.removed) == 2 and titles(assistant) == {"vote"}
        assert [state.name for state in assistant.status().states] == ["council"]


def test_another_publication_of_a_source_changes_its_articles_though_no_file_changed(listing: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        listing.write_text(listing.read_text().replace("The Tide", "Tide Tables"))
        assert len(assistant.refresh().changed) == 2
        assert {article.source for article in assistant.articles()} == {"Tide Tables", None}


def test_a_trial_says_what_would_change_and_changes_nothing(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        before = sorted((path, path.read_bytes()) for path in (tmp_path / "home/index").rglob("*.json"))
        write_article(tmp_path / "tides", "ebb", "The tide went out at one.")
        write_article(tmp_path / "tides", "spring", "A spring tide is due.")
        (tmp_path / "tides/flow.md").unlink()
        report = assistant.refresh(trial=True)
        assert (len(report.added), len(report.changed), len(report.removed)) == (1, 1, 1)
        assert {report.titles[name] for name in (*report.added, *report.changed, *report.removed)} == {
            "spring",
            "ebb",
            "flow",
        }
        assert (report.trial, report.published, titles(assistant)) == (True, False, {"ebb", "flow", "vote"})
        assert sorted((path, path.read_bytes()) for path in (tmp_path / "home/index").rglob("*.json")) == before


def test_a_source_that_fails_is_shown_and_keeps_its_articles(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        (tmp_path / "tides").rename(tmp_path / "away")
        for times in ("once", "2 times in a row"):
            report = assistant.refresh()
            assert len(report.kept) == 2 and titles(assistant) == {"ebb", "flow", "vote"}
            status = assistant.status()
            assert any(f"tides: could not be read {times}" in warning for warning in status.warnings)
        (tmp_path / "away").rename(tmp_path / "tides")
        assistant.refresh(only_failed=True)
        assert assistant.status().warnings == ()


def test_only_what_failed_is_read_again(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        bad = tmp_path / "council/bad.md"
        bad.write_text("---\ntitle: Bad\n---\n")
        assistant.refresh()
        write_article(tmp_path / "tides", "spring", "A spring tide is due.")
        bad.write_text("---\ntitle: Bad\n---\nNow it has a text.")
        report = assistant.refresh(only_failed=True)
        assert [source.name for source in report.sources] == ["council"]
        assert titles(assistant) == {"ebb", "flow", "vote", "Bad"}
        report = assistant.refresh(only_failed=True)
        assert report.sources == () and report.notices == ("no source failed at the last refresh",)


def test_over_half_gone_of_one_source_stops_the_refresh(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        write_article(tmp_path / "council", "budget", "The budget was passed.")
        for name in ("ebb", "flow"):
            (tmp_path / f"tides/{name}.md").unlink()
        write_article(tmp_path / "tides", "neap", "A neap tide.")
        message = r"2 of its \d articles are gone.*--allow-removals"
        with pytest.raises(RefreshError, match=message):
            assistant.refresh(["tides"])
        assert titles(assistant) == {"ebb", "flow", "vote"}
        assert any("articles are gone" in line for line in assistant.status().warnings)
        (failure,) = assistant.refresh(trial=True).failures
        assert re.search(message, failure.reason)
        for _ in range(2):
            (failure,) = assistant.refresh().failures
            assert re.search(message, failure.reason)
            assert titles(assistant) == {"ebb", "flow", "vote", "budget", "neap"}, "the others go on, nothing goes"
        assert any("articles are gone" in line for line in assistant.status().warnings)
        assistant.refresh(allow_removals=True)
        assert titles(assistant) == {"neap", "vote", "budget"} and assistant.status().warnings == ()


@pytest.mark.parametrize("options", [{"only_failed": True}, {"every": timedelta(hours=1)}])
def test_nothing_is_replaced_by_what_was_not_read(listing: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        with pytest.raises(RefreshError, match=r"no such file or folder.*nothing was replaced"):
            assistant.refresh(["council", tmp_path / "slip"], replace=True)
        with pytest.raises(RefreshError, match="to replace the corpus"):
            assistant.refresh(["council"], replace=True, **options)
        assert titles(assistant) == {"ebb", "flow", "vote"}


def test_a_refresh_that_failed_does_not_record_its_sources_as_read(listing: Path, tmp_path: Path) -> None:
    def full(texts: list[str]) -> None:
        raise RefreshError("the embedder broke")

    with open_listed(listing) as assistant:
        assistant.refresh()
    before = read_healths(HomeLibrary(tmp_path / "home"))
    write_article(tmp_path / "tides", "spring", "A spring tide is due.")
    with open_listed(listing, WordHash(full)) as assistant, pytest.raises(RefreshError, match="the embedder broke"):
        assistant.refresh()
    assert read_healths(HomeLibrary(tmp_path / "home")) == before


def test_an_article_in_two_folders_stays_as_long_as_one_has_it(listing: Path, tmp_path: Path) -> None:
    listing.write_text('[tides]\nfolder = "tides"\n\n[all]\nfolder = "."\nexclude = ["home/*"]\n')
    with open_listed(listing) as assistant:
        assistant.refresh()
        assert titles(assistant) == {"ebb", "flow", "vote"}
        report = assistant.refresh(forget=[str(tmp_path / "tides")])
        assert report.removed == () and titles(assistant) == {"ebb", "flow", "vote"}
        listing.write_text('[all]\nfolder = "."\nexclude = ["home/*"]\n')
        assistant.refresh()
        (tmp_path / "tides/ebb.md").unlink()
        assert len(assistant.refresh().removed) == 1
        assert titles(assistant) == {"flow", "vote"}


def test_the_article_of_a_deleted_file_goes_though_its_first_source_is_no_longer_listed(
    listing: Path, tmp_path: Path
) -> None:
    listing.write_text('[tides]\nfolder = "tides"\n\n[all]\nfolder = "."\nexclude = ["home/*"]\n')
    with open_listed(listing) as assistant:
        assistant.refresh()
        listing.write_text('[all]\nfolder = "."\nexclude = ["home/*"]\n')
        assistant.refresh()
        (tmp_path / "tides/ebb.md").unlink()
        assistant.refresh()
        assert titles(assistant) == {"flow", "vote"}


def test_a_source_removed_between_two_turns_does_not_come_back(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        assistant.remove_source("council")
        assistant.refresh(forget=[str(tmp_path / "council")])
        assistant.refresh([tmp_path / "council"], every=timedelta(hours=1))
        assert titles(assistant) == {"ebb", "flow"}
        assert [state.name for state in assistant.status().states] == ["tides"]


def test_the_text_of_a_source_that_cannot_be_read_is_not_replaced_by_that_of_another(
    listing: Path, tmp_path: Path
) -> None:
    write_article(tmp_path / "tides", "shared", "As the tides say.", url="https://t.example/a")
    write_article(tmp_path / "council", "shared", "As the council says.", url="https://t.example/a")
    with open_listed(listing) as assistant:
        assistant.refresh()
        (tmp_path / "tides").rename(tmp_path / "away")
        assistant.refresh()
        assert "As the tides say." in {article.text for article in assistant.articles()}


def test_a_source_of_which_nothing_can_be_read_gives_a_warning(listing: Path, tmp_path: Path) -> None:
    (tmp_path / "council/vote.md").write_text("---\ntitle: Vote\n---\n")
    with open_listed(listing) as assistant:
        assistant.refresh()
        (warning,) = assistant.status().warnings
        assert "council: none of it could be read" in warning and "no text" in warning


def test_a_source_that_was_removed_can_still_be_named_by_its_path(listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        assistant.remove_source("council")
        assistant.refresh()
        assert assistant.remove_source(str(tmp_path / "council")) is not None
        assert "vote" in titles(assistant)


def test_an_error_is_one_json_line_too_when_that_is_asked_for(listing: Path) -> None:
    listing.write_text("[tides]\nfolde = 1\n")
    words = ["refresh", "--log-json", "--home", str(listing.parent / "home")]
    result = CliRunner().invoke(main, words, env={"ASSISTANT_SOURCES": str(listing)})
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert json.loads(line)["event"] == "failed" and "sources.toml:2" in json.loads(line)["reason"]


@pytest.mark.parametrize("during", ["embedding", "naming"])
def test_a_refresh_that_is_stopped_leaves_the_index_as_it_was(during: str, listing: Path, tmp_path: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        write_article(tmp_path / "tides", "spring", "A spring tide is due.")
        stop = CancelToken()

        def stop_it(stage: str, done: int, total: int) -> None:
            if stage == during:
                stop.cancel()

        with pytest.raises(StoppedError):
            assistant.refresh(watcher=RefreshCallbacks(progress=stop_it, stop=stop))
        assert generations(tmp_path / "home") == ["000001"]
        assert titles(assistant) == {"ebb", "flow", "vote"}
        assistant.refresh()
        assert "spring" in titles(assistant)


def test_a_source_that_keeps_failing_is_tried_less_and_less_often_and_never_dropped(
    listing: Path, tmp_path: Path
) -> None:
    every, location, index = timedelta(minutes=30), str(tmp_path / "tides"), HomeLibrary(tmp_path / "home")
    with open_listed(listing) as assistant:
        assistant.refresh(every=every)
        (tmp_path / "tides").rename(tmp_path / "away")
        pauses = []
        for _ in range(9):
            assistant.refresh(every=every)
            health = read_healths(index)[location]
            assert health.tried and health.next_try
            pauses.append(health.next_try - health.tried)
            assert [source.name for source in assistant.refresh(every=every).sources] == ["council"], (
                "it is in its pause"
            )
            write_healths(index, {location: replace(health, next_try=health.tried)})
        assert pauses == sorted(pauses) and pauses[:2] == [every, 2 * every] and pauses[-1] == timedelta(days=1)
        (tmp_path / "away").rename(tmp_path / "tides")
        assistant.refresh(every=every)
        assert assistant.status().warnings == ()


def test_a_fault_in_the_list_is_a_warning_and_questions_are_still_answered(listing: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        listing.write_text('[tides]\nfolde = "tides"\n')
        assert any("sources.toml:2" in line and "folde" in line for line in assistant.status().warnings)
        assert assistant.ask("When did the tide come in?").corpus.articles == 3
        with pytest.raises(SettingsError, match=r"sources\.toml:2"):
            assistant.refresh()
        assert titles(assistant) == {"ebb", "flow", "vote"}
