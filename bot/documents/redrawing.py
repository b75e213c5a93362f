"""Draw the pages of a paper anew, from a photo, a JPEG or a PDF; runs in a limited program.

The pictures have nothing of the file but its points: no position, no name of a camera, no comment, no program.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidInput
from bot.documents.frames import MOST_PAPER_PAGES
from bot.documents.pictures import BRAND, HEIC, JPEG, PDF, require_small
from bot.patients.problems import FileProblem
from bot.patients.rules.barcode import LARGEST_FILE

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 2560
"""points of a picture: as many as Telegram keeps of a photo"""
DOTS_PER_INCH, POINTS_PER_INCH = 200, 72
LONGEST_SHAPE = 19
"""the longer side by the shorter one: Telegram takes no photo of 20 or more"""
QUALITIES = (85, 70, 50, 30)
"""of a JPEG, the best first: the first that makes the pages small enough"""
WHITE = (255, 255, 255)


def redraw(data: bytes) -> list[bytes]:
    """Return a JPEG picture of each page, at most LARGEST_FILE bytes together.

    The first bytes decide what the file is, not its name. Raises InvalidInput with a FileProblem: TOO_BIG, KIND, HEIC,
    BROKEN, TOO_LARGE or PAGES.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
    if data.startswith(PDF):
        pictures = _pages(data)
    elif data.startswith(JPEG):
        pictures = [_picture(data)]
    else:
        raise InvalidInput(FileProblem.HEIC if data[BRAND] in HEIC else FileProblem.KIND)
    return _written([_drawn(picture) for picture in pictures])


def _picture(data: bytes) -> Image:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limits follow
    try:
        with Image.open(BytesIO(data), formats=("JPEG",)) as opened:
            require_small(opened, "RGB")
            return _upright(opened)
    except (InvalidInput, MemoryError):
        raise
    except Exception:
        # For a broken picture Pillow raises more kinds of errors than it documents.
        raise InvalidInput(FileProblem.BROKEN) from None


def _upright(picture: Image) -> Image:
    """Return the picture as the camera was held: the mark of the turn goes with the rest of what is in the file."""
    from PIL import ImageOps

    plain = picture.convert("RGB")
    try:
        return ImageOps.exif_transpose(plain)
    except Exception:  # a broken mark: Pillow raises more kinds of errors than it documents
        return plain


def _pages(data: bytes) -> list[Image]:
    import pypdfium2  # type: ignore[import-untyped]  # the library has no types

    try:
        with pypdfium2.PdfDocument(data) as document:
            if not len(document):
                raise InvalidInput(FileProblem.BROKEN)
            if len(document) > MOST_PAPER_PAGES:
                raise InvalidInput(FileProblem.PAGES, limit=MOST_PAPER_PAGES)
            return [_page(document[number]) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        raise InvalidInput(FileProblem.BROKEN) from None


def _page(page: Any) -> Image:
    """Render a page; the size of the picture is limited, whatever size the page claims."""
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / max(1, *page.get_size()))
    drawn: Image = page.render(scale=scale).to_pil().convert("RGB").copy()
    return drawn


def _drawn(picture: Image) -> Image:
    """Return a new picture with these points, and white beside a strip that is too narrow to be shown."""
    from PIL import Image

    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    least = -(-max(picture.size) // LONGEST_SHAPE)
    sheet = Image.new("RGB", (max(picture.width, least), max(picture.height, least)), WHITE)
    sheet.paste(picture)
    return sheet


def _written(sheets: Sequence[Image]) -> list[bytes]:
    for quality in QUALITIES:
        pages = [_as_jpeg(sheet, quality) for sheet in sheets]
        if sum(map(len, pages)) <= LARGEST_FILE:
            return pages
    raise InvalidInput(FileProblem.TOO_LARGE)


def _as_jpeg(sheet: Image, quality: int) -> bytes:
    whole = BytesIO()
    sheet.save(whole, "JPEG", quality=quality)
    return whole.getvalue()
