"""The parameters of a Bot API call, from a query, JSON, a form or multipart parts."""

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
    """One uploaded file."""

    name: str
    mime: str
    data: bytes


class Params:
    """The parameters of one call; numbers, flags and nested values may come as strings."""

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

    def json(self, name: str, mistake: str) -> Any:
        """Return a nested value, given as such or as a JSON string. Raises Refusal with `mistake` for broken JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(mistake) from None

    def upload(self, reference: object) -> Upload | None:
        """Return the file part that `attach://name` or the parameter's own name refers to."""
        return self.uploads.get(str(reference).removeprefix("attach://"))


async def read_params(request: web.Request) -> Params:
    """Return the parameters of a request. Raises Refusal for a broken or too large body."""
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return Params(values)
    if request.content_type.startswith("multipart/"):
        fields, uploads = await _read_multipart(await request.multipart())
        return Params(values | fields, uploads)
    values.update(_parse_body(request.content_type, await request.read()))
    return Params(values)


def _parse_body(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type != "application/json":
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("request must be a JSON object")
    return values


async def _read_multipart(reader: MultipartReader) -> tuple[dict[str, Any], dict[str, Upload]]:
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
    """Read to the end and return at most `limit` bytes: a client cut off while sending would not read the answer."""
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        if len(data) < limit:
            data += chunk
    return bytes(data[:limit])


def _mime(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "application/octet-stream").partition(";")[0]
