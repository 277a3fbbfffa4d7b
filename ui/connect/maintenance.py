"""The Maintenance tab: refreshes and the way back from one, the list of sources, and articles added by hand."""

from typing import Any

from ..events.adding import AddingEvents
from ..events.maintenance import MaintenanceEvents
from ..events.sources import SourceEvents
from ..layout import Parts
from .listener import listener, then_in_page

_STATE = ["state", "source_list", "controls", "refreshes", "difference"]
_CORPUS = [*_STATE, "report", "head", "article_form"]


def connect_maintenance(blocks: Any, parts: Parts, events: MaintenanceEvents) -> None:
    """What maintainers do to the corpus."""
    bus = parts["bus"]
    blocks.load(**listener(parts, events.show_tab, [], ["maintenance_tab"]))
    parts["maintenance_tab"].select(**listener(parts, events.open_maintenance, [], _STATE))
    # Not "once": that lets go of a click that comes just before the refresh before it is done with.
    refreshed = bus.refresh(**listener(parts, events.refresh, [], _CORPUS), trigger_mode="multiple")
    then_in_page(parts, refreshed, "refreshed")
    bus.stop_refresh(**listener(parts, events.stop_refresh, [], ["report"]))
    for name in ("compare", "confirm_rollback", "cancel_rollback"):
        getattr(bus, name)(**listener(parts, getattr(events, name), [], ["difference"]))
    bus.roll_back(**listener(parts, events.roll_back, [], _CORPUS), trigger_mode="once")


def connect_sources(parts: Parts, events: SourceEvents) -> None:
    """What maintainers do to the list of sources."""
    bus = parts["bus"]
    changes = ("save_source", "pause_source", "resume_source", "remove_source")
    for name in ("open_source", "close_source", "test_source", *changes):
        shown = getattr(bus, name)(
            **listener(parts, getattr(events, name), [], ["source_list", "toast"]), trigger_mode="multiple"
        )
        then_in_page(parts, shown, "sourcesShown", "toast")
    new = ["source_look", "source_form", "source_list", "toast"]
    looked = bus.look_at_source(**listener(parts, events.look_at_source, [], new), trigger_mode="multiple")
    then_in_page(parts, looked, "showToast", "toast")


def connect_adding(parts: Parts, events: AddingEvents) -> None:
    """Articles that are looked at, mended and put in by hand."""
    bus = parts["bus"]
    looked = bus.look(**listener(parts, events.look, [], ["added", "drafts"]), trigger_mode="multiple")
    then_in_page(parts, looked, "draftsShown")
    all_parts = ["added", "drafts", *_CORPUS]
    added = bus.add_drafts(**listener(parts, events.add_drafts, [], all_parts), trigger_mode="multiple")
    then_in_page(parts, added, "draftsShown")
    dropped = bus.discard_drafts(**listener(parts, events.discard_drafts, [], ["added", "drafts"]))
    then_in_page(parts, dropped, "draftsShown")
