"""Examples of what to type: a prompt and its refusals show the same one."""

from __future__ import annotations

from collections.abc import Mapping

POLICY = "7796 1897 8400 0014"
OLD_POLICY = "46-12 № 1234567"
SNILS = "112-233-445 95"
CERTIFICATE = "II-МЮ 123456"
CITY_AND_STREET = "Москва, Садовая, 5, кв. 12"
ADDRESS = f"101000, {CITY_AND_STREET}"

IN_SENTENCES: Mapping[str, str] = {
    "old_policy": OLD_POLICY,
    "snils": SNILS,
    "certificate": CERTIFICATE,
    "series": CERTIFICATE.partition(" ")[0],
    "home_address": ADDRESS,
    "city_and_street": CITY_AND_STREET,
}
"""by the placeholder in the sentence of a problem"""
