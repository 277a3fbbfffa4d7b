"""The files in deploy/ fit the project, each other, and what reads them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from assistant import Settings
from tests.support import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SYSTEMD = shutil.which("systemd-analyze")


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for unit in UNITS:  # with a program that is there
        text = unit.read_text().replace("/opt/assistant/bin/assistant", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    units = [str(tmp_path / unit.name) for unit in UNITS]
    told = subprocess.run([str(SYSTEMD), "verify", *units], capture_output=True, text=True, check=False)
    assert [line for line in told.stderr.splitlines() if "assistant" in line] == []


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_each_service_is_kept_to_its_folders_and_to_its_account(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    kept = {"User=assistant", "NoNewPrivileges=true", "ProtectSystem=strict", "PrivateTmp=true", "UMask=0077"}
    assert kept <= set(lines) and "Environment=ASSISTANT_HOME=/var/lib/assistant/home" in "".join(lines)


def test_a_server_has_longer_to_stop_than_answers_have_to_be_finished() -> None:
    stop_wait = Settings().stop_wait
    unit = (DEPLOY / "systemd" / "assistant.service").read_text()
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    seconds = [int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]), int(services["assistant"]["stop_grace_period"][:-1])]
    assert min(seconds) > stop_wait


def test_the_compose_file_takes_rights_away_and_names_what_there_is() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for name in ("assistant", "refresh"):
        service = compose["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    proxy = compose["services"]["caddy"]
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in proxy["volumes"]
    trusted = compose["services"]["assistant"]["environment"]["ASSISTANT_TRUSTED_PROXIES"]
    assert trusted == proxy["networks"]["proxied"]["ipv4_address"]


def test_all_that_the_image_copies_is_let_into_its_context() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.M)
    named = {name for line in copied for name in line.split()}
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert named == {line[1:] for line in allowed if line.startswith("!")}
    assert all((ROOT / name).exists() for name in named)
