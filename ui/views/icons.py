"""The icons of the window, as SVG within the page; `make icons` fetches them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "static" / "icons"
# In em also without styles: a picture that has no size takes all the room there is.
_SIZE = 'width="24" height="24"'
_ATTRIBUTES = 'class="icon" width="1em" height="1em" aria-hidden="true" focusable="false"'


def icon(name: str) -> str:
    """The icon as SVG for the eye alone: what it says stands beside it in words. KeyError where there is none."""
    return _icons()[name]


@cache
def _icons() -> Mapping[str, str]:
    files = {path.stem: path.read_text(encoding="utf-8").strip() for path in _FOLDER.glob("*.svg")}
    return {name: svg.replace(_SIZE, _ATTRIBUTES, 1) for name, svg in files.items()}
