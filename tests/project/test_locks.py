"""The locks: what runs the bot is locked apart from what tests need, in the same versions; the audit reads reports."""

from __future__ import annotations

import re
import tomllib

from tests.audit import summarise
from tests.project_files import ROOT

PINNED = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8")))


def test_lock_for_running_has_no_tool_of_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tools = {re.split(r"[<>=\[]", tool, maxsplit=1)[0] for tool in project["optional-dependencies"]["test"]}
    assert tools & pinned("requirements.lock").keys() == set()
    assert tools <= pinned("requirements-dev.lock").keys()


def test_lock_for_development_has_the_versions_of_the_other() -> None:
    for_running, for_development = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert for_running == {name: for_development[name] for name in for_running}


def test_locks_name_no_registry() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")]
    assert [text for text in texts if "://" in text or "--index-url" in text] == []


def test_audit_counts_only_what_a_source_has_answered() -> None:
    report = {
        "dependencies": [
            {"name": "safe", "version": "1.0", "vulns": []},
            {"name": "hurt", "version": "2.0", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]},
            {"name": "unknown", "skip_reason": "not found"},
        ]
    }
    audit = summarise(report)
    assert str(audit) == "audit packages=3 asked=2 vulnerable=1"
    assert audit.vulnerable == ("hurt 2.0: PYSEC-1, PYSEC-2",)
