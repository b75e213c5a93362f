"""Read the code of a policy from a photo, a picture or a PDF; runs in a limited program.

First each picture is read as it is, then the patches that look like a barcode, cut out and set straight: the library
finds a barcode (PDF417) only if its rows are nearly level. What is left of the time goes to whole pictures, turned.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.core.errors import InvalidInput
from bot.documents.locating import Patch, cut_out, find_patches
from bot.documents.pictures import WHITE, pictures_of, problem_without_code
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode
from bot.patients.rules.barcode import LARGEST_FILE, agrees, read_barcode, read_qr
from bot.patients.rules.readings import Reading, Readings

if TYPE_CHECKING:
    from PIL.Image import Image

ATTEMPTS_WITHIN = 3.0
"""seconds of processor time after which no new attempt begins"""
LEAST_ATTEMPTS = 2
"""The wholes and the patches are always read: a second policy may be turned another way."""
LONGEST_WHOLE = 2400
"""points of the longest side of a picture that is read as a whole"""
MOST_CUT_OUT = 3_000_000
"""points of a patch that is cut out"""

FIRST_LOOK = (0.0, 1.25)
"""Not the scale of the whole picture: what a patch says must be no repetition of what the whole has said."""
LOOKS = (
    *((0.0, scale) for scale in (0.6, 2.0)),
    *((slope, 1.0) for slope in (4.0, -4.0, 8.0, -8.0, 12.0, -12.0)),
    *((slope, 2.0) for slope in (4.0, -4.0, 8.0, -8.0)),
)
"""Slopes and scales of a patch: the rows of a barcode that is seen from aside slope by some degrees."""
TURNS = (
    *((scale, 0) for scale in (2.0, 0.5)),
    *((1.0, degrees) for degrees in (-5, 5, -10, 10, -20, 20, 45, -45)),
)
"""Scales and angles of whole pictures."""
MOST_ENLARGED = 6_000_000
"""points of a whole picture that is enlarged: larger ones have been read in patches as they are"""


def read_codes(data: bytes) -> PolicyCode:
    """Return the only policy whose code is in the file.

    Raises InvalidInput with a FileProblem: TOO_BIG; as ``pictures_of``; CODE_SEVERAL; CODE_NOT_FOUND, SCREENSHOT or
    PAGES if there is none.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
    deadline = time.process_time() + ATTEMPTS_WITHIN
    pictures = pictures_of(data)
    readings, certain = Readings(), None
    for made, attempt in enumerate(_attempts(pictures), start=1):
        found = readings.add(attempt)
        certain = found if attempt else certain
        if certain is not None and made >= LEAST_ATTEMPTS:
            return certain
        if time.process_time() > deadline:
            break
    last = readings.last()
    if last is None:
        raise problem_without_code(data, pictures)
    return last


def _attempts(pictures: Sequence[Image]) -> Iterator[list[Reading]]:
    """Yield what each attempt has read, the likeliest first."""
    wholes = [_at_most(picture, LONGEST_WHOLE) for picture in pictures]
    yield [reading for whole in wholes for reading in _read(whole)]
    patches = [(picture, patch) for picture in pictures for patch in find_patches(picture)]
    for slope, scale in (FIRST_LOOK, *LOOKS):
        yield [reading for picture, patch in patches for reading in _read_patch(picture, patch, slope, scale)]
    for scale, degrees in TURNS:
        fit = [whole for whole in wholes if scale <= 1 or whole.width * whole.height * scale**2 <= MOST_ENLARGED]
        yield [reading for whole in fit for reading in _read(_turned(whole, scale, degrees))]


def _read(picture: Image) -> Iterator[Reading]:
    # Imported here and below, so that a program that prints does not wait for them.
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    wanted = BarcodeFormats([BarcodeFormat.PDF417, BarcodeFormat.QRCode])
    for printed in read_barcodes(picture, formats=wanted):
        is_qr = printed.format == BarcodeFormat.QRCode
        code = read_qr(printed.text) if is_qr else read_barcode(printed.bytes)
        if code is not None:
            yield Reading(code, agrees=not is_qr and agrees(printed.bytes, code))


def _read_patch(picture: Image, patch: Patch, slope: float, scale: float) -> Iterator[Reading]:
    if patch.width * patch.height * scale**2 <= MOST_CUT_OUT:
        yield from _read(_scaled(cut_out(picture, patch, slope), scale))


def _at_most(picture: Image, longest: int) -> Image:
    return _scaled(picture, min(1.0, longest / max(picture.size)))


def _scaled(picture: Image, scale: float) -> Image:
    from PIL.Image import Resampling

    if scale == 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Resampling.BICUBIC)


def _turned(picture: Image, scale: float, degrees: int) -> Image:
    from PIL.Image import Resampling

    picture = _scaled(picture, scale)
    return picture.rotate(degrees, Resampling.BICUBIC, expand=True, fillcolor=WHITE) if degrees else picture
