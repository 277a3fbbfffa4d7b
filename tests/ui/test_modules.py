"""The page's modules fit together, and what the views let one press leads somewhere, and to one thing only."""

import re
from collections import Counter

from tests.support import ROOT
from ui.layout import EVENTS

FILES = sorted((ROOT / "ui" / "static" / "window").glob("*.js"))
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in FILES}
MODULES = list(SOURCES.values())
VIEWS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "ui").rglob("*.py")))
PRESSED = re.compile(r"""data-act=\\?"(\w+)|\b(?:button|item|act)\(\s*["'](\w+)["']""")
TABLES = re.compile(r"\w*Actions = \{(.*?)\};|Object\.assign\(pageActions, \{(.*?)\}\);", re.S)
NAMES = re.compile(r"(?:^|,)\s*(\w+)(?=\s*(?:[:,]|$))", re.M)
IMPORTS = re.compile(r"^import \{([^}]*)\} from \"\./([\w.]+)\";", re.M)
EXPORTS = re.compile(r"^export (?:async )?(?:function|const|let) (\w+)", re.M)
CALLED = re.compile(r"""then_in_page\(\s*\w+,\s*\w+,\s*"(\w+)"|window\.articleAssistant\.(\w+)\(""")


def imported() -> set[tuple[str, str]]:
    """Each name that a module imports, with the module that it is from."""
    found = [(source, names.split(",")) for text in MODULES for names, source in IMPORTS.findall(text)]
    return {(source, name.split(" as ")[0].strip()) for source, names in found for name in names if name.strip()}


def test_what_a_module_imports_is_there_and_what_it_exports_is_imported() -> None:
    exported = {(name, export) for name, text in SOURCES.items() for export in EXPORTS.findall(text)}
    through_a_name = {(name, export) for name, export in exported if name == "router.js"}
    assert imported() - exported == set()
    assert exported - imported() - through_a_name == set()


def test_what_the_server_has_the_page_do_is_there() -> None:
    table = SOURCES["main.js"].partition("window.articleAssistant = {")[2]
    called = {name for found in CALLED.findall(VIEWS) for name in found if name}
    assert called and all(re.search(rf"^  {name}[:,]", table, re.M) for name in called)


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
