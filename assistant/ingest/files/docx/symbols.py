"""What the characters of fonts whose letters are pictures stand for: Symbol, and the usual ones of Wingdings."""

_SYMBOL_LETTERS = "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"  # from 0x40
_SYMBOL_SIGNS = (  # from 0xA0
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
)
_SYMBOLS = dict(zip(range(0x40, 0x7F), _SYMBOL_LETTERS, strict=True)) | dict(enumerate(_SYMBOL_SIGNS, 0xA0))
_SYMBOLS |= {code: chr(code) for code in range(0x20, 0x40)} | {0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−"}
_WINGDINGS = dict(
    zip(
        bytes.fromhex("4a4c6c6e6f7176779fa7a8d8dfe0f0fbfcfdfe"),
        "☺☹●■□❑❖◆•▪◻➢←→⇨✗✓☒☑",
        strict=True,
    )
)


def symbol_text(code: int, font: str | None) -> str:
    """A character of a font whose letters are pictures; of one that is not known it is said that there is one."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if font in {None, "Symbol"}:
        return _SYMBOLS.get(low, "[symbol]")
    if font and font.startswith(("Wingdings", "Webdings", "ZapfDingbats")):
        return _WINGDINGS.get(low, "[symbol]") if font == "Wingdings" else "[symbol]"
    if low != code:
        return "[symbol]"
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xF8FF else "[symbol]"
