"""Who is signed in is said in the masthead, with what they can do about it."""

from assistant.accounts import Principal
from tests.ui.support import HOSTILE, Page, same_tags
from ui.views.account import account


def test_who_is_signed_in_can_sign_out_and_who_has_a_password_here_can_change_it() -> None:
    anna = Principal("anna", "maintainer", "session", person="anna#1")
    page = Page(account(anna, has_password=True))
    assert "anna" in page.text and "maintainer" in page.text
    assert [each["to"] for each in page.controls("account")] == ["account", "account#password"]
    assert len(page.controls("sign_out")) == 2 and len(Page(account(anna)).controls("account")) == 1


def test_whom_a_proxy_names_signs_out_there_and_who_is_not_signed_in_has_no_menu() -> None:
    page = Page(account(Principal("proxy:anna", by="proxy", person="proxy:anna")))
    assert "anna" in page.text and "proxy:" not in page.text and not page.controls("sign_out")
    for nobody in (Principal(), Principal("anna", by="token", token="1", person="anna#1")):
        assert account(nobody) == ""


def test_a_name_is_never_markup() -> None:
    for text in HOSTILE:
        same_tags(lambda name: account(Principal(f"oidc:{name}", by="session", person="oidc:1")), text)
