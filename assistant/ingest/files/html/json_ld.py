"""The JSON-LD metadata of a page."""

import json
import re
from typing import Any

Node = dict[str, Any]

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|PressRelease)$")
_MAX_VALUES = 50_000
_MAX_SCRIPT = 3_000_000
_MAX_SELECTORS = 50


def read_nodes(tree: Any) -> list[Node]:
    """All objects in the JSON-LD of the page, in order, however deeply nested."""
    scripts = [script for script in tree.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    stack = [_load(script.text or "") for script in reversed(scripts) if len(script.text or "") < _MAX_SCRIPT]
    nodes: list[Node] = []
    for _ in range(_MAX_VALUES):
        if not stack:
            break
        value = stack.pop()
        if isinstance(value, dict):
            nodes.append(value)
            stack.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            stack.extend(reversed(value))
    return nodes


def _load(text: str) -> Any:
    text = re.sub(r"^\s*+(?:(?://|/\*)\s*+)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?", "", text)
    text = re.sub(r"(?:(?://|/\*)\s*+|(?<!\s)\s++)?(?:\]\]>|-->)(?:\s*+\*/)?\s*+$", "", text).strip().rstrip(";")
    for attempt in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)  # line ends within strings are common
        except (ValueError, RecursionError):
            continue
    return None


def types(node: Node) -> list[str]:
    """The types of a node, without the URL of their vocabulary."""
    value = node.get("@type")
    return [str(name).rsplit("/", 1)[-1] for name in (value if isinstance(value, list) else [value]) if name]


def articles(nodes: list[Node]) -> list[Node]:
    """The nodes that describe an article and do not only refer to one."""
    return [node for node in nodes if headlines(node) and any(map(_ARTICLE_TYPE.match, types(node)))]


def headlines(node: Node) -> list[str]:
    """The headlines of an article's node, else its names."""
    return texts(node.get("headline") or node.get("name"))


def texts(value: Any) -> list[str]:
    """The texts of a value that is a text, a list of them, or an object with @value or name."""
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value[:100] if not isinstance(item, list) for text in texts(item)]
    if isinstance(value, dict):
        return texts(value.get("@value") or value.get("name"))
    return []


def urls(node: Node) -> list[str]:
    """The URLs that the node of an article gives as its own."""
    found = []
    for name in ("url", "mainEntityOfPage", "@id"):
        value = node.get(name)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str) and value.startswith("http"):
            found.append(value)
    return found


def resolve(node: Node, name: str, nodes: list[Node]) -> list[Node]:
    """The objects under `name`: references are looked up by @id in `nodes`, and a text becomes an object."""
    by_id = {str(other["@id"]): other for other in nodes if "@id" in other and len(other) > 1}
    value = node.get(name)
    found = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            item = by_id.get(item) or {"name": item}
        if isinstance(item, dict):
            found.append(item if "name" in item else by_id.get(str(item.get("@id")), item))
    return found


def paid_selectors(nodes: list[Node]) -> list[str]:
    """The CSS selectors of what a page says is not free: its wall, or the text that is paid for."""
    paid = [node for node in nodes if str(node.get("isAccessibleForFree")).lower() in {"false", "0"}]
    return [selector for node in paid for selector in texts(node.get("cssSelector"))][:_MAX_SELECTORS]
