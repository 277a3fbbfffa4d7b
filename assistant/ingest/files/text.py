"""Markdown and plain text files, with or without front matter."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from html import escape
from itertools import dropwhile
from typing import Any

from assistant.ingest.files.encodings import decode
from assistant.ingest.files.front_matter import split_front_matter, split_title_block
from assistant.ingest.files.grid_tables import with_pipe_tables
from assistant.ingest.files.html.blocks import plain_html
from assistant.ingest.files.html.boilerplate import is_prose, text_of_line, without_templates
from assistant.ingest.files.markdown_signs import without_signs
from assistant.ingest.files.origin import Origin, Outcome, parse_date
from assistant.ingest.items import ParseError

_MAX_TITLE = 150
_FORMATTING = re.compile(
    r"<(?:!--|/?(?:del|s|strike|ins|q|sup|sub|b|i|u|em|strong|small|mark|abbr|span|font|br|hr|p|div|table|ul|ol|dl"
    r"|details|summary|figure|blockquote|center|a)(?:\s|/?>))",
    re.I,
)
_RUNNING = re.compile(r"<(?:script|style|iframe|object|embed|svg|form|img[^<>]{0,300}\son\w)", re.I)
_DAY_IN_NAME = re.compile(r"(?:^|[/\\\s])(\d{4}-\d\d-\d\d)-[^/\\]{1,300}$")  # as Jekyll has it
_NOTE_MARK = re.compile(r"\[\^[^\[\]\s]{1,40}\](?::\s?)?")
_WIKI_LINK = re.compile(r"!\[\[[^\[\]]{0,200}\]\]|\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{0,200})\]\]")


def read_text(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a text file: front matter between lines of ---, then the text, with \\n as line ends.

    Without front matter, a short first line before an empty one is the title.
    """
    fields, text = _split(data, origin)
    if not fields:
        fields, text = _split_title(text)
    return [_article(fields, text, origin)]


