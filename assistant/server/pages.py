"""Pages of the server itself, for browsers: to sign in, and for one's own account; in the look of the window."""

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.server.window import Document


def page(
    request: Request, title: str, body: str, status: int = 200, headers: dict[str, str] | None = None
) -> HTMLResponse:
    """A page with that title and body, which nobody keeps and no other site shows in a frame."""
    document: Document = request.app.state.window.document(title, body, root_of(request))
    policy = (
        f"default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
        f"script-src {document.scripts}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    # Not "no-referrer": browsers would not say then from which page its forms come.
    kept = {"content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "same-origin"}
    kept["x-content-type-options"] = "nosniff"
    return HTMLResponse(document.html, status, {**kept, **(headers or {})})


def root_of(request: Request) -> str:
    """What leads from the page that is asked for to the root of the server."""
    return "../" * (request.scope["path"].count("/") - 1) or "./"


def hidden(**fields: Any) -> str:
    """Hidden fields of a form."""
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(str(value))}">' for name, value in fields.items()
    )


def told(text: str, *, is_problem: bool = True) -> str:
    """What went wrong, or was done; read out at once."""
    if not text:
        return ""
    kind, role = ("problem", "alert") if is_problem else ("done", "status")
    return f'<p class="account-{kind}" role="{role}">{escape(text)}</p>'
