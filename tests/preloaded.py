"""What a window imports, for the process that the windows of the tests are forked from; nothing is opened by it.

What was read by another process of the run is not read again.
"""

import importlib
import pkgutil

import assistant
import ui
from assistant.answering import pipeline
from tests.readings import remembering_reader

# What is for developers.
_LEFT_OUT = ("assistant.evaluation",)

for _package in (assistant, ui):
    for _module in pkgutil.walk_packages(_package.__path__, f"{_package.__name__}."):
        if not _module.name.startswith(_LEFT_OUT) and not _module.name.endswith(("__main__", "sandbox_worker")):
            importlib.import_module(_module.name)

pipeline.open_reader = remembering_reader  # type: ignore[attr-defined]
