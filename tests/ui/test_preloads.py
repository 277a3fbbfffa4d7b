"""What the head names for later is there: a new version of Gradio that has other files must not go unnoticed."""

from ui import preloads


def test_the_files_of_each_component_are_named_once() -> None:
    names = preloads.gradio_files()
    assert len(names) == len(set(names)) > 20
    assert any(name.startswith("Blocks-") for name in names) and any(name.startswith("HTML-") for name in names)
