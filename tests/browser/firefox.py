"""A real Firefox, as Debian and others ship it, driven by Playwright over WebDriver BiDi.

What the long-term release 153 cannot do for Playwright: prefer a scheme of colours, show a page as on paper
(`emulate_media`), and tell of a download, which does happen (`expect_download` waits in vain).
"""

import os
import shlex
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from . import firefox_bridge

FIREFOXES = ("firefox-esr", "firefox")
_LIGHT = 1  # for layout.css.prefers-color-scheme.content-override


def found() -> str | None:
    """Where Firefox is on this machine, if it is."""
    return next(filter(None, map(shutil.which, FIREFOXES)), None)


def launched(playwright: Playwright, executable: str, folder: Path) -> Browser:
    """That Firefox at work, with `folder` for what it writes."""
    bridge = folder / "firefox"
    bridge.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, firefox_bridge.__file__, executable])} "$@"\n')
    bridge.chmod(0o700)
    return playwright.firefox.launch(
        channel="moz-firefox",  # without it, Playwright takes it for a Firefox of its own making
        executable_path=bridge,
        firefox_user_prefs={"layout.css.prefers-color-scheme.content-override": _LIGHT},
        # Firefox does not start where the home is not its user's own, as in the containers of GitHub.
        env={**os.environ, "HOME": str(folder)},
    )
