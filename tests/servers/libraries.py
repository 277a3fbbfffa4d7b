"""Where the index is in a test: `library_settings` are those of a home, then those of PostgreSQL and of Chroma."""

from pathlib import Path
from typing import Any

import pytest

from tests.servers.chroma import ChromaProcess


@pytest.fixture
def server_settings(postgres_url: str, chroma: ChromaProcess, chroma_collection: str, tmp_path: Path) -> dict[str, Any]:
    """The settings of an empty index on servers; the cache is the test's own."""
    return {
        **{"index": postgres_url, "chroma": chroma.url, "chroma_collection": chroma_collection},
        **{"home": tmp_path / "home", "cache": tmp_path / "cache"},
    }


@pytest.fixture(params=["home", "servers"])
def library_settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """The settings of an empty index; the body of the test holds for both."""
    if request.param == "home":
        return {"home": tmp_path / "home"}
    settings: dict[str, Any] = request.getfixturevalue("server_settings")
    return settings
