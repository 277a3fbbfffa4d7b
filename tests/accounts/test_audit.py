"""The audit log has who did what, for so many days."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.accounts import AuditLog, Principal, audit
from assistant.database import Database
from tests.servers.places import change


def noted(log: AuditLog, **how: Any) -> list[str]:
    return [entry.action for entry in log.entries(**how)]


def test_entries_are_listed_newest_first_and_page_by_page(place: Database) -> None:
    log, anna = AuditLog(place), Principal("anna", by="token", token="17", person="anna#1")
    assert log.entries() == []
    for number in range(3):
        log.add(anna, f"act {number}", "target", "10.0.0.7")
    newest, *_ = log.entries()
    assert (newest.who, newest.by, newest.target, newest.address) == ("anna", "token:17", "target", "10.0.0.7")
    assert noted(log) == ["act 2", "act 1", "act 0"] and noted(log, most=1, before=newest.number) == ["act 1"]
    assert log.entries(datetime.now(UTC) + timedelta(hours=1)) == []
    assert len(log.entries(datetime.now(UTC) - timedelta(hours=1))) == 3


def test_what_is_too_old_or_too_much_goes(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    AuditLog(place).add(Principal(), "old")
    then = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    change(place, "audit.sqlite", "UPDATE entries SET at = :then", then=then)
    AuditLog(place, days=9).add(Principal(), "new")
    assert noted(AuditLog(place)) == ["new", "old"]
    AuditLog(place, days=7).add(Principal(), "newer")
    assert noted(AuditLog(place)) == ["newer", "new"]
    monkeypatch.setattr(audit, "MOST", 1)
    AuditLog(place).add(Principal(), "newest")
    assert noted(AuditLog(place)) == ["newest"]


def test_failed_sign_ins_do_not_drive_out_what_was_done(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(place)
    for action in ("refresh", *["sign-in-failed"] * 5):
        log.add(Principal(), action)
    monkeypatch.setattr(audit, "MOST", 2)
    AuditLog(place).add(Principal(), "sign-in")
    assert noted(log) == ["sign-in", "refresh"]


def test_a_long_or_odd_target_is_kept_short_and_stored(place: Database) -> None:
    log = AuditLog(place)
    log.add(Principal("\udc80"), "act", "x\0\ud800" + "y" * 5000)
    assert len(log.entries()[0].target) == 1000
