"""HTML to text with entities, as Telegram parses it, with the error descriptions of the real server."""

import re
from dataclasses import dataclass
from typing import Any

from bot.emulator.errors import Refusal, bad_request
from bot.emulator.urls import normalize_url

Entity = dict[str, Any]

_TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "span": "spoiler",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_NAME_END = re.compile(r"[\s>]")
_ATTRIBUTE_END = re.compile(r"[\s>=]")
_TOKEN = re.compile(r"[0-9A-Za-z.-]*")
_UNIX_TIME = re.compile(r"[0-9]{1,10}")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units: Telegram counts offsets in them."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _reference(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, match.group())
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else match.group()


def unescape(text: str) -> str:
    return _REFERENCE.sub(_reference, text)


@dataclass(slots=True)
class _OpenTag:
    """A start tag whose end tag has not been read yet."""

    tag: str
    attributes: dict[str, str]
    offset: int
    start: int


class HtmlReader:
    """Parses one text from left to right. Raises Refusal at the first mistake."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._parts: list[str] = []
        self._length = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            self._read_text()
            if self._at < len(self._source):
                self._read_tag()
        if self._open:
            tag = self._open[-1].tag
            raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
        self._entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self._parts), self._entities

    def _mistake(self, reason: str, at: int, tail: str = "") -> Refusal:
        offset = len(self._source[:at].encode())
        return bad_request(f"can't parse entities: {reason} at byte offset {offset}{tail}")

    def _read_text(self) -> None:
        end = self._source.find("<", self._at)
        end = len(self._source) if end < 0 else end
        text = unescape(self._source[self._at : end])
        self._parts.append(text)
        self._length += utf16_length(text)
        self._at = end

    def _read_tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._source.startswith("/", self._at):
            self._close(begin)
        else:
            self._start(begin)

    def _name(self, begin: int, unclosed: str) -> str:
        end = _NAME_END.search(self._source, self._at)
        if end is None:
            raise self._mistake(unclosed, begin)
        name = self._source[self._at : end.start()].lower()
        self._at = end.start()
        return name

    def _skip_spaces(self) -> str:
        while self._at < len(self._source) and self._source[self._at].isspace():
            self._at += 1
        return self._source[self._at : self._at + 1]

    def _start(self, begin: int) -> None:
        tag = self._name(begin, "Unclosed start tag")
        if tag not in _TAGS:
            raise self._mistake(f'Unsupported start tag "{tag}"', begin)
        attributes: dict[str, str] = {}
        while (following := self._skip_spaces()) != ">":
            if not following:
                raise self._mistake("Unclosed start tag", begin)
            name, value = self._attribute(tag, begin)
            attributes[name] = value
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._mistake('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_OpenTag(tag, attributes, self._length, len(self._parts)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        end = _ATTRIBUTE_END.search(self._source, self._at)
        if end is None:
            raise self._mistake("Unclosed start tag", begin)
        name = self._source[self._at : end.start()].lower()
        if not name:
            raise self._mistake(f'Empty attribute name in the tag "{tag}"', begin)
        self._at = end.start()
        if self._skip_spaces() != "=":
            return name, ""
        self._at += 1
        return name, self._value(self._skip_spaces(), begin)

    def _value(self, quote: str, begin: int) -> str:
        if quote not in ("'", '"'):
            return self._token()
        end = self._source.find(quote, self._at + 1)
        if end < 0:
            raise self._mistake("Unclosed start tag", begin)
        value = unescape(self._source[self._at + 1 : end])
        self._at = end + 1
        return value

    def _token(self) -> str:
        begin = self._at
        token = _TOKEN.match(self._source, begin)
        self._at = token.end() if token else begin
        if self._source[self._at : self._at + 1] not in (">", " ", "\t", "\n", "\r"):
            raise self._mistake("Unexpected end of name token", begin)
        return self._source[begin : self._at].lower()

    def _close(self, begin: int) -> None:
        if not self._open:
            raise self._mistake("Unexpected end tag", begin)
        self._at += 1
        tag = self._name(begin, "Unclosed end tag")
        if self._skip_spaces() != ">":
            raise self._mistake("Unclosed end tag", begin)
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise self._mistake("Unmatched end tag", begin, f', expected "</{opened.tag}>", found "</{tag}>"')
        if self._length > opened.offset:
            self._add(opened)

    def _add(self, opened: _OpenTag) -> None:
        entity: Entity = {"offset": opened.offset, "length": self._length - opened.offset, "type": _TAGS[opened.tag]}
        details = self._details(opened)
        if details is not None:
            self._entities.append(entity | details)

    def _details(self, opened: _OpenTag) -> Entity | None:
        """Return the fields that a tag's attributes add to its entity; None if Telegram shows plain text instead."""
        attributes = opened.attributes
        match opened.tag:
            case "a":
                return _link(attributes.get("href") or "".join(self._parts[opened.start :]))
            case "tg-emoji":
                return {"custom_emoji_id": attributes.get("emoji-id", "")}
            case "tg-time":
                return _moment(attributes)
            case "blockquote" if "expandable" in attributes:
                return {"type": "expandable_blockquote"}
            case "code":
                return self._code(opened)
        return {}

    def _code(self, opened: _OpenTag) -> Entity | None:
        language = opened.attributes.get("class", "")
        if language.startswith("language-") and self._open and self._open[-1].tag == "pre":
            self._entities.append(
                {
                    "offset": opened.offset,
                    "length": self._length - opened.offset,
                    "type": "pre",
                    "language": language.removeprefix("language-"),
                }
            )
            return None
        return {}


