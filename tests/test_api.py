import re
import subprocess
import sys

import assistant
from tests.support import ROOT


def test_every_public_name_can_be_imported() -> None:
    assert all(getattr(assistant, name) is not None for name in assistant.__all__)


def test_importing_and_help_load_nothing_heavy() -> None:
    heavy = ("torch", "chromadb", "gradio", "langchain_core", "numpy")
    script = f"import sys, assistant.cli.main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_imports_upward() -> None:
    """The library and its stages know nothing of the window and the command line."""
    for path in (ROOT / "assistant").rglob("*.py"):
        own = {"cli.py", "command.py", "options.py", "talking.py", "__main__.py"}
        if path.name in own or path.parent.name == "commands" or path.name.startswith("showing"):
            continue
        upward = r"^\s*(from|import) (ui|gradio|assistant\.(ui|cli|options|commands|showing\w*))\b"
        assert not re.search(upward, path.read_text(), re.M), path
