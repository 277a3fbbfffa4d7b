"""Run by test_offline.py in a network namespace with nothing but loopback: indexes, asks, opens the window.

Prints one JSON object: what was answered, and how many packets or connections found no way out.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

ASSISTANT = [sys.executable, "-m", "assistant"]


def no_way_out() -> int:
    """What the kernel counted as sent to where there is no route: any try to leave the machine."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines()[:2])
    older = int(dict(zip(names[1:], values[1:], strict=True))["OutNoRoutes"])
    newer = re.search(r"Ip6OutNoRoutes\s+(\d+)", Path("/proc/net/snmp6").read_text())
    return older + int(newer.group(1) if newer else 0)


def window() -> str:
    """The page of the chat window, fetched from the server while it runs."""
    server = subprocess.Popen([*ASSISTANT, "ui", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = next(found for line in server.stdout if (found := re.search(r"http://[\d.:]+", line)))
        with urllib.request.urlopen(address.group()) as page:
            return str(page.read().decode())
    finally:
        server.terminate()
        server.wait(30)


def main() -> None:
    """Everything a first user does."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    before = no_way_out()
    subprocess.run([*ASSISTANT, "refresh"], check=True, stdout=subprocess.DEVNULL)
    asked = [*ASSISTANT, "ask", "Who condemned the attack and what was demanded?", "--json"]
    answer = json.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)
    page = window()
    counted = no_way_out() - before
    # A counter that cannot count would prove nothing.
    tried = subprocess.run(
        [sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 80), 1)"],
        stderr=subprocess.DEVNULL,
        env=os.environ,
        check=False,
    )
    works = tried.returncode != 0 and no_way_out() - before > counted
    result = {"found": answer["found"], "page": len(page), "tries": counted, "counter_works": works}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
