"""The Collections tab: the list of collections, and one of them with its items, their notes and what can be done."""

from datetime import datetime

from assistant import Collection, CollectionItem, PinnedAnswer, PinnedPassage
from assistant.maintenance import LONGEST_NOTE
from assistant.utils import day

from ..state import ConversationTurn
from . import answer as answers
from . import menus
from .exports.numbering import GONE
from .exports.parts import asked_of
from .icons import icon
from .markup import ago, button, count, escaped, line, notice, sentence
from .source_card import cards, head, passage, ways_to

LIST = (
    '<h2 class="screen-reader-only">Collections</h2><nav aria-label="Collections" data-collections></nav>'
    f'<template data-collection-row><button type="button" class="collection-row" data-act="show_collection">'
    f'{icon("folder")}<bdi></bdi><span class="about"></span></button></template>'
    '<form class="new-collection" data-act="new_collection" autocomplete="off" hidden><label>Name '
    '<input class="field" name="name" maxlength="120" required></label>'
    '<button type="submit" class="act">Create</button></form>'
    f"{button('begin_collection', 'New collection', kind='quiet', picture='folder-plus')}"
)
_FIRST_TURN = -2  # in place of the number of a turn, downwards: no passage here is one of the conversation's


def nothing_pinned() -> str:
    """What is shown where there is no collection yet."""
    return (
        f'<div class="empty">{icon("pin")}<h3>Nothing is pinned yet</h3>'
        "<p>Below each answer and beside each source, “Pin” puts it into a collection: in your order, with your notes, "
        "ready to be filed with the desk as a Word file, as Markdown or on paper.</p>"
        f"{button('go_ask', 'Ask a question', kind='first', picture='message-square')}</div>"
    )


def unreadable(name: str, why: str) -> str:
    """What is shown in the place of a collection of this browser that cannot be read."""
    delete = button("delete_collection", "Delete it", picture="trash-2", data={"id": name})
    return f'<div class="empty">{icon("circle-alert")}<h3>{line(sentence(why), 200)}</h3>{delete}</div>'


def collection(shown: Collection, now: datetime, kept: str) -> str:
    """A collection with its items in order; `kept` says where it is kept."""
    number = len(shown.items)
    items = "".join(_item(item, place, number) for place, item in enumerate(shown.items))
    listed = f'<ol class="pins">{items}</ol>' if items else _empty()
    return (
        f'<section class="collection" data-collection="{escaped(shown.id)}" aria-labelledby="collection-name">'
        f'<h2 id="collection-name" tabindex="-1" dir="auto">{line(shown.name)}</h2>'
        f'<p class="about">{count(number, "item")}, changed {ago(shown.changed, now)}. {line(kept)}</p>'
        f'<div class="actions" role="group" aria-label="This collection">{_actions(shown)}</div>{listed}</section>'
    )


def _actions(shown: Collection) -> str:
    data = {"id": shown.id}
    items = [
        menus.item("export_collection", label, picture=picture, data={**data, "form": form})
        for form, label, picture in (
            ("docx", "Word file", "file-text"),
            ("md", "Markdown", "download"),
            ("page", "Printable page", "printer"),
        )
    ]
    export = menus.menu("Export", items, picture="download", about="this collection", data=data, kind="")
    rename = button("rename_collection", "Rename", kind="quiet", picture="pencil", data={**data, "name": shown.name})
    delete = button("delete_collection", "Delete", kind="quiet", about="this collection", picture="trash-2", data=data)
    return f"{export if shown.items else ''}{rename}{delete}"


def _empty() -> str:
    return (
        f'<div class="empty">{icon("pin")}<h3>This collection is empty</h3><p>“Pin” below an answer or beside a source '
        f"puts it here.</p>{button('go_ask', 'Ask a question', picture='message-square')}</div>"
    )


def _item(item: CollectionItem, place: int, number: int) -> str:
    kind = {PinnedAnswer: "Answer", PinnedPassage: "Passage"}.get(type(item.content), "Gone")
    name = f"{place + 1}, {_name(item)}"
    return (
        f'<li class="pinned" data-item="{escaped(item.id)}" data-place="{place}" tabindex="-1">'
        f'<p class="kicker"><strong>{kind}</strong> pinned {day(item.added)}</p>'
        f"{_content(item, _FIRST_TURN - place)}{_note(item, name)}"
        f'<div class="actions" role="group" aria-label="Item {line(name, 120)}">{_item_actions(item, place, number)}'
        "</div></li>"
    )


def _name(item: CollectionItem) -> str:
    match item.content:
        case PinnedAnswer(answer=answer):
            return answer.question
        case PinnedPassage(citation=citation):
            return citation.title
        case None:
            return "gone"


def _content(item: CollectionItem, turn: int) -> str:
    match item.content:
        case PinnedAnswer():
            return _answer(item.content, turn)
        case PinnedPassage(citation=citation, excerpt=excerpt):
            quote = passage(turn, citation, excerpt, numbered=False)
            ways = f'<div class="card-actions">{ways_to(citation)}</div>'
            return f'<div class="pin-passage">{head(citation, "h3")}{quote}{ways}</div>'
        case None:
            return notice(GONE)


def _answer(pinned: PinnedAnswer, number: int) -> str:
    answer = pinned.answer
    turn = ConversationTurn(number, answer.question, answer=answer, excerpts=pinned.excerpts)
    limits = "".join(f'<p class="scope">{line(text)}</p>' for text in asked_of(answer, pinned.filters))
    cited = cards(number, answer.citations, pinned.excerpts)
    summary = f"{icon('chevron-right')}{count(len(answer.citations), 'passage')} cited"
    folded = f'<details class="cited"><summary>{summary}</summary>{cited}</details>'
    return (
        f'<h3 class="question" dir="auto">{line(answer.question, 600)}</h3>{limits}'
        f'<div class="turn">{answers.answer(turn, answer, False)}</div>{folded if cited else ""}'
    )


def _note(item: CollectionItem, name: str) -> str:
    # A browser takes the first line break of a text area away.
    return (
        f'<label class="pin-note"><span>Note<span class="screen-reader-only"> on item {line(name, 120)}</span></span>'
        f'<textarea class="field" rows="1" maxlength="{LONGEST_NOTE}" data-note="{escaped(item.id)}" dir="auto" '
        f'placeholder="Add a note">\n{escaped(item.note)}</textarea></label>'
    )


def _item_actions(item: CollectionItem, place: int, number: int) -> str:
    remove = button(
        "remove_item", "Remove", kind="quiet", about=f"item {place + 1}", picture="x", data={"item": item.id}
    )
    first = "This is the first item already." if place == 0 else ""
    last = "This is the last item already." if place + 1 == number else ""
    return _move(item, place, "up", place - 1, first) + _move(item, place, "down", place + 1, last) + remove


def _move(item: CollectionItem, place: int, way: str, to: int, disabled: str) -> str:
    data, picture = {"item": item.id, "place": to}, f"arrow-{way}"
    label = f"Move item {place + 1} {way}"
    return button("move_item", label, kind="quiet icon", picture=picture, data=data, disabled=disabled)
