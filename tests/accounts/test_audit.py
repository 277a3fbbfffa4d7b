"""The audit log has who did what, for so many days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.accounts import AuditLog, Principal, audit


def noted(log: AuditLog, **how: Any) -> list[str]:
    return [entry.action for entry in log.entries(**how)]


def test_entries_are_listed_newest_first_and_page_by_page(tmp_path: Path) -> None:
    log, anna = AuditLog(tmp_path), Principal("anna", by="token", token="17", person="anna#1")
    assert log.entries() == []
    for number in range(3):
        log.add(anna, f"act {number}", "target", "10.0.0.7")
    newest, *_ = log.entries()
    assert (newest.who, newest.by, newest.target, newest.address) == ("anna", "token:17", "target", "10.0.0.7")
    assert noted(log) == ["act 2", "act 1", "act 0"] and noted(log, most=1, before=newest.number) == ["act 1"]
    assert log.entries(datetime.now(UTC) + timedelta(hours=1)) == []
    assert len(log.entries(datetime.now(UTC) - timedelta(hours=1))) == 3


def test_what_is_too_old_or_too_much_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AuditLog(tmp_path).add(Principal(), "old")
    with AuditLog(tmp_path).file.writing() as db:
        db.execute("UPDATE entries SET at = ?", ((datetime.now(UTC) - timedelta(days=8)).isoformat(),))
    AuditLog(tmp_path, days=9).add(Principal(), "new")
    assert noted(AuditLog(tmp_path)) == ["new", "old"]
    AuditLog(tmp_path, days=7).add(Principal(), "newer")
    assert noted(AuditLog(tmp_path)) == ["newer", "new"]
    monkeypatch.setattr(audit, "MOST", 1)
    AuditLog(tmp_path).add(Principal(), "newest")
    assert noted(AuditLog(tmp_path)) == ["newest"]


def test_failed_sign_ins_do_not_drive_out_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path)
    for action in ("refresh", *["sign-in-failed"] * 5):
        log.add(Principal(), action)
    monkeypatch.setattr(audit, "MOST", 2)
    AuditLog(tmp_path).add(Principal(), "sign-in")
    assert noted(log) == ["sign-in", "refresh"]


def test_a_long_or_odd_target_is_kept_short_and_stored(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.add(Principal("\udc80"), "act", "x\0\ud800" + "y" * 5000)
    assert len(log.entries()[0].target) == 1000
