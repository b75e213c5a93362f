"""Check what the machine gives the bot: free space for the database, the data of time zones, and a fast event loop."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.command_line import INSTALL_ZONES
from bot.core import fast
from bot.findings import CheckFailed, CheckWarns

MEGABYTE = 1024 * 1024
FREE_AT_LEAST = 200 * MEGABYTE
"""With less the check fails: the log of the database alone may have 64 MB before an alarm."""
FREE_ENOUGH = 1024 * MEGABYTE
"""With less the check warns, and so it does where a second copy of the database has no room."""

RUSSIA = (
    "Europe/Kaliningrad Europe/Moscow Europe/Simferopol Europe/Kirov Europe/Volgograd Europe/Astrakhan Europe/Saratov "
    "Europe/Ulyanovsk Europe/Samara Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Barnaul Asia/Tomsk "
    "Asia/Novokuznetsk Asia/Krasnoyarsk Asia/Irkutsk Asia/Chita Asia/Yakutsk Asia/Khandyga Asia/Vladivostok "
    "Asia/Ust-Nera Asia/Magadan Asia/Sakhalin Asia/Srednekolymsk Asia/Kamchatka Asia/Anadyr"
)
"""The zones of Russia in the time zone database, as words."""


def examine_disk(database: Path) -> str:
    """Look at the free space beside the database. Raises CheckFailed, CheckWarns."""
    folder = next(parent for parent in database.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    size = database.stat().st_size if database.exists() else 0
    told = f"{_megabytes(free)} free in {folder}"
    if free < FREE_AT_LEAST:
        raise CheckFailed(f"{told}, {_megabytes(FREE_AT_LEAST)} is the least: free some, or the bot will stop writing")
    if free < max(FREE_ENOUGH, size):
        wanted = f"the database takes {_megabytes(size)}, keep free as much and at least {_megabytes(FREE_ENOUGH)}"
        raise CheckWarns(f"{told}: {wanted}")
    return told


def _megabytes(size: int) -> str:
    return f"{size // MEGABYTE:,} MB"


def examine_loop() -> str:
    """Name the event loop; Python's own serves as well, for a little more processor time."""
    quicker = "" if fast.is_whole() else "; the extra `fast` (pip install uvloop orjson) has quicker ones"
    return fast.describe() + quicker


def examine_zones(used: Iterable[str]) -> str:
    """Look whether the zones of the clinics and of Russia are known. Raises CheckFailed."""
    clinics, russia = set(used), RUSSIA.split()
    missing = [zone for zone in sorted({*russia, *clinics}) if not _is_known(zone)]
    if unknown := sorted(clinics & set(missing)):
        raise CheckFailed(
            f"zones of clinics are not known: {', '.join(unknown)}; if the names are right, {INSTALL_ZONES}"
        )
    if missing:
        raise CheckFailed(f"zones of Russia are missing: {', '.join(missing)}; {INSTALL_ZONES}")
    return f"all {len(russia)} zones of Russia are there, and those of the clinics"


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):  # not there, damaged, or a folder
        return False
    return True
