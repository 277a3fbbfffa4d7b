"""What is said when the cluster that is named cannot be had."""

import socket
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli.main import main
from assistant.errors import RefreshError, SettingsError, StoppedError
from assistant.maintenance import RefreshCallbacks
from assistant.utils import CancelToken
from tests.fakes.nginx import free_port
from tests.support import WordHash, open_assistant, titles, write_article, write_version


def test_without_ray_the_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with open_assistant(tmp_path / "home", ray="10.0.0.1:6379") as assistant:
        with pytest.raises(SettingsError, match=r"'10\.0\.0\.1:6379' needs a package .*'article-assistant\[ray\]'"):
            assistant.refresh([write_article(tmp_path, "ebb", "The tide went out.")])


@pytest.mark.parametrize("address", ["auto", "10.0.0.1", ":6379", "10.0.0.1:ray"])
def test_what_is_no_address_is_said(address: str, tmp_path: Path, needs_ray: None) -> None:
    with open_assistant(tmp_path / "home", ray=address) as assistant:
        with pytest.raises(SettingsError, match="it should be HOST:PORT"):
            assistant.refresh([write_article(tmp_path, "ebb", "The tide went out.")])


def test_an_address_where_nobody_listens_leaves_the_index_as_it_was(
    tmp_path: Path, needs_ray: None, quick_names: None
) -> None:
    ebb, flow = (write_article(tmp_path, name, "The tide turned at noon.") for name in ("ebb", "flow"))
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([ebb])
    address = f"127.0.0.1:{free_port()}"
    with open_assistant(tmp_path / "home", ray=address) as assistant:
        with pytest.raises(RefreshError, match=f"no Ray cluster answers at {address} .*; the index is as it was"):
            assistant.refresh([flow])
        assert titles(assistant) == {"ebb"}


@pytest.mark.model
def test_the_command_says_it_in_one_line(tmp_path: Path, needs_ray: None) -> None:
    ebb = write_article(tmp_path, "ebb", "The tide went out at noon.")
    command = ["refresh", str(ebb), "--ray", f"127.0.0.1:{free_port()}", "--home", str(tmp_path / "home")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert result.stderr.startswith("assistant: no Ray cluster answers at 127.0.0.1:")
    assert result.stderr.count("\n") == 1


def many_texts(folder: Path) -> Path:
    """A folder of so many texts that the cluster is asked."""
    write_version(folder, "alpha", articles=10, sentences=500)
    return folder


def test_an_embedder_that_stays_here_is_named(tmp_path: Path, needs_ray: None) -> None:
    embedder = WordHash(before=lambda texts: None)
    with socket.create_server(("127.0.0.2", 0)) as mute:
        address = f"127.0.0.2:{mute.getsockname()[1]}"
        with open_assistant(tmp_path / "home", embedder, ray=address) as assistant:
            with pytest.raises(SettingsError, match="embedder words-64 cannot be sent to other machines"):
                assistant.refresh([many_texts(tmp_path / "quays")])


def test_a_small_refresh_asks_nothing_of_the_cluster(tmp_path: Path, needs_ray: None, quick_names: None) -> None:
    with socket.create_server(("127.0.0.2", 0)) as mute:
        address = f"127.0.0.2:{mute.getsockname()[1]}"
        with open_assistant(tmp_path / "home", ray=address) as assistant:
            assert assistant.refresh([write_article(tmp_path, "ebb", "The tide went out.")]).embedded == 1


def test_a_refresh_that_waits_for_a_cluster_can_be_stopped(tmp_path: Path, needs_ray: None) -> None:
    with socket.create_server(("127.0.0.2", 0)) as mute:  # Ray takes 127.0.0.1 for another address of the machine
        stop, address = CancelToken(), f"127.0.0.2:{mute.getsockname()[1]}"

        def stop_once_it_is_tried() -> None:
            mute.accept()[0].close()  # whether anybody listens
            with mute.accept()[0]:  # Ray, which waits for an answer
                stop.cancel()

        waiting = threading.Thread(target=stop_once_it_is_tried)
        waiting.start()
        with open_assistant(tmp_path / "home", ray=address) as assistant:
            with pytest.raises(StoppedError, match="the index is as it was"):
                assistant.refresh([many_texts(tmp_path / "quays")], watcher=RefreshCallbacks(stop=stop))
        waiting.join()
