"""The Collections tab, and pinning."""

from ..events.collections import CollectionEvents
from ..layout import Parts
from .listener import listener, then_in_page


def connect_collections(parts: Parts, events: CollectionEvents) -> None:
    """Collections that are shown, changed, filled and exported; the page asks one thing after the other."""
    bus, shown = parts["bus"], ["collected", "collection"]
    for name, inputs, outputs in (
        ("collections", [], shown),
        ("collect", [], shown),
        ("pin_choices", ["stored"], ["collected"]),
        ("pin", [], ["collected"]),
        ("export_collection", [], ["collected"]),
    ):
        told = getattr(bus, name)(**listener(parts, getattr(events, name), inputs, outputs, trigger_mode="multiple"))
        then_in_page(parts, told, "collected", "collected")
    parts["collections_tab"].select(None, None, None, js="() => window.articleAssistant.showCollections()")
