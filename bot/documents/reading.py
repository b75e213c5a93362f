"""What comes in as a file: a policy's code is read from a photo, a picture or a PDF, within limits of size and time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode
from bot.patients.rules.barcode import LARGEST_FILE, read_barcode, read_qr

if TYPE_CHECKING:
    from PIL.Image import Image

READ_WITHIN = 6.0
"""seconds until a person is answered; the reading itself begins no attempt after fewer"""
ATTEMPTS_WITHIN = 3.0

MOST_PIXELS = 60_000_000
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
"""Scales and turns, the likely ones first: a barcode of a policy is not found where it lies five degrees askew."""

_pdfium = threading.Lock()
"""PDFium serves one thread at a time, and one whose answer nobody waits for any more may still be in it."""


class PolicyReader:
    """Implements ports.Documents: one file at a time, in a thread, because pictures cost more than all else here."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def read_policy(self, data: bytes) -> PolicyCode:
        async with self._turn:
            try:
                return await asyncio.wait_for(asyncio.to_thread(read_codes, data), READ_WITHIN)
            except TimeoutError:
                raise InvalidInput(FileProblem.CODE_NOT_FOUND) from None


def read_codes(data: bytes) -> PolicyCode:
    """The one policy whose code is in this file.

    Raises InvalidInput with a FileProblem: TOO_BIG, KIND, BROKEN, CODE_NOT_FOUND or CODE_SEVERAL.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
    deadline = time.monotonic() + ATTEMPTS_WITHIN
    pictures = _pictures(data)
    for scale, degrees in ATTEMPTS:
        found = [code for picture in pictures for code in _codes(_turned(picture, scale, degrees))]
        if found:
            return _only(found)
        if time.monotonic() > deadline:
            break
    raise InvalidInput(FileProblem.CODE_NOT_FOUND)


def _only(found: list[PolicyCode]) -> PolicyCode:
    if len({code.number for code in found}) > 1:
        raise InvalidInput(FileProblem.CODE_SEVERAL)
    return next((code for code in found if code.name is not None), found[0])


def _codes(picture: Image) -> Iterator[PolicyCode]:
    # Imported where they are used, here and below: a start that no photo follows need not wait for them.
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    wanted = BarcodeFormats([BarcodeFormat.PDF417, BarcodeFormat.QRCode])
    for printed in read_barcodes(picture, formats=wanted):
        code = read_qr(printed.text) if printed.format == BarcodeFormat.QRCode else read_barcode(printed.bytes)
        if code is not None:
            yield code


def _turned(picture: Image, scale: float, degrees: int) -> Image:
    from PIL.Image import Resampling

    if scale != 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Resampling.BICUBIC)
    return picture.rotate(degrees, Resampling.BICUBIC, expand=True, fillcolor=WHITE) if degrees else picture


# --- from bytes to pictures -------------------------------------------------------------------------------------------


def _pictures(data: bytes) -> list[Image]:
    """By what the file is, whatever it calls itself."""
    if data.startswith(PDF):
        return _pages(data)
    if data.startswith((JPEG, PNG)):
        return [_picture(data)]
    raise InvalidInput(FileProblem.KIND)


def _picture(data: bytes) -> Image:
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise InvalidInput(FileProblem.BROKEN)
            # A JPEG is unpacked only as far as its pixels are of use.
            opened.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            grey = _on_white(opened).convert("L")
    except InvalidInput:
        raise
    except Exception:
        # A mangled picture fails Pillow in more ways than it names, its own warning of a bomb among them.
        raise InvalidInput(FileProblem.BROKEN) from None
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    return grey


def _on_white(picture: Image) -> Image:
    """What is transparent is paper, not ink."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture
    drawn = picture.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper


def _pages(data: bytes) -> list[Image]:
    import pypdfium2  # type: ignore[import-untyped]  # the library has no types

    if not _pdfium.acquire(timeout=ATTEMPTS_WITHIN):
        raise InvalidInput(FileProblem.CODE_NOT_FOUND)
    try:
        with pypdfium2.PdfDocument(data) as document:
            return [_page(document[number]) for number in range(min(len(document), MOST_PAGES))]
    except pypdfium2.PdfiumError:
        raise InvalidInput(FileProblem.BROKEN) from None
    finally:
        _pdfium.release()


def _page(page: Any) -> Image:
    """A page may call itself as large as it likes: what it becomes is bounded."""
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / max(1, *page.get_size()))
    drawn: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L").copy()
    return drawn
