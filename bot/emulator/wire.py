"""The wire: parameters of a call from a query, JSON, a form or multipart parts, whatever the bot's library prefers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web

from bot.emulator.errors import Refusal, bad_request

UPLOAD_LIMIT = 50 * 1024 * 1024
_BODY_LIMIT = UPLOAD_LIMIT + 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


class Params:
    """Values of one call; numbers, flags and nested values may all come as strings."""

    def __init__(self, values: dict[str, Any], uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        try:
            return default if value is None else int(value)
        except (TypeError, ValueError):
            return default

    def number(self, name: str) -> float | None:
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def tree(self, name: str, mistake: str) -> Any:
        """A nested value, given as such or as a JSON string; `mistake` is what Telegram calls a broken one."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(mistake) from None

    def upload(self, reference: object) -> Upload | None:
        """The file part that `attach://name` or the parameter itself points to."""
        return self.uploads.get(str(reference).removeprefix("attach://"))


async def read_params(request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return Params(values)
    if request.content_type.startswith("multipart/"):
        fields, uploads = await read_multipart(await request.multipart())
        return Params(values | fields, uploads)
    values.update(parse_body(request.content_type, await request.read()))
    return Params(values)


def parse_body(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type != "application/json":
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("request must be a JSON object")
    return values


async def read_multipart(reader: MultipartReader) -> tuple[dict[str, Any], dict[str, Upload]]:
    fields: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    size = 0
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = await _read_part(part, _BODY_LIMIT - size)
        size += len(data)
        if part.filename is None:
            fields[part.name] = data.decode()
        else:
            uploads[part.name] = Upload(part.filename, _mime(part.headers), data)
    if size >= _BODY_LIMIT or any(len(upload.data) > UPLOAD_LIMIT for upload in uploads.values()):
        raise Refusal(413, "Request Entity Too Large")
    return fields, uploads


async def _read_part(part: BodyPartReader, limit: int) -> bytes:
    """Read to the end, keep no more than `limit`: a client that is cut off while sending would never see the answer."""
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        if len(data) < limit:
            data += chunk
    return bytes(data[:limit])


def _mime(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "application/octet-stream").partition(";")[0]


def dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def reply(value: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=dump(value), content_type="application/json")
