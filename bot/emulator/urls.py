"""URLs in buttons and texts, normalized as Telegram does it."""

import re
from urllib.parse import urlsplit

_TELEGRAM_SCHEME = re.compile(r"(tg|ton):(?://)?(?P<rest>[\w-]+.*)", re.IGNORECASE | re.DOTALL)


def normalize_url(given: str) -> str:
    """Return the URL as Telegram stores it. Raises ValueError with Telegram's reason if it is not a URL."""
    own = _TELEGRAM_SCHEME.fullmatch(given)
    if own is not None:
        return f"{own[1].lower()}://{own['rest']}"
    parts = urlsplit(given if "://" in given else f"http://{given}")
    if parts.scheme not in ("http", "https"):
        raise ValueError("Unsupported URL protocol")
    if "." not in (parts.hostname or "") or re.search(r"\s", given):
        raise ValueError("Wrong HTTP URL")
    tail = given.partition("://")[2] or given
    rest = tail[len(parts.netloc) :]
    return f"{parts.scheme}://{parts.netloc.lower()}{rest if rest.startswith('/') else f'/{rest}'}"
