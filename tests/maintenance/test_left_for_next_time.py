"""What is left of a source: for next time when its time is used up, for good when a page is not there any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from tests.ingest.web.cases import PARAGRAPHS, item, page, rss
from tests.ingest.web.site import Reply, Site
from tests.support import open_assistant, open_listed, titles, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
GONE = Reply("", status=404)


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    path = tmp_path / "home/sources.toml"
    path.parent.mkdir()
    return path


@pytest.fixture
def assistant(listing: Path) -> Iterator[Assistant]:
    with open_assistant(listing.parent, web_hosts=("127.0.0.1",), web_delay=0, web_retries=0) as opened:
        yield opened


def test_files_after_the_time_of_a_source_are_left_as_they_were(tmp_path: Path) -> None:
    for name in ("ebb", "flow"):
        write_article(tmp_path / "tides", name, f"The tide is at {name}.")
    listing = tmp_path / "sources.toml"
    listing.write_text('[tides]\nfolder = "tides"\n')
    with open_listed(listing) as assistant:
        assistant.refresh()
        write_article(tmp_path / "tides", "ebb", "The tide is low.")
        write_article(tmp_path / "tides", "spring", "A spring tide is due.")
        listing.write_text('[tides]\nfolder = "tides"\nbudget = "0.001 ms"\npublication = "The Tide"\n')
        report = assistant.refresh()
        assert not report.removed and not report.failures and titles(assistant) == {"ebb", "flow"}
        assert report.notices == (f"{tmp_path}/tides: 3 files are left for next time (its budget of 0s is used up)",)
        listing.write_text('[tides]\nfolder = "tides"\nbudget = "5 min"\n')
        assert len(assistant.refresh().added) == 1 and titles(assistant) == {"ebb", "flow", "spring"}
        assert not assistant.refresh().changed


def test_pages_after_the_time_of_a_source_are_read_next_time(site: Site, assistant: Assistant, listing: Path) -> None:
    feed = rss(*(item(f"Bridge {name}", f"@1/{name}", PARAGRAPHS[0]) for name in "ab"))
    site.serve({"@1/feed": feed, "@1/a": page("Bridge a"), "@1/b": page("Bridge b")})
    list_ = f'[paper]\nfeed = "{site.base(1)}/feed"\n'
    listing.write_text(f'{list_}budget = "0.001 ms"\n')
    report = assistant.refresh()
    assert not report.failures and not report.added
    assert report.notices == ("paper: 2 pages are left for next time (its budget of 0s is used up)",)
    listing.write_text(f'{list_}budget = "5 min"\n')
    assert len(assistant.refresh().added) == 2


def test_a_page_of_a_feed_that_is_not_there_is_told_to_be_left_once_and_its_article_stays(
    site: Site, assistant: Assistant, listing: Path
) -> None:
    listing.write_text(f'[paper]\nfeed = "{site.base(1)}/feed"\nrecheck = "0s"\n')
    feed = rss(*(item(f"Bridge {name}", f"@1/{name}", PARAGRAPHS[0]) for name in "ab"))
    site.serve({"@1/feed": feed, "@1/a": page("Bridge a"), "@1/b": GONE})
    assert len(assistant.refresh().failures) == 1
    site.serve({"@1/feed": feed, "@1/a": GONE, "@1/b": GONE})
    told = [assistant.refresh() for _ in range(4)]
    left = [[line for line in report.notices if "so left" in line] for report in told]
    assert [len(lines) for lines in left] == [0, 1, 1, 0]
    assert "--reread" in left[1][0] and not told[3].notices and not told[3].failures
    assert titles(assistant) == {"Bridge a"}
    asked = len([url for url in site.urls() if url.endswith(("/a", "/b"))])
    assistant.refresh()
    assert len([url for url in site.urls() if url.endswith(("/a", "/b"))]) == asked
    site.serve({"@1/feed": feed, "@1/a": page("Bridge a"), "@1/b": page("Bridge b")})
    assistant.refresh(reread=True)
    assert titles(assistant) == {"Bridge a", "Bridge b"}


def test_a_listed_page_that_is_not_there_is_left_too(site: Site, assistant: Assistant, listing: Path) -> None:
    listing.write_text(f'[paper]\npage = "{site.base(1)}/a"\n')
    site.serve({"@1/a": page("Bridge a")})
    assistant.refresh()
    site.serve({"@1/a": GONE})
    told = [(len(report.failures), len(report.notices)) for report in (assistant.refresh() for _ in range(4))]
    assert told == [(1, 0), (1, 0), (0, 1), (0, 0)] and titles(assistant) == {"Bridge a"}
    asked = len(site.urls())
    assistant.refresh()
    assert len(site.urls()) == asked
