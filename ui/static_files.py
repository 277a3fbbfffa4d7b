"""The window's own files: modules, styles, fonts and icons, under an address that changes when they do."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "static"
PREFIX = "window"  # of their addresses
_SERVED = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_SERVED |= {".png": "image/png", ".ico": "image/x-icon"}
_FOREVER = "public, max-age=31536000, immutable"
# In the order in which they are joined: of two rules that weigh the same, the later one wins.
# Of the page before Gradio has drawn it: some of those of what it draws too, for the skeleton alone.
_PAGE_STYLES = ("fonts", "tokens")
_SKELETON_STYLES = (
    "base",
    "controls",
    "header",
    "finder",
    "composer",
    "suggestions",
    "first-look",
    "pickers",
    "articles",
)
_ACCOUNT_STYLES = ("fonts", "tokens", "controls", "account")  # of the pages that Gradio does not draw
_STYLE_ORDER = (
    *("base", "controls", "header", "finder", "tabs", "conversation", "answer", "outcomes", "actions", "timeline"),
    *("composer", "suggestions", "sources", "first-look", "pickers", "filters", "articles", "reader", "news"),
    *("coverage", "menus", "shared", "collections", "maintenance", "kept-sources", "source-form", "refreshes"),
    *("adding", "small-screens", "print"),
)


def stylesheet() -> str:
    """The styles of what Gradio draws, joined in the order in which they apply."""
    return _joined(_STYLE_ORDER)


def _page_stylesheet() -> str:
    shared = f"#skeleton {{\n{_joined(_SKELETON_STYLES)}\n}}\n"
    return "\n".join((_joined(_PAGE_STYLES), shared, _joined(("skeleton",))))


def _joined(names: tuple[str, ...]) -> str:
    paths = [FOLDER / "styles" / f"{name}.css" for name in names]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@lru_cache(maxsize=1)
def files() -> dict[str, tuple[bytes, str]]:
    """All that is served, by name ("main.js", "fonts/x.woff2"): the bytes and their kind."""
    styles = {"page.css": _page_stylesheet(), "account.css": _joined(_ACCOUNT_STYLES)}
    found = {name: (text.encode(), "text/css; charset=utf-8") for name, text in styles.items()}
    for path in sorted(FOLDER.rglob("*")):
        kind = _SERVED.get(path.suffix)
        name = path.relative_to(FOLDER).as_posix().removeprefix(f"{PREFIX}/")
        if kind and not name.startswith(("styles/", "icons/")):
            found[name] = (path.read_bytes(), f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    return found


@lru_cache(maxsize=1)
def digest() -> str:
    """What stands for all of them in their addresses."""
    state = hashlib.sha256()
    for name, (content, _) in files().items():
        state.update(f"{name}\0{len(content)}\0".encode() + content)
    return state.hexdigest()[:12]


def address(name: str) -> str:
    """Where a file is, from the root of the window."""
    return f"{PREFIX}/{digest()}/{name}"


def modules() -> list[str]:
    """The names of the page's modules."""
    return [name for name in files() if name.endswith(".js")]


def add_routes(app: Any) -> None:
    """Have `app`, of FastAPI, serve them."""
    from fastapi import HTTPException, Response

    def respond(name: str, cache: str) -> Response:
        content, kind = files().get(name) or (None, "")
        if content is None:
            raise HTTPException(404, "There is nothing here.")
        return Response(content, media_type=kind, headers={"cache-control": cache})

    def window_file(version: str, name: str) -> Response:
        return respond(name, _FOREVER if version == digest() else "no-cache")

    def favicon() -> Response:
        return respond("favicon.ico", "max-age=86400")

    app.add_api_route(f"/{PREFIX}/{{version}}/{{name:path}}", window_file, methods=["GET"])
    app.add_api_route("/favicon.ico", favicon, methods=["GET"])
