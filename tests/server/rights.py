"""Everything that a server has a path for, and who may have it."""

from collections.abc import Iterator
from typing import Literal

Kind = Literal["all", "reader", "person", "owner", "maintainer", "metrics", "page"]

# all: whoever comes; reader: who may ask; owner: who is signed in; person: by a browser; page: that a browser opens.
RIGHTS: dict[Kind, str] = {
    "all": """
        GET /healthz
        GET /readyz
        GET /login
        POST /login
        GET /login/oidc
        GET /login/callback
        POST /logout
    """,
    "metrics": "GET /metrics",
    "page": "GET /account",
    "person": """
        POST /account
        GET /api/v1/tokens
        POST /api/v1/tokens
        DELETE /api/v1/tokens/{token_id}
    """,
    "reader": """
        GET /api/v1/me
        GET /api/v1/openapi.json
        GET /api/v1/docs
        GET /v1/models
        GET /v1/models/{name:path}
        POST /v1/chat/completions
        POST /mcp
        POST /api/v1/ask
        POST /api/v1/brief
        GET /api/v1/models
        GET /api/v1/suggestions
        GET /api/v1/conversations
        POST /api/v1/conversations
        DELETE /api/v1/conversations
        GET /api/v1/conversations/{conversation_id}
        PATCH /api/v1/conversations/{conversation_id}
        DELETE /api/v1/conversations/{conversation_id}
        POST /api/v1/search
        GET /api/v1/search
        POST /api/v1/excerpts
        GET /api/v1/articles
        GET /api/v1/texts
        GET /api/v1/titles
        GET /api/v1/articles/{article_id}
        GET /api/v1/articles/{article_id}/chunks
        GET /api/v1/articles/{article_id}/similar
        GET /api/v1/articles/{article_id}/story
        GET /api/v1/stories
        GET /api/v1/stories/{story_id}
        GET /api/v1/overview
        GET /api/v1/news
        GET /api/v1/history
        GET /api/v1/diff
        GET /api/v1/status
        GET /api/v1/watches
        POST /api/v1/watches
        GET /api/v1/watches/changes
        DELETE /api/v1/watches/{number}
        POST /api/v1/feedback
        DELETE /api/v1/feedback/{answer_id}
        POST /api/v1/shared
        GET /api/v1/shared
        GET /api/v1/shared/{key}
        DELETE /api/v1/shared/{key}
    """,
    "owner": """
        GET /api/v1/collections
        POST /api/v1/collections
        GET /api/v1/collections/{collection_id}
        PATCH /api/v1/collections/{collection_id}
        DELETE /api/v1/collections/{collection_id}
        POST /api/v1/collections/{collection_id}/items
        PATCH /api/v1/collections/{collection_id}/items/{item_id}
        DELETE /api/v1/collections/{collection_id}/items/{item_id}
    """,
    "maintainer": """
        GET /api/v1/audit
        GET /api/v1/feedback
        GET /api/v1/sources
        POST /api/v1/sources
        POST /api/v1/sources/restore
        GET /api/v1/sources/{name:path}/visits
        POST /api/v1/sources/{name:path}/pause
        POST /api/v1/sources/{name:path}/resume
        POST /api/v1/sources/{name:path}/try
        GET /api/v1/sources/{name:path}
        PATCH /api/v1/sources/{name:path}
        DELETE /api/v1/sources/{name:path}
        POST /api/v1/refreshes
        GET /api/v1/refreshes
        GET /api/v1/refreshes/{job_id}
        GET /api/v1/refreshes/{job_id}/events
        POST /api/v1/refreshes/{job_id}/cancel
        DELETE /api/v1/refreshes/{job_id}
        POST /api/v1/previews
        POST /api/v1/articles
        POST /api/v1/articles/remove
        POST /api/v1/articles/restore
        GET /api/v1/articles/removed
        POST /api/v1/rollback
        POST /api/v1/check
    """,
}
# Of the window: the templates of its paths.
WINDOW: dict[Kind, str] = {
    "all": """
        GET /window/{file}
        GET /static/{file}
        GET /assets/{file}
        GET /{file}
    """,
    "page": "GET /",
    "reader": """
        GET /config
        GET /gradio_api/app_id
        GET /gradio_api/heartbeat/{window}
        GET /gradio_api/login_check
        GET /gradio_api/queue/data
        GET /gradio_api/startup-events
        GET /gradio_api/theme.css
        GET /gradio_api/token
        GET /gradio_api/user
        POST /gradio_api/cancel
        POST /gradio_api/queue/join
        POST /gradio_api/reset
    """,
    "maintainer": "POST /upload",
}
TOOLS = {"ask", "search", "read_article", "list_stories", "corpus_status"}


def rows(rights: dict[Kind, str]) -> Iterator[tuple[Kind, str, str]]:
    """Who may have it, the method and the path, of each row."""
    for kind, lines in rights.items():
        for line in lines.strip().splitlines():
            yield kind, *line.split()  # type: ignore[misc]
