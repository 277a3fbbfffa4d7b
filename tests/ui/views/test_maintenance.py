from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, Diff, Failure, RefreshReport, SourceReport
from tests.ui.support import NOW, Page, same_tags, source, status
from tests.ui.views.test_watches import CHANGE
from ui.views import maintenance

SECRET = "https://feeds.example/news.xml?token=abcdef"
REPORT = RefreshReport(
    "000002",
    True,
    17,
    30,
    added=("a1",),
    removed=("a2",),
    failures=(Failure("articles", "bad.txt", "no title"), Failure("", SECRET, "gone", whole=True)),
    sources=(
        SourceReport("archive", "/srv/archive", 17, 1, 0, 1, 1),
        SourceReport("feed", SECRET, 0, 0, 0, 0, 1, "gone"),
    ),
    titles={"a1": "Rain", "a2": "Snow"},
    watched=(CHANGE,),
)


def test_the_state_says_what_is_indexed() -> None:
    page = Page(maintenance.state(status(states=(source(),)), NOW))
    for part in ("Articles16", "Passages29", "29 May 2025", "State 000001"):
        assert part in page.text
    empty = status(generation=None)
    assert "brings in the sample articles" in Page(maintenance.state(empty, NOW)).text
    assert "A refresh reads the sources" in Page(maintenance.state(replace(empty, states=(source(),)), NOW)).text


def test_a_report_names_what_was_added_removed_and_failed_and_why() -> None:
    page = Page(maintenance.report(REPORT))
    for part in (
        "Done: 1 added, 1 removed.",
        "State 000002.",
        "Added: 1Rain",
        "Removed: 1Snow",
        "Not read: 2bad.txt: no title",
    ):
        assert part in page.text
    assert "archive: 1 added, 1 removed, 1 not read" in page.text and "feed: could not be read" in page.text
    assert "Watched questions with another answer: 1Did it rain?" in page.text and page.marked
    assert "token=***: gone" in page.text and "abcdef" not in page.text


def test_a_trial_says_that_nothing_was_changed() -> None:
    page = Page(maintenance.report(replace(REPORT, trial=True, published=False)))
    assert "Nothing was changed. A refresh would do this:" in page.text and "Would be added: 1Rain" in page.text
    assert "would change nothing" in Page(maintenance.report(RefreshReport("000002", False, 1, 1, trial=True))).text


def test_a_long_report_says_how_much_it_leaves_out() -> None:
    many = Page(maintenance.report(replace(REPORT, added=tuple(f"a{n}" for n in range(500))))).text
    assert "Added: 500" in many and "and 300 more" in many


def test_progress_is_shown_in_numbers_and_can_be_stopped() -> None:
    page = Page(maintenance.progress("embedding", 1200, 3400))
    assert "Making the passages searchable: 1,200 of 3,400…" in page.text and page.controls("stop_refresh")
    assert ("progress", {"max": "3400", "value": "1200", "aria-label": "Making the passages searchable"}) in page.tags


@pytest.mark.parametrize("is_busy", [True, False])
def test_no_refresh_can_be_started_while_one_runs(is_busy: bool) -> None:
    page = Page(maintenance.controls((source(SECRET, SECRET),), is_busy=is_busy))
    buttons = {attributes["value"]: attributes for _, attributes in page.tags if attributes.get("name") == "what"}
    reasons = {value: attributes.get("title") for value, attributes in buttons.items()}
    running = "A refresh is running; wait for it, or stop it" if is_busy else None
    assert reasons == {"all": running, "failed": running or "Nothing failed at the last refresh", "one": running}
    assert all((attributes.get("aria-disabled") == "true") == bool(reasons[v]) for v, attributes in buttons.items())
    assert "abcdef" not in maintenance.controls((source(SECRET, SECRET),))


def test_a_rollback_is_confirmed_with_what_it_would_undo() -> None:
    article = ArticleRef("a1", "Rain", None, None, None)
    page = Page(
        maintenance.rollback_question(Diff("000001", "000002", (article,), (), (replace(article, title="Snow"),)))
    )
    assert "Go back from 000002 to 000001?" in page.text
    assert "Added since, and gone then: 1Rain" in page.text and "back then: 1Snow" in page.text
    assert page.controls("roll_back") == [{"act": "roll_back", "of": "000002"}] and page.controls("cancel_rollback")
    assert "No article would come or go." in Page(maintenance.rollback_question(Diff("1", "2", (), (), ()))).text


def report_of(text: str) -> RefreshReport:
    return replace(
        REPORT,
        generation=text,
        notices=(text,),
        failures=(Failure(text, text, text),),
        titles={"a1": text, "a2": text},
        sources=(replace(REPORT.sources[0], name=text),),
    )


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda text: maintenance.state(status(states=(source(text),), embedder=text), NOW), text)
    same_tags(lambda text: maintenance.controls((source(text),)), text)
    same_tags(lambda text: maintenance.report(report_of(text)), text)
    same_tags(
        lambda text: maintenance.rollback_question(
            Diff(text, text, (ArticleRef(text, text, text, None, text),), (), ())
        ),
        text,
    )
    same_tags(lambda text: maintenance.failure(text), text)
    same_tags(lambda text: maintenance.progress(text, 1, 2, [text]), text)
