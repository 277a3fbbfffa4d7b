"""Pieces of Markdown; the text of articles, questions and notes is escaped."""

import re

from assistant import Answer, Citation, Filters
from assistant.utils import one_line

from ..markup import web_address
from . import parts

# Characters that mean something in Markdown, or in the HTML that it lets through.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])")
_LINE_START = re.compile(r"^(\d*)([-+=:#.)])")


def escaped(text: str) -> str:
    """`text` as one line that is read as it stands."""
    return _LINE_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", one_line(text)))


def within(text: str) -> str:
    """A part of a line, with the spaces at its ends."""
    return _MARKUP.sub(r"\\\1", text)


def lines(text: str) -> str:
    """`text` with its lines, each read as it stands."""
    return "\\\n".join(filter(None, map(escaped, text.splitlines())))


def answer_blocks(answer: Answer, filters: Filters) -> list[str]:
    """What an answer says, before its sources."""
    blocks = [escaped(text) for text in parts.context(answer, filters)]
    return [*blocks, *map(statement, parts.statements(answer))]


def statement(part: parts.Part) -> str:
    """A statement with the numbers of its citations and its note."""
    text, numbers, note = part
    marks = (f"[{number}]" for number in numbers)
    return " ".join(filter(None, [escaped(text), *marks, note and f"_{escaped(note)}_"]))


def source(citation: Citation) -> str:
    """An item of a numbered list: the citation and its address."""
    address = web_address(citation.url)
    # In angle brackets only these would end it.
    link = f" <{address.replace('<', '%3C').replace('>', '%3E').replace(' ', '%20')}>" if address else ""
    return f"{citation.number}. {escaped(parts.cited(citation))}{link}"
