"""What the views let one press leads somewhere, and to one thing only."""

import re
from collections import Counter

from tests.support import ROOT
from ui.layout import EVENTS

MODULES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "ui" / "static" / "window").glob("*.js"))]
VIEWS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "ui").rglob("*.py")))
PRESSED = re.compile(r"""data-act=\\?"(\w+)|\b(?:button|item|act)\(\s*["'](\w+)["']""")
TABLES = re.compile(r"\w*Actions = \{(.*?)\};|Object\.assign\(pageActions, \{(.*?)\}\);", re.S)
NAMES = re.compile(r"(?:^|,)\s*(\w+)(?=\s*(?:[:,]|$))", re.M)


def page_actions() -> list[str]:
    """The names of all that the page does by itself, as often as a module has them."""
    tables = ["".join(found) for module in MODULES for found in TABLES.findall(module)]
    for _ in range(5):  # what is done, from within
        tables = [re.sub(r"\([^()]*\)|\{[^{}]*\}", "", table) for table in tables]
    set_alone = [name for module in MODULES for name in re.findall(r"pageActions\.(\w+) =", module)]
    return [name for table in tables for name in NAMES.findall(table)] + set_alone


def test_no_two_modules_do_something_else_under_one_name() -> None:
    assert [name for name, number in Counter(page_actions()).items() if number > 1] == []


def test_what_can_be_pressed_is_done_by_the_page_or_by_the_server() -> None:
    pressed = {name for found in PRESSED.findall(VIEWS) for name in found if name}
    assert len(pressed) > 50 and pressed - {*page_actions(), *EVENTS} == set()
