"""Adding articles: where files, an address or a text are given, and the articles that would come in, to be mended."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from assistant import Draft
from assistant.utils import safe_to_show

from ..drafts import DraftEntry, DraftList
from .icons import icon
from .maintenance import BUSY
from .markup import button, count, escaped, line, named, problem, sentence

_MAX_SHOWN, _MAX_FAILURES = 100, 50
_LONGEST_EDITED = 200_000  # characters of a text
_FIRST_LINES = 280  # characters
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def form(max_bytes: int) -> str:
    """Where files are dropped or chosen, an address is given and a text is pasted."""
    size = max_bytes // 1_000_000
    return (
        f'<div class="drop" data-drop data-max="{max_bytes}">{icon("upload")}'
        '<p>Drop files here, or <label class="act">Choose files<input class="screen-reader-only" type="file" multiple '
        'data-files aria-describedby="file-kinds"></label></p>'
        f'<p class="hint" id="file-kinds">PDF, Word, web pages, e-mail, e-books, text, CSV, JSON or zip; up to '
        f"{size} MB each. You see what is in them before anything is added.</p></div>"
        '<ul class="uploads" data-uploads aria-live="polite"></ul>'
        '<form class="adding-form" data-local="lookAt" autocomplete="off" aria-label="From an address">'
        '<label>Or an address <span class="with-button"><input class="field" name="address" inputmode="url" '
        'maxlength="2000" placeholder="https://paper.example/an-article" required>'
        '<button class="act" type="submit">Look at it</button></span></label></form>'
        f'<details class="paste"><summary>{icon("clipboard-paste")}Paste a text</summary>'
        '<form class="adding-form" data-local="lookAt" autocomplete="off" aria-label="From a text">'
        "<label>The text, with its title in the first line "
        '<textarea class="field" name="text" rows="8" required></textarea></label>'
        '<button class="act" type="submit">Look at it</button></form></details>'
    )


def reading(what: str, done: int, total: int) -> str:
    """Which of some files is being read."""
    of = f" ({done + 1:,} of {total:,})" if total > 1 else ""
    known = f' max="{total}" value="{done}"' if total > 1 else ""
    return (
        f'<div class="refreshing"><p class="progress">Reading <bdi>{line(safe_to_show(what), 80)}</bdi>{of}…</p>'
        f'<progress{known} aria-label="Reading"></progress></div>'
    )


def drafts(found: DraftList, publications: Iterable[str], *, is_busy: bool = False) -> str:
    """The articles that would come in, each with the four fields that can be mended, and what could not be read."""
    troubles = _troubles(found)
    if not found.entries:
        return f'<div class="drafts">{troubles}</div>' if troubles else ""
    shown, left = found.entries[:_MAX_SHOWN], len(found.entries) - _MAX_SHOWN
    items = "".join(map(_draft, shown))
    more = f'<p class="hint">And {left:,} more, which go in as they are.</p>' if left > 0 else ""
    options = "".join(f'<option value="{line(name)}"></option>' for name in publications)
    off = f' aria-disabled="true" title="{BUSY}"' if is_busy else ""
    return (
        f'<form class="drafts" data-local="addDrafts" data-more="{max(left, 0)}" autocomplete="off" '
        f'aria-label="Articles to add"><h3 tabindex="-1">{_heading(len(found.entries))}</h3>{troubles}'
        f'<ol>{items}</ol>{more}<datalist id="known-publications">{options}</datalist>'
        f'<div class="add-bar"><button class="act first" type="submit" data-add{off}>{adding(len(found.chosen))}'
        f"</button>{button('discard_drafts', 'Discard all', kind='quiet')}</div></form>"
    )


def adding(number: int) -> str:
    """What the button says that adds so many; as in static/window/adding.js."""
    return f"Add {count(number, 'article')}"


def _heading(number: int) -> str:
    return f"{count(number, 'article')} would come in" if number else "Nothing would come in"


def _troubles(found: DraftList) -> str:
    failures = [f'<li class="warning">{line(text, 300)}</li>' for text in _told(found.failures)]
    notices = [f"<li>{line(text, 300)}</li>" for text in _told(found.notices)]
    items = "".join([*failures, *notices])
    return f'<ul class="notes troubles" role="status">{items}</ul>' if items else ""


def _told(texts: Sequence[str]) -> list[str]:
    told = [safe_to_show(text) for text in dict.fromkeys(texts)]
    left = len(told) - _MAX_FAILURES
    return told if left <= 0 else [*told[:_MAX_FAILURES], f"And {left:,} more."]


def _draft(entry: DraftEntry) -> str:
    draft, typed, trouble = entry.draft, entry.mended, entry.problem or ""
    published = draft.published.date().isoformat() if draft.published else ""
    title, day = typed.get("title", draft.title), typed.get("date", published)
    publication, text = typed.get("publication", draft.source or ""), typed.get("text", draft.text)
    checked = "" if entry.is_left_out else " checked"
    lacking_day = "" if not day else " hidden"
    lacking_publication = "" if not publication else " hidden"
    return (
        f'<li class="draft{" left-out" if entry.is_left_out else ""}" data-key="{entry.key}">'
        f'<label class="box"><input type="checkbox" name="in"{checked}><span class="screen-reader-only">Add '
        f'<bdi>{named(title, 120)}</bdi></span></label><div class="draft-fields">'
        f'<label class="wide">Title <input class="field draft-title" name="title" dir="auto" value="{escaped(title)}">'
        f'</label><label>Date <input class="field" type="date" name="date" value="{escaped(day[:10])}">'
        f'<span class="lacking" data-lacking="date"{lacking_day}>No date</span></label>'
        f'<label class="publication">Publication <input class="field" name="publication" list="known-publications" '
        f'value="{escaped(publication)}"><span class="lacking" data-lacking="publication"{lacking_publication}>'
        f"No publication</span></label>{_text(text)}{_notes(draft)}{problem(trouble, 300)}</div></li>"
    )


def _text(text: str) -> str:
    if len(text) > _LONGEST_EDITED:
        size = f"The text has {len(text):,} characters, too many to be edited here; it goes in as it is."
        return f'<p class="hint wide">{size}</p>'
    # A browser leaves out the first line end of a box.
    first, pencil = line(text, _FIRST_LINES), icon("pencil")
    return (
        f'<details class="wide draft-text"><summary><span class="first-lines" dir="auto">{first}</span>'
        f'<span class="edit">{pencil}Read or edit the text</span></summary><textarea class="field" name="text" '
        f'rows="14" dir="auto" aria-label="Text">\n{escaped(text)}</textarea></details>'
    )


def _notes(draft: Draft) -> str:
    # That there is no date or publication stands beside the field.
    complete = replace(draft, published=draft.published or _SOME_DAY, source=draft.source or "-")
    notes = "".join(f"<li>{icon('info')}{line(sentence(safe_to_show(text)), 300)}</li>" for text in complete.notes)
    where = f'<li class="where"><bdi>{line(safe_to_show(draft.where), 160)}</bdi></li>' if draft.where else ""
    return f'<ul class="notes wide">{notes}{where}</ul>' if notes or where else ""
