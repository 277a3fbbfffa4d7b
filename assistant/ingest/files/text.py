"""Markdown and plain text files, with or without front matter."""

from functools import lru_cache
from typing import Any

import frontmatter
import yaml

from assistant.ingest.files.encodings import decode
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.items import ParseError
from assistant.utils import one_line

_MAX_TITLE = 150


def read_text(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a text file: front matter between lines of ---, then the text, with \\n as line ends.

    Without front matter, a short first line before an empty one is the title.
    """
    fields, text = _split_front_matter(data, origin)
    if not fields:
        fields, text = _split_title(text)
    return [_article(fields, text, origin)]


def read_markdown(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Markdown file: front matter, then the text without markup.

    Without front matter, the first heading is the title.
    """
    fields, text = _split_front_matter(data, origin)
    if not fields:
        fields, text = _split_heading(text)
    return [_article(fields, plain_text(text), origin)]


def _article(fields: dict[str, Any], text: str, origin: Origin) -> Outcome:
    if not fields.get("title"):
        raise ParseError('no title; add "title: ..." in its front matter')
    # A web page may declare any fields but the identity of another page.
    return origin.article({**fields, "url": origin.url, "id": None} if origin.url else fields, text)


def _split_front_matter(data: bytes, origin: Origin) -> tuple[dict[str, Any], str]:
    text = decode(data, origin.encoding).replace("\r\n", "\n")
    try:
        front_matter, text = frontmatter.parse(text)
    except yaml.YAMLError as error:
        problem = one_line(str(getattr(error, "problem", None) or error), 150)
        position = getattr(error, "problem_mark", None)
        line = f" (line {position.line + 2})" if position else ""
        raise ParseError(f"its front matter is not YAML: {problem}{line}; put texts in quotes") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # What PyYAML raises for a tag, such as !!timestamp, that does not fit its value.
        raise ParseError(f"its front matter cannot be used: {one_line(str(error), 200)}") from None
    if not isinstance(front_matter, dict):
        raise ParseError("the front matter is no list of fields; write them as name: value")
    return {str(key).lower(): value for key, value in front_matter.items()}, text


def _split_title(text: str) -> tuple[dict[str, Any], str]:
    """Title and text of a text file without front matter."""
    line, _, rest = text.strip().partition("\n")
    following, _, _ = rest.partition("\n")
    if line and len(line) <= _MAX_TITLE and not following.strip() and rest.strip():
        return {"title": line}, rest.strip()
    return {}, text


def _split_heading(text: str) -> tuple[dict[str, Any], str]:
    """Title and text of a Markdown file without front matter: its first heading, if no text comes before it."""
    tokens = _parser().parse(text)
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].map:
        title = _inline_text(tokens[1].children or [])
        return {"title": title}, "\n".join(text.split("\n")[tokens[0].map[1] :])
    return {}, text


def plain_text(markdown: str) -> str:
    """The text of Markdown without its markup; blocks, list items too, are separated by an empty line.

    HTML in it is kept as text, letter by letter, and so are links that a browser would run (`javascript:`); other links
    become their text.
    """
    blocks: list[str] = []
    for token in _parser().parse(markdown):
        if token.type == "inline":
            blocks.append(_inline_text(token.children or []))
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content.rstrip())
    return "\n\n".join(block for block in blocks if block.strip())


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _inline_text(tokens: list[Any]) -> str:
    parts = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "image":
            parts.append(_inline_text(token.children or []))
        else:
            parts.append(token.content)
    return "".join(parts)
