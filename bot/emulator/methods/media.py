"""Messages with files, and the way back to a file's bytes."""

from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.methods.message_content import Content, caption_content, require_chat, send
from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator
from bot.emulator.stored_files import StoredFile

DOWNLOAD_LIMIT = 20 * 1024 * 1024


def require_file(emulator: Emulator, params: Params, kind: str) -> StoredFile:
    """Return a new upload, or a stored file by its file_id. Raises Refusal if there is neither."""
    upload = params.upload(kind if kind in params.uploads else params.text(kind))
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        return emulator.files.store(upload, kind)
    return _require_stored(emulator, params.text(kind), kind)


def _require_stored(emulator: Emulator, reference: str, kind: str) -> StoredFile:
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
    require_chat(emulator, params)
    caption = caption_content(params)
    content = file_content(require_file(emulator, params, kind))
    return send(emulator, params, content | caption).as_api()


@method("sendPhoto")
def send_photo(emulator: Emulator, params: Params) -> Any:
    return _send_file(emulator, params, "photo")


@method("sendDocument")
def send_document(emulator: Emulator, params: Params) -> Any:
    return _send_file(emulator, params, "document")


@method("getFile")
def get_file(emulator: Emulator, params: Params) -> Any:
    stored = emulator.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return stored.as_api() | {"file_path": stored.path}
