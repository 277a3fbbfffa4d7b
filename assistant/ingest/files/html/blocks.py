"""The text of HTML, block by block."""

import re
from typing import TYPE_CHECKING, Any

from assistant.ingest.items import ParseError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody tfoot thead"
    " tr ul item quote list row".split()  # the last four are trafilatura's
)
UNSEEN = frozenset(
    "applet area audio base canvas datalist embed head iframe input link map math meta noembed noframes noscript object"
    " option param progress script select source style svg template textarea title track video".split()
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")  # which an lxml tree cannot hold
_BREAK = "\n"  # two of them start a new paragraph, as in pages without <p>


def parse(html: str) -> "HtmlElement":
    """The tree of a page or fragment, with a head and a body. Raises ParseError when it is empty."""
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
        elif name in {"td", "th"}:
            line.append(" ")

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
