"""Draw a QR code, and read the texts of QR codes in a photo; runs in a limited program."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from bot.core.errors import InvalidInput
from bot.documents.frames import LONGEST_TEXT, MOST_TEXTS
from bot.documents.pictures import pictures_of
from bot.patients.problems import FileProblem
from bot.patients.rules.barcode import LARGEST_FILE

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 12
"""points of a module of a drawn code"""
SIDES = (1600, 800, 3200)
"""points of the longest side, the likeliest to be read first"""
READ_WITHIN = 2.5
"""seconds of processor time after which no new attempt begins"""


def draw_qr(text: str) -> bytes:
    """Return a PNG with the quiet zone that readers need."""
    # Imported here, so that a program that prints papers does not wait for them.
    from PIL import Image
    from zxingcpp import BarcodeFormat, create_barcode

    code = create_barcode(text, BarcodeFormat.QRCode, ec_level="M")
    picture = Image.fromarray(code.to_image(scale=SCALE, add_quiet_zones=True))
    saved = BytesIO()
    picture.save(saved, "PNG", optimize=True)
    return saved.getvalue()


def read_qr_codes(data: bytes) -> Sequence[str]:
    """Return the texts of the QR codes in a file, at most MOST_TEXTS; none if none is found.

    Raises InvalidInput with a FileProblem: TOO_BIG; as ``pictures_of``.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
    pictures, ends = pictures_of(data), time.process_time() + READ_WITHIN
    for side in SIDES:
        found = [text for picture in pictures for text in _read(_sized(picture, side))]
        if found or time.process_time() > ends:
            return list(dict.fromkeys(found))[:MOST_TEXTS]
    return ()


def _read(picture: Image) -> Iterator[str]:
    """Yield the texts; one that is too long for any ticket is cut: it is no ticket."""
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    for code in read_barcodes(picture, formats=BarcodeFormats([BarcodeFormat.QRCode])):
        yield code.text[:LONGEST_TEXT]


def _sized(picture: Image, longest: int) -> Image:
    from PIL.Image import Resampling

    scale = min(longest / max(picture.size), 2.0)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture if scale == 1 else picture.resize(size, Resampling.BICUBIC)
