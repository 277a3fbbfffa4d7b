"""What of the lines of a mail its sender wrote: no quoted mails, signature or footer of a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.ingest.files.html.boilerplate import is_prose
from assistant.text import WordPattern

_HEADER = "{*mail.from}|{*mail.date}|{*mail.to}|{*mail.subject}|{*mail.other_header}"
# The first may stand on the line that announces a forwarded mail.
_ANY_HEADER = WordPattern(rf"(?:[-_]{{2,}}[^-_:\n]{{3,60}}[-_]{{2,}})?[>\s*_]*+(?:{_HEADER})\s?\*?:", re.I)
_NAMED = WordPattern(
    r"(?<![\w@-])(?:(?P<author>{*mail.from})|(?P<published>{*mail.date})|(?P<title>{*mail.subject})"
    r"|{*mail.to}|{*mail.other_header})\s?\*?:\*?",
    re.I,
)
_LIST_LINES = WordPattern(r"\b{*mail.list_lines}", re.I)
_CLOSING = WordPattern(
    r"\s{0,8}(?:{*mail.closing}(?![\w'’]).{0,200}|{*mail.closing_alone}(?:\s?[,.!/|–-].{0,200})?)$", re.I
)
_DEVICE = WordPattern(r"{*mail.device}.{0,60}", re.I)
_RULE = re.compile(r"[-_=*~\s]{3,}|[-_=]{2,}[^-_=].{3,60}[-_=]{2,}|[^\n]{5,60}:")  # above a forwarded mail
_FOOTER_LINE = re.compile(r"_{30,}\s?")  # as list servers write it
_ADDRESS = re.compile(r"<[^<>\s@]{1,80}@[^<>\s]{1,120}>[^@]{0,40}:$")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d")
_LINKED = re.compile(r"https?://|www\.|@|mailto:")
_MAX_HEADERS = 12  # lines
_MAX_BLOCK = 3000  # characters of them
_MAX_SIGNATURE = 10  # lines, where it is not parted as it should be
_MAX_CLOSED = 14  # lines of text after a closing phrase
_SENTENCE = 5  # words
_MAX_FOOTER = 4  # lines
_MAX_LIST_LINE = 400  # characters


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that another one passes on: what its headers say, and its lines."""

    headers: dict[str, str]
    lines: list[str]


def own_lines(lines: Sequence[str], *, is_plain: bool) -> list[str]:
    """The lines that the sender wrote."""
    at = _header_block(lines)
    lines = _above(lines, at) if at is not None else list(lines)
    if is_plain:
        lines = _without_cited(lines)
    lines = _without_introduced(lines)
    return _without_list_lines(_without_closing(_without_signature(lines)), is_plain=is_plain)


def forwarded(lines: Sequence[str], *, is_plain: bool) -> Forwarded | None:
    """The mail that these lines pass on, without those that it quotes itself; None where they pass on none."""
    if is_plain and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        lines = [line.lstrip()[1:].removeprefix(" ") for line in lines]
    at = _header_block(lines)
    if at is None:
        return None
    end = _block_end(lines, at)
    headers = _headers(" ".join(lines[at:end]))
    rest = list(lines[end:])
    cited = [line for line in rest if line.strip()]
    if is_plain and cited and all(line.lstrip().startswith(">") for line in cited):
        rest = [line.lstrip()[1:].removeprefix(" ") for line in rest]
    return Forwarded(headers, own_lines(rest, is_plain=is_plain))


def unflowed(text: str, *, delete_space: bool) -> str:
    """The text of format=flowed, whose lines that end with a space go on in the next (RFC 3676)."""
    lines: list[str] = []
    parts: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        quoted = len(line) - len(content)
        content = content.removeprefix(" ")
        if parts and (quoted != depth or content == "-- "):
            lines.append(_cited(parts, depth))
            parts = []
        depth = quoted
        flows = content.endswith(" ") and content != "-- "
        parts.append(content[:-1] if flows and delete_space else content)
        if not flows:
            lines.append(_cited(parts, depth))
            parts = []
    return "\n".join([*lines, _cited(parts, depth)] if parts else lines)


def _cited(parts: list[str], depth: int) -> str:
    return f"{'>' * depth}{' ' if depth else ''}{''.join(parts)}"


def _header_block(lines: Sequence[str]) -> int | None:
    """The line where the headers of a quoted mail begin: who wrote it, when, and on what or to which address."""
    for number, line in enumerate(lines):
        if _ANY_HEADER.match(line[:200]):
            block = " ".join(lines[number : _block_end(lines, number)])[:_MAX_BLOCK]
            names = {name.lastgroup for name in _NAMED.finditer(block)}
            if {"author", "published"} <= names and ("title" in names or "@" in block):
                return number
    return None


