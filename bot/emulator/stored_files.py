"""Files that people or the bot have sent, found by file_id."""

import base64
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.params import Upload

_PHOTO_LIMIT = 10 * 1024 * 1024
_SIDES_LIMIT, _RATIO_LIMIT = 10_000, 20

_PREVIEW_SIDE = 90
_PREVIEW = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
)
"""One grey pixel: like a real preview, it is too small to read."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `kind` is photo, document, voice or sticker."""

    id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes
    kind: str
    preview: "StoredFile | None" = None

    def as_api(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.data)}

    def as_document(self) -> dict[str, Any]:
        return {"file_name": self.name, "mime_type": self.mime, **self.as_api()}

    def as_photo(self) -> list[dict[str, Any]]:
        """Return the sizes of the picture; as in every photo of Telegram the largest is the last."""
        width, height = image_size(self.data) or (0, 0)
        sizes = [self.as_api() | {"width": width, "height": height}]
        if self.preview is not None:
            shrunk = max(1.0, max(width, height) / _PREVIEW_SIDE)
            small = {"width": max(1, round(width / shrunk)), "height": max(1, round(height / shrunk))}
            sizes.insert(0, self.preview.as_api() | small)
        return sizes


class StoredFiles:
    """All files by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def store(self, upload: Upload, kind: str) -> StoredFile:
        """Store a new file. Raises Refusal for a photo that Telegram would not take."""
        preview = None
        if kind == "photo":
            _check_photo(upload.data)
            preview = self._add(Upload("preview.png", "image/png", _PREVIEW), kind)
        return self._add(upload, kind, preview)

    def _add(self, upload: Upload, kind: str, preview: StoredFile | None = None) -> StoredFile:
        number = len(self._by_id)
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        path = f"{kind}s/file_{number}.{suffix}"
        name = "AgACAgI" if kind == "photo" else "BQACAgI"
        stored = StoredFile(
            id=f"{name}{secrets.token_urlsafe(24)}",
            unique_id=f"AQAD{number:06d}",
            path=path,
            name=upload.name,
            mime=upload.mime,
            data=upload.data,
            kind=kind,
            preview=preview,
        )
        self._by_id[stored.id] = self._by_path[path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def _check_photo(data: bytes) -> None:
    if len(data) > _PHOTO_LIMIT:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {_PHOTO_LIMIT} bytes"
        )
    size = image_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > _SIDES_LIMIT or max(size) > _RATIO_LIMIT * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG, JPEG, GIF or WebP picture; None if it is none of these."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    for marker, at in _jpeg_segments(data):
        if marker in _JPEG_FRAMES and at + 9 <= len(data):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
    return None


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        yield data[at + 1], at
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
