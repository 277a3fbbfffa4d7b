"""The sandbox: whatever a parser does, a refresh goes on."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.ingest.files import Sandbox, SandboxError
from assistant.ingest.items import Failure, Loaded
from tests.ingest.files import hostile
from tests.ingest.files.samples import items, write
from tests.support import ROOT


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded only where the system does it")
def test_it_says_whether_its_memory_is_limited_as_it_should_be(sandbox: Sandbox) -> None:
    sandbox.check()
    sandbox.call(hostile.take_less)
    with pytest.raises(SandboxError, match="cannot be limited to 1000 MB"):
        sandbox.check()


def test_the_result_of_the_function_is_returned(sandbox: Sandbox) -> None:
    assert sandbox.call(hostile.double, 21) == 42


def test_the_process_is_kept_between_calls(sandbox: Sandbox) -> None:
    assert sandbox.call(hostile.process) == sandbox.call(hostile.process)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (hostile.hang, "took over 0.5 s"),
        (hostile.spin, "took over 0.5 s"),
        (hostile.crash, "its parser crashed"),
        (hostile.leave, "its parser crashed"),
    ],
)
def test_a_crash_or_a_hang_is_reported_and_the_next_call_works(
    sandbox: Sandbox, function: Callable[[], None], reason: str
) -> None:
    assert sandbox.call(hostile.double, 1) == 2
    with pytest.raises(SandboxError, match=reason):
        sandbox.call(function, seconds=0.5)
    assert sandbox.call(hostile.double, 2) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded only where the system does it")
def test_too_much_memory_is_reported_and_the_next_call_works(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="needed over 1000 MB"):
        sandbox.call(hostile.hoard)
    assert sandbox.call(hostile.double, 2) == 4


def test_an_exception_is_a_reason_of_one_line(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError) as caught:
        sandbox.call(hostile.fail)
    assert str(caught.value).startswith("ValueError: line one line two")
    assert str(caught.value).isprintable() and len(str(caught.value)) <= 200


def test_what_a_library_prints_does_not_disturb(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert [sandbox.call(hostile.chatter) for _ in range(2)] == ["said", "said"]
    assert capfd.readouterr() == ("", "")


def test_threads_may_call_at_the_same_time(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: sandbox.call(hostile.double, n), range(50))) == [2 * n for n in range(50)]


def test_a_function_that_cannot_be_imported_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match="top of a module"):
        sandbox.call(lambda: 1)


def test_a_script_that_reads_is_not_run_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from assistant.ingest.files import Sandbox\nfrom tests.ingest.files import hostile\n"
        "print('once')\nprint(Sandbox().call(hostile.double, 4))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert (done.stdout, done.stderr) == ("once\n8\n", "")


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        (".md", b"# A\n\n" + b"[" * 30_000),
        (".html", b"<h1>A title of five words</h1>" + b"<div>" * 300_000 + b"<p>One.</p>"),
        (".html", b"<table><tr><td>" * 1000),
        (".json", b"[" * 30_000),
        (".csv", b'title,text\n"' + b"a," * 400_000),
        (".eml", b"Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 50_000),
    ],
)
def test_endless_markup_gives_an_article_or_a_reason(tmp_path: Path, ending: str, data: bytes) -> None:
    found = items(write(tmp_path, f"a{ending}", data))
    assert found and all(isinstance(item, Loaded | Failure) for item in found)


def test_interrupting_a_sandbox_stops_no_other() -> None:
    with Sandbox() as stopped, Sandbox() as other:
        assert stopped.call(hostile.double, 1) == 2
        stopped.interrupt()
        with pytest.raises(SandboxError, match="stopped"):
            stopped.call(hostile.double, 2)
        assert other.call(hostile.double, 3) == 6
