"""The History tab: the page itself fills it with the conversations that are kept in its browser or on the server."""

from hashlib import sha256

from assistant.accounts import Principal

from ..server_history import owner_of
from .icons import icon
from .markup import button

_ON_SERVER = "Kept on this server, for you alone."
_IN_BROWSER = "Kept in this browser."


def saved(*, on_server: bool) -> str:
    """The tab, which says where conversations are kept."""
    where = _ON_SERVER if on_server else _IN_BROWSER
    return (
        f'<h2>Your conversations</h2><p class="about saved-where">{where}</p>'
        '<form class="filter saved-search" role="search" aria-label="Conversations" data-local="search" hidden>'
        '<label>Search your conversations <input type="search" class="field" name="words" maxlength="200"></label>'
        '</form><p class="result-count" role="status" data-saved-count></p><div data-saved></div>'
        f'<div class="empty" data-none-saved hidden>{icon("history")}<h3>No conversations yet</h3>'
        "<p>What you ask is kept here.</p>"
        f"{button('go_ask', 'Ask a question', kind='first', picture='message-square')}</div>{_ROW}"
    )


_ROW = (
    '<template data-saved-row><li><button type="button" class="headline" data-local="open"><bdi></bdi></button>'
    '<p class="about"></p><div class="actions">'
    + "".join(
        f'<button type="button" class="act quiet" data-local="{act}">{icon(picture)}{label}'
        '<span class="screen-reader-only"></span></button>'
        for act, label, picture in (("rename", "Rename", "pencil"), ("delete", "Delete", "trash-2"))
    )
    + "</div></li></template>"
)


def head(who: Principal) -> str:
    """What tells the page's own script (static/window/storage.js) where to keep conversations, and whose they are."""
    if who.owner is None:
        return ""
    where = "server" if owner_of(who) is not None else "browser"
    mark = sha256(who.owner.encode()).hexdigest()[:16]
    return f'<meta name="conversations" content="{where}" data-owner="{mark}">'
