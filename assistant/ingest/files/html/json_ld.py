"""What a page says of itself in JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

ARTICLES = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|PressRelease)$")
_MOST_NODES = 20_000
_LONGEST = 3_000_000


def nodes(tree: Any) -> list[Node]:
    """All objects of the page's JSON-LD, in their order, wherever they are nested."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and len(script.text or "") < _LONGEST:
            found.extend(_flat(_load(script.text or "")))
    return found[:_MOST_NODES]


def _load(text: str) -> Any:
    text = re.sub(r"^\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?", "", text)
    text = re.sub(r"(?://|/\*)?\s*(?:\]\]>|-->)(?:\s*\*/)?\s*$", "", text).strip().rstrip(";")
    for attempt in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)  # line ends within texts are common
        except (ValueError, RecursionError):
            continue
    return None


def _flat(data: Any) -> Iterator[Node]:
    stack, seen = [data], 0
    while stack and seen < _MOST_NODES:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            yield value
            stack.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def kinds(node: Node) -> list[str]:
    """The types of a node, without the address of their vocabulary."""
    value = node.get("@type")
    return [str(one).rsplit("/", 1)[-1] for one in (value if isinstance(value, list) else [value]) if one]


def is_article(node: Node) -> bool:
    """Whether the node describes an article, and not only refers to one."""
    return any(ARTICLES.match(kind) for kind in kinds(node)) and bool(texts(node.get("headline") or node.get("name")))


def texts(value: Any) -> list[str]:
    """The texts in a value that is one text, a list of them, or an object with @value or name."""
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, list):
        return [text for one in value[:100] for text in texts(one) if not isinstance(one, list)]
    if isinstance(value, dict):
        return texts(value.get("@value") or value.get("name"))
    return []


def addresses(node: Node) -> list[str]:
    """The addresses that an article's node gives as its own."""
    found = []
    for name in ("url", "mainEntityOfPage", "@id"):
        value = node.get(name)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str) and value.startswith("http"):
            found.append(value)
    return found


def named(node: Node, name: str, known: dict[str, Node]) -> list[Node]:
    """The objects under `name`, each looked up by its @id where only that is given; a text becomes an object."""
    value = node.get(name)
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            one = known.get(one) or {"name": one}
        if isinstance(one, dict):
            found.append(one if "name" in one else known.get(str(one.get("@id")), one))
    return found


def by_id(found: list[Node]) -> dict[str, Node]:
    """The nodes that can be referred to: those with more than their @id."""
    return {str(node["@id"]): node for node in found if "@id" in node and len(node) > 1}
