"""The News tab: what is new and corrected, and the watched questions."""

from ..events.news import NewsEvents
from ..layout import Parts
from .listener import listener, then_in_page


def connect_news(parts: Parts, events: NewsEvents) -> None:
    """News that are listed, and questions that are watched and let go."""
    bus = parts["bus"]
    listed = bus.news(**listener(parts, events.news, [], ["news"]), trigger_mode="multiple")
    then_in_page(parts, listed, "newsListed")
    opened = parts["news_tab"].select(**listener(parts, events.open_news, [], ["news_form", "news", "watched"]))
    then_in_page(parts, opened, "newsListed")
    watched = bus.watch(**listener(parts, events.watch, ["stored"], ["problem", "toast"]))
    then_in_page(parts, watched, "showToast", "toast")
    bus.unwatch(**listener(parts, events.unwatch, [], ["watched"]))
