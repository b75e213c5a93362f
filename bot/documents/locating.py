"""Find where in a picture a barcode may be, and how it is turned.

A barcode is a patch of strong edges that nearly all point one way. The edges of small cells are added up (a structure
tensor); neighbouring cells with much of them are one patch, and the mean direction of its edges is that of the barcode.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

OVERVIEW = 1600
"""points of the longest side of the picture in which is searched"""
CELL = 16
"""points of the side of a cell"""
LEAST_EDGES = 0.25
"""of the cell with most edges"""
LEAST_CONTRAST = 20.0
"""of a cell, as the mean square of its slopes; the noise of a camera has less"""
LEAST_CELLS = 4
MOST_PATCHES = 4
MARGIN = 2.5
"""cells around a patch"""
BLUR = 1.5
"""points; the edges of fine bars would point nearer to the rows and columns of points than they do"""
ACROSS, DOWN = (-1, 0, 1, -2, 0, 2, -1, 0, 1), (1, 2, 1, 0, 0, 0, -1, -2, -1)
"""Sobel's filters; Pillow begins a kernel with its lowest row"""


class Patch(NamedTuple):
    """A turned rectangle that may be a barcode, in points of the picture."""

    x: float
    y: float
    """its centre"""
    width: float
    """along the barcode"""
    height: float
    degrees: float
    """how far it is turned, clockwise, from -90 to 90"""
    weight: float
    """how much it looks like a barcode, compared with others of the picture"""


class Cell(NamedTuple):
    """The edges of a cell: how many, and their direction as a doubled angle, so that opposite ones are alike."""

    edges: float
    along: float
    across: float


Place = tuple[int, int]


def find_patches(picture: Image) -> list[Patch]:
    """Return the likeliest places of a barcode in a grey picture, the best first."""
    scale = max(1.0, max(picture.size) / OVERVIEW)
    cells = _cells(picture, scale)
    if not cells:
        return []
    least = max(LEAST_CONTRAST, LEAST_EDGES * max(cell.edges for cell in cells.values()))
    strong = {place: cell for place, cell in cells.items() if cell.edges > least}
    patches = [_patch(group, cells, scale) for group in _groups(strong) if len(group) >= LEAST_CELLS]
    return sorted(patches, key=lambda patch: -patch.weight)[:MOST_PATCHES]


def _cells(picture: Image, scale: float) -> dict[Place, Cell]:
    from PIL import Image, ImageFilter

    size = (round(picture.width / scale), round(picture.height / scale))
    if min(size) < 3 * CELL:
        return {}
    small = picture.resize(size, Image.Resampling.BOX) if scale > 1 else picture
    small = small.filter(ImageFilter.GaussianBlur(BLUR))
    # A filter leaves the points at the border as they were.
    inner = (1, 1, small.width - 1, small.height - 1)
    across = small.filter(ImageFilter.Kernel((3, 3), ACROSS, scale=4, offset=128)).crop(inner)
    down = small.filter(ImageFilter.Kernel((3, 3), DOWN, scale=4, offset=128)).crop(inner)
    xx, yy, xy = _summed(across, across), _summed(down, down), _summed(across, down)
    columns = -(-across.width // CELL)
    return {(at % columns, at // columns): Cell(xx[at] + yy[at], xx[at] - yy[at], 2 * xy[at]) for at in range(len(xx))}


def _summed(one: Image, other: Image) -> Sequence[float]:
    """Return the mean product of the slopes of each cell, row by row."""
    from PIL import ImageMath

    def product(given: dict[str, Any]) -> Any:
        return given["convert"]((given["one"] - 128) * (given["other"] - 128), "F")

    multiplied: Image = ImageMath.lambda_eval(product, one=one, other=other)
    return array("f", multiplied.reduce(CELL).tobytes())


def _groups(strong: dict[Place, Cell]) -> Iterator[list[Place]]:
    """Yield the cells of each patch."""
    left = set(strong)
    while left:
        waiting = [left.pop()]
        group = []
        while waiting:
            x, y = waiting.pop()
            group.append((x, y))
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
            left -= near
            waiting += near
        yield group


def _patch(group: Sequence[Place], cells: dict[Place, Cell], scale: float) -> Patch:
    edges = sum(cells[place].edges for place in group)
    along, across = sum(cells[place].along for place in group), sum(cells[place].across for place in group)
    turn = math.atan2(across, along) / 2
    cos, sin = math.cos(turn), math.sin(turn)
    places = [((x + 0.5) * CELL, (y + 0.5) * CELL) for x, y in group]
    us, vs = [x * cos + y * sin for x, y in places], [y * cos - x * sin for x, y in places]
    u, v = (min(us) + max(us)) / 2, (min(vs) + max(vs)) / 2
    width, height = max(us) - min(us) + 2 * MARGIN * CELL, max(vs) - min(vs) + 2 * MARGIN * CELL
    likeness = math.hypot(along, across) / edges if edges else 0.0
    return Patch(
        (u * cos - v * sin) * scale,
        (u * sin + v * cos) * scale,
        width * scale,
        height * scale,
        math.degrees(turn),
        edges * likeness,
    )


def cut_out(picture: Image, patch: Patch, slope: float = 0) -> Image:
    """Return the patch set straight; ``slope``: by how many degrees its rows fall to the right, against its bars."""
    from PIL import Image

    turn, fall = math.radians(patch.degrees), math.tan(math.radians(slope))
    cos, sin = math.cos(turn), math.sin(turn)
    half_width, half_height = patch.width / 2, patch.height / 2
    # A point (x, y) of the result is (x * a + y * b + c, x * d + y * e + f) of the picture.
    a, b, d, e = cos - sin * fall, -sin, sin + cos * fall, cos
    c, f = patch.x - half_width * a - half_height * b, patch.y - half_width * d - half_height * e
    size = (max(1, round(patch.width)), max(1, round(patch.height)))
    return picture.transform(size, Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BICUBIC, fillcolor=255)
