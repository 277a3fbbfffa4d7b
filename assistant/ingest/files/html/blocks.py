"""The text of HTML, block by block."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.ingest.files.html.deletions import remove_struck, write_quotation_marks
from assistant.ingest.files.html.note_marks import resolve_note_marks
from assistant.ingest.files.html.tables import write_rows
from assistant.ingest.files.html.tags import BLOCKS, UNSEEN
from assistant.ingest.items import ParseError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")  # which an lxml tree cannot hold
_BREAK = "\n"  # two of them start a new paragraph, as in pages without <p>


def parse(html: str, remove_hidden: Callable[[Any], None] | None = None) -> "HtmlElement":
    """The tree of a page or fragment as it is to be read, with a head and a body. Raises ParseError when it is empty.

    What is struck out and the marks of notes are taken out, quotation marks are written, and rows of tables of data are
    paragraphs. `remove_hidden` is given the tree before that: afterwards a hidden cell is a part of its row.
    """
    tree = _parsed(html)
    if remove_hidden:
        remove_hidden(tree)
    remove_struck(tree)
    write_quotation_marks(tree)
    resolve_note_marks(tree)
    write_rows(tree)
    return tree


def _parsed(html: str) -> "HtmlElement":
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    data = _CONTROLS.sub("\ufffd", html).encode("utf-8", "replace")
    try:
        return lxml_html.document_fromstring(data, parser=parser, ensure_head_body=True)
    except (etree.LxmlError, AssertionError) as error:
        raise ParseError("an empty page; there is no article in it") from error


def blocks(element: Any, *, lines: bool = False) -> list[str]:
    """The texts of the blocks of `element` in order, each on one line.

    Two line breaks separate blocks too, as in pages without <p>; with `lines`, one is enough.
    """
    from lxml import etree

    texts: list[str] = []
    line: list[str] = []

    def end_block() -> None:
        parts = "".join(line).split(_BREAK if lines else _BREAK * 2)
        texts.extend(text for part in parts if (text := " ".join(part.split())))
        line.clear()

    def end_tag(name: str) -> None:
        if name in BLOCKS:
            end_block()

    # Not by recursion, as a hostile page nests deeper than Python's stack.
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            end_tag(node.tag)
            line.append((node.tail or "").replace("\n", " ") if node is not element else "")
        elif node.tag in UNSEEN:
            walker.skip_subtree()
        elif node.tag in {"br", "lb"}:
            # A break after another starts a paragraph, whatever space is between them.
            while line and line[-1].isspace() and line[-1] != _BREAK:
                line.pop()
            line.append(_BREAK)
            walker.skip_subtree()
        else:
            end_tag(node.tag)
            line.append((node.text or "").replace("\n", " "))
    end_block()
    return texts


def plain_html(fragment: str) -> str:
    """The text of an HTML fragment without its markup; blocks are separated by an empty line."""
    try:
        return "\n\n".join(blocks(parse(fragment)))
    except ParseError:
        return ""
