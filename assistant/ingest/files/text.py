"""Markdown and text files, with front matter or without."""

from functools import lru_cache
from typing import Any

import frontmatter
import yaml

from assistant.articles import article_id
from assistant.ingest.files.encodings import UnknownEncoding, decode
from assistant.ingest.files.fields import FieldError, article
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.items import Loaded
from assistant.utils.strings import one_line

_TITLE_LENGTH = 150


def read_text(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a text file: front matter between lines of ---, then the text, its line ends as \\n.

    Without front matter, a short first line before an empty one is the title.
    """
    return [_read(data, origin, markdown=False)]


def read_markdown(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Markdown file: front matter, then the text, as a reader sees it.

    Without front matter, the first heading is the title.
    """
    return [_read(data, origin, markdown=True)]


def _read(data: bytes, origin: Origin, *, markdown: bool) -> Outcome:
    try:
        values, text = frontmatter.parse(decode(data, origin.encoding).replace("\r\n", "\n"))
        fields = _mapping(values)
        if not fields:
            fields, text = _headed(text) if markdown else _titled(text)
        if origin.url:
            # A page of the web may say of itself what it likes, but not that it is another one.
            fields = {**fields, "url": origin.url, "id": None}
        body = plain_text(text) if markdown else text
        return Loaded(article(fields, key=article_id(key=origin.key), text=body), origin.file, origin.where)
    except FieldError as error:
        return origin.failed(f"{error} in its front matter" if "add" in str(error) else str(error))
    except UnknownEncoding as error:
        return origin.failed(str(error))
    except yaml.YAMLError as error:
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 2})" if mark else ""
        return origin.failed(f"its front matter is not YAML: {one_line(problem, 150)}{line}; put texts in quotes")
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # What PyYAML raises for a tag, such as !!timestamp, that does not fit its value.
        return origin.failed(f"its front matter cannot be used: {one_line(str(error), 200)}")


def _mapping(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise FieldError("the front matter is no list of fields; write them as name: value")
    return {str(key).lower(): value for key, value in values.items()}


def _titled(text: str) -> tuple[dict[str, Any], str]:
    """Title and text of a text file without front matter."""
    line, _, rest = text.strip().partition("\n")
    following, _, _ = rest.partition("\n")
    if line and len(line) <= _TITLE_LENGTH and not following.strip() and rest.strip():
        return {"title": line}, rest.strip()
    return {}, text


def _headed(text: str) -> tuple[dict[str, Any], str]:
    """Title and text of a Markdown file without front matter: its first heading, if no text comes before it."""
    tokens = _parser().parse(text)
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].map:
        title = _words(tokens[1].children or [])
        return {"title": title}, "\n".join(text.split("\n")[tokens[0].map[1] :])
    return {}, text


def plain_text(markdown: str) -> str:
    """The words of a Markdown text without its marks; blocks are parted by an empty line,
    list items too.

    HTML in it is not markup here: it stays, letter by letter, as text. So do links that a browser would
    run (`javascript:`); of other links the words stay.
    """
    blocks: list[str] = []
    for token in _parser().parse(markdown):
        if token.type == "inline":
            blocks.append(_words(token.children or []))
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content.rstrip())
    return "\n\n".join(block for block in blocks if block.strip())


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _words(tokens: list[Any]) -> str:
    parts = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "image":
            parts.append(_words(token.children or []))
        else:
            parts.append(token.content)
    return "".join(parts)
