"""Cross-encoders of sentence-transformers, loaded by name or folder for the settings that name one."""

from typing import Any

from assistant.errors import SettingsError
from assistant.utils import one_line


def open_cross_encoder(setting: str, name: str, kind: str) -> Any:
    """The cross-encoder that `setting` names, which must be `kind`. Raises SettingsError when it cannot be loaded."""
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name)
    except Exception as error:  # whatever a loader of foreign files raises
        raise SettingsError(
            f"{setting} {name} cannot be loaded ({one_line(str(error), 200)}); name {kind} of "
            "sentence-transformers, or leave the setting out"
        ) from error
