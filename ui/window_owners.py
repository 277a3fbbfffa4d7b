"""Whose each window is: what is asked in one, and what it is told, is for who opened it alone."""

from collections import OrderedDict

from assistant.accounts import Principal
from assistant.server import Refusal

_MOST = 10_000  # windows; those that were not used for longest are forgotten


class WindowOwners:
    """The windows of who is signed in, by the names that their pages gave them. All happens in one event loop."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()

    def check(self, who: Principal, window: str) -> None:
        """Note that `who` uses that window. Raises Refusal where it is somebody else's."""
        if who.owner is None or not window:
            return
        if self._owners.setdefault(window, who.owner) != who.owner:
            raise Refusal(403, "This window is somebody else's; load the page again.")
        self._owners.move_to_end(window)
        if len(self._owners) > _MOST:
            self._owners.popitem(last=False)
