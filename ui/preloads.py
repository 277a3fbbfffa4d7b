"""Which files of Gradio's page the window needs: named in the head, they come at once and not one after the other."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

# The parts that layout.py is made of, as Gradio's page calls them, and what holds them.
_COMPONENT = re.compile(r"\b(?:html|textbox|button|row|column|tabs|tabitem):\{(?P<loads>(?:(?!\)\},\w+:\{).)*)")
_BLOCKS = re.compile(r"import\(`\./Blocks-[\w-]+\.js`\)(?:(?!import\().)*")
_APP = re.compile(r"import\(`\./Index-[\w-]+\.js`\)(?:(?!import\().)*")
_WANTED = {"index-": _APP, "Index-": _BLOCKS, "core-": _COMPONENT}  # by how the name of the script begins
_IMPORT = re.compile(r"import\(`\./([\w.-]+\.js)`\)")
_DEPENDENCIES = re.compile(r"__vite__mapDeps\(\[([\d,]*)\]\)")
_LISTED = re.compile(r"m\.f=\[([^\]]*)\]")
_NAME = re.compile(r'"\./([\w.-]+\.(?:js|css))"')


@lru_cache(maxsize=1)
def gradio_files() -> tuple[str, ...]:
    """The names of those files in assets/; none of a version of Gradio whose page is put together in another way."""
    folder = _folder()
    if folder is None:
        return ()
    found = dict.fromkeys(name for path in sorted(folder.glob("*.js")) if _is_entry(path) for name in _needed(path))
    return tuple(name for name in found if (folder / name).is_file())


def _folder() -> Path | None:
    spec = find_spec("gradio")
    places = spec.submodule_search_locations if spec else None
    folder = Path(next(iter(places))) / "templates" / "frontend" / "assets" if places else None
    return folder if folder and folder.is_dir() else None


def _is_entry(path: Path) -> bool:
    return path.name.startswith(tuple(_WANTED))


def _needed(path: Path) -> Iterator[str]:
    """What the window needs of what that script may load."""
    script = path.read_text(encoding="utf-8")
    pattern = next(pattern for start, pattern in _WANTED.items() if path.name.startswith(start))
    listed = _LISTED.search(script)
    names = _NAME.findall(listed[1]) if listed else []
    for found in pattern.finditer(script):
        yield from _IMPORT.findall(found[0])
        for numbers in _DEPENDENCIES.findall(found[0]):
            yield from (names[int(number)] for number in numbers.split(",") if number and int(number) < len(names))
