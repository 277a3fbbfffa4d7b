"""The health of the sources: what every user is told, and what only maintainers see."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant import Health
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


def test_a_source_is_named_in_the_page_without_secrets() -> None:
    unlisted = source(SECRET, SECRET, listed=False)
    assert "abcdef" not in source_health.title(unlisted) + source_health.key(unlisted)
    assert source_health.key(unlisted) != source_health.key(OLD)


def test_every_user_is_told_which_sources_need_a_maintainer_without_addresses() -> None:
    text = Page(source_health.warning((source(), FAILING, OLD, UNREAD))).text
    assert text.startswith("3 sources need a maintainer: harbour-feed (could not be read since 1 June 2025), ")
    assert text.endswith("council (last read 9d ago), quay (not read yet).")
    assert "feeds.example" not in text and "503" not in text
    hidden = [source(name, name, warnings=("old",)) for name in (SECRET, "/home/ines/private/archive", "http://[")]
    text = Page(source_health.warning(hidden)).text
    assert "feeds.example (old), archive (old), a source (old)" in text and "private" not in text


def test_nothing_is_said_when_all_are_healthy_and_only_the_first_of_many_are_named() -> None:
    assert source_health.warning((source(),)) == "" == source_health.warning((OLD,), only_failing=True)
    assert "and 2 more" in Page(source_health.warning((OLD,) * 5)).text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        odd = source(text, f"{text}.", kind=text, warnings=(text,), health=Health(failures=1, reason=text))
        return source_health.warning((odd, replace(odd, health=Health())))

    same_tags(html, text)
