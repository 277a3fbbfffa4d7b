"""Where corpus/, prompts/ and ui/ are: inside the package once installed, beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` of this installation ("corpus", "prompts" or "ui").

    Raises FileNotFoundError when the installation lacks it.
    """
    for parent in (PACKAGE, PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"{name}/ is not part of this installation; install article-assistant again")


def sample_articles() -> Path:
    """The folder of sample articles that comes with the project."""
    return folder("corpus") / "articles"
