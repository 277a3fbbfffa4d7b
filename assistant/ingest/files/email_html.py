"""The lines of the HTML of a mail, without what no reader of it sees."""

import re
from typing import Any

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.tags import BLOCKS, remove_element
from assistant.ingest.items import ParseError
from assistant.text import WordPattern

# How mail programs name what they quote, and the signature that they add.
_QUOTES = frozenset(
    "yahoo_quoted moz-cite-prefix protonmail_quote tutanota_quote zmail_extra outlookmessageheader gmail_signature"
    " moz-signature applemailsignature signature ms-outlook-mobile-signature mail-editor-reference-message-container"
    " olk_src_body_section".split()
)
_QUOTE_FOLLOWS = frozenset({"divrplyfwdmsg", "appendonsend"})
_LIST_LINES = WordPattern(r"\b{*mail.list_lines}", re.I)
_UNSUBSCRIBE = re.compile(r"unsubscri|\bopt-?out\b", re.I)
_ADDRESS = re.compile(r"<([^<>\s]{1,2000})>")
_MAX_LIST_LINE = 300  # characters
_NOTHING = re.compile(r"(?:0|0?\.0+|[01]px|0(?:pt|em|rem|%))$")
_NO_SIZE = re.compile(r"(?:0|[01]px|0(?:pt|em|rem|%))(?=$|[\s/])")
_MAX_CSS = 200_000  # characters
Style = dict[str, str]


def html_lines(html: str, unsubscribe: str, *, with_quotes: bool) -> list[str]:
    """The blocks of a mail, without hidden text and the lines of its list; without what it quotes unless asked.

    `unsubscribe` is its header List-Unsubscribe, whose links lead out of the list.
    """
    try:
        tree = blocks.parse(html, _remove_hidden)
    except ParseError:
        return []
    if not with_quotes:
        _remove_quotes(tree)
    _remove_list_lines(tree, unsubscribe)
    return blocks.blocks(tree)


def _remove_hidden(tree: Any) -> None:
    rules = _rules("\n".join(style.text or "" for style in tree.iter("style"))[:_MAX_CSS])
    sizes: dict[Any, bool] = {}  # whether the letters directly in an element have no size
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        style = _style(element, rules)
        parent = element.getparent()
        if _is_hidden(style) or element.get("hidden") is not None:
            remove_element(element)
            continue
        size = style.get("font-size") or style.get("font")
        sizes[element] = bool(_NO_SIZE.match(size)) if size else sizes.get(parent, False)
        if sizes[element]:
            element.text = None
            for child in element:
                child.tail = None


def _is_hidden(style: Style) -> bool:
    clipped = style.get("overflow", "").startswith("hidden")
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("mso-hide") == "all"
        or any(_NOTHING.match(style.get(name, "auto")) for name in ("opacity", "max-height"))
        or (clipped and any(_NOTHING.match(style.get(name, "auto")) for name in ("height", "width", "max-width")))
    )


def _style(element: Any, rules: dict[str, Style]) -> Style:
    names = [f".{name}" for name in (element.get("class") or "").split()]
    found: Style = {}
    for name in (*names, f"#{element.get('id')}"):
        found |= rules.get(name.lower(), {})
        found |= rules.get(f"{element.tag}{name}".lower(), {})
    return found | _declarations(element.get("style") or "")


def _declarations(text: str) -> Style:
    pairs = (part.partition(":") for part in text.lower().replace("!important", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def _rules(css: str) -> dict[str, Style]:
    """What a style sheet says of classes and names, as .preheader, except for some screens only (@media)."""
    found: dict[str, Style] = {}
    depth, start, selector = 0, 0, ""
    for brace in re.finditer("[{}]", css):
        between = css[start : brace.start()]
        start = brace.end()
        if brace.group() == "{":
            depth += 1
            selector = between.replace("<!--", "").rpartition(";")[2] if depth == 1 else ""
        else:
            depth = max(0, depth - 1)
            for name in selector.split(",") if depth == 0 and "@" not in selector else ():
                found.setdefault(name.strip().lower(), {}).update(_declarations(between))
            selector = ""
    return found


def _remove_quotes(tree: Any) -> None:
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        names = {
            name.removeprefix("x_").lower() for name in (*(element.get("class") or "").split(), element.get("id") or "")
        }
        is_cited = element.tag == "blockquote" and element.get("type") == "cite"
        if names & _QUOTE_FOLLOWS:
            for sibling in list(element.itersiblings()):
                remove_element(sibling)
            remove_element(element)
        elif is_cited or names & _QUOTES or (element.tag == "div" and "gmail_quote" in names):
            remove_element(element)


def _remove_list_lines(tree: Any, unsubscribe: str) -> None:
    """Remove the blocks with a link that leads out of the list or shows the mail in a browser."""
    ways_out = set(_ADDRESS.findall(unsubscribe))
    lengths: dict[Any, int] = {}  # of blocks, which can have thousands of links
    for link in list(tree.iter("a")):
        href = link.get("href") or ""
        text = " ".join(link.text_content().split())
        leads_out = href in ways_out or bool(_UNSUBSCRIBE.search(href))
        if not (leads_out or _LIST_LINES.search(text)):
            continue
        holders = (holder for holder in link.iterancestors() if holder.tag in BLOCKS or holder.tag == "td")
        block = next(holders, None)
        if block is not None and block not in lengths:
            lengths[block] = len(block.text_content())
        is_short = block is not None and block.tag != "body" and lengths[block] <= _MAX_LIST_LINE
        remove_element(block if is_short else link)
