"""Elements of the XML of Word: their names, what they hold and whether they are switched on."""

from functools import lru_cache
from typing import Any

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
}


@lru_cache(maxsize=1000)
def name(tag: Any) -> str:
    """The name of an element, with w: for what is Word's own and m: for what is an equation's."""
    namespace, _, local = str(tag)[1:].rpartition("}")
    return _PREFIXES.get(namespace, "") + local if namespace else str(tag)


def child(element: Any, *path: str) -> Any:
    """The first element along these names, such as w:pPr, w:rPr; None where there is none."""
    for step in path:
        element = next((found for found in element if name(found.tag) == step), None) if element is not None else None
    return element


def value(element: Any, attribute: str = "val") -> str | None:
    """An attribute of Word's own; None also where there is no element."""
    if element is None:
        return None
    return next((text for key, text in element.attrib.items() if str(key).rpartition("}")[2] == attribute), None)


def is_on(element: Any) -> bool:
    """Whether a property that is there or not is on."""
    return element is not None and value(element) not in {"0", "false", "off", "none"}


def has(element: Any, *path: str) -> bool:
    """Whether there is an element along these names that is not switched off."""
    return is_on(child(element, *path))
