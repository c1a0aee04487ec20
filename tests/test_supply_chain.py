"""The locks hold no version that is known to be unsafe for a server like this one.

A tool that asks a service for advisories says that all is well when it cannot reach the service;
this table can be read without one. Raise a line when an advisory concerns us.
"""

import re

import pytest

from annotator import paths

# The first version in which the named weakness, and all before it, are mended.
FIRST_SAFE = {
    "flask": ("3.1.1", "CVE-2025-47278: signs with the oldest of several keys"),
    "jinja2": ("3.1.6", "CVE-2025-27516: a way out of the sandbox"),
    "lxml": ("4.9.1", "CVE-2022-2309: a file that makes the program end"),
    "mako": ("1.2.2", "CVE-2022-40023: a pattern that takes for ever; Alembic uses it"),
    "openpyxl": ("2.4.2", "CVE-2017-5992: a workbook that reads other files"),
    "pydantic": ("2.4.0", "CVE-2024-3772: a pattern that takes for ever"),
    "waitress": ("3.0.1", "CVE-2024-49768 and 49769: smuggled requests, sockets left open"),
    "werkzeug": ("3.1.6", "GHSA-29vq-49wr-vm6x: names of devices in paths"),
}


def pinned(lock: str) -> dict[str, str]:
    text = (paths.CHECKOUT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z]+\])?==([0-9.]+)", text, flags=re.MULTILINE))


def as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
@pytest.mark.parametrize("package", FIRST_SAFE)
def test_a_package_is_locked_to_a_safe_version(lock: str, package: str) -> None:
    first_safe, weakness = FIRST_SAFE[package]
    assert as_numbers(pinned(lock)[package]) >= as_numbers(first_safe), weakness
