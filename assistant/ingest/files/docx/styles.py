"""The styles of a Word document: how text of each looks, as far as that decides what is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.ingest.files.docx.elements import child, is_on, name, value

_MAX_STYLES = 50  # of one chain: a hostile file can have an endless one


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks, as far as it matters; None where nothing is said of it."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    font: str | None = None

    @classmethod
    def of(cls, properties: Any) -> "Look":
        """The look that these run properties give."""
        if properties is None:
            return cls()
        found = {name(element.tag): element for element in properties}
        strikes = [found[key] for key in ("w:strike", "w:dstrike") if key in found]
        align, position = value(found.get("w:vertAlign")), value(found.get("w:position"))
        is_up = align == "superscript" or (position or "0")[:1] not in {"0", "-"}
        return cls(
            is_on(found["w:vanish"]) if "w:vanish" in found else None,
            any(map(is_on, strikes)) if strikes else None,
            None if align is None and position is None else is_up,
            value(found.get("w:rFonts"), "ascii"),
        )

    def over(self, other: "Look") -> "Look":
        """This look, and the other's where this says nothing."""
        return Look(
            other.hidden if self.hidden is None else self.hidden,
            other.struck if self.struck is None else self.struck,
            other.raised if self.raised is None else self.raised,
            self.font or other.font,
        )


class Styles:
    """The styles of a document: how text of each looks, and which are titles."""

    def __init__(self, root: Any) -> None:
        elements = [] if root is None else [element for element in root if name(element.tag) == "w:style"]
        self._styles = {value(element, "styleId"): element for element in elements}
        self._looks: dict[str | None, Look] = {}

    def look(self, style: str | None) -> Look:
        """How text of this style looks."""
        if style not in self._looks:
            look = Look()
            for element in self._chain(style):
                look = look.over(Look.of(child(element, "w:rPr")))
            self._looks[style] = look
        return self._looks[style]

    def is_title(self, style: str | None) -> bool:
        """Whether it is the style of titles or of first headings, or one that somebody derived from them."""
        for element in self._chain(style):
            if (value(child(element, "w:name")) or "").casefold() in {"title", "heading 1"}:
                return True
            if value(element, "customStyle") not in {"1", "true", "on"}:
                return False
        return False

    def _chain(self, style: str | None) -> Iterator[Any]:
        for _ in range(_MAX_STYLES):
            element = self._styles.get(style)
            if element is None:
                return
            yield element
            style = value(child(element, "w:basedOn"))
