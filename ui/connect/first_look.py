"""The first look: the newest stories, one of them opened, and titles that are found as they are typed."""

from typing import Any

from ..events.first_look import FirstLookEvents
from ..layout import Parts
from .listener import listener, then_in_page


def connect_first_look(blocks: Any, parts: Parts, events: FirstLookEvents) -> None:
    """The newest stories, and what is found by its title."""
    bus = parts["bus"]
    blocks.load(**listener(parts, events.show, [], ["first_look"]))
    for shown_again in (parts["ask_tab"].select, bus.new, bus.open):
        shown_again(**listener(parts, events.renew, [], ["first_look"]))
    more = bus.more_stories(**listener(parts, events.more_stories, [], ["first_look"]))
    then_in_page(parts, more, "storiesShown")
    read = bus.story(**listener(parts, events.story, [], ["reader"]), trigger_mode="multiple")
    then_in_page(parts, read, "showReader")
    found = bus.titles(**listener(parts, events.titles, [], ["found_titles"]), trigger_mode="multiple")
    then_in_page(parts, found, "titlesFound", "found_titles")
