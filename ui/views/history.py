"""The History tab: the page itself fills it with the conversations that its browser keeps."""

from .icons import icon
from .markup import button

SAVED = (
    "<h2>Conversations kept in this browser</h2>"
    '<form class="filter saved-search" role="search" aria-label="Conversations" data-local="search" hidden>'
    '<label>Search your conversations <input type="search" class="field" name="words" maxlength="200"></label></form>'
    '<p class="result-count" role="status" data-saved-count></p><div data-saved></div>'
    f'<div class="empty" data-none-saved hidden>{icon("history")}<h3>No conversations yet</h3>'
    "<p>What you ask is kept here, in this browser only.</p>"
    f"{button('go_ask', 'Ask a question', kind='first', picture='message-square')}</div>"
    '<template data-saved-row><li><button type="button" class="headline" data-local="open"><bdi></bdi></button>'
    '<p class="about"></p><div class="actions">'
    + "".join(
        f'<button type="button" class="act quiet" data-local="{act}">{icon(picture)}{label}'
        '<span class="screen-reader-only"></span></button>'
        for act, label, picture in (("rename", "Rename", "pencil"), ("delete", "Delete", "trash-2"))
    )
    + "</div></li></template>"
)
