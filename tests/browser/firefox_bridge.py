"""Starts a Firefox as its distribution ships it, for Playwright: stands between the two on the way of WebDriver BiDi.

To each new context Playwright sends the features of media that it shall have, even where it shall have none. The
long-term release 153 of Firefox does not know that command and Playwright gives up; so here it is told that none were
set, as is true. Every other message is passed on as it is.
"""

import json
import re
import subprocess
import sys
from threading import Thread

from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

_LISTENING = re.compile(r"(?<=WebDriver BiDi listening on )ws://\S+")


def main(command: list[str]) -> int:
    """Run Firefox; in what it logs, its address is the one that is bridged."""
    firefox = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert firefox.stderr is not None
    for line in firefox.stderr:
        sys.stderr.write(_LISTENING.sub(lambda found: _bridged(found[0]), line))
        sys.stderr.flush()
    return firefox.wait()


def _bridged(address: str) -> str:
    """An address at which the Firefox of `address` can be talked to."""

    def bridge(playwright: ServerConnection) -> None:
        assert playwright.request is not None
        with connect(f"{address}{playwright.request.path}", compression=None, max_size=None) as firefox:
            Thread(target=_answers, args=(firefox, playwright), daemon=True).start()
            _commands(playwright, firefox)

    server = serve(bridge, "127.0.0.1", 0, compression=None, max_size=None)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"ws://127.0.0.1:{server.socket.getsockname()[1]}"


def _answers(firefox: ClientConnection, playwright: ServerConnection) -> None:
    for message in firefox:
        playwright.send(message)
    playwright.close()


def _commands(playwright: ServerConnection, firefox: ClientConnection) -> None:
    for message in playwright:
        command = json.loads(message)
        if command["method"] == "emulation.setMediaFeaturesOverride" and not command["params"]["features"]:
            playwright.send(json.dumps({"type": "success", "id": command["id"], "result": {}}))
        else:
            firefox.send(message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
