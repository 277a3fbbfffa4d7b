import re

import pytest

from tests.support import ROOT
from tests.ui.support import Page
from ui.views.icons import icon

NAMES = sorted(path.stem for path in (ROOT / "ui" / "static" / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_for_the_eye_alone_and_as_large_as_the_text(name: str) -> None:
    page = Page(icon(name))
    tag, attributes = page.tags[0]
    assert (tag, attributes["class"], attributes["aria-hidden"], attributes["focusable"]) == (
        "svg",
        "icon",
        "true",
        "false",
    )
    assert (attributes["width"], attributes["height"], attributes["stroke"]) == ("1em", "1em", "currentColor")
    assert len(page.tags) > 1 and page.text == ""


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_draws_and_does_nothing_else(name: str) -> None:
    assert set(Page(icon(name)).names) <= {"svg", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}
    assert not re.search(r"<!--|href|style|\n", icon(name))


@pytest.mark.parametrize("name", ["serach", "../favicon", "LICENSE"])
def test_an_icon_that_does_not_exist_is_an_error_at_once(name: str) -> None:
    with pytest.raises(KeyError, match=re.escape(name)):
        icon(name)
