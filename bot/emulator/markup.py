"""Keyboards of a message, checked as Telegram checks them."""

from typing import Any

from bot.emulator.errors import Refusal, bad_request
from bot.emulator.house_rules import require_small_keyboard
from bot.emulator.params import Params
from bot.emulator.urls import normalize_url

JsonButton = dict[str, Any]
Rows = list[list[JsonButton]]

_MISTAKE = "can't parse reply keyboard markup JSON object"
BUTTON_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES = ("danger", "success", "primary")
_BUTTONS, _IN_A_ROW, _DATA_BYTES, _COPIED = 100, 8, 64, 256


def read_markup(params: Params, *, private: bool) -> tuple[Rows | None, dict[str, Any] | None]:
    """Return a new message's inline keyboard or its reply keyboard (also a removal, a forced reply); one is None."""
    markup = _object(params)
    if markup is None:
        return None, None
    if "inline_keyboard" in markup:
        return inline_rows(markup["inline_keyboard"]), None
    if "keyboard" in markup:
        return None, markup | {"keyboard": _reply_rows(markup["keyboard"], private)}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return None, markup
    return None, None


def read_inline(params: Params) -> Rows | None:
    """Return the inline keyboard of an edit, or None. Raises Refusal for any other keyboard."""
    markup = _object(params)
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return inline_rows(markup["inline_keyboard"])


def buttons_in(rows: Rows | None) -> int:
    return sum(map(len, rows or ()))


def _object(params: Params) -> dict[str, Any] | None:
    markup = params.json("reply_markup", _MISTAKE)
    if markup is not None and not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    return markup


def _rows(value: object, kind: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{kind}" of the ReplyMarkup must be of type Array')
    if not all(isinstance(row, list) for row in value):
        raise bad_request(f'field "{kind}" of the ReplyMarkup must be an Array of Arrays')
    return [row for row in value if row]


def inline_rows(value: object) -> Rows | None:
    rows = [[_inline_button(button) for button in row] for row in _rows(value, "inline_keyboard")]
    if sum(map(len, rows)) > _BUTTONS or any(len(row) > _IN_A_ROW for row in rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    require_small_keyboard(rows)
    return rows or None


def _inline_button(button: object) -> JsonButton:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not str(button["text"]).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in BUTTON_ACTIONS if button.get(action) not in (None, False)]
    if not actions:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button must have exactly one action, found {', '.join(actions)}")
    _check_style(button)
    looks = {name: value for name, value in button.items() if name not in BUTTON_ACTIONS and value is not None}
    return looks | {actions[0]: _value(actions[0], button[actions[0]])}


def _check_style(button: JsonButton) -> None:
    if button.get("style") not in (None, "", *_STYLES):
        raise bad_request("can't parse InlineKeyboardButton: Invalid button style specified")


def _value(action: str, value: Any) -> Any:
    """Return the value of a button as Telegram stores it."""
    if action == "callback_data" and not 1 <= len(str(value).encode()) <= _DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "copy_text":
        return _copied(value)
    if action != "url":
        return value
    try:
        return normalize_url(str(value))
    except ValueError as reason:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: {reason}") from None


def _copied(value: Any) -> dict[str, str]:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise bad_request("can't parse InlineKeyboardButton: Can't find field \"text\"")
    if not 1 <= len(text) <= _COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _reply_rows(value: object, private: bool) -> Rows:
    rows = [[_reply_button(button) for button in row] for row in _rows(value, "keyboard")]
    if not rows:
        raise bad_request("reply markup keyboard must be non-empty")
    if not private and any(_requests_private_data(button) for row in rows for button in row):
        raise _private_only(rows)
    return rows


def _reply_button(button: object) -> JsonButton:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not str(button.get("text", "")):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    _check_style(button)
    return button


def _requests_private_data(button: JsonButton) -> bool:
    return bool(button.get("request_contact") or button.get("request_location"))


def _private_only(rows: Rows) -> Refusal:
    contact = any(button.get("request_contact") for row in rows for button in row)
    return bad_request(f"{'phone number' if contact else 'location'} can be requested in private chats only")
