"""Pinning: the buttons that put an answer or passages into a collection, and the dialog in which one is chosen."""

from assistant.accounts import Principal

from ..state import ConversationTurn
from .icons import icon
from .markup import button


def pin_answer(turn: ConversationTurn) -> str:
    """The button that pins the answer of a turn; "" where there is none."""
    if turn.answer is None:
        return ""
    return button("pin", "Pin", kind="quiet", about="this answer", data={"turn": turn.number}, picture="pin")


def pin_passages(turn: int, numbers: list[int], title: str) -> str:
    """The button that pins those passages of the article `title`, by the numbers that an answer gives them."""
    data = {"turn": turn, "numbers": ",".join(map(str, numbers))}
    about = f"{'these passages' if len(numbers) > 1 else 'this passage'} of {title}"
    return button("pin", "Pin", kind="quiet", about=about, data=data, picture="pin")


def pin_shared(key: str) -> str:
    """The button that pins a shared answer."""
    return button("pin", "Pin", kind="quiet", about="this answer", data={"key": key}, picture="pin")


PIN_DIALOG = (
    '<dialog class="panel" id="pin-dialog" aria-labelledby="pin-heading"><h2 id="pin-heading">Pin to a collection</h2>'
    '<div class="choices-list" role="group" aria-labelledby="pin-heading" data-choices></div>'
    f'<template data-choice><button type="button" class="choice-row" role="checkbox" data-act="pin_to">{icon("check")}'
    '<bdi></bdi><span class="about"></span></button></template>'
    '<form data-act="pin_to_new" autocomplete="off"><label>New collection '
    '<input class="field" name="name" maxlength="120" required></label>'
    f'<button type="submit" class="act">{icon("folder-plus")}Create and pin</button></form>'
    f'<p class="hint" data-kept></p><div class="panel-actions">{button("close_dialog", "Done", kind="quiet")}</div>'
    "</dialog>"
)


def where_kept(who: Principal) -> str:
    """Where collections are kept, and who sees them."""
    if who.is_shared:
        return f"Collections are kept on this server, for everybody who signs in as {who.label}."
    if who.owner is not None:
        return "Collections are kept on this server, for you alone."
    return "Collections are kept in this browser only."
