"""The elements of HTML: which are blocks, and which are not seen as text."""

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody tfoot thead"
    " td th tr ul item quote list row cell".split()  # the last five are trafilatura's
)
UNSEEN = frozenset(
    "applet area audio base canvas datalist embed head iframe input link map math meta noembed noframes noscript object"
    " option param progress script select source style svg template textarea title track video".split()
)
