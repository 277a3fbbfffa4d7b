"""The page as it is served: at which paths, with which root, and nothing of it that runs but what is ours."""

import json
import re
from pathlib import Path

import gradio
import pytest

from tests.ui.support import Page
from ui import page, static_files

TEMPLATE = Path(gradio.__file__).parent / "templates" / "frontend" / "index.html"


def served(path: str) -> tuple[str, str]:
    finished, nonce = page.finish(TEMPLATE.read_bytes(), path)
    return finished.decode(), nonce


@pytest.mark.parametrize("path", ["/", "/articles", "/maintenance", "/article/55f05d69bea4eef5", "/answer/k-3_x"])
def test_the_window_is_at_the_paths_of_what_it_shows(path: str) -> None:
    assert page.is_page(path)


@pytest.mark.parametrize(
    "path",
    ["", "/article", "/article/", "/article/a/b", "/article/../x", "/answer/é", "/admin", "/story/" + "a" * 2001],
)
def test_it_is_at_no_other(path: str) -> None:
    assert not page.is_page(path)


@pytest.mark.parametrize(("path", "root"), [("/", "./"), ("/articles", "./"), ("/article/ab12", "../")])
def test_everything_is_found_from_the_root_of_the_window(path: str, root: str) -> None:
    html, _ = served(path)
    assert re.findall(r"<base[^>]*>", html) == [f'<base href="{root}">']
    assert html.index("<base") < html.index("<link") and html.count("<title>Article Assistant</title>") == 1


def test_only_our_scripts_run_and_nothing_is_fetched_from_elsewhere() -> None:
    html, nonce = served("/")
    assert html.count("<script") == html.count(f'<script nonce="{nonce}"') > 2
    assert served("/")[1] != nonce
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)


def test_each_module_and_font_of_the_head_is_there() -> None:
    html, _ = served("/")
    names = re.findall(rf'(?:href|src)="window/{static_files.digest()}/([^"]+)"', html)
    assert "main.js" in names and "page.css" in names and len(names) > 10
    assert set(names) <= set(static_files.files())


def test_what_is_imported_by_a_module_is_there() -> None:
    for name in static_files.modules():
        source = static_files.files()[name][0].decode()
        for imported in re.findall(r'from "\./([^"]+)"|import "\./([^"]+)"', source):
            assert "".join(imported) in static_files.files(), (name, imported)


def test_before_it_is_drawn_the_page_has_a_skeleton_that_says_so() -> None:
    html, _ = served("/")
    skeleton = html[html.index('<div id="skeleton">') : html.index("<gradio-app")]
    assert "The window is being opened." in skeleton and "needs JavaScript" in skeleton


def with_config(config: str) -> bytes:
    return f"<script>window.gradio_config = {config};</script><script>window.gradio_api_info = {{}};</script>".encode()


def test_what_is_drawn_first_comes_with_the_page_and_cannot_leave_its_script() -> None:
    config = with_config(json.dumps({"components": [{"props": {"elem_id": "head", "value": ""}}, {"id": 2}]}))
    finished, _ = page.finish(config, "/", lambda: {"head": "<b>a</b></script>"})
    text = finished.decode().partition("window.gradio_config = ")[2]
    drawn, _ = json.JSONDecoder().raw_decode(text)
    assert drawn["components"][0]["props"]["value"] == "<b>a</b></script>"
    assert text.count("</script>") == 2


@pytest.mark.parametrize("config", ['{"auth_required": true}', "[]", "{{ config }}"])
def test_nothing_comes_with_a_page_that_asks_for_a_password_first(config: str) -> None:
    parts = dict.fromkeys(("head", "first-look"), "of the articles")
    finished, _ = page.finish(with_config(config), "/", lambda: parts)
    assert b"of the articles" not in finished


def test_the_skeleton_has_the_shape_of_what_is_opened() -> None:
    assert 'class="shapes"' in served("/")[0] and 'class="shapes"' not in served("/articles")[0]


FIRST = {"head": "<h1>News</h1>", "first-look": '<h2 id="front-heading">Flood</h2><a href="story/a1">Pier</a>'}


def skeleton_at(path: str, parts: dict[str, str] = FIRST) -> Page:
    components = [{"props": {"elem_id": name, "value": ""}} for name in FIRST]
    template = b"<body><gradio-app></gradio-app>" + with_config(json.dumps({"components": components})) + b"</body>"
    finished, _ = page.finish(template, path, lambda: parts)
    return Page(finished.decode().partition("<gradio-app")[0])


def test_the_stories_can_be_read_before_the_window_is_drawn_and_lead_to_their_addresses() -> None:
    skeleton = skeleton_at("/")
    assert "News" in skeleton.text and "Flood" in skeleton.text
    assert [tag["href"] for name, tag in skeleton.tags if name == "a"] == ["story/a1"]


@pytest.mark.parametrize("path", ["/articles", "/article/ab12", "/story/ab12", "/answer/ab12"])
def test_elsewhere_it_is_a_shape_alone(path: str) -> None:
    assert "Flood" not in skeleton_at(path).text


def test_it_is_a_shape_where_nothing_can_be_shown_at_once() -> None:
    assert ("ol", {"class": "shapes"}) in skeleton_at("/", {"head": "<h1>News</h1>"}).tags
