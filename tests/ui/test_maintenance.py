from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.index import Manifest
from assistant.loading import Failure
from assistant.reports import RefreshReport
from ui import maintenance

from .support import NOW, Page, same_tags, status

MADE = Manifest("000001", None, NOW.isoformat(), "m", 16, 29, ("articles",), {"added": 16, "changed": 0})
DONE = RefreshReport(
    "000002", True, 17, 30, added=("a1",), removed=("a2",), failures=(Failure("articles", "bad.txt", "no title"),)
)


def test_the_state_says_what_is_there_and_from_where() -> None:
    page = Page(maintenance.state(status(generations=(MADE,)), NOW))
    for part in ("16 in 29 passages", "29 May 2025", "articles", "000001 published: 16 articles", "16 added"):
        assert part in page.text
    assert "indexes the sample articles" in Page(maintenance.state(status(generation=None), NOW)).text


def test_a_report_names_what_came_went_and_failed_and_why() -> None:
    page = Page(maintenance.report(DONE, {"a1": "Rain", "a2": "Snow"}))
    for part in ("Generation 000002 is published.", "Added: 1Rain", "Removed: 1Snow", "Not read: 1bad.txt: no title"):
        assert part in page.text


def test_a_long_report_says_how_much_it_leaves_out() -> None:
    many = replace(DONE, added=tuple(f"a{n}" for n in range(500)))
    assert (
        "Added: 500" in Page(maintenance.report(many, {})).text
        and "and 300 more" in Page(maintenance.report(many, {})).text
    )


def test_progress_is_told_in_numbers() -> None:
    page = Page(maintenance.progress("embedding", 1200, 3400))
    assert "Embedding: 1,200 of 3,400…" in page.text
    assert ("progress", {"max": "3400", "value": "1200", "aria-label": "Embedding"}) in page.tags


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda one: maintenance.state(status(sources=(one,), embedder=one), NOW), text)
    same_tags(lambda one: maintenance.report(replace(DONE, notices=(one,)), {"a1": one, "a2": one}), text)
    same_tags(lambda one: maintenance.failure(one), text)
    same_tags(lambda one: maintenance.progress(one, 1, 2, [one]), text)
