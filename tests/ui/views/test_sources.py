"""The list of sources as maintainers see it: health, what can be done, and what is opened of one of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Failure, Health, Source, Trial, Visit
from assistant.ingest.sources import ADDED_BY_HAND
from tests.ui.support import NOW, Page, same_tags, source, status
from tests.ui.views.test_source_health import FAILING, OLD, SECRET
from ui.views import source_health, sources
from ui.views.sources import Opened

VISIT = Visit(NOW - timedelta(hours=2), "partly", 9, added=2, unread=1, reason=f"{SECRET}: answered 404")
READ = source(health=Health(NOW, NOW, visits=(VISIT,)))
KEY = source_health.key(READ)


def drawn(*states: object, opened: Opened | None = None) -> Page:
    return Page(sources.table(status(states=states), NOW, opened))


def test_the_table_shows_the_health_of_each_source() -> None:
    page = drawn(source(), FAILING, replace(OLD, read=False, health=Health(unread=4)))
    for part in ("archive", "/srv/archive", "16", "29 May 2025", "just now", "In order", "never", "none is dated"):
        assert part in page.text
    for part in ("3 times in a row", "answered 503", "next try is in 2 hours", "4 of it could not", "No longer read"):
        assert part in page.text
    assert "token=***" in page.text and "abcdef" not in page.text and "To be seen to" not in page.text


@pytest.mark.parametrize(
    ("state", "off"),
    [
        (READ, {}),
        (source(), {"visits": "not been read"}),
        (source(listed=False), {"edit": "not on the list", "pause_source": "not on the list", "remove": "nothing to"}),
        (source(ADDED_BY_HAND), {"edit": "added here", "pause_source": "added here", "remove": "added here"}),
    ],
)
def test_what_cannot_be_done_with_a_source_is_off_and_says_why(state: object, off: dict[str, str]) -> None:
    for _, attributes in drawn(state).tags:
        name = attributes.get("data-what") or attributes.get("data-act") or ""
        if name in off:
            assert attributes["aria-disabled"] == "true" and off[name] in str(attributes["title"])


def test_a_paused_source_says_so_and_can_be_resumed() -> None:
    page = drawn(source(paused=True, read=False))
    assert "Paused: it is not read, and its articles stay." in page.text
    assert page.controls("resume_source") and not page.controls("pause_source")


def test_the_last_readings_say_what_each_brought_or_why_it_failed() -> None:
    page = drawn(READ, opened=Opened(KEY, "visits"))
    assert "2 hours agoRead in part2 added, 1 not read" in page.text and "answered 404" in page.text
    assert "abcdef" not in page.text and page.controls("close_source")


def test_removing_asks_first_and_says_that_the_articles_stay() -> None:
    page = drawn(READ, opened=Opened(KEY, "remove"))
    assert "Remove archive from the list?" in page.text and "Its 16 articles stay." in page.text
    assert page.controls("remove_source") == [{"act": "remove_source", "source": KEY}]


def test_a_test_shows_a_few_titles_and_what_fails() -> None:
    articles = tuple(Article(f"a{n}", f"Rain {n}", "It rained.", "The Weekly", NOW) for n in range(12))
    trial = Trial(Source("archive", "folder", "/srv/archive"), articles, (Failure("b", "bad.txt", "no title"),))
    page = drawn(READ, opened=Opened(KEY, "tested", trial=trial))
    for part in ("12 articles; nothing was changed.", "Rain 7", "and 4 more", "bad.txt: no title"):
        assert part in page.text
    assert "Rain 8" not in page.text
    assert "Reading archive" in drawn(READ, opened=Opened(KEY, "testing")).text


def test_without_sources_it_says_how_to_begin() -> None:
    assert "Add the first below" in drawn().text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        odd = source(
            text,
            f"{text}.",
            kind=text,
            warnings=(text,),
            health=Health(failures=1, visits=(replace(VISIT, reason=f"x{text}"),)),
        )
        trial = Trial(
            Source(text, "feed", text), (Article(text, text, text, text),), (Failure(text, text, text),), (text,)
        )
        opened = [Opened(source_health.key(odd), what) for what in ("visits", "remove")]
        opened += [
            Opened(source_health.key(odd), "tested", trial=trial),
            Opened(source_health.key(odd), "tested", problem=f"x{text}"),
        ]
        return "".join(sources.table(status(states=(odd,), trouble=f"x{text}"), NOW, each) for each in opened)

    same_tags(html, text)
