"""How the sources stand: what everybody is told, and what only maintainers see."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.maintenance.source_health import Health
from tests.ui.support import NOW, Page, same_tags, source
from ui.views import source_health

SECRET = "https://feeds.example/news.xml?token=abcdef"
FAILING = source(
    "harbour-feed",
    SECRET,
    kind="feed",
    newest=None,
    health=Health(NOW, None, 3, NOW, f"{SECRET}: answered 503", NOW + timedelta(hours=2)),
    warnings=(f"could not be read 3 times in a row, since 1 June 2025: {SECRET}: answered 503",),
)
UNREAD = source("quay", health=Health(), warnings=("not read yet; run assistant refresh",))
OLD = source("council", warnings=("last read 9d ago, which is over 7d",))


def test_the_table_says_how_each_source_stands() -> None:
    page = Page(source_health.table((source(), FAILING, replace(OLD, read=False, health=Health(unread=4))), NOW))
    for part in ("archive/srv/archive", "16", "29 May 2025", "just now", "nothing", "never", "none has a date"):
        assert part in page.text
    for part in (
        "3 times in a row",
        "answered 503",
        "next try in 2 hours",
        "4 of it could not be read",
        "no longer read",
    ):
        assert part in page.text
    assert "token=***" in page.text and "abcdef" not in page.text


def test_a_source_is_named_in_the_page_without_its_address() -> None:
    unlisted = source(SECRET, SECRET, listed=False)
    assert "abcdef" not in source_health.title(unlisted) + source_health.key(unlisted)
    assert source_health.key(unlisted) != source_health.key(OLD)


def test_everybody_is_told_which_sources_need_a_maintainer_but_no_address() -> None:
    told = Page(source_health.wanting((source(), FAILING, OLD, UNREAD))).text
    assert told.startswith("3 sources need a maintainer: harbour-feed (could not be read since 1 June 2025), ")
    assert told.endswith("council (last read 9d ago), quay (not read yet).")
    assert "feeds.example" not in told and "503" not in told
    hidden = [source(one, one, warnings=("old",)) for one in (SECRET, "/home/ines/private/archive", "http://[")]
    told = Page(source_health.wanting(hidden)).text
    assert "feeds.example (old), archive (old), a source (old)" in told and "private" not in told


def test_nothing_is_said_when_all_is_well_and_of_many_the_first() -> None:
    assert source_health.wanting((source(),)) == "" == source_health.wanting((OLD,), only_failing=True)
    assert "and 2 more" in Page(source_health.wanting((OLD,) * 5)).text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def of(one: str) -> str:
        odd = source(one, f"{one}.", kind=one, warnings=(one,), health=Health(failures=1, reason=one))
        return source_health.table((odd,), NOW) + source_health.wanting((odd, replace(odd, health=Health())))

    same_tags(of, text)
