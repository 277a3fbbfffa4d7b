"""Shared answers: the menu that shares one, the note about its link, and how it reads at its address."""

import json

from assistant import Filters, SharedAnswer
from assistant.utils import day

from ..state import ConversationTurn
from . import answer as answers
from . import menus
from .exports.parts import asked_of
from .icons import icon
from .markup import button, line
from .pinning import pin_shared
from .source_card import cards

_TURN = -1  # in place of the number of a turn: its passages are those of no turn of the conversation


def share_menu(turn: ConversationTurn) -> str:
    """What can be made of an answer to pass it on; "" where there is none."""
    if turn.answer is None:
        return ""
    data = {"turn": turn.number}
    items = [
        menus.item("share", "Make a link", picture="link", data=data),
        menus.item("copy_as", "Copy as text", picture="copy", data={**data, "form": "text"}),
        menus.item("copy_as", "Copy as Markdown", picture="copy", data={**data, "form": "markdown"}),
        menus.item("copy_as", "Copy for a document", picture="file-text", data={**data, "form": "html"}),
        menus.item("export_answer", "Save as Markdown", picture="download", data={**data, "form": "md"}),
        menus.item("export_answer", "Printable page", picture="printer", data={**data, "form": "page"}),
    ]
    return menus.menu("Share", items, picture="share-2", about="this answer", data={**data, "loads": "answer_forms"})


def who_can_open(*, has_users: bool) -> str:
    """Who can read what is shared."""
    if has_users:
        return "Everybody who can sign in here can open it, and reads the answer as it is now."
    return "Everybody who can reach this server can open it, and reads the answer as it is now."


LINK_DIALOG = (
    '<dialog class="panel" id="link-dialog" aria-labelledby="link-heading"><h2 id="link-heading">A link to this '
    'answer</h2><p class="hint" data-who></p><label>Address <input class="field" readonly data-link></label>'
    '<p class="done" role="status" data-done></p><div class="panel-actions">'
    f"{button('copy_shared_link', 'Copy the link', kind='first', picture='copy')}"
    f"{button('unshare', 'Take the link back', kind='quiet', picture='undo-2')}"
    f"{button('close_dialog', 'Close', kind='quiet')}</div></dialog>"
)


# At its address


def shared(shared: SharedAnswer, *, may_end: bool) -> str:
    """The answer as it was when it was shared, with its sources and the text around each quote."""
    answer = shared.answer
    turn = ConversationTurn(_TURN, answer.question, answer=answer, excerpts=shared.excerpts)
    limits = "".join(f'<p class="scope">{line(text)}</p>' for text in asked_of(answer, shared.filters))
    end = button("unshare", "Take the link back", kind="quiet", data={"key": shared.key}, picture="undo-2")
    return (
        f'<article class="shared" aria-labelledby="shared-question">{_top("A shared answer")}<div class="columns"><div>'
        f'<h2 class="question" id="shared-question" tabindex="-1" dir="auto">{line(answer.question, 600)}</h2>'
        f'{limits}<div class="turn">{answers.answer(turn, answer, False)}</div>'
        f'<div class="actions" role="group" aria-label="This answer">{_again(shared)}'
        f"{pin_shared(shared.key)}{end if may_end else ''}</div>"
        f'<p class="about">{_state(shared)}</p></div>'
        f"<div>{cards(_TURN, answer.citations, shared.excerpts)}</div></div></article>"
    )


def gone() -> str:
    """What is said where nothing is shared under an address."""
    return (
        f'<article class="shared" aria-labelledby="shared-question">{_top("A shared answer")}<div class="empty">'
        f'{icon("link")}<h2 id="shared-question" tabindex="-1">This answer is no longer shared.</h2>'
        "<p>Whoever shared it took the link back, or an article that it rests on was removed. "
        "You can ask the question yourself.</p></div></article>"
    )


def _top(label: str) -> str:
    close = button("close_shared", "To your own questions", kind="link", picture="arrow-left")
    return f'<div class="topline">{close}<p class="kicker"><strong>{label}</strong></p></div>'


def _again(shared: SharedAnswer) -> str:
    """The button that asks the same of the articles as they are now, with the limits that it was asked with."""
    question = shared.answer.understood.follows or shared.answer.question
    data = {"question": question, "afresh": "yes", **_limits(shared.filters)}
    return button("ask_again", "Ask again now", data=data, picture="rotate-ccw")


def _limits(filters: Filters) -> dict[str, str]:
    """What filters limit a question to, as an event names it; a story goes by any of its articles."""
    only = (filters.only or ("",))[0]
    values = {
        "source": json.dumps(filters.sources) if filters.sources else "",
        "since": str(filters.since or ""),
        "until": str(filters.until or ""),
        "article" if len(filters.only or ()) == 1 else "story": only,
    }
    return {name: value for name, value in values.items() if value}


def _state(shared: SharedAnswer) -> str:
    corpus = shared.answer.corpus
    generation = f'<span class="generation">{line(corpus.generation, 40)}</span>'
    return f"Shared on {day(shared.shared)} from the articles of {day(corpus.refreshed)} (state {generation})."
