"""Text with entities as HTML for the chat page; every character is escaped."""

from html import escape
from typing import Any

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}


def to_html(text: str, entities: list[dict[str, Any]]) -> str:
    """Return the HTML of a formatted text; entities that Telegram found by itself stay plain."""
    marked = [(entity, tags) for entity in entities if (tags := _tags(entity))]
    if not marked:
        return escape(text, quote=False)
    return _render(text.encode("utf-16-le"), marked)


def _tags(entity: dict[str, Any]) -> tuple[str, str] | None:
    if entity["type"] == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if entity["type"] == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if entity["type"] == "date_time":
        shown_as = f' data-format="{escape(entity["date_time_format"])}"' if "date_time_format" in entity else ""
        return f'<time data-unix="{entity["unix_time"]}"{shown_as}>', "</time>"
    return _TAGS.get(entity["type"])


def _render(units: bytes, marked: list[tuple[dict[str, Any], tuple[str, str]]]) -> str:
    parts: list[str] = []
    closing: list[tuple[int, str]] = []
    at = 0

    def copy(to: int) -> int:
        parts.append(escape(units[at * 2 : to * 2].decode("utf-16-le", "replace"), quote=False))
        return to

    for entity, (opener, closer) in marked:
        while closing and closing[-1][0] <= entity["offset"]:
            at = copy(closing[-1][0])
            parts.append(closing.pop()[1])
        at = copy(entity["offset"])
        end = entity["offset"] + entity["length"]
        parts.append(opener)
        # An entity that overlaps the end of an outer one ends together with it, so that tags nest.
        closing.append((min(end, closing[-1][0]) if closing else end, closer))
    while closing:
        at = copy(closing[-1][0])
        parts.append(closing.pop()[1])
    copy(len(units) // 2)
    return "".join(parts)
