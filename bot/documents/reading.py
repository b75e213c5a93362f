"""Read the code of a policy from a photo, a picture or a PDF; runs in a limited program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode
from bot.patients.rules.barcode import LARGEST_FILE, agrees, read_barcode, read_qr
from bot.patients.rules.readings import Reading, Readings

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

ATTEMPTS_WITHIN = 3.0
"""seconds of processor time after which no new attempt begins"""

MOST_DECODED = 50_000_000
"""bytes of a decoded picture: twelve million coloured points"""
MOST_CLAIMED = 250_000_000
"""points of a JPEG, which is scaled while it is decoded"""
SCALED_TO = 12_600_000
"""points of a JPEG after scaling: those of a usual camera need none"""
POINT_SIZES = {"1": 1, "L": 1, "P": 1, "I;16": 2}
"""bytes of a decoded point by the mode of the picture; four in other modes"""
LONGEST_SIDE = 2400
MOST_PAGES = 3
DOTS_PER_INCH, POINTS_PER_INCH = 200, 72
WHITE = 255

JPEG, PNG, PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"

ATTEMPTS = (
    *((1.0, degrees) for degrees in (0, -5, 5, -10, 10)),
    *((scale, 0) for scale in (2.0, 0.5)),
    *((1.0, degrees) for degrees in (-20, 20, -15, 15, 45, -45, -30, 30)),
    *((2.0, degrees) for degrees in (-5, 5, -10, 10)),
)
"""Scales and angles, the likely ones first: a barcode that is turned by five degrees is not found without a turn."""


def read_codes(data: bytes) -> PolicyCode:
    """Return the only policy whose code is in the file.

    Raises InvalidInput with a FileProblem: TOO_BIG, TOO_LARGE, KIND, BROKEN, CODE_NOT_FOUND or CODE_SEVERAL.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
    deadline = time.process_time() + ATTEMPTS_WITHIN
    pictures = _pictures(data)
    readings = Readings()
    for scale, degrees in ATTEMPTS:
        attempt = [reading for picture in pictures for reading in _attempt(_turned(picture, scale, degrees))]
        certain = readings.add(attempt)
        if certain is not None:
            return certain
        if time.process_time() > deadline:
            break
    last = readings.last()
    if last is None:
        raise InvalidInput(FileProblem.CODE_NOT_FOUND)
    return last


def _attempt(picture: Image) -> Iterator[Reading]:
    # Imported here and below, so that a program that prints does not wait for them.
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    wanted = BarcodeFormats([BarcodeFormat.PDF417, BarcodeFormat.QRCode])
    for printed in read_barcodes(picture, formats=wanted):
        is_qr = printed.format == BarcodeFormat.QRCode
        code = read_qr(printed.text) if is_qr else read_barcode(printed.bytes)
        if code is not None:
            yield Reading(code, agrees=not is_qr and agrees(printed.bytes, code))


def _turned(picture: Image, scale: float, degrees: int) -> Image:
    from PIL.Image import Resampling

    if scale != 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Resampling.BICUBIC)
    return picture.rotate(degrees, Resampling.BICUBIC, expand=True, fillcolor=WHITE) if degrees else picture


# --- from bytes to pictures -------------------------------------------------------------------------------------------


def _pictures(data: bytes) -> list[Image]:
    """Return the pictures of a file; its first bytes decide its kind, not its name."""
    if data.startswith(PDF):
        return _pages(data)
    if data.startswith((JPEG, PNG)):
        return [_picture(data)]
    raise InvalidInput(FileProblem.KIND)


def _picture(data: bytes) -> Image:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limits follow
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
            _require_small(opened)
            grey = _on_white(opened)
    except (InvalidInput, MemoryError):
        raise
    except Exception:
        # For a broken picture Pillow raises more kinds of errors than it documents.
        raise InvalidInput(FileProblem.BROKEN) from None
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    return grey


def _require_small(picture: ImageFile) -> None:
    """Scale a JPEG while it is decoded. Raises InvalidInput if the decoded picture would be too large."""
    points = picture.width * picture.height
    if picture.format == "JPEG" and points <= MOST_CLAIMED:
        picture.draft("L", _scaled(*picture.size))
        points = picture.width * picture.height
    if points * POINT_SIZES.get(picture.mode, 4) > MOST_DECODED:
        raise InvalidInput(FileProblem.TOO_LARGE)


def _scaled(width: int, height: int) -> tuple[int, int]:
    """Return the size of a JPEG divided by the power of two that leaves enough points and not too many."""
    scale = 1
    while max(width, height) // (scale * 2) >= LONGEST_SIDE or width * height // scale**2 > SCALED_TO:
        scale *= 2
    return max(1, width // scale), max(1, height // scale)


def _on_white(picture: Image) -> Image:
    """Return the picture in shades of grey, with white instead of transparency."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("L")
    grey, opacity = picture.convert("LA").split()
    paper = Image.new("L", grey.size, WHITE)
    paper.paste(grey, mask=opacity)
    return paper


def _pages(data: bytes) -> list[Image]:
    import pypdfium2  # type: ignore[import-untyped]  # the library has no types

    try:
        with pypdfium2.PdfDocument(data) as document:
            return [_page(document[number]) for number in range(min(len(document), MOST_PAGES))]
    except pypdfium2.PdfiumError:
        raise InvalidInput(FileProblem.BROKEN) from None


def _page(page: Any) -> Image:
    """Render a page; the size of the picture is limited, whatever size the page claims."""
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / max(1, *page.get_size()))
    drawn: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L").copy()
    return drawn
