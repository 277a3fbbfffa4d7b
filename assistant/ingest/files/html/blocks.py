"""The words of HTML, block by block."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody tfoot thead"
    " tr ul item quote list row".split()  # the last four are of trafilatura
)
UNSEEN = frozenset(
    "applet area audio base canvas datalist embed head iframe input link map math meta noembed noframes noscript object"
    " option param progress script select source style svg template textarea title track video".split()
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")  # which XML's trees cannot hold
_BREAK = "\n"  # of one line; two are a new paragraph, as pages without <p> write them


def parse(html: str) -> "HtmlElement":
    """The tree of a page or fragment, mended as a browser would. Raises ValueError when there is nothing in it."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    data = _CONTROLS.sub("\ufffd", html).encode("utf-8", "replace")
    try:
        tree = lxml_html.document_fromstring(data, parser=parser, ensure_head_body=True)
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError("there is nothing in it") from error
    return tree


def blocks(element: Any, *, lines: bool = False) -> list[str]:
    """The texts of the blocks of `element` in their order, each as one line.

    Two line breaks part blocks, as in pages without <p>. With `lines`, one does.
    """
    found: list[str] = []
    line: list[str] = []

    def end() -> None:
        for piece in "".join(line).split(_BREAK if lines else _BREAK * 2):
            words = " ".join(piece.split())
            if words:
                found.append(words)
        line.clear()

    for kind, text in _events(element):
        if kind == "block":
            end()
        elif kind == "break":
            # A break right after another makes a paragraph, whatever space is between them.
            while line and line[-1].isspace() and line[-1] != _BREAK:
                line.pop()
            line.append(_BREAK)
        elif text:
            line.append(text.replace("\n", " "))
    end()
    return found


def _events(element: Any) -> Any:
    """Walks without recursion: a hostile page nests deeper than Python's stack."""
    stack: list[tuple[str, Any]] = [("open", element)]
    while stack:
        step, node = stack.pop()
        if step != "open":
            yield step, node
            continue
        name = node.tag if isinstance(node.tag, str) else ""
        if not name or name in UNSEEN:
            continue
        if name in {"br", "lb"}:
            yield "break", None
            continue
        edge = "block" if name in BLOCKS else "space" if name in {"td", "th"} else ""
        if edge:
            yield edge, " "
            stack.append((edge, " "))
        for child in reversed(node):
            stack.append(("text", child.tail or ""))
            stack.append(("open", child))
        yield "text", node.text or ""
