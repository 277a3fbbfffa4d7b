"""What site generators and note programs write into Markdown and no reader of the page sees.

Outside of code and quotations, so that a text about such signs keeps them.
"""

import re
from collections.abc import Callable
from functools import partial

from assistant.ingest.files.html.boilerplate import is_quoted

_FENCE = re.compile(r"[ \t>]{0,12}(`{3,}|~{3,})[ \t]*(.*)")
_RUN_CODE = re.compile(
    r"\{(?:=|(?:r|python|julia|ojs|sql|bash|code-cell|mermaid|dot)\b)|(?:dataview|dataviewjs|mermaid)\b", re.I
)  # shows what it gives, or a drawing
_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,400}\1(?!`)")
_HELD = re.compile(r"\x00(\d{1,9})\x00")
_COMMENTS = (("<!--", "-->"), ("{/*", "*/}"), ("{{/*", "*/}}"), ("{{</*", "*/>}}"), ("{::comment}", "{:/comment}"))
_LIQUID_COMMENT = re.compile(r"\{%-?\s{0,5}(end)?comment\s{0,5}-?%\}")
_NOTE_COMMENT = re.compile(r"(?<!\S)%%(?!%)(?:[^%]|%(?!%)){1,3000}+%%")
_CALL = (
    r"\{\{(?:[^{}]|\{[^{}]{0,100}\}){0,500}+\}\}\}?|\{%(?:[^%{}]|%(?!\})|\{[^{}]{0,100}\}){0,500}+%\}|<%[^<>]{0,500}%>"
)
_CALL_LINE = re.compile(rf"^[ \t>]{{0,12}}(?:(?:{_CALL})[ \t]{{0,8}})+$", re.M)
_CALL_IN_ADDRESS = re.compile(rf"(?<=\]\()([^\s(){{}}<>]{{0,200}})(?:{_CALL})")
_LONG_CALL = re.compile(rf"(?=\{{\{{[<%]|\{{[{{%][^{{}}\n]{{0,500}}\n)(?:{_CALL})")
_MODULE_LINE = re.compile(
    r"import\s(?:[\w*{}$,\s]{1,500}\sfrom\s{1,5})?[\"'][^\"'\n]{1,300}[\"'];?\s*$"
    r"|export\s{1,3}(?:default\s|(?:const|let|var|function|class|async)\s|[{*])"
)
_MOST_MODULE_LINES = 200
_ATTRIBUTES = r"\{(?:[.#][^{}\n]{1,200}|[\w-]{1,40}=[^{}\n]{1,200})\}"
_SPAN = re.compile(rf"\[([^\[\]\n]{{1,300}})\](?:{_ATTRIBUTES}|\{{:[^{{}}\n]{{1,200}}\}})")
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^[ \t]{0,3}[*+-] [^\n]{0,100}\n[ \t]{0,3}\{:\s?toc\b[^{}\n]{0,100}\}", re.M), ""),
    # What another site shows in a frame, and the script or the style that goes with it; other HTML is left to the text.
    (re.compile(r"<(iframe|script|embed|video|audio)\s[^<>]{0,900}\bsrc=[^<>]{0,900}>\s{0,20}</\1>", re.I), ""),
    (re.compile(r"^<style\b[^<>]{0,200}>[^<]{0,5000}</style>", re.I | re.M), ""),
    (re.compile(r"[ \t]{0,3}\{:{1,2}[^{}\n]{1,200}\}"), ""),
    (re.compile(rf"(?<=[\])\x00*_]){_ATTRIBUTES}"), ""),
    (re.compile(r"\[caption\b[^\[\]]{0,300}\](?:[^\[]|\[(?!/caption)){0,1500}+\[/caption\]"), ""),
    (
        re.compile(
            r"\[[a-z][\w-]{1,30}(?:\s[\w-]{1,30}=[\"'][^\[\]]{0,300}|\s?/)\](?![(\[:])|\[/[a-z][\w-]{1,30}\](?![(\[:])"
        ),
        "",
    ),
    (re.compile(r"==(?=\S)([^=\n]{1,500})(?<=\S)=="), r"\1"),
    (re.compile(r"(?:^|[ \t])\^[A-Za-z0-9][\w-]{3,40}[ \t]*$", re.M), ""),
    (re.compile(r"[ \t]?\[-?@[^\[\]\n]{1,200}\]"), ""),
    (re.compile(r"\{[\"'] [\"']\}"), " "),
)
_HEADING_ATTRIBUTES = re.compile(r"[ \t]{1,5}\{[.#-][^{}\n]{0,200}\}[ \t]{0,5}$")
_BOX = re.compile(r"[ \t>]{0,12}:{3,}[ \t]*(?P<name>[\w-]*)(?:\[(?P<label>[^\[\]]{0,200})\])?(?P<rest>.*)")
_CALLOUT = re.compile(r"(?P<lead>(?:[ \t]{0,3}>[ \t]?){1,9})\[![\w-]{1,40}(?:\|[^\[\]]{0,60})?\][+-]?(?P<title>.*)")
_ADMONITION = re.compile(
    r"(?:!!!|\?\?\?\+?|===)[ \t]{1,3}(?:[\w-]{1,30}[ \t]{0,3}){0,4}(?:\"(?P<title>[^\"]{0,200})\")?$"
)
_NO_LINE = re.compile(
    r"[ \t]{0,3}(?:\[{1,2}_?toc_?\]{1,2}|\$\{toc\}|\*\[[^\[\]]{1,60}\]:.{0,300}"
    r"|\\[a-zA-Z]{2,30}(?:\{[^{}]{0,60}\}|\[[^\[\]]{0,60}\]){0,4}|::(?:[\w-]{1,40})?(?:\[[^\[\]]{0,200}\])?(?:\{[^{}]{0,200}\})?"
    r")[ \t]*",
    re.I,
)
_COMPONENT = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Z][\w.]{0,60}|(?=>))"
    r"(?P<inner>(?:\s{1,20}[\w:@.-]{1,60}(?:=(?:\"[^\"]{0,500}\"|'[^']{0,500}'|\{(?:[^{}]|\{[^{}]{0,200}\}){0,500}+\}))?"
    r"|\s{1,20}\{\.\.\.[\w.]{1,60}\}){0,30}+)\s{0,20}(?P<end>/?)>"
)
_INLINE_NOTE = re.compile(r"(?<=\S)\^\[([^\[\]]{1,1000})\]")


def without_signs(markdown: str) -> str:
    """The same Markdown without comments, calls of templates, components, attributes and signs of boxes.

    The titles of boxes and the words in components stay; notes within a line come at the end.
    """
    code: list[str] = []
    text = _without_comments(_hold_code(markdown.replace("\x00", "\ufffd"), code))
    text = "\n".join(_shown_lines(_without_modules(text.split("\n"))))
    text = _unless_quoted(_CALL_IN_ADDRESS, lambda found: found[1], text)
    for pattern in (_CALL_LINE, _LONG_CALL):
        text = _unless_quoted(pattern, lambda _: " ", text)
    text = _without_components(text)
    text = _unless_quoted(_SPAN, lambda found: found[1], text)
    for pattern, shown in _SIGNS:
        text = _unless_quoted(pattern, partial(_expanded, shown), text)
    notes = [found[1] for found in _INLINE_NOTE.finditer(text)]
    text = "\n\n".join([_INLINE_NOTE.sub("", text), *notes])
    return _HELD.sub(lambda held: code[int(held[1])], text)


def _hold_code(markdown: str, code: list[str]) -> str:
    """The Markdown with a number in the place of each piece of code, which goes to `code`."""
    lines: list[str] = []
    block: list[str] = []
    fence = info = ""
    for line in markdown.split("\n"):
        found = _FENCE.match(line)
        if fence:
            block.append(line)
            if found and found[1].startswith(fence) and not found[2].strip():
                lines += [] if _RUN_CODE.match(info) else [_held("\n".join(block), code)]
                block, fence = [], ""
        elif found and "`" not in found[2]:
            block, fence, info = [line], found[1], found[2]
        else:
            lines.append(_CODE_SPAN.sub(lambda span: _held(span.group(), code), line) if "`" in line else line)
    return "\n".join([*lines, _held("\n".join(block), code)] if block else lines)


def _held(text: str, code: list[str]) -> str:
    code.append(text)
    return f"\x00{len(code) - 1}\x00"


def _without_comments(text: str) -> str:
    for start, end in _COMMENTS:
        text = _without_between(text, start, end)
    at, parts, hidden = 0, [], False
    for mark in _LIQUID_COMMENT.finditer(text):
        if not hidden:
            parts.append(text[at : mark.start()])
        at, hidden = mark.end() if hidden == bool(mark[1]) else at, not mark[1]
    text = "".join([*parts, text[at:]]) if parts else text
    return _NOTE_COMMENT.sub("", text) if "%%" in text else text


def _without_between(text: str, start: str, end: str) -> str:
    parts: list[str] = []
    at = 0
    while (first := text.find(start, at)) >= 0 and (last := text.find(end, first + len(start))) >= 0:
        parts.append(text[at:first])
        at = last + len(end)
    return "".join([*parts, text[at:]])


def _without_modules(lines: list[str]) -> list[str]:
    """Without the statements of programs in MDX, each up to the empty line at which its brackets are closed."""
    kept: list[str] = []
    skipped = 0  # up to this line
    for number, line in enumerate(lines):
        if number < skipped:
            continue
        begins = _MODULE_LINE.match(line) is not None and (number == 0 or not lines[number - 1].strip())
        end = _statement_end(lines, number) if begins else None
        if end is None:
            kept.append(line)
        else:
            skipped = end
    return kept


def _statement_end(lines: list[str], start: int) -> int | None:
    """The empty line after a statement; None where its brackets are not closed."""
    depth = 0
    for number in range(start, min(len(lines), start + _MOST_MODULE_LINES)):
        depth += sum(map(lines[number].count, "{[(")) - sum(map(lines[number].count, "}])"))
        if depth <= 0 and (number + 1 == len(lines) or not lines[number + 1].strip()):
            return number + 1
    return None


def _shown_lines(lines: list[str]) -> list[str]:
    """Without the lines that only open, close or name a box, a table of contents or a page; titles of boxes stay."""
    kept: list[str] = []
    within = False  # an admonition, whose lines stand in
    for line in lines:
        if within and line.startswith(("    ", "\t")):
            line = line[1:] if line.startswith("\t") else line[4:]
        elif line.strip():
            within = False
        if (box := _BOX.fullmatch(line)) or _NO_LINE.fullmatch(line):
            kept += ["", _box_title(box), ""] if box else [""]
        elif callout := _CALLOUT.fullmatch(line):
            kept += [f"{callout['lead']}{callout['title'].strip()}", callout["lead"].rstrip()]
        elif admonition := _ADMONITION.fullmatch(line.rstrip()):
            within = True
            kept += ["", admonition["title"] or "", ""]
        else:
            kept.append(_HEADING_ATTRIBUTES.sub("", line) if line.startswith("#") else line)
    return kept


def _box_title(box: re.Match[str]) -> str:
    """The title that a fence of colons gives to its box: ::: tip Good to know, :::note[Good to know]."""
    rest = box["rest"].strip(" \t:") if box["name"] else ""
    return box["label"] or ("" if rest.startswith("{") else rest)


def _without_components(text: str) -> str:
    """Without the tags of components, but not what only looks like one, such as <Name>."""
    tags = list(_COMPONENT.finditer(text)) if "<" in text else []
    closed = {tag["name"] for tag in tags if tag["close"]}
    own = {tag.start() for tag in tags if tag["end"] or tag["inner"] or tag["name"] in closed}
    return _unless_quoted(_COMPONENT, lambda tag: "" if tag.start() in own else tag.group(), text) if own else text


def _expanded(shown: str, found: re.Match[str]) -> str:
    return found.expand(shown)


def _unless_quoted(pattern: re.Pattern[str], shown: Callable[[re.Match[str]], str], text: str) -> str:
    return pattern.sub(lambda found: found.group() if is_quoted(text, found.start()) else shown(found), text)
