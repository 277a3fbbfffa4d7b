"""Giving way: a refresh that runs for a while lets those who wait for an answer have the processor first."""

import os

_NICENESS = 10  # about a tenth of the processor while others want all of it, the whole of it while they do not


def give_way() -> None:
    """Have this thread, and those that it begins, stand back behind other processes for good.

    For a process of its own that nobody waits for, as it cannot be taken back. On Windows it does nothing.
    """
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
