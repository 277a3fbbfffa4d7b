"""The page as it is served: Gradio's, without what is unwanted, with the window's own head, root and skeleton."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from assistant.server import Document

from . import static_files
from .preloads import gradio_files
from .views import skeleton
from .views.markup import escaped

# Each is the window itself, with something of it opened (static/window/router.js).
_PAGE_PATH = re.compile(
    r"/|/(articles|coverage|news|collections|history|maintenance)"
    r"|/(article|story|answer)/[\w-]{1,64}|/(article|story)/~[\w-]{1,2000}",
    re.ASCII,
)

# The faces of nearly every first look.
_FONTS = ("fonts/source-serif-4-latin-wght-normal.woff2", "fonts/source-sans-3-latin-wght-normal.woff2")

# Links for social networks and for installing the page as an app, and Gradio's guess of the base address.
_UNWANTED = re.compile(
    rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<base\s[^>]*>|<link rel="(?:manifest|icon)"[^>]*>'
)
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_HEAD = re.compile(rb"<head[^>]*>")
_BODY = re.compile(rb"<body[^>]*>")

# Where the page is: Gradio's guess is wrong behind most proxies, on another port and below a path; the browser knows.
_GUESSED_ROOT = re.compile(rb'const root = "[^"<]*";')
_CONFIG = b"window.gradio_config = "
_THEME_HASH = re.compile(rb'"theme_hash": ?"(\w+)"')
_CONFIG_END = b";</script><script>window.gradio_api_info"
_GRADIO_LINKS = {
    "js": '<link rel="modulepreload" crossorigin href="{}">',
    "css": '<link rel="preload" as="style" crossorigin href="{}">',
}
_OWN_ROOT = rb';window.gradio_config.root = document.baseURI.replace(/\/$/, "")'
# Before anything is drawn, so that nothing is drawn in the wrong colours.
_THEME_SCRIPT = b"""{
  let chosen = null;
  try { chosen = localStorage.getItem("article-assistant-theme"); } catch { /* then as the system has it */ }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark", dark);
}"""
_THEME = b"<script>" + _THEME_SCRIPT + b"</script>"
# Who comes to the sign-in is nobody now: what this window remembers of somebody goes, and others look who it is.
_FORGET_SCRIPT = b"""
if (location.pathname.endsWith("/login")) {
  try {
    const ours = Object.keys(sessionStorage).filter((key) => key.startsWith("article-assistant"));
    ours.forEach((key) => sessionStorage.removeItem(key));
    new BroadcastChannel("article-assistant").postMessage("sign-in");
  } catch { /* then nothing is remembered */ }
}"""
# What is seen until the window is drawn, in its shape, so that nothing moves then.
_SKELETON = """<div id="skeleton"><p class="screen-reader-only" role="status">The window is being opened.</p>
<noscript><p>This window needs JavaScript: switch it on for this page and load it again.</p></noscript>
<div class="frame" aria-hidden="true">{shape}</div></div>{wait}"""
# Its text is seen with its fonts, which are on their way, so that no line breaks anew; soon without them.
_WAIT_FOR_FONTS = """<script>{
  const hidden = document.documentElement.classList;
  const show = () => hidden.remove("fonts-to-come");
  hidden.add("fonts-to-come");
  setTimeout(show, 200);
  const fonts = ['1em "Source Serif 4"', '1em "Source Sans 3"'];
  Promise.allSettled(fonts.map((font) => document.fonts.load(font))).then(show);
}</script>"""
_HEAD_SHAPE = (
    '<div class="nameplate"><span class="name">Article Assistant</span><i></i></div>'
    f'<div class="tabs">{"<i></i>" * 5}</div>'
)
_FRONT = (
    f"{_HEAD_SHAPE}"
    '<p class="lead">Ask what the articles say.</p><p class="hint"><i></i><i></i></p><div class="box"></div>'
    f'<p class="examples"><i></i><i></i><i></i><i></i></p>{skeleton.front()}'
)
_LIST = f'{_HEAD_SHAPE}<div class="box low"></div>{skeleton.rows()}'
_LISTS = ("/articles", "/coverage", "/news", "/collections", "/history", "/maintenance")

FirstParts = Callable[[], Mapping[str, str]]
"""What the parts hold from the beginning, by their ids in the page."""


def is_page(path: str) -> bool:
    """Whether the window itself is at that path."""
    return _PAGE_PATH.fullmatch(path) is not None


def finish(page: bytes, path: str, first_parts: FirstParts = dict, head: str = "") -> tuple[bytes, str]:
    """Gradio's page as it is served at `path`, and the nonce that its own scripts have.

    `first_parts` is asked for what is drawn at once, and `head` is what else its head has.
    """
    nonce, up = secrets.token_urlsafe(16), "../" * (path.count("/") - 1)
    page, shape = _with_parts(_UNWANTED.sub(b"", page), path, first_parts)
    page = _GUESSED_ROOT.sub(b"const root = window.gradio_config.root;", page, count=1)
    page = page.replace(_CONFIG_END, _OWN_ROOT + _CONFIG_END, 1)
    # First in the head: all that is relative is from the window's root, whatever the page's path is then or later.
    page = _HEAD.sub(lambda found: found[0] + b'<base href="%b">' % (up or "./").encode(), page, count=1)
    own_head = _THEME + head.encode() + _head().encode() + _theme_link(page)
    page = page.replace(b"</head>", own_head + b"</head>", 1)
    page = _BODY.sub(
        lambda found: found[0] + _SKELETON.format(shape=shape, wait=_WAIT_FOR_FONTS).encode(), page, count=1
    )
    return _SCRIPT.sub(b'<script nonce="%b"' % nonce.encode(), page), nonce


@lru_cache(maxsize=1)
def _head() -> str:
    """The links of the head."""
    address, names = static_files.address, static_files.files()
    icons = {"favicon.svg": 'rel="icon" type="image/svg+xml"', "apple-touch-icon.png": 'rel="apple-touch-icon"'}
    links = [f'<link {kind} href="{address(name)}">' for name, kind in icons.items() if name in names]
    links.extend(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{address(name)}">' for name in _FONTS
    )
    links.append(f'<link rel="stylesheet" href="{address("page.css")}">')
    links.extend(f'<link rel="modulepreload" href="{address(name)}">' for name in static_files.modules())
    links.extend(_GRADIO_LINKS[name.rpartition(".")[2]].format(f"assets/{name}") for name in gradio_files())
    return (
        "<title>Article Assistant</title>"
        + "".join(links)
        + f'<script type="module" src="{address("main.js")}"></script>'
    )


def _with_parts(page: bytes, path: str, first_parts: FirstParts) -> tuple[bytes, str]:
    """The page with the first values of its parts, which it need not ask for then, and the skeleton's shape."""
    shape = _LIST if path in _LISTS else _FRONT
    before, found, after = page.partition(_CONFIG)
    try:
        text = after.decode()
        config, end = json.JSONDecoder().raw_decode(text)
        components = config["components"]
    except (ValueError, LookupError, TypeError):
        return page, shape  # which is that of another version of Gradio
    parts = first_parts()
    values = _fill(components, parts)
    if path == "/" and "first-look" in parts:
        shape = skeleton.first_look(*(values.get(name, "") for name in ("head", "welcome", "first-look")))
    # As in the page that Gradio made: nothing in it ends the script.
    filled = json.dumps(config).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return before + found + (filled + text[end:]).encode(), shape


def _fill(components: list[dict[str, Any]], parts: Mapping[str, str]) -> dict[str, Any]:
    """What each part of the page holds, with these filled in."""
    held = {}
    for component in components:
        props = component.get("props", {})
        name = props.get("elem_id", "")
        if name in parts:
            props["value"] = parts[name]
        held[name] = props.get("value")
    return held


def _theme_link(page: bytes) -> bytes:
    """The file of the theme, which Gradio's script asks for late."""
    found = _THEME_HASH.search(page)
    return b'<link rel="preload" as="style" href="theme.css?v=%b">' % found[1] if found else b""


def document(title: str, body: str, up: str) -> Document:
    """A page without Gradio, of that title and body; `up` leads to the root of the window."""
    script = _THEME_SCRIPT + _FORGET_SCRIPT
    allowed = base64.b64encode(hashlib.sha256(script).digest()).decode()
    links = "".join(
        f'<link {kind} href="{up}{static_files.address(name)}">'
        for kind, name in (('rel="icon" type="image/svg+xml"', "favicon.svg"), ('rel="stylesheet"', "account.css"))
    )
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><script>{script.decode()}</script>{links}</head>"
        f"<body>{body}</body></html>"
    )
    return Document(html, f"'sha256-{allowed}'")
