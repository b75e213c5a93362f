"""Ask for known vulnerabilities of the locked versions: ``make audit``.

Prints ``audit packages=N asked=N vulnerable=N``, or one line if no source of advisories answers. The exit code is 1 if
a version is vulnerable.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple


class Audit(NamedTuple):
    """``asked`` counts the packages about which a source has answered; ``vulnerable`` has one line a package."""

    packages: int
    asked: int
    vulnerable: tuple[str, ...]

    def __str__(self) -> str:
        return f"audit packages={self.packages} asked={self.asked} vulnerable={len(self.vulnerable)}"


def summarise(report: dict[str, Any]) -> Audit:
    """Read a report of pip-audit in its JSON form."""
    packages = report["dependencies"]
    asked = [each for each in packages if "skip_reason" not in each]
    vulnerable = tuple(
        f"{each['name']} {each['version']}: {', '.join(found['id'] for found in each['vulns'])}"
        for each in asked
        if each["vulns"]
    )
    return Audit(len(packages), len(asked), vulnerable)


def main(pip_audit: str, lock: str) -> int:
    options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json"]
    command = [pip_audit, "--requirement", lock, *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    audit = summarise(json.loads(run.stdout)) if run.stdout else None
    if audit is None or not audit.asked:
        print("audit skipped: no source of advisories answers about these packages")
        return 0
    print(*audit.vulnerable, audit, sep="\n")
    return 1 if audit.vulnerable else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
