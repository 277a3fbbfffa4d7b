"""Somebody signs in, makes a token, asks as much as they may, signs out, and finds what they asked in any browser."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from assistant import Settings
from assistant.accounts import Accounts

from .conftest import User, served
from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.model]

WORD = "correct horse"
CANNERY = "When will the cannery close?"
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


def test_somebody_signs_in_makes_a_token_and_signs_out(browser: Browser, sample_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(sample_home, tmp_path / "home"))
    Accounts(Settings(home=home)).add_user("Anna", WORD, "maintainer")
    with (
        served(home, ASSISTANT_QUESTIONS_PER_MINUTE="1") as address,
        browser.new_context(viewport={"width": 390, "height": 800}) as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/history")
        assert violations(page, "sign-in") == []
        expect(page.get_by_label("Name")).to_be_focused()
        page.get_by_label("Name").fill("anna")
        page.get_by_label("Password").fill("wrong horse")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("That name and password do not go together. Try again.")
        expect(page.get_by_label("Password")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("Password").fill(WORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("tab", name="History")).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tab", name="Maintenance")).to_be_attached()
        page.get_by_role("tab", name="Ask").click()
        page.locator("#question textarea").fill("Who condemned the attack?")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Good answer")).to_be_visible()
        page.locator("#question textarea").fill("What was demanded?")
        page.keyboard.press("Enter")
        expect(page.get_by_text("You may ask 1 question a minute; try again in")).to_be_visible()
        page.get_by_test_id("toast-close").click()
        page.get_by_role("button", name="Signed in as Anna").click()
        page.get_by_role("menuitem", name="API tokens").click()
        page.get_by_label("New token for").fill("nightly export")
        page.get_by_role("button", name="Make token").click()
        expect(page.locator(".account-token")).to_contain_text("aa_")
        assert violations(page, "account") == []
        token = page.locator(".account-token").inner_text()
        shown = context.request.get(f"{address}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert shown.json()["name"] == "Anna" and shown.json()["role"] == "reader"
        page.get_by_role("link", name="Article Assistant").click()
        page.get_by_role("button", name="Signed in as Anna").click()
        page.get_by_role("menuitem", name="Sign out", exact=True).click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(address)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_conversations_of_who_is_signed_in_are_with_them_in_any_browser_and_with_nobody_else(
    browser: Browser, sample_home: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(sample_home, tmp_path / "home"))
    for name in ("Anna", "Ben"):
        Accounts(Settings(home=home)).add_user(name, WORD)
    with served(home) as address, browser.new_context() as here, browser.new_context() as elsewhere:
        user = signed_in(here, address, "Anna")
        user.ask(CANNERY)
        user.reload()
        expect(user.now.locator(".question")).to_have_text(CANNERY)
        assert "cannery" not in user.page.evaluate(STORED)

        other = signed_in(elsewhere, address, "Anna")
        saved = other.tab("History")
        expect(saved).to_contain_text("Kept on this server, for you alone.")
        assert violations(other.page, "history") == []
        saved.get_by_role("button", name=CANNERY, exact=True).click()
        expect(other.page.locator("#a1-s1 mark")).to_contain_text("will close its cannery")
        other.ask("How many people work there?")
        saved = user.tab("History")
        expect(saved.locator(".about").last).to_contain_text("2 questions")
        saved.get_by_role("button", name=f"Rename {CANNERY}").click()
        saved.get_by_label("Name").fill("<b>The cannery</b>")
        saved.get_by_label("Name").press("Enter")
        expect(saved.locator(".saved .headline")).to_have_text(["<b>The cannery</b>"])

        second = here.new_page()
        second.goto(f"{address}/history")
        expect(second.locator(".saved .headline")).to_have_count(1)
        assert user.errors == []
        user.button("Signed in as Anna").click()
        user.page.get_by_role("menuitem", name="Sign out", exact=True).click()
        for left in (user.page, second):
            expect(left.get_by_role("heading", name="Sign in")).to_be_visible()
            assert "article-assistant" not in left.evaluate(STORED)
        ben = signed_in(here, address, "Ben")
        expect(ben.tab("History")).to_contain_text("No conversations yet")
        expect(ben.page.locator(".turn")).to_have_count(0)

        saved = other.tab("History")
        saved.get_by_role("button", name="Delete <b>The cannery</b>").click()
        saved.get_by_role("button", name="Delete for good <b>The cannery</b>").click()
        expect(saved).to_contain_text("No conversations yet")
        other.reload()
        expect(other.page.locator(".turn")).to_have_count(0)
        assert other.errors == ben.errors == []


def signed_in(context: BrowserContext, address: str, name: str) -> User:
    """A user who has signed in."""
    sent = context.request.post(
        f"{address}/login", form={"username": name, "password": WORD}, headers={"Origin": address}
    )
    assert sent.ok
    return User(context.new_page(), address)
