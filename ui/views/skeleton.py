"""What stands where a part is still to come, in its shape, so that nothing moves when it is there."""

import re

from . import header, pickers
from .composer import offer_to_come

# As layout.py names them; that for maintainers comes later in the window too.
_TABS = ("Ask", "Articles", "Coverage", "News", "Collections", "History")
# What names a place in the page, or refers to one, is for the window alone. No text has it: its quotes are escaped.
_NAMES = re.compile(r' (?:id|aria-labelledby|aria-controls|popovertarget)="[^"]*"')
_BY_POINTER_ALONE = r'<\1 tabindex="-1"'
_PRESSED = re.compile("<(a|button)(?= )")
_WAITING = '<p class="screen-reader-only" role="status">Loading…</p>'


def rows(number: int = 8) -> str:
    """A list that is still to come."""
    return f'<div class="to-come">{_WAITING}<div aria-hidden="true">{"<i><b></b></i>" * number}</div></div>'


def plot() -> str:
    """A plot that is still to come."""
    return f'<div class="to-come plot">{_WAITING}<div aria-hidden="true">{"<i></i>" * 9}</div></div>'


def front() -> str:
    """The stories of the first look that are still to come."""
    cards = "".join(f'<li class="shape{wide}"><i></i><i></i><i></i></li>' for wide in (" wide", *[""] * 5))
    stories = f'<div class="shapes-heading"><i></i></div><ol class="shapes">{cards}</ol>'
    return f'<div class="to-come first-stories">{_WAITING}<div aria-hidden="true">{stories}</div></div>'


def first_look(head: str, welcome: str, stories: str) -> str:
    """The window as it begins, of what its parts hold: a reader reads the stories before the window is drawn.

    Its stories lead to their addresses when they are clicked on; nothing in it takes the focus.
    """
    tabs = "".join(f"<span>{name}</span>" for name in _TABS)
    openers = pickers.opener("", "Publications", "newspaper") + pickers.opener("", "Dates", "calendar")
    asking = (
        f'{welcome}<div class="ask-box">Ask about the articles<span class="ask-sign"></span></div>'
        f'<div class="filters">{openers}</div>{offer_to_come()}'
    )
    return (
        f'<div class="part masthead-row" inert>{_nameless(head + header.title_search())}</div>'
        f'<div class="tabs" inert>{tabs}</div><div class="part asking" inert>{_nameless(asking)}</div>'
        f'<div class="part">{_PRESSED.sub(_BY_POINTER_ALONE, _nameless(stories))}</div>'
    )


def _nameless(html: str) -> str:
    return _NAMES.sub("", html)
