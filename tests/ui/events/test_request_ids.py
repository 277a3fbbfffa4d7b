"""What goes wrong in the window is known by an id, which the log has too."""

import re
from pathlib import Path

from tests.ui.support import Page
from tests.ui.test_server import join, listening, question_event, read_until, serving
from ui.views.markup import problem


def test_the_window_shows_the_id_under_which_the_log_has_the_fault(tmp_path: Path) -> None:
    with serving(tmp_path) as window:
        event = question_event(window.port)
        joined = join(window.port, event, "w", "Fail now?")
        with listening(window.port, "w") as answers:
            shown = read_until(answers, "process_completed")
    identity = joined.headers["x-request-id"]
    assert identity in shown and "request-id" in shown
    assert re.search(rf"could not be answered.*\(id {identity}\)\nTraceback", (tmp_path / "errors").read_text())
    assert "the fault" not in shown


def test_an_id_is_a_piece_of_its_own_which_a_click_selects() -> None:
    page = Page(problem("Something went wrong here (id 3f9a0c11)."))
    assert ("code", {"class": "request-id"}) in page.tags and "(id 3f9a0c11)." in page.text


def test_what_only_looks_like_an_id_adds_nothing_but_that() -> None:
    assert "<script>" not in problem("(id <script>alert(1)</script>)") and "code" not in problem("(id a b)")
