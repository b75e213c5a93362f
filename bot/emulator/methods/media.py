"""Messages with files, albums, and the way back to a file's bytes."""

from typing import Any

from bot.emulator.core import Emulator
from bot.emulator.errors import bad_request
from bot.emulator.files import DOWNLOAD_LIMIT, StoredFile
from bot.emulator.methods.contents import Content, caption_content, caption_of, chat_of, send
from bot.emulator.methods.table import method
from bot.emulator.wire import Params

_ALBUM_SIZES = range(2, 11)


def take_file(emulator: Emulator, params: Params, reference: object, kind: str) -> StoredFile:
    """A new upload, or a file that this Telegram already has."""
    upload = params.upload(reference)
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        return emulator.files.keep(upload, kind)
    return _known_file(emulator, str(reference or ""), kind)


def _known_file(emulator: Emulator, reference: str, kind: str) -> StoredFile:
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = emulator.files.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
    return stored


def file_content(stored: StoredFile) -> Content:
    return {"photo": stored.as_photo()} if stored.kind == "photo" else {"document": stored.as_document()}


def _send_file(emulator: Emulator, params: Params, kind: str) -> Any:
    chat_of(emulator, params)
    caption = caption_content(params)
    reference = kind if kind in params.uploads else params.text(kind)
    content = file_content(take_file(emulator, params, reference, kind))
    return send(emulator, params, content | caption).as_api()


@method("sendPhoto")
def send_photo(emulator: Emulator, params: Params) -> Any:
    return _send_file(emulator, params, "photo")


@method("sendDocument")
def send_document(emulator: Emulator, params: Params) -> Any:
    return _send_file(emulator, params, "document")


@method("sendMediaGroup")
def send_media_group(emulator: Emulator, params: Params) -> Any:
    chat_of(emulator, params)
    items = params.tree("media", "can't parse media JSON object")
    if not isinstance(items, list) or len(items) not in _ALBUM_SIZES:
        raise bad_request("album must contain from 2 to 10 items")
    if len({item.get("type") for item in items}) > 1:
        raise bad_request("can't mix photos and documents in an album")
    contents = [media_content(emulator, params, item) for item in items]
    album = str(13_000_000_000 + emulator.journal.total)
    return [send(emulator, params, content, media_group_id=album).as_api() for content in contents]


def media_content(emulator: Emulator, params: Params, item: dict[str, Any]) -> Content:
    """One InputMedia: a photo or a document with its caption."""
    kind = str(item.get("type"))
    if kind not in ("photo", "document"):
        raise bad_request(f"type of the media ({kind}) is not carried by this emulator")
    caption = caption_of(item.get("caption") or "", item.get("parse_mode") or "", item.get("caption_entities"))
    return file_content(take_file(emulator, params, item.get("media"), kind)) | caption


@method("getFile")
def get_file(emulator: Emulator, params: Params) -> Any:
    stored = emulator.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return stored.as_api() | {"file_path": stored.path}
