"""What stands around the words of a model's answer: code fences, JSON, headings, tables, lists of sources; pure."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from assistant.text import WordPattern, word_list_in_any_language
from assistant.verification import normal

_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*[\w+-]*\s*")
_JSON_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*json\w*\s*", re.IGNORECASE)
_THOUGHT = re.compile(r"think|thought|reason", re.IGNORECASE)  # of a fence
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_BETWEEN_ROWS = re.compile(r"[\s|:-]*--[\s|:-]*")
_HEADING = re.compile(r"\s*#{1,6}\s[^\n]*[^.!?\])\s][\s*_#]*")
_DEFINITION = re.compile(r"\s*\[\^?\d{1,4}\^?\]:\s.*")
_LISTED = re.compile(r"\s*(?:[-*•]\s+)?(?:\[\^?\d{1,4}\^?\]:?|\(?\d{1,2}[.)]|[-*•]|[⁰¹²³⁴-⁹]{1,3})\s?")
_SOURCES = WordPattern(
    r"(?P<mark>[\s#*_>•-]*)\b{*press.lists_of_sources}\b[\s*_]*(?::[\s*_]*(?P<rest>.*)|[\s*_#]*)", re.IGNORECASE
)
_AFTER_NAME = re.compile(r"[^\w\s'’]|\s[^\w\s]|\s?\Z")
_MARKERS_ALONE = re.compile(r"(?:[\s,;&.]|\band\b|[\[【(]\s?(?:\d{1,4}[,;\s–-]*)+[\]】)])+")
_IN_BRACKETS = re.compile(r"[\[【(][^\[\]【】()]*[\]】)]")
_NUMBERS_ALONE = re.compile(r"\d{1,2}(?:\s?,\s?\d{1,2})*\.?")
# A line that may become one of these, as far as it has come.
_MAY_BE = WordPattern(
    r"[\s`~#*_=>|:-]*\Z|\s*\||\s*#|\s*[`~]{3}|[\s#*_>•-]*{*press.lists_of_sources}[\s*_]*(?::|\Z)", re.IGNORECASE
)
_BEGINS_LIST = re.compile(r"\s*(?:[-*•⁰¹²³⁴-⁹]|\[|\(?\d{1,2}[.)]?(?:\s|\Z))")
_WORD_BEGUN = re.compile(r"[\s#*_>•-]*([^\W\d_][^\W\d_]*(?: [^\W\d_]*){0,3})\Z", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:`{3,}\s*(?:json\w*)?\s*)?(\{|\[\s*[{\"])", re.IGNORECASE)
_MAY_BE_JSON = re.compile(r"\s*+(?:`{1,3}[a-z0-9]{0,6}\s*+)?(?:\[\s*+)?\Z", re.IGNORECASE)
_STRING = re.compile(r'"(?:answer|response|text|content)"\s*:\s*("(?:[^"\\]|\\.)*+)')
_ANSWERS = (
    *("answer", "final_answer", "response", "text", "sentence", "statement", "content", "claim", "summary", "result"),
    *("output", "sentences", "statements", "claims", "answers"),
)
_CITING = ("citations", "citation", "sources", "source", "references", "passages", "passage", "cited", "ids")
_TAG = re.compile(
    r"</?(?:(?P<block>br|p|div|ul|ol|li|tr|h[1-6])|b|i|u|em|strong|span|mark|small|answer|response|output|result|td|th)"
    r"(?:\s[^<>\n]{0,80}|/)?>",
    re.IGNORECASE,
)
_TAG_BEGUN = re.compile(r"(?:<(?:/?[a-z][a-z0-9]{0,9}(?:\s[^<>\n]{0,80})?/?|/)?|\\)\Z", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\[\]])")
_DEEPEST = 5


class _Tags:
    """Takes a text piece by piece and gives it without the tags of HTML and the backslashes before brackets."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str, last: bool = False) -> str:
        """What of the text so far is sure."""
        self._held += text
        begun = None if last else _TAG_BEGUN.search(self._held)
        end = begun.start() if begun else len(self._held)
        sure, self._held = self._held[:end], self._held[end:]
        return _ESCAPED.sub(r"\1", _TAG.sub(lambda found: "\n" if found["block"] else "", sure))


