"""What the window ships is whole: fonts, styles over them, licences, the mark, and all of it in the wheel."""

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from tests.support import ROOT

STATIC = ROOT / "ui" / "static"
FONTS = sorted((STATIC / "fonts").glob("*.woff2"))
FACES = re.findall(r"@font-face \{(.*?)\}", (STATIC / "styles" / "fonts.css").read_text(encoding="utf-8"), re.S)


def test_each_font_has_a_face_and_each_face_a_font() -> None:
    named = [name for face in FACES for name in re.findall(r'url\("([^"]+)"\)', face)]
    assert sorted(named) == [f"fonts/{path.name}" for path in FONTS]


def test_text_is_seen_while_its_font_is_fetched_and_only_what_is_shown_is_fetched() -> None:
    for face in FACES:
        if "url(" in face:
            assert "font-display: swap;" in face and "unicode-range: U+" in face and "local(" not in face


@pytest.mark.parametrize("family", ["Source Serif fallback", "Source Sans fallback"])
def test_a_stand_in_for_each_style_takes_as_much_room(family: str) -> None:
    faces = [face for face in FACES if f'"{family}"' in face]
    styles = {tuple(re.findall(r"font-(?:style|weight): ([^;]+);", face)) for face in faces}
    assert styles == {(slant, weight) for slant in ("normal", "italic") for weight in ("200 500", "600 900")}
    measures = {"size-adjust", "ascent-override", "descent-override", "line-gap-override"}
    assert all(measures <= set(re.findall(r"[\w-]+(?=: [\d.]+%)", face)) for face in faces)


@pytest.mark.parametrize("path", [path for path in FONTS if "-latin-wght" in path.name], ids=lambda path: path.stem)
def test_figures_line_up_in_tables_and_can_be_set_close_in_text(path: Path) -> None:
    font = TTFont(path)
    widths = {font["hmtx"][font.getBestCmap()[ord(figure)]][0] for figure in "0123456789"}
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert len(widths) == 1 and "pnum" in features
    assert {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes} == {"wght": (200, 900)}


def test_the_licences_of_fonts_and_icons_are_shipped_and_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shipped = {path for pattern in project["license-files"] for path in ROOT.glob(pattern)}
    texts = " ".join(path.read_text(encoding="utf-8") for path in shipped)
    assert {"LICENSE-source-serif-4.txt", "LICENSE-source-sans-3.txt"} <= {path.name for path in shipped}
    assert "SIL OPEN FONT LICENSE" in texts and "Lucide" in texts
    assert {"OFL-1.1", "ISC", "MIT"} <= set(project["license"].split(" AND "))


def test_the_mark_is_there_in_the_sizes_that_are_asked_for() -> None:
    root = ElementTree.parse(STATIC / "favicon.svg").getroot()
    assert root.get("viewBox") == "0 0 32 32"
    with Image.open(STATIC / "favicon.ico") as icon, Image.open(STATIC / "apple-touch-icon.png") as touch:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
        assert touch.size == (180, 180) and touch.mode == "RGB"
