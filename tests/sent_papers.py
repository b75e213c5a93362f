"""Papers as parents send them: photos with the position of the camera, and scanned PDFs."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from tests.barcodes import pdf

PLACE = b"56;37;21"
"""a position as it stands in a file"""
COMMENT = b"made by hand"
GPS, GPS_PLACE, TURN = 0x8825, 29, 0x0112


def drawn(size: tuple[int, int] = (640, 480), mark: int = 0) -> Image.Image:
    picture = Image.new("RGB", size, (240, 240, 235))
    ImageDraw.Draw(picture).rectangle((10 + mark, 4, size[0] // 2, size[1] // 3), fill=(40, 60, 200))
    return picture


def photo_with_place(size: tuple[int, int] = (640, 480), *, turned: bool = False) -> bytes:
    """Return a JPEG with a position and a comment."""
    exif = Image.Exif()
    exif.get_ifd(GPS)[GPS_PLACE] = PLACE.decode()
    if turned:
        exif[TURN] = 6
    whole = BytesIO()
    drawn(size).save(whole, "JPEG", exif=exif, comment=COMMENT)
    return whole.getvalue()


def scanned_pdf(pages: int = 1) -> bytes:
    return pdf(*(drawn(mark=number) for number in range(pages)))
