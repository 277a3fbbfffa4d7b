"""Menus: a button that opens a list of what can be done, gone through with the arrows (static/window/menu.js)."""

from collections.abc import Mapping, Sequence

from .icons import icon
from .markup import escaped, line


def menu(
    label: str, items: Sequence[str], *, picture: str, about: str, data: Mapping[str, object], kind: str = "quiet"
) -> str:
    """A menu of `items`, each made by `item`; `about` is read out after its label, `data` names what it is of."""
    description = f'<span class="screen-reader-only"> {line(about, 120)}</span>'
    classes = f"act {kind}".strip()
    return (
        f'<div class="menu"><button type="button" class="{classes}" data-act="menu"{_attributes(data)} '
        f'aria-haspopup="menu" aria-expanded="false">{icon(picture)}{line(label)}{description}'
        f'{icon("chevron-down")}</button><div class="menu-items" role="menu" aria-label="{line(label)}" hidden>'
        f"{''.join(items)}</div></div>"
    )


def item(act: str, label: str, *, picture: str, data: Mapping[str, object]) -> str:
    """An item of a menu that does `act`."""
    return (
        f'<button type="button" role="menuitem" tabindex="-1" data-act="{act}"{_attributes(data)}>'
        f"{icon(picture)}<span>{line(label)}</span></button>"
    )


def _attributes(data: Mapping[str, object]) -> str:
    return "".join(f' data-{name}="{escaped(str(value))}"' for name, value in data.items())