def _block_end(lines: Sequence[str], start: int) -> int:
    """The line after the headers that begin at `start`; a long one may go on in the next line."""
    end = start
    for number in range(start, min(len(lines), start + _MAX_HEADERS)):
        if _ANY_HEADER.match(lines[number][:200]):
            end = number + 1
        elif lines[number].strip() and number > end:
            break
    return end


def _headers(block: str) -> dict[str, str]:
    names = list(_NAMED.finditer(block[:_MAX_BLOCK]))
    ends = [name.start() for name in names[1:]] + [len(block)]
    found: dict[str, str] = {}
    for name, end in zip(names, ends, strict=True):
        if name.lastgroup:
            found.setdefault(name.lastgroup, block[name.end() : end].strip(" *>\t"))
    return found


def _above(lines: Sequence[str], at: int) -> list[str]:
    """The lines above the headers of a quoted mail, without the rule or the words that announce it."""
    kept = list(lines[:at])
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1].strip(" >"))):
        announces = bool(kept[-1].strip())
        kept.pop()
        if announces:
            break
    return kept


def _without_cited(lines: list[str]) -> list[str]:
    """Without the lines that begin with > and the one or two that say whose they are."""
    kept: list[str] = []
    for line in lines:
        if not line.lstrip().startswith(">"):
            kept.append(line)
            continue
        while kept and not kept[-1].strip():
            kept.pop()
        above = kept[-2:] if kept and kept[-1].rstrip().endswith(":") else []
        if any(map(_says_when, above)):
            kept.pop()
            if len(above) > 1 and not _CLOCK.search(above[-1][:300]) and _CLOCK.search(above[0][:300]):
                kept.pop()  # it was too long for one line
        if kept:
            kept.append("")
    return kept


def _says_when(line: str) -> bool:
    return bool(_CLOCK.search(line[:300]) or "@" in line[:300])


def _without_introduced(lines: list[str]) -> list[str]:
    """Without what follows a line that says who wrote it, with a date and an address, or nothing but that line."""
    for number, line in enumerate(lines):
        whole = line.strip()
        if len(whole) > 300 or not whole.endswith(":"):
            continue
        before = lines[number - 1].strip() if number else ""
        text = whole if _ADDRESS.search(whole) is None or any(map(str.isdigit, whole)) else f"{before} {whole}"
        if _ADDRESS.search(text[-300:]) and any(map(str.isdigit, text)):
            return lines[: number - (text is not whole)]
        if _CLOCK.search(whole) and not any(rest.strip() for rest in lines[number + 1 :]):
            return lines[:number]
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if not line.startswith(("--", "__")):
            continue
        is_short = line.rstrip() == "--" and _is_near_end(lines, number, _MAX_SIGNATURE)
        is_footer = bool(_FOOTER_LINE.fullmatch(line)) and _is_near_end(lines, number, _MAX_FOOTER)
        if line == "-- " or is_short or (is_footer and _LINKED.search("\n".join(lines[number:]))):
            return lines[:number]
    written = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].strip()), 0)
    return lines[:written] if lines and _DEVICE.fullmatch(lines[written].strip()) else lines


def _without_closing(lines: list[str]) -> list[str]:
    """Without "Kind regards" and the lines after it that say who sent it; a note below them stays."""
    for number, line in enumerate(lines):
        closing = _CLOSING.match(line)
        if closing and not _is_sentence(line) and _is_near_end(lines, number, _MAX_CLOSED):
            others = (at for at in range(number + 1, len(lines)) if _is_sentence(lines[at]))
            return lines[:number] + lines[next(others, len(lines)) :]
    return lines


def _is_sentence(line: str) -> bool:
    return is_prose(line.strip(), _SENTENCE)


def _is_near_end(lines: list[str], number: int, most: int) -> bool:
    rest = (at for at in range(number + 1, len(lines)) if lines[at].strip())
    return next(islice(rest, most, None), None) is None


def _without_list_lines(lines: list[str], *, is_plain: bool) -> list[str]:
    """Without the paragraphs that say how to leave the list, or where the mail can be seen, each with a link."""
    kept: list[str] = []
    for paragraph in _paragraphs(lines) if is_plain else [[line] for line in lines]:
        text = " ".join(paragraph)
        is_of_list = len(text) <= _MAX_LIST_LINE and _LINKED.search(text) and _LIST_LINES.search(text)
        kept += [] if is_of_list else paragraph
    return kept


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """The lines parted before each that follows an empty one."""
    found: list[list[str]] = []
    for number, line in enumerate(lines):
        if number == 0 or (line.strip() and not lines[number - 1].strip()):
            found.append([])
        found[-1].append(line)
    return found
