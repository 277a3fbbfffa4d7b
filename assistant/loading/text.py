"""Markdown and text files with front matter."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from assistant.articles import article_id, one_line
from assistant.loading.fields import Failure, FieldError, Loaded, article


def read_text(path: Path, name: str) -> Iterator[Loaded | Failure]:
    """The one article of a text file: front matter between lines of ---, then the text, its line ends as \\n."""
    yield _read(path, name, markdown=False)


def read_markdown(path: Path, name: str) -> Iterator[Loaded | Failure]:
    """The one article of a Markdown file: front matter, then the text, as a reader sees it."""
    yield _read(path, name, markdown=True)


def _read(path: Path, name: str, *, markdown: bool) -> Loaded | Failure:
    whole = path.read_bytes().decode("utf-8-sig")
    try:
        values, text = frontmatter.parse(whole)
        body = plain_text(text) if markdown else text
        key = article_id(key=f"{path.resolve()}")
        return Loaded(article(_mapping(values), key=key, text=body), name, name)
    except FieldError as error:
        return Failure(name, name, f"{error} in its front matter" if "add" in str(error) else str(error))
    except yaml.YAMLError as error:
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 2})" if mark else ""
        return Failure(name, name, f"its front matter is not YAML: {problem}{line}; put texts in quotes")
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # What PyYAML raises for a tag, such as !!timestamp, that does not fit its value.
        return Failure(name, name, f"its front matter cannot be used: {one_line(str(error), 200)}")


def _mapping(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise FieldError("the front matter is no list of fields; write them as name: value")
    return {str(key).lower(): value for key, value in values.items()}


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
