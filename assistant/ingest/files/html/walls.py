"""What asks the reader of a page to pay, to log in or to agree, and is no text of its article."""

import re
from typing import Any

from assistant.ingest.files.appeals import is_appeal
from assistant.ingest.files.html.page import HtmlPage, class_names, class_pattern
from assistant.ingest.files.html.tables import is_row
from assistant.ingest.files.html.tags import BLOCKS, UNSEEN, remove_element

_WALL = class_pattern(
    r"paywall\w*|reg-?wall\w*|pay-?gate\w*|piano\w*|tp-[a-z]+|meter\w*|barrier|gate|gated|subscri\w+|abo|offers?|upsell"
    r"|premium|locked|login|log-?in|register|registration|member\w*|cta|call-?to-?action|prompt|banner|appeal|support-us",
    r"$|[-_\s]|\d",
)
_COMPOUND = re.compile(r"^([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)$")
_WALL_BIAS, _NO_BIAS = 2.0, 0.0  # what a name adds to the odds that a line is an appeal
_MOST = 0.5
_MAX_SHORT = 25  # characters: a price, the name of an offer
_MAX_WALL = 2_500


def remove_walls(page: HtmlPage) -> None:
    """Remove walls as a whole, by their names and by what they say, and every other line that is an appeal.

    A name alone does not count: "paywall" is also what sites call the text that is paid for.
    """
    above = set() if page.heading is None else {page.heading, *page.heading.iterancestors()}
    for element in list(page.tree.iter()):
        if element not in above and _is_named_wall(element, page.paid) and _asks(element):
            remove_element(element)
    for element in list(page.tree.iter(*_LINES)):
        if element not in above and not is_row(element) and _is_line(element) and is_appeal(_text(element)):
            remove_element(element)


_LINES = ("p", "h2", "h3", "h4", "h5", "h6", "li", "div", "section", "blockquote", "label", "button")


def _is_named_wall(element: Any, paid: tuple[str, ...]) -> bool:
    if element.tag in {"html", "body", "main", "article", "head"} or element.tag in UNSEEN:
        return False
    return bool(_WALL.search(class_names(element))) or any(_selects(selector, element) for selector in paid)


def _selects(selector: str, element: Any) -> bool:
    """Whether the last part of a CSS selector names the element."""
    names = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
    for alternative in selector.split(",")[:20]:
        last = re.split(r"[\s>+~]", alternative.strip()[-200:])[-1]
        match = _COMPOUND.match(last)
        if match and match[2] and (match[1] or element.tag).lower() == element.tag:
            if set(re.findall(r"[.#][\w-]+", match[2])) <= names:
                return True
    return False


def _asks(element: Any) -> bool:
    """Whether most of what an element says, apart from prices and names of offers, are appeals."""
    if len(element.text_content()) > _MAX_WALL:
        return False
    lines = [_text(line) for line in element.iter() if _is_line(line)]
    counted = [line for line in lines if len(line) > _MAX_SHORT] or lines
    asking = sum(len(line) for line in counted if is_appeal(line, _WALL_BIAS))
    return bool(counted) and asking > _MOST * sum(map(len, counted))


def _is_line(element: Any) -> bool:
    """Whether it is the innermost block around its text."""
    if element.tag in UNSEEN or not isinstance(element.tag, str):
        return False
    is_block = element.tag in BLOCKS or element.tag in {"label", "button"}
    return is_block and not any(child.tag in BLOCKS for child in element.iterdescendants()) and bool(_text(element))


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())
