"""Hooks of mkdocs: the site also has the pages that stand at the top of the repository, under names of its own."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
FROM_THE_TOP = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "reporting.md"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Take them in; in them `docs/` is where we are."""
    for name, page in FROM_THE_TOP.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page, content=_relinked(text, "")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links to them lead to the site's own copy."""
    return _relinked(markdown, "../")


def _relinked(text: str, folder: str) -> str:
    for name, page in FROM_THE_TOP.items():
        text = text.replace(f"]({folder}{name}", f"]({page}")
    return text
