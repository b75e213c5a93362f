"""Addresses in buttons and in texts: what Telegram takes for a link, and how it writes it down."""

import re
from urllib.parse import urlsplit

_OURS = re.compile(r"(tg|ton):(?://)?(?P<rest>[\w-]+.*)", re.IGNORECASE | re.DOTALL)


def read_address(given: str) -> str:
    """The address as Telegram keeps it; ValueError says in its words why it is none."""
    ours = _OURS.fullmatch(given)
    if ours is not None:
        return f"{ours[1].lower()}://{ours['rest']}"
    parts = urlsplit(given if "://" in given else f"http://{given}")
    if parts.scheme not in ("http", "https"):
        raise ValueError("Unsupported URL protocol")
    if "." not in (parts.hostname or "") or re.search(r"\s", given):
        raise ValueError("Wrong HTTP URL")
    tail = given.partition("://")[2] or given
    rest = tail[len(parts.netloc) :]
    return f"{parts.scheme}://{parts.netloc.lower()}{rest if rest.startswith('/') else f'/{rest}'}"
