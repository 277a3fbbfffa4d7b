"""Somebody signs in, makes a token of their own in the window, asks as much as they may, and signs out."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant import Settings
from assistant.accounts import Accounts

from .conftest import served
from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.model]

WORD = "correct horse"


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