def read_markdown(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a Markdown file: front matter, then the text without markup.

    Without a title in front matter, the first heading is the title.
    """
    fields, text = _split(data, origin)
    if not fields:
        fields, text = split_title_block(text)
    if not fields.get("title"):
        heading, text = _split_heading(text, anywhere=bool(fields))
        fields |= heading
    return [_article(fields, plain_text(text), origin)]


def _article(fields: dict[str, Any], text: str, origin: Origin) -> Outcome:
    if not fields.get("title"):
        raise ParseError('no title; add "title: ..." in its front matter')
    if fields.get("published") is None and (day := _DAY_IN_NAME.search(origin.where)):
        with suppress(ParseError):
            fields = fields | {"published": parse_date(day[1])}
    # A web page may declare any fields but the identity of another page.
    return origin.article({**fields, "url": origin.url, "id": None} if origin.url else fields, text)


def _split(data: bytes, origin: Origin) -> tuple[dict[str, Any], str]:
    return split_front_matter(decode(data, origin.encoding).replace("\r\n", "\n"))


def _split_title(text: str) -> tuple[dict[str, Any], str]:
    """Title and text of a text file without front matter."""
    line, _, rest = text.strip().partition("\n")
    following, _, _ = rest.partition("\n")
    if line and len(line) <= _MAX_TITLE and not following.strip() and rest.strip():
        return {"title": line}, rest.strip()
    return {}, text


def _split_heading(text: str, *, anywhere: bool) -> tuple[dict[str, Any], str]:
    """Title and text of a Markdown file: its first heading, if no text comes before it.

    `anywhere`: else the first of the highest level.
    """
    tokens = _parser(html=False).parse(text)
    headings = [number for number, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    if headings[:1] != [0]:
        headings = [number for number in headings if anywhere and tokens[number].tag == "h1"]
    for number in headings[:1]:
        first, last = tokens[number].map
        lines = text.split("\n")
        return {"title": _inline_text(tokens[number + 1].children or [])}, "\n".join([*lines[:first], *lines[last:]])
    return {}, text


def plain_text(markdown: str) -> str:
    """The text of Markdown without its markup, marks of notes and struck out words.

    Blocks, list items and rows of tables too, are separated by an empty line. HTML that only formats is read as in a
    page; other HTML is kept as text, letter by letter, and so are links that a browser would run (`javascript:`). Other
    links become their text.
    """
    blocks: list[str] = []
    row: list[str] | None = None
    after_image = False
    markdown = with_pipe_tables(without_signs(markdown))
    formats = bool(_FORMATTING.search(markdown)) and not _RUNNING.search(markdown)
    for token in _parser(html=formats).parse(markdown):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            blocks.append(" | ".join(row).strip(" |"))
            row = None
        elif token.type == "inline":
            has_image, children = _below_image(token.children or [], after_image)
            text = _inline(children)
            blocks.append(text) if row is None else row.append(" ".join(text.split()))
            after_image = has_image and not text.strip()
        elif token.type == "html_block":
            blocks.append(plain_html(token.content))
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content.rstrip())
    return "\n\n".join(block for block in blocks if block.strip())


@lru_cache(maxsize=2)
def _parser(*, html: bool) -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": html}).enable(["table", "strikethrough"])


def _below_image(tokens: list[Any], after_image: bool) -> tuple[bool, list[Any]]:
    """Whether a block begins with pictures, and its tokens without these and a caption or credit of them."""
    rest = list(dropwhile(_is_of_image, tokens))
    has_image = any(token.type == "image" for token in tokens[: len(tokens) - len(rest)])
    if not rest or not (has_image or after_image):
        return has_image, rest if has_image else tokens
    text = _inline(rest)
    is_emphasised = rest[0].type in {"em_open", "strong_open"} and rest[-1].type in {"em_close", "strong_close"}
    is_caption = not text_of_line(text) or (is_emphasised and not is_prose(text))
    # A picture that begins a sentence belongs to it.
    starts_line = not has_image or any(token.type in {"softbreak", "hardbreak"} for token in tokens[: -len(rest)])
    return has_image, [] if is_caption else rest if starts_line else tokens


def _is_of_image(token: Any) -> bool:
    is_link = token.type in {"link_open", "link_close"}
    return (
        token.type in {"image", "softbreak", "hardbreak"}
        or is_link
        or (not token.content.strip(" .") and token.type == "text")
    )


def _inline(tokens: list[Any]) -> str:
    """The text of a block; the HTML in it is read as in a page."""
    if any(token.type == "html_inline" for token in tokens):
        return plain_html(_inline_text(tokens, escape))
    return re.sub(" {2,}", " ", _inline_text(tokens)).strip()


def _inline_text(tokens: list[Any], write: Callable[[str], str] = str) -> str:
    parts: list[str] = []
    run: list[str] = []  # of text: the mark of a note may be in several tokens
    struck, before = 0, ""

    def end_run(code: str = "") -> None:
        parts.extend((write(_without_marks("".join(run))), code))
        run.clear()

    for token in tokens:
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        is_note = before == "link_open" and token.content.startswith("^")  # a note that is an address
        before = token.type
        if struck or is_note:
            continue
        if token.type in {"softbreak", "hardbreak"}:
            run.append(" ")
        elif token.type == "image":
            run.append(_inline_text(token.children or []))
        elif token.type in {"code_inline", "html_inline"}:
            end_run(token.content if token.type == "html_inline" else write(token.content))
        else:
            run.append(token.content)
    end_run()
    return "".join(parts)


def _without_marks(text: str) -> str:
    """Text without the marks of notes and the placeholders of site generators; a link to a note has the note's name."""
    text = _NOTE_MARK.sub("", text) if "[" in text else text
    return without_templates(_WIKI_LINK.sub(r"\1", text) if "[[" in text else text)
