"""Lines of a page that are no text of its article: labels, credits, appeals to the reader, placeholders."""

import re

from assistant.ingest.files.appeals import is_appeal, without_appeals
from assistant.text import WordPattern

_NOISE = WordPattern(
    r"{*ingest.noise_lines}\.?"
    r"|(?:©|copyright (?:©|\(c\)|\d)).*|(?:\d{1,9} )?comments?(?: \(\d{1,9}\))?"
    r"|\d{1,9} shares?|\d{1,9} min(?:ute)?s? read",
    re.I,
)
_BEGINNING = WordPattern(r"{*ingest.noise_beginnings}\b(?P<rest>.*)", re.I)
_LABELLED = WordPattern(r"(?:{*ingest.noise_with_colon}|{*ingest.noise_beginnings})\s*:\s*(?P<rest>.*)", re.I)
_CREDIT = WordPattern(r"{*ingest.credits}\b", re.I)
_LABEL = WordPattern(r"{*ingest.noise_with_colon}(?: [^\s.]+){0,5}", re.I)
_TEMPLATE = re.compile(
    r"\{\{[^{}]{0,200}\}\}\}?|\{%[^{}]{0,200}%\}|[$#]\{[^{}]{0,200}\}|<%[^<>]{0,200}%>|\{:[^{}\n]{0,200}\}"
)
_QUOTATION_MARK = re.compile('["“”„«»‘’]')
_CLOSING = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’"}
_MAX_QUOTATION = 500  # characters before and after a place
_MAX_NOISE = 160
_LIKELY = 3.0  # added to the odds of an appeal where it begins like one
_MIN_PROSE, _SOME_WORDS, _MANY_WORDS = 4, 7, 14


def is_quoted(text: str, at: int) -> bool:
    """Whether the place is within a quotation that begins and ends on its line."""
    first, last = (
        max(text.rfind("\n", max(0, at - _MAX_QUOTATION), at) + 1, at - _MAX_QUOTATION),
        text.find("\n", at, at + _MAX_QUOTATION),
    )
    opened = ""
    for mark in _QUOTATION_MARK.findall(text, first, at):
        opened = "" if mark in _CLOSING.get(opened, "") else opened or (mark if mark in _CLOSING else "")
    after = text[at : last if last >= 0 else at + _MAX_QUOTATION]
    return bool(opened) and any(mark in after for mark in _CLOSING[opened])


def without_templates(line: str) -> str:
    """A line without placeholders that no program has filled in; empty where no sentence is left.

    What a quotation says of them stays.
    """
    rest = line
    if "{" in line or "<%" in line:
        rest = _TEMPLATE.sub(lambda found: found.group() if is_quoted(line, found.start()) else " ", line)
    if rest == line:
        return line
    return " ".join(rest.split()) if is_prose(rest.strip()) else ""


def is_prose(text: str, words: int = _MIN_PROSE) -> bool:
    """Whether a text ends as a sentence does and has so many words: a caption, a credit or a headline does not."""
    return text.rstrip("\"”’'»)]").endswith((".", "?", "!", "…")) and len(text.split()) >= words


def is_label(text: str) -> bool:
    """Whether a short text says what stands beside or below it: "Related stories", "Photo: ...", "Read more"."""
    return any(pattern.fullmatch(text.rstrip(": ")) for pattern in (_NOISE, _BEGINNING, _LABELLED, _LABEL))


def text_of_line(line: str) -> str:
    """What of a line is text of the article: nothing, all, or all but the appeals at its end."""
    line = without_templates(line)
    shown = line.strip(" -–—•*|►▶»›>")
    is_row = " | " in line
    if len(shown) < _MAX_NOISE and _is_noise(shown.partition(" | ")[0] if is_row else shown, in_row=is_row):
        return ""
    return line if is_row else without_appeals(line)


def _is_noise(text: str, *, in_row: bool) -> bool:
    """Whether a short text is a label, a credit or a call; of a row only its first cell says so, by itself."""
    beginning = _BEGINNING.fullmatch(text)
    if in_row:
        return beginning is not None and not beginning["rest"]
    labelled = _LABELLED.fullmatch(text)
    if labelled:
        return not _goes_on_as_prose(labelled["rest"])
    is_call = bool(beginning) and (not is_prose(text, _SOME_WORDS) or is_appeal(text, _LIKELY))
    return is_call or bool(_NOISE.fullmatch(text))


def _goes_on_as_prose(rest: str) -> bool:
    """Whether what follows a label such as "Photo:" is of the text: "the owner had it taken down." """
    words = len(rest.split())
    if words < _MIN_PROSE or (_CREDIT.search(rest) and words < _MANY_WORDS):
        return False
    return rest[0].islower() or (is_prose(rest) and (rest[0] in "“\"‘'„«" or words > _SOME_WORDS))
