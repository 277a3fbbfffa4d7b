"""The icons of the window: `make icons`, or `python -m requirements.icons`. Lucide's, without comments and classes."""

import re
import tempfile
from pathlib import Path

from .npm import Package

LUCIDE = Package(
    "lucide-static",
    "1.62.0",
    "WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
)
TARGET = Path(__file__).parents[1] / "ui" / "static" / "icons"
NAMES = """
    arrow-down arrow-left arrow-right arrow-up arrow-up-down ban bell bell-off bookmark building-2 calendar check
    chevron-down chevron-left chevron-right chevron-up circle-alert circle-check circle-help circle-slash circle-x
    clipboard clipboard-paste clock copy cpu download ellipsis equal-approximately external-link eye file-plus
    file-text folder
    folder-plus funnel globe grip-vertical history info keyboard layers link list loader-circle log-out map-pin menu
    message-square monitor moon newspaper panel-right pause pencil pin play plus printer quote refresh-cw rotate-ccw
    search send settings share-2 sparkles square star sun thumbs-down thumbs-up trash-2 triangle-alert undo-2 upload
    users wrench x
""".split()

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_CLASS = re.compile(r'\s+class="[^"]*"')
_SPACE = re.compile(r"\s+")


def bare(svg: str) -> str:
    """An icon in one line, without comment and class."""
    one_line = _SPACE.sub(" ", _CLASS.sub("", _COMMENT.sub("", svg))).strip()
    return one_line.replace("> <", "><").replace(" >", ">").replace(" />", "/>") + "\n"


def main() -> None:
    """Write each icon and their licence anew."""
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.svg"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        package = LUCIDE.unpacked(Path(folder))
        for name in NAMES:
            svg = (package / "icons" / f"{name}.svg").read_text(encoding="utf-8")
            (TARGET / f"{name}.svg").write_text(bare(svg), encoding="utf-8")
        (TARGET / "LICENSE").write_bytes((package / "LICENSE").read_bytes())


if __name__ == "__main__":
    main()