def _moment(attributes: dict[str, str]) -> Entity:
    """Return the fields of a moment; without a format its text is shown as it stands."""
    unix, shown_as = attributes.get("unix", ""), attributes.get("format", "")
    if not _UNIX_TIME.fullmatch(unix) or not _TIME_FORMAT.fullmatch(shown_as):
        raise bad_request("can't parse entities: Invalid date-time entity specified")
    return {"unix_time": int(unix)} | ({"date_time_format": shown_as} if shown_as else {})


def _link(url: str) -> Entity | None:
    if re.fullmatch(r"tg://user\?id=\d+", url):
        user = {"id": int(url.removeprefix("tg://user?id=")), "is_bot": False, "first_name": ""}
        return {"type": "text_mention", "user": user}
    try:
        return {"url": normalize_url(url)}
    except ValueError:
        return None


_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/@])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<![\w/<>@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)
_HINT = re.compile(r"[/@#]")


def find_entities(text: str) -> list[Entity]:
    """Return the commands, links, mentions and hashtags that Telegram finds in plain text."""
    if not _HINT.search(text):
        return []
    return [
        {"offset": utf16_length(text[: match.start()]), "length": utf16_length(match.group()), "type": match.lastgroup}
        for match in _FOUND.finditer(text)
    ]


def _overlaps(entity: Entity, others: list[Entity]) -> bool:
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    return any(begin < other["offset"] + other["length"] and other["offset"] < end for other in others)


def _shifted(entities: list[Entity], by: int, length: int) -> list[Entity]:
    """Return the entities after the first `by` units of the text were removed and `length` are left."""
    moved = []
    for entity in entities:
        begin = max(0, entity["offset"] - by)
        end = min(length, entity["offset"] - by + entity["length"])
        if end > begin:
            moved.append(entity | {"offset": begin, "length": end - begin})
    return moved


def formatted(text: str, parse_mode: str, given: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """Return the text and entities of what the bot sends: parsed, trimmed at both ends, links found."""
    if parse_mode.lower() not in ("", "html"):
        raise bad_request(f"unsupported parse_mode (this emulator reads HTML and plain text, not {parse_mode})")
    entities = list(given or [])
    if parse_mode and _SPECIAL.search(text):
        text, entities = HtmlReader(text).read()
    trimmed = text.strip()
    if entities and trimmed != text:
        cut = utf16_length(text[: len(text) - len(text.lstrip())])
        entities = _shifted(entities, cut, utf16_length(trimmed))
    found = [entity for entity in find_entities(trimmed) if not _overlaps(entity, entities)]
    if found:
        entities = sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"]))
    return trimmed, entities
