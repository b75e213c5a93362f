"""Turn the bytes of a photo, a picture or a PDF into grey pictures, within limits; runs in a limited program."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from bot.patients.rules.barcode import MOST_PAGES

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MOST_DECODED = 50_000_000
"""bytes of a decoded picture: twelve million coloured points"""
MOST_CLAIMED = 250_000_000
"""points of a JPEG, which is scaled while it is decoded"""
SCALED_TO = 12_600_000
"""points of a JPEG after scaling: those of a usual camera need none"""
POINT_SIZES = {"1": 1, "L": 1, "P": 1, "I;16": 2}
"""bytes of a decoded point by the mode of the picture; four in other modes"""
LONGEST_SIDE = 4096
LONGEST_PAGE = 2400
DOTS_PER_INCH, POINTS_PER_INCH = 200, 72
WHITE = 255

JPEG, PNG, PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
JPEGS = frozenset({"JPEG", "MPO"})
"""Pillow's names; a phone may store a preview behind the photo, which makes it an MPO"""
BRAND = slice(4, 12)
HEIC = frozenset(b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"))
"""how the files begin that an iPhone makes, behind four bytes of length"""

SCREEN_SHAPE = 1.7
"""height by width of the screen of a phone, or more; a camera's photo is at most 16:9"""
SAME_SHADES, SAME_SHARE = 2, 0.4
"""A drawn picture has so large a share of points that differ from the commonest shade by no more than two."""


def pictures_of(data: bytes) -> list[Image]:
    """Return the pictures of a file; its first bytes decide its kind, not its name.

    Raises InvalidInput with a FileProblem: KIND, HEIC, BROKEN or TOO_LARGE.
    """
    if data.startswith(PDF):
        return _pages(data)
    if data.startswith((JPEG, PNG)):
        return [_picture(data)]
    raise InvalidInput(FileProblem.HEIC if data[BRAND] in HEIC else FileProblem.KIND)


def problem_without_code(data: bytes, pictures: list[Image]) -> InvalidInput:
    """Return what to answer when no policy was found: it depends on what the file is."""
    if data.startswith(PDF):
        return _problem_of_pages(data)
    [picture] = pictures
    return InvalidInput(FileProblem.SCREENSHOT if is_screenshot(picture) else FileProblem.CODE_NOT_FOUND)


def is_screenshot(picture: Image) -> bool:
    """Return whether a picture has the shape of a phone's screen and large even areas, as no photo has."""
    if picture.height < SCREEN_SHAPE * picture.width:
        return False
    shades = picture.histogram()
    commonest = shades.index(max(shades))
    alike = shades[max(0, commonest - SAME_SHADES) : commonest + SAME_SHADES + 1]
    return sum(alike) > SAME_SHARE * sum(shades)


def _picture(data: bytes) -> Image:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limits follow
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
            require_small(opened, "L")
            grey = _on_white(opened)
    except (InvalidInput, MemoryError):
        raise
    except Exception:
        # For a broken picture Pillow raises more kinds of errors than it documents.
        raise InvalidInput(FileProblem.BROKEN) from None
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    return grey


def require_small(picture: ImageFile, mode: str) -> None:
    """Scale a JPEG while it is decoded, to that mode. Raises InvalidInput if the decoded picture would be too large."""
    points = picture.width * picture.height
    if picture.format in JPEGS and points <= MOST_CLAIMED:
        picture.draft(mode, _scaled(*picture.size))
        points = picture.width * picture.height
    if points * POINT_SIZES.get(picture.mode, 4) > MOST_DECODED:
        raise InvalidInput(FileProblem.TOO_LARGE)


def _scaled(width: int, height: int) -> tuple[int, int]:
    """Return the size of a JPEG divided by the power of two that leaves not too many points."""
    scale = 1
    while width * height // scale**2 > SCALED_TO:
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


# --- pages ------------------------------------------------------------------------------------------------------------


def _pages(data: bytes) -> list[Image]:
    import pypdfium2  # type: ignore[import-untyped]  # the library has no types

    try:
        with pypdfium2.PdfDocument(data) as document:
            return [_page(document[number]) for number in range(min(len(document), MOST_PAGES))]
    except pypdfium2.PdfiumError:
        raise InvalidInput(FileProblem.BROKEN) from None


def _page(page: Any) -> Image:
    """Render a page; the size of the picture is limited, whatever size the page claims."""
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_PAGE / max(1, *page.get_size()))
    drawn: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L").copy()
    return drawn


def _problem_of_pages(data: bytes) -> InvalidInput:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        has_more = len(document) > MOST_PAGES
    return InvalidInput(FileProblem.PAGES, limit=MOST_PAGES) if has_more else InvalidInput(FileProblem.CODE_NOT_FOUND)
