"""A real server process, a real Chromium and a real Firefox."""

import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any, NoReturn

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from assistant.evaluation.benchmarks.window_bench import BROWSERS, chromium
from tests.forked import Forked, forked

from . import firefox

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
_PATIENCE = 120  # seconds, for a first start on a busy machine

expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    # Not beyond this package: while Playwright runs, its event loop is that of the whole thread.
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Browser:
    found = chromium() or _missing("NO BROWSER: the chat window was not tested", BROWSERS)
    return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)


@pytest.fixture(scope="package")
def firefox_browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    found = firefox.found() or _missing("NO FIREFOX: the chat window was not tested in Firefox", firefox.FIREFOXES)
    return firefox.launched(playwright, found, tmp_path_factory.mktemp("firefox"))


def _missing(what: str, browsers: Sequence[str]) -> NoReturn:
    reason = f"{what}; install one of {', '.join(browsers)}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def window_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample articles that the window is over."""
    return Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("window") / "home"))


@pytest.fixture(scope="package")
def window(window_home: Path) -> Iterator[str]:
    """The address of a window over the sample articles."""
    with served(window_home, ASSISTANT_HOSTS="news.example") as address:
        yield address


@pytest.fixture(scope="package")
def maintenance_window(window_home: Path) -> Iterator[str]:
    """The address of a window over the same articles, with the tab for maintenance."""
    with served(window_home, ASSISTANT_MAINTENANCE="true") as address:
        yield address


def served(home: Path, **environment: str) -> AbstractContextManager[str]:
    """The address of a window over `home`, served by a process of its own."""
    return served_at(0, home, environment)


@contextmanager
def served_at(port: int, home: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The same at that port."""
    log, arguments = home / "ui.log", ("ui", "--home", str(home), "--port", str(port))
    given = {**os.environ, **environment}
    with forked("assistant", *arguments, environment=given, errors=log) as process:
        yield _address(process, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()


def _address(process: Forked, log: Path) -> str:
    too_late = Timer(_PATIENCE, process.kill)
    too_late.start()
    line = process.stdout.readline()
    too_late.cancel()
    assert line.startswith("The chat window is at http://"), f"{line!r}: {log.read_text()}"
    return line.split()[5]


class User:
    """A user at the window. Notes every request, dialog and error of the page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = "/".join(address.split("/")[:3])
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self._heard: dict[Any, Any] = {
            "request": lambda request: self.requests.append(request.url),
            "dialog": self._dismiss,
            "pageerror": lambda error: self.errors.append(str(error)),
            "console": self._note,
        }
        for event, hear in self._heard.items():
            page.on(event, hear)
        page.goto(address)
        expect(page.locator("#head .holdings")).to_be_visible(timeout=_PATIENCE * 1000)

    def leave(self) -> None:
        """Leave the page with nothing of it kept in the browser, and be told of nothing any more."""
        for event, hear in self._heard.items():
            self.page.remove_listener(event, hear)
        for page in self.page.context.pages:
            if page is not self.page:
                page.close()
        self.page.unroute_all()
        self.page.emulate_media(media="null")
        self.page.goto(f"{self.address}/robots.txt")
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.context.clear_cookies()

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    @property
    def strays(self) -> list[str]:
        """Requests that went elsewhere than to the window's own server."""
        ours = (f"{self.address}/", f"blob:{self.address}/", "data:")
        return [url for url in self.requests if not url.startswith(ours)]

    def ask(self, question: str) -> None:
        """Ask and wait until the answer is there."""
        before = self.page.locator(".turn").count()
        self.box.fill(question)
        self.button("Ask").click()
        expect(self.page.locator(".turn")).to_have_count(before + 1)
        self.answered()

    def answered(self) -> None:
        """Wait until the answer to the last question is there."""
        done = self.now.locator(".answer, .related, .refusal, .problem").first
        expect(done).to_be_visible(timeout=_PATIENCE * 1000)
        expect(self.page.locator(".turn.running")).to_have_count(0, timeout=_PATIENCE * 1000)
        # It is there a moment before the page has kept it.
        self.page.wait_for_function("!window.articleAssistant.isBusy()")

    def reload(self) -> None:
        """Load the page again. What Gradio's own script says of streams that this cuts off is no error of ours."""
        before = list(self.errors)
        self.page.reload()
        expect(self.page.locator("#head .holdings")).to_be_visible()
        expect(self.page.locator("#offer .offer, #now .turn").first).to_be_attached()
        self.errors[:] = before

    def tab(self, name: str) -> Locator:
        """Go to a tab; gives what it shows."""
        self.page.get_by_role("tab", name=name).click()
        panel = self.page.locator(f"#tab-{name.lower()}")
        expect(panel).to_be_visible()
        return panel

    def button(self, name: str) -> Locator:
        """The button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def now(self) -> Locator:
        """The last question with its answer."""
        return self.page.locator("#now .turn")

    @property
    def box(self) -> Locator:
        """Where a question is typed."""
        return self.page.get_by_label("Your question")


@contextmanager
def opened_window(
    browser: Browser, address: str, *, width: int = 1440, height: int = 900, harmed: bool = False, **more: Any
) -> Iterator[User]:
    """A user with a browser profile that has nothing of anybody else; with `more`, one that is made so.

    Nothing may be fetched from elsewhere, no dialog opened and no error be logged, unless harm is meant to be done.
    """
    with _page(browser, {"width": width, "height": height}, more) as page:
        user = User(page, address)
        yield user
        assert user.requests and not user.strays
        assert user.dialogs == []
        assert harmed or user.errors == []
        # Of Firefox a profile of before cannot be had again as it was.
        if not (harmed or more or page.is_closed()) and browser.browser_type.name == "chromium":
            user.leave()
            _left.append((browser, page))


# Pages that were left as they were found: in one of them the window is drawn in half the time that a new one takes.
_left: list[tuple[Browser, Page]] = []


@contextmanager
def _page(browser: Browser, size: ViewportSize, more: dict[str, Any]) -> Iterator[Page]:
    """A page of that size without anything of another one, as it is left or new."""
    found = next((at for at, (of, _) in enumerate(_left) if of is browser and not more), None)
    page = browser.new_context(viewport=size, **more).new_page() if found is None else _left.pop(found)[1]
    page.set_viewport_size(size)
    try:
        yield page
    finally:
        if all(page is not left for _, left in _left):
            page.context.close()


@pytest.fixture
def user(browser: Browser, window: str) -> Iterator[User]:
    with opened_window(browser, window) as user:
        yield user
