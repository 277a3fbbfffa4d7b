"""What can be done with an answer: the buttons below it, and the form for the reason of a rating."""

from ..state import ConversationTurn
from .exports.answer import plain
from .icons import icon
from .markup import button, line
from .pinning import pin_answer
from .shared import share_menu


def actions(turn: ConversationTurn, *, is_last: bool) -> str:
    """The buttons below a turn, in three groups: take it along, ask again, judge and follow it."""
    if turn.progress:
        return ""
    groups = [_take_along(turn), _again(turn, is_last), _judge(turn)]
    shown = "".join(f'<div class="group">{group}</div>' for group in groups if group)
    reason = _reason(turn) if turn.answer else ""
    return f'<div class="actions" role="group" aria-label="This answer">{shown}</div>{reason}'


def _take_along(turn: ConversationTurn) -> str:
    if turn.answer is None:
        return ""
    text = {"text": plain(turn.answer)}
    copy = button("copy", "Copy", kind="quiet", about="the answer with its citations", data=text, picture="copy")
    return copy + share_menu(turn) + pin_answer(turn)


def _again(turn: ConversationTurn, is_last: bool) -> str:
    if not is_last:
        return button("reuse", "Ask again", kind="quiet", data={"turn": turn.number}, picture="rotate-ccw")
    retry = button("retry", "Retry", kind="quiet", about="ask the same again", picture="rotate-ccw")
    return retry + button("edit", "Edit", kind="quiet", about="the question", picture="pencil")


def _judge(turn: ConversationTurn) -> str:
    return _thumbs(turn) + _watch(turn) if turn.answer is not None else ""


def _thumbs(turn: ConversationTurn) -> str:
    rated_good = turn.rating.good if turn.rating else None
    return "".join(
        f'<button type="button" class="act quiet icon thumb" data-act="rate" data-turn="{turn.number}" '
        f'data-good="{value}" aria-pressed="{str(rated_good is good).lower()}" title="{label}">'
        f'{icon(picture)}<span class="screen-reader-only">{label}</span></button>'
        for good, value, label, picture in (
            (True, "yes", "Good answer", "thumbs-up"),
            (False, "no", "Bad answer", "thumbs-down"),
        )
    )


def _watch(turn: ConversationTurn) -> str:
    if turn.watchable is None:
        return ""
    return button("watch", "Watch", kind="quiet", about="this question", data={"turn": turn.number}, picture="bell")


def _reason(turn: ConversationTurn) -> str:
    if turn.rating is None:
        return ""
    if turn.rating.reason:
        return f'<p class="noted">Noted: <bdi>{line(turn.rating.reason, 300)}</bdi></p>'
    prompt = "What was good about it?" if turn.rating.good else "What was wrong with it?"
    return (
        f'<form class="reason" data-act="reason" data-turn="{turn.number}" autocomplete="off">'
        f'<label>{prompt} <input name="reason" maxlength="2000"></label>'
        '<button class="act" type="submit">Send</button></form>'
    )
