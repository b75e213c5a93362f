"""Photos and documents: limits, sending, downloading."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from bot.emulator import params
from bot.emulator.methods import media
from tests.emulator.telegram import ANNA, Telegram, png


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            png(10, 10) + bytes(10 * 1024 * 1024),
            "file of size 10485793 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_invalid_photo_is_refused(telegram: Telegram, data: bytes, reason: str) -> None:
    answer = await telegram.upload("sendPhoto", data)
    assert answer["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (png(9000, 1000), (9000, 1000)),
        (b"GIF89a" + struct.pack("<HH", 20, 30), (20, 30)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 30, 40) + b"\x01", (40, 30)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x09\x00\x00\x13\x00\x00", (10, 20)),
    ],
)
async def test_size_of_a_picture_is_read_from_its_head(telegram: Telegram, head: bytes, size: Any) -> None:
    answer = await telegram.upload("sendPhoto", head)
    photo = answer["result"]["photo"][-1]
    assert (photo["width"], photo["height"]) == size


async def test_last_size_of_a_photo_is_the_picture_itself(telegram: Telegram) -> None:
    picture = png(900, 600)
    await telegram.anna.send_photo(picture)
    (update,) = await telegram.take_updates()
    small, large = update["message"]["photo"]
    assert (small["width"], small["height"]) == (90, 60)
    assert await telegram.download(large["file_id"]) == picture
    preview = await telegram.download(small["file_id"])
    assert preview != picture
    assert len(preview) == small["file_size"]


async def test_file_is_sent_again_by_id_as_the_same_kind(telegram: Telegram) -> None:
    answer = await telegram.upload("sendDocument", b"%PDF", name="талон.pdf", caption="<b>Талон</b>", parse_mode="HTML")
    document = answer["result"]["document"]
    assert (document["file_name"], answer["result"]["caption"]) == ("талон.pdf", "Талон")
    again = await telegram.do("sendDocument", chat_id=ANNA, document=document["file_id"])
    assert again["document"]["file_id"] == document["file_id"]
    refused = await telegram.refusal("sendPhoto", chat_id=ANNA, photo=document["file_id"])
    assert refused == "400 Bad Request: can't use file of type Document as Photo"
    refused = await telegram.refusal("sendDocument", chat_id=ANNA, document="нет")
    assert refused == "400 Bad Request: wrong file identifier/HTTP URL specified"


async def test_caption_has_at_most_1024_characters(telegram: Telegram) -> None:
    answer = await telegram.upload("sendDocument", b"x", caption="я" * 1025)
    assert answer["description"] == "Bad Request: message caption is too long"
    assert (await telegram.upload("sendDocument", b"x", caption="я" * 1024))["ok"]


async def test_upload_limit_is_50_mb_and_download_limit_20_mb(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    megabyte = 1024 * 1024
    assert 50 * megabyte == params.UPLOAD_LIMIT
    assert 20 * megabyte == media.DOWNLOAD_LIMIT
    monkeypatch.setattr(params, "UPLOAD_LIMIT", 5000)
    monkeypatch.setattr(media, "DOWNLOAD_LIMIT", 2000)
    answer = await telegram.upload("sendDocument", bytes(5001))
    assert (answer["error_code"], answer["description"]) == (413, "Request Entity Too Large")
    answer = await telegram.upload("sendDocument", bytes(2001))
    refused = await telegram.refusal("getFile", file_id=answer["result"]["document"]["file_id"])
    assert refused == "400 Bad Request: file is too big"
    refused = await telegram.refusal("getFile", file_id="нет")
    assert refused == "400 Bad Request: wrong file_id or the file is temporarily unavailable"


@pytest.mark.parametrize(
    ("params", "reason"),
    [({}, "there is no photo in the request"), ({"photo": "https://a.ru/x.png"}, "failed to get HTTP URL content")],
)
async def test_photo_without_a_file_is_refused(telegram: Telegram, params: Any, reason: str) -> None:
    assert await telegram.refusal("sendPhoto", chat_id=ANNA, **params) == f"400 Bad Request: {reason}"


async def test_text_of_the_bot_becomes_a_picture(telegram: Telegram) -> None:
    sent = await telegram.call("sendMessage", chat_id=ANNA, text="…", protect_content=True)
    message = sent["result"]["message_id"]
    media = {"type": "photo", "media": "attach://document", "caption": "Страница 1"}
    edited = await telegram.upload("editMessageMedia", png(30, 40), message_id=str(message), media=json.dumps(media))
    shown = edited["result"]
    assert (shown["photo"][-1]["height"], shown["caption"]) == (40, "Страница 1")
    assert shown["has_protected_content"]
    assert "text" not in shown
    refused = await telegram.call("editMessageMedia", chat_id=ANNA, message_id=message, media='{"type": "dice"}')
    assert refused["description"] == "Bad Request: unknown type of media"