class AnswerText:
    """Takes what a model writes piece by piece and gives the text of its answer, without what stands around it.

    `titles` and `publications` are those of the articles: a line that only names one belongs to a list of sources.
    How the text is cut into pieces does not matter.
    """

    def __init__(self, titles: Collection[str] = (), publications: Collection[str] = ()) -> None:
        self._titles = [title for title in map(normal, titles) if title]
        self._publications = [name for name in map(normal, publications) if name]
        self._tags = _Tags()
        self._held = ""
        self._row: str | None = None  # of a table, until the next line tells whether it is its head
        self._heading = ""  # which is the answer where nothing else is
        self._begun = self._is_json = self._is_thought = self._has_said = self._has_ended = self._is_in_line = False

    def feed(self, text: str) -> str:
        """What `text` adds to the answer."""
        self._held += self._tags.feed(text)
        if not self._begun:
            if _MAY_BE_JSON.fullmatch(self._held) or _JSON.match(self._held):
                return ""
            self._heading = ""  # which is the answer where nothing else is
        self._begun = True
        return "".join(self._lines(last=False))

    def end(self) -> str:
        """What was held back."""
        self._held += self._tags.feed("", last=True)
        if not self._begun and _JSON.match(self._held):
            self._held = _of_json(self._held)
        said = "".join([*self._lines(last=True), *self._pending()])
        return said if said.strip() or self._has_said else self._heading

    def _lines(self, last: bool) -> Iterator[str]:
        while self._held:
            if self._is_json:
                if not last:
                    return
                self._held, self._is_json = _of_json(self._held), False
            line, newline, rest = self._held.partition("\n")
            if not newline and not last and not self._is_in_line and self._may_be_special(line):
                return
            self._held = rest
            said = line if self._is_in_line else self._line(line)
            self._is_in_line = not newline and not self._has_ended
            self._has_said = self._has_said or bool(said.strip())
            yield said + (newline if said or not line else "")

    def _may_be_special(self, line: str) -> bool:
        if self._has_ended or self._is_thought or self._row is not None or _MAY_BE.match(line):
            return True
        begun = _WORD_BEGUN.fullmatch(line)
        if begun and any(
            name.startswith(begun[1].lower()) for name in word_list_in_any_language("press", "lists_of_sources")
        ):
            return True
        return self._has_said and _BEGINS_LIST.match(line) is not None

    def _line(self, line: str) -> str:
        """What a whole line says."""
        if self._has_ended or (self._is_thought and not _FENCE.fullmatch(line)):
            return ""
        row = _ROW.fullmatch(line)
        if row and _BETWEEN_ROWS.fullmatch(line):
            self._row = None
            return ""
        before, self._row = "".join(self._pending()), None
        if row:
            self._row = _cells(row[1])
            return before
        if _JSON_FENCE.fullmatch(line) and not self._is_thought:
            self._is_json = True
            return before
        if _FENCE.fullmatch(line) or _RULE.fullmatch(line):
            self._is_thought = not self._is_thought and _THOUGHT.search(line) is not None
            return before
        if _HEADING.fullmatch(line):
            self._heading = self._heading or line.strip(" #*_\t")
            return before
        return before + self._without_sources(line)

    def _pending(self) -> Iterator[str]:
        if self._row:
            yield f"{self._row}\n"

    def _without_sources(self, line: str) -> str:
        listed = _SOURCES.fullmatch(line)
        if listed is None:
            is_listed = self._has_said and (_DEFINITION.fullmatch(line) or self._names_an_article(line))
            return "" if is_listed else line
        rest = (listed["rest"] or "").strip()
        if rest and _MARKERS_ALONE.fullmatch(rest):
            return "".join(_IN_BRACKETS.findall(rest))
        if rest and _NUMBERS_ALONE.fullmatch(rest):
            return f"[{rest.rstrip('.')}]"
        self._has_ended = self._has_said
        return ""

    def _names_an_article(self, line: str) -> bool:
        found = _LISTED.match(line)
        named = normal(re.sub(r"[*_\"]", "", line[found.end() :])) if found else ""
        if any(named.startswith(title) and len(named) < len(title) + 80 for title in self._titles):
            return True
        return any(named.startswith(name) and _AFTER_NAME.match(named, len(name)) for name in self._publications)


def _cells(row: str) -> str:
    """A row of a table as words."""
    first, *others = [cell.strip() for cell in row.split("|")]
    return f"{first}: {', '.join(filter(None, others))}" if any(others) else first


def _of_json(text: str) -> str:
    """The answer in a JSON text; the text itself when there is none."""
    bare = re.sub(r"`{3,}\s*\Z", "", re.sub(r"\A\s*`{3,}\s*\w*", "", text.strip())).strip()
    try:
        return "\n".join(_texts(json.loads(bare, strict=False), _DEEPEST)) or text
    except (ValueError, RecursionError):
        cut = _STRING.search(bare)
        return str(json.loads(f'{cut[1].rstrip(chr(92))}"', strict=False)) if cut else text


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth:
        for each in value:
            yield from _texts(each, depth - 1)
    elif isinstance(value, dict) and depth:
        named = next((value[key] for key in _ANSWERS if value.get(key)), None)
        found = list(_texts(named, depth - 1)) if named else []
        numbers = [number for key in _CITING for number in re.findall(r"\b\d{1,4}\b", str(value.get(key, "")))]
        yield from found[:-1]
        if found:
            yield f"{found[-1]} [{', '.join(numbers)}]" if numbers and "[" not in found[-1] else found[-1]
