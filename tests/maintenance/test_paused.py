"""Sources that are paused, and the last readings of each."""

from pathlib import Path

import pytest

from assistant import RefreshError, SettingsError
from tests.support import open_listed, titles, write_article

pytestmark = pytest.mark.usefixtures("quick_names")


def test_a_paused_source_is_not_read_and_keeps_its_articles(listing: Path) -> None:
    with open_listed(listing) as assistant:
        assistant.refresh()
        assert assistant.pause_source("tides").paused
        write_article(listing.parent / "tides", "spring", "A spring tide is due.")
        (listing.parent / "tides/ebb.md").unlink()
        report = assistant.refresh()
        assert [source.name for source in report.sources] == ["council"]
        assert titles(assistant) == {"ebb", "flow", "vote"}
        state = next(state for state in assistant.status().states if state.name == "tides")
        assert (state.paused, state.read, state.articles, state.warnings) == (True, False, 2, ())
        with pytest.raises(RefreshError, match="tides is paused; to have it read, run: assistant sources resume tides"):
            assistant.refresh(["tides"])
        assistant.resume_source("tides")
        assistant.refresh()
        assert titles(assistant) == {"flow", "spring", "vote"}
        assert not next(state for state in assistant.status().states if state.name == "tides").paused


def test_the_last_readings_of_a_source_say_what_each_brought_and_why_one_failed(listing: Path) -> None:
    tides = listing.parent / "tides"
    with open_listed(listing) as assistant:
        assistant.refresh()
        write_article(tides, "spring", "A spring tide is due.")
        (tides / "bad.json").write_text("{")
        assistant.refresh()
        tides.rename(listing.parent / "away")
        assistant.refresh()
        visits = assistant.source_visits("tides")
        assert [(one.outcome, one.articles, one.added, one.unread) for one in visits] == [
            ("failed", 0, 0, 0),
            ("partly", 3, 1, 1),
            ("read", 2, 2, 0),
        ]
        assert "no such file or folder" in (visits[0].reason or "") and "bad.json" in (visits[1].reason or "")
        assert [one.outcome for one in assistant.source_visits("council")] == ["read"] * 3
        assert assistant.source_visits(str(tides)) == visits
        with pytest.raises(SettingsError, match="no source ebb-and-flow"):
            assistant.source_visits("ebb-and-flow")


def test_twenty_readings_are_kept(listing: Path) -> None:
    with open_listed(listing) as assistant:
        for _ in range(22):
            assistant.refresh(["council"])
        visits = assistant.source_visits("council")
        assert len(visits) == 20 and visits == sorted(visits, key=lambda visit: visit.when, reverse=True)
