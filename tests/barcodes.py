"""Barcodes and QR codes of policies, and pictures of them as from a camera."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import zxingcpp
from PIL import Image, ImageFilter

from bot.core.people import PersonName, Sex
from bot.patients.rules.barcode import LETTERS, SEPARATOR, SEPARATOR_AT
from bot.patients.rules.policy_number import policy_facts

EPOCH = date(1900, 1, 1)
PAPER = 235


def barcode(number: str, name: PersonName, kind: int = 2, signature: bytes = bytes(65)) -> bytes:
    """Return the 130 bytes of a policy of type 1 or 2."""
    facts = policy_facts(number)
    born, sex = (facts.birth_date, facts.sex) if facts else (EPOCH, Sex.MALE)
    written = mirrored(name, 33) + bytes(9) if kind == 1 else letters([name.family, name.given, name.patronymic], 51)
    dates = (born - EPOCH).days.to_bytes(2) + bytes(2)
    insurer = bytes(9) if kind == 1 else b""
    return (
        bytes([kind])
        + int(number).to_bytes(8)
        + written
        + bytes([1 + (sex is Sex.FEMALE)])
        + dates
        + insurer
        + signature
    )


def mirrored(name: PersonName, size: int) -> bytes:
    return letters([part[::-1] for part in (name.patronymic, name.family, name.given)], size)[::-1]


def letters(parts: Sequence[str], size: int) -> bytes:
    """Pack letters into six bits each, padded with spaces."""
    bits = 0
    for letter in SEPARATOR.join(parts).upper().ljust(size * 8 // 6):
        bits = bits << 6 | (SEPARATOR_AT if letter == SEPARATOR else LETTERS.index(letter))
    return bits.to_bytes(size)


def pdf417(payload: bytes, scale: int = 3) -> Image.Image:
    drawn = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.PDF417).to_image(scale=scale)
    return Image.fromarray(drawn)


def qr(text: str, scale: int = 5) -> Image.Image:
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=scale)
    return Image.fromarray(drawn)


def on_paper(*codes: Image.Image) -> Image.Image:
    """Return a sheet with the codes one below another."""
    width = max(1280, *(code.width + 200 for code in codes))
    sheet = Image.new("L", (width, 960 + sum(code.height for code in codes)), PAPER)
    top = 250
    for code in codes:
        sheet.paste(code, (100, top))
        top += code.height + 150
    return sheet


def seen(
    sheet: Image.Image, turn: float = 0, blur: float = 0, noise: float = 0, rng: random.Random | None = None
) -> Image.Image:
    """Return the sheet turned by degrees, blurred and with a share of noise from 0 to 1."""
    sheet = sheet.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)
    if blur:
        sheet = sheet.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        rng = rng or random.Random(1)
        grain = Image.frombytes("L", sheet.size, rng.randbytes(sheet.width * sheet.height))
        sheet = Image.blend(sheet, grain, noise)
    return sheet


def badly_seen(seed: int, number: str, name: PersonName) -> Image.Image:
    """Return the barcode of a policy turned, blurred, with noise and perhaps a spot; the seed decides how much."""
    dice = random.Random(seed)
    kind = dice.choice((1, 2))
    payload = barcode(number, name, kind, dice.randbytes(65))
    code = pdf417(payload, dice.choice((1, 2, 2, 3)))
    turn, blur, noise = dice.uniform(-14, 14), dice.uniform(0, 1.6), dice.uniform(0, 0.45)
    sheet = Image.new("L", (code.width + 200, code.height + 200), PAPER)
    sheet.paste(code, (100, 100))
    if dice.random() < 0.6:
        width, height = dice.randrange(10, code.width // 3), dice.randrange(10, code.height)
        left = dice.randrange(100, 100 + code.width - width)
        top = dice.randrange(100, 100 + max(1, code.height - height // 2))
        sheet.paste(dice.choice((PAPER, 0, 128)), (left, top, left + width, top + height))
    return seen(sheet, turn, blur, noise, dice)


def jpeg(sheet: Image.Image, quality: int = 85) -> bytes:
    return saved(sheet, "JPEG", quality=quality)


def png(sheet: Image.Image) -> bytes:
    return saved(sheet, "PNG")


def pdf(*sheets: Image.Image) -> bytes:
    first, *more = sheets
    return saved(first, "PDF", save_all=True, append_images=more, resolution=150)


def saved(sheet: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    sheet.save(out, kind, **how)
    return out.getvalue()
