"""The elements of HTML: which are blocks, which are not seen as text, and how one is taken out."""

from typing import Any

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody tfoot thead"
    " td th tr ul item quote list row cell".split()  # the last five are trafilatura's
)
UNSEEN = frozenset(
    "applet area audio base canvas datalist embed head iframe input link map math meta noembed noframes noscript object"
    " option param progress script select source style svg template textarea title track video".split()
)


def remove_element(element: Any) -> None:
    """Remove an element from its tree but keep the text after it; one without a parent stays as it is."""
    # Not drop_tree(), which joins the texts around it without a space.
    parent, previous, tail = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    parent.remove(element)
    if tail and previous is None:
        parent.text = f"{parent.text or ''} {tail}"
    elif tail:
        previous.tail = f"{previous.tail or ''} {tail}"
