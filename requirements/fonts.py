"""The fonts of the window: `make fonts`, or `python -m requirements.fonts`.

Copies the files of two packages as they are ("Source" is a reserved name: what is changed may not bear it) and writes
`fonts.css`: a face for each file, and faces over fonts of the reader's system that take as much room, so that a page
does not move when the files arrive. A system's figures are those of Liberation, which has the widths of Times New Roman
and Arial, and of DejaVu; both must be installed to run this.

The arithmetic is that of the overrides in CSS Fonts 5 (https://www.w3.org/TR/css-fonts-5/#font-metrics-override):
    size-adjust     = mean width of a letter here / there, in em, each letter as often as in the articles of corpus/
    ascent-override = ascent here / size-adjust, as all but size-adjust itself is scaled by it; descent alike
"""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import frontmatter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from .npm import Package

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "ui" / "static" / "fonts"
STYLES = ROOT / "ui" / "static" / "styles" / "fonts.css"
SYSTEM = Path("/usr/share/fonts/truetype")
# Of two faces that have a character the later one is asked first.
SUBSETS = ("cyrillic", "greek", "vietnamese", "latin-ext", "latin")


@dataclass(frozen=True, slots=True)
class SystemFont:
    """A family of the reader's system: its files here and its names there by style, all of the same widths."""

    family: str
    files: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of the window, its package, and what stands in for it until it is there."""

    name: str
    package: Package
    fallbacks: tuple[SystemFont, ...]

    @property
    def slug(self) -> str:
        """The family in names of files: "source-serif-4"."""
        return self.name.lower().replace(" ", "-")

    def file(self, subset: str, style: str) -> str:
        """The name of the file with `subset` in `style`."""
        return f"{self.slug}-{subset}-wght-{style}.woff2"


# What a style is called at the end of a font's full name; "Bold Oblique" in DejaVu.
_STYLES = {"normal": "", "italic": " Italic", "bold": " Bold", "bold italic": " Bold Italic"}


def _liberation(family: str, file: str, *names: str) -> SystemFont:
    return SystemFont(
        family,
        {style: f"liberation/{file}-{suffix.replace(' ', '') or 'Regular'}.ttf" for style, suffix in _STYLES.items()},
        {style: tuple(name + suffix for name in names) for style, suffix in _STYLES.items()},
    )


def _dejavu(family: str) -> SystemFont:
    suffixes = {style: suffix.replace("Italic", "Oblique") for style, suffix in _STYLES.items()}
    files = {style: f"DejaVuSans-{suffix.replace(' ', '')}".rstrip("-") for style, suffix in suffixes.items()}
    return SystemFont(
        family,
        {style: f"dejavu/{file}.ttf" for style, file in files.items()},
        {style: (f"DejaVu Sans{suffix}",) for style, suffix in suffixes.items()},
    )


FAMILIES = (
    Family(
        "Source Serif 4",
        Package(
            "@fontsource-variable/source-serif-4",
            "5.3.1",
            "4Rtay22SC4lMvw11r/+9kxANB6P3M0X8s1NudBC2v0J1KU2y3DcMoNcT3lBoZ/CqLirzf+StlO6UlJilyrvaUg==",
        ),
        (_liberation("Source Serif fallback", "LiberationSerif", "Times New Roman", "Liberation Serif", "Tinos"),),
    ),
    Family(
        "Source Sans 3",
        Package(
            "@fontsource-variable/source-sans-3",
            "5.3.1",
            "u0p5Z/PM2e1uxYOMiodLM6NVzxHwULcB6Oi7QSr2WU/sdoLBFP/BeOZ3YYHeJ6rHsjPZA1nZweZVaV7sf2MAyQ==",
        ),
        (
            _liberation("Source Sans fallback", "LiberationSans", "Arial", "Liberation Sans", "Arimo"),
            _dejavu("Source Sans fallback wide"),
        ),
    ),
)

_HEAD = """\
/* The faces of the window. Written by `make fonts`; requirements/fonts.py says how the figures of the faces of the
   reader's own system are worked out, which stand in until the files are there and take as much room. */

"""
_FACE = """\
@font-face {{
  font-family: "{family}";
  font-style: {style};
  font-weight: 200 900;
  font-display: swap;
  src: url("fonts/{file}") format("woff2");
  unicode-range: {ranges};
}}
"""
_FALLBACK = """\
@font-face {{
  font-family: "{family}";
  font-style: {style};
  font-weight: {weights};
  src: {names};
  size-adjust: {size:.2%};
  ascent-override: {ascent:.2%};
  descent-override: {descent:.2%};
  line-gap-override: 0%;
}}
"""


def main() -> None:
    """Copy the files of both families and write their styles."""
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.woff2"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        faces = [face for family in FAMILIES for face in _family(family, Path(folder))]
    STYLES.write_text(_HEAD + "\n".join(faces), encoding="utf-8")


def _family(family: Family, folder: Path) -> Iterator[str]:
    package = family.package.unpacked(folder)
    shutil.copyfile(package / "LICENSE", TARGET / f"LICENSE-{family.slug}.txt")
    ranges = _ranges(package / "unicode.json")
    for style in ("normal", "italic"):
        for subset in SUBSETS:
            file = family.file(subset, style)
            shutil.copyfile(package / "files" / file, TARGET / file)
            yield _FACE.format(family=family.name, style=style, file=file, ranges=ranges[subset])
    for fallback in family.fallbacks:
        yield from _fallback(family, fallback)


def _ranges(path: Path) -> Mapping[str, str]:
    return {name: text.replace(",", ", ") for name, text in json.loads(path.read_text(encoding="utf-8")).items()}


def _fallback(family: Family, fallback: SystemFont) -> Iterator[str]:
    for style, file in fallback.files.items():
        slant = "italic" if "italic" in style else "normal"
        weight = 700 if "bold" in style else 400
        variable = TTFont(TARGET / family.file("latin", slant))
        here, there = instantiateVariableFont(variable, {"wght": weight}), TTFont(SYSTEM / file)
        size = mean_width(here) / mean_width(there)
        em = here["head"].unitsPerEm * size
        yield _FALLBACK.format(
            family=fallback.family,
            style=slant,
            weights="600 900" if weight == 700 else "200 500",
            names=", ".join(f'local("{name}")' for name in fallback.names[style]),
            size=size,
            ascent=here["hhea"].ascent / em,
            descent=-here["hhea"].descent / em,
        )


def mean_width(font: Any) -> float:
    """The mean width of a letter of the articles in em; letters that the font lacks are left out."""
    glyphs, widths = font.getBestCmap(), font["hmtx"]
    known = {letter: number for letter, number in letters().items() if ord(letter) in glyphs}
    total = sum(widths[glyphs[ord(letter)]][0] * number for letter, number in known.items())
    return float(total / sum(known.values()) / font["head"].unitsPerEm)


@cache
def letters() -> Counter[str]:
    """How often each letter, sign and space is in the articles that come with the project."""
    return Counter(_printed(sorted((ROOT / "corpus" / "articles").glob("*.md"))))


def _printed(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield from " ".join(frontmatter.load(str(path)).content.split())


if __name__ == "__main__":
    main()
