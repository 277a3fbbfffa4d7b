"""The Maintenance tab: refreshes, and the way back from one."""

from typing import Any

from ..events.maintenance import MaintenanceEvents
from ..layout import Parts
from .listener import listener, then_in_page


def connect_maintenance(blocks: Any, parts: Parts, events: MaintenanceEvents) -> None:
    """What maintainers do to the corpus."""
    bus = parts["bus"]
    corpus = ["state", "controls", "refreshes", "difference"]
    all_parts = ["report", *corpus, "head", "article_form"]
    blocks.load(**listener(parts, events.show_tab, [], ["maintenance_tab"]))
    parts["maintenance_tab"].select(**listener(parts, events.open_maintenance, [], corpus))
    # Not "once": that lets go of a click that comes just before the refresh before it is done with.
    refreshed = bus.refresh(**listener(parts, events.refresh, [], all_parts), trigger_mode="multiple")
    then_in_page(parts, refreshed, "refreshed")
    bus.compare(**listener(parts, events.compare, [], ["difference"]))
    for name in ("stop_refresh", "confirm_rollback", "cancel_rollback"):
        getattr(bus, name)(**listener(parts, getattr(events, name), [], ["report"]))
    bus.roll_back(**listener(parts, events.roll_back, [], all_parts), trigger_mode="once")
