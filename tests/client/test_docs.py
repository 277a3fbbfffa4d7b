"""The page on the client says what runs."""

import re
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from tests.conftest import CACHE
from tests.server.served import served
from tests.support import ROOT


@pytest.mark.model
def test_the_python_of_the_page_runs(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
    code = "".join(re.findall(r"^```python\n(.*?)^```", page, re.M | re.S))
    settings = Settings(home=sample_home, **({"cache": CACHE} if CACHE else {}))
    with Assistant.open(settings) as assistant, served(assistant) as address:
        exec(compile(code.replace("http://127.0.0.1:7860", address), "client.md", "exec"), {})
        assistant.unrate(assistant.feedback()[0].key)
    assert "[1] " in capsys.readouterr().out
