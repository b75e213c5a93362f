"""Rules stricter than Telegram's: a screen that other messengers can show too, and that a person can read."""

from collections.abc import Sequence

from bot.emulator.errors import bad_request

TEXT_LIMIT, IN_A_ROW, MOST_ROWS = 4000, 7, 20


def require_short_text(text: str) -> None:
    """Raises Refusal for a text that Telegram would still take."""
    if len(text) > TEXT_LIMIT:
        raise bad_request(f"house rule: a text has at most {TEXT_LIMIT} characters")


def require_small_keyboard(rows: Sequence[Sequence[object]]) -> None:
    """Raises Refusal for a keyboard that Telegram would still take."""
    if any(len(row) > IN_A_ROW for row in rows):
        raise bad_request(f"house rule: a row has at most {IN_A_ROW} buttons")
    if len(rows) > MOST_ROWS:
        raise bad_request(f"house rule: a screen has at most {MOST_ROWS} rows of buttons")


def require_announced_buttons(text: str, buttons: int, before: int = 0) -> None:
    """Raises Refusal for a text that ends with a colon and has not the ``buttons`` that it announces.

    ``before`` is how many an edited message had: taking some away may leave the sentence without those that it meant.
    """
    if text.rstrip().endswith(":") and (not buttons or buttons < before):
        raise bad_request("house rule: a text that announces buttons stays with them")
