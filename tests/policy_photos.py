"""Photos of policies as parents take them: any angle, perspective, uneven light, compressed by a phone or a chat.

Everything is drawn from a seed, so that a photo that was not read can be made again.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from bot.core.people import PersonName, Sex
from bot.patients.records import PolicyCode
from bot.patients.rules.policy_number import make_policy_number
from tests.barcodes import PAPER, barcode, jpeg, pdf417

FAMILIES = ("Ким", "Салтыкова", "Рождественская", "Ахметова-Белая", "Ёлкина")
GIVEN = ("Яна", "Мария", "Александра", "Айгуль", "Любовь")
PATRONYMICS = ("", "Ильинична", "Константиновна", "Рашид кызы", "Львовна")

SHEET = (1800, 1270)
"""points of the drawn sheet, which has the shape of A5"""
STRIPS = 24
BARCODE_WIDTH = 0.45
"""of the width of the sheet"""
SHOTS = ((4000, 3000), (3264, 2448), (2560, 1920), (1280, 960))
"""points: two cameras whose photos are sent as files, and the two sizes of photos in a chat"""
LEAST_MODULE = 1.4
"""points of the narrowest bar in the photo: with fewer no reader finds it, so nobody is asked to send such a photo"""

Corner = tuple[float, float]


class Shot(NamedTuple):
    """How a photo is taken. Shares are from 0 to 1."""

    size: tuple[int, int]
    share: float
    """of the frame that the sheet covers"""
    turn: float
    """degrees"""
    tilt: float
    """how much shorter the far edge of the sheet is"""
    curl: float
    """how far the sheet is bent up, of its width"""
    blur: float
    """points"""
    shake: int
    """points by which the camera has moved"""
    glare: float
    """how bright a spot of light is"""
    noise: float
    shadow: float
    """how much darker one side of the frame is"""
    quality: int
    """of the JPEG"""


def policy_of(dice: random.Random) -> tuple[bytes, PolicyCode]:
    """Return what the barcode of a random girl's policy says, and what is to be read of it."""
    name = PersonName(dice.choice(FAMILIES), dice.choice(GIVEN), dice.choice(PATRONYMICS))
    born = date(dice.randrange(2010, 2026), dice.randrange(1, 13), dice.randrange(1, 29))
    number = make_policy_number(f"{dice.randrange(1, 99):02}", born, Sex.FEMALE, dice.randrange(100_000))
    payload = barcode(number, name, dice.choice((1, 2)), dice.randbytes(65))
    return payload, PolicyCode(number, PersonName(name.family.upper(), name.given.upper(), name.patronymic.upper()))


def shot_of(dice: random.Random) -> Shot:
    """Return one shot of a realistic mix: most are nearly straight and fill the frame, none is too small to be read."""
    size = dice.choice(SHOTS)
    straight = dice.choice((0, 0, 90, 180, 270)) + dice.gauss(0, 4)
    smallest = (LEAST_MODULE * 200 / BARCODE_WIDTH) ** 2 * SHEET[1] / SHEET[0] / (size[0] * size[1])
    return Shot(
        size,
        share=dice.uniform(max(0.25, smallest), 0.9),
        turn=straight if dice.random() < 0.6 else dice.uniform(0, 360),
        tilt=dice.choice((0, 0.05, 0.1, dice.uniform(0.1, 0.35))),
        curl=dice.choice((0, 0, 0.004, 0.01)),
        blur=abs(dice.gauss(0, 0.5)) * size[0] / 2000,
        shake=dice.choice((0, 0, 1, 2)) * size[0] // 2000,
        glare=dice.choice((0, 0, 0, 0.5, 0.9)),
        noise=dice.uniform(0, 0.08),
        shadow=dice.uniform(0, 0.5),
        quality=dice.choice((92, 85, 75, 60, 40, 25, 8)) if size[0] > 1280 else dice.choice((87, 80, 70, 50)),
    )


def random_photo(seed: int) -> tuple[bytes, PolicyCode, Shot]:
    """Return a JPEG of the mix, what is to be read in it, and how it was taken."""
    dice = random.Random(seed)
    payload, code = policy_of(dice)
    shot = shot_of(dice)
    return jpeg(taken(sheet_with(payload, dice), shot, dice), shot.quality), code, shot


def on_a_screen(number: str) -> Image.Image:
    """Return what a phone shows of a digital policy: its number in large digits, and no barcode."""
    screen = Image.new("L", (590, 1280), 250)
    pen = ImageDraw.Draw(screen)
    for at in range(4):
        pen.text((40 + at * 130, 400), number[at * 4 : at * 4 + 4], fill=20, font_size=48)
    pen.rectangle((40, 700, 550, 900), fill=70)
    return screen


def sheet_with(payload: bytes, dice: random.Random) -> Image.Image:
    """Return a drawn policy: a frame, lines of text and the barcode, somewhere below."""
    width, height = SHEET
    sheet = Image.new("L", SHEET, PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, width - 40, height - 40), outline=90, width=4)
    for line in range(9):
        _write(pen, 100 + line * 70, dice)
    code = pdf417(payload, 4)
    across = round(width * BARCODE_WIDTH)
    code = code.resize((across, round(code.height * across / code.width)), Image.Resampling.BICUBIC)
    sheet.paste(code, (dice.randrange(90, width - across - 90), dice.randrange(780, height - code.height - 90)))
    return sheet


def _write(pen: ImageDraw.ImageDraw, top: int, dice: random.Random) -> None:
    """Draw a line of strokes as wide as letters."""
    left = 100
    while left < dice.randrange(700, 1700):
        tall = dice.choice((26, 26, 36))
        pen.rectangle((left, top, left + dice.choice((3, 5)), top + tall), fill=40)
        pen.line((left, top + tall, left + 16, top + dice.randrange(tall)), fill=40, width=4)
        left += dice.choice((22, 22, 22, 44))


def taken(sheet: Image.Image, shot: Shot, dice: random.Random) -> Image.Image:
    """Return the photo of a sheet on a table."""
    width, height = shot.size
    table = _table(shot.size, dice)
    corners = _corners(sheet, shot, dice)
    sheet = _curled(sheet, shot.curl)
    # Pixels smaller than those of the sheet are averages of several, as in a camera.
    scale = max(1.0, sheet.width / max(1.0, abs(_distance(corners[0], corners[1]))))
    sharp = sheet.filter(ImageFilter.GaussianBlur((scale - 1) / 2)) if scale > 1 else sheet
    how = _coefficients(corners, _rectangle(*sheet.size))
    laid = sharp.transform(shot.size, Image.Transform.PERSPECTIVE, how, Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).transform(shot.size, Image.Transform.PERSPECTIVE, how)
    table.paste(laid, mask=mask)
    if shot.shake:
        table = table.filter(ImageFilter.BoxBlur(dice.choice(((shot.shake / 2, 0), (0, shot.shake / 2)))))
    if shot.blur:
        table = table.filter(ImageFilter.GaussianBlur(shot.blur))
    if shot.noise:
        table = Image.blend(table, Image.frombytes("L", shot.size, dice.randbytes(width * height)), shot.noise)
    if shot.glare:
        table = _with_glare(table, shot.glare, dice)
    light = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270))).resize(shot.size)
    dark = table.point(lambda shade: round(shade * (1 - shot.shadow)))
    return Image.composite(table, dark, light)


def _curled(sheet: Image.Image, curl: float) -> Image.Image:
    """Return the sheet bent: each of its strips is lower or higher than the one beside it."""
    if not curl:
        return sheet
    edges = [round(sheet.width * at / STRIPS) for at in range(STRIPS + 1)]
    up = [curl * sheet.width * math.sin(math.pi * 2 * at / STRIPS) for at in range(STRIPS + 1)]
    mesh = [
        ((left, 0, right, sheet.height), (left, high, left, high + sheet.height, right, low + sheet.height, right, low))
        for left, right, high, low in zip(edges, edges[1:], up, up[1:], strict=False)
    ]
    return sheet.transform(sheet.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=PAPER)


def _with_glare(photo: Image.Image, glare: float, dice: random.Random) -> Image.Image:
    width, height = photo.size
    spot = Image.radial_gradient("L").point(lambda far: round((255 - far) * glare)).resize((width // 4, height // 4))
    mask = Image.new("L", photo.size, 0)
    mask.paste(spot, (dice.randrange(width * 3 // 4), dice.randrange(height * 3 // 4)))
    return Image.composite(Image.new("L", photo.size, 255), photo, mask)


def _table(size: tuple[int, int], dice: random.Random) -> Image.Image:
    """Return a table top of planks with a grain."""
    width, height = size
    grain = Image.frombytes("L", (width // 80, height // 8), dice.randbytes((width // 80) * (height // 8)))
    wood = Image.blend(Image.new("L", grain.size, dice.choice((70, 120, 170))), grain, 0.15)
    table = wood.resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(table)
    for left in range(0, width, width // 5):
        pen.line((left, 0, left, height), fill=30, width=max(2, width // 500))
    return table


def _corners(sheet: Image.Image, shot: Shot, dice: random.Random) -> Sequence[Corner]:
    """Return where the corners of the sheet are in the photo; a barcode is never outside the frame."""
    width, height = shot.size
    scale = (shot.share * width * height / (sheet.width * sheet.height)) ** 0.5
    half_width, half_height = sheet.width * scale / 2, sheet.height * scale / 2
    near, far = half_width, half_width * (1 - shot.tilt)
    flat = [(-far, -half_height), (far, -half_height), (near, half_height), (-near, half_height)]
    if dice.random() < 0.5:  # the left edge is the far one
        flat = [(-half_width, -half_height * (1 - shot.tilt)), (half_width, -half_height)]
        flat += [(half_width, half_height), (-half_width, half_height * (1 - shot.tilt))]
    turn = complex(0, 1) ** (shot.turn / 90)
    turned = [complex(*corner) * turn for corner in flat]
    across = max(corner.real for corner in turned) - min(corner.real for corner in turned)
    down = max(corner.imag for corner in turned) - min(corner.imag for corner in turned)
    # A turned sheet that is larger than the frame is taken from farther away.
    fits = min(1.0, width / across, height / down)
    sideways = dice.uniform(-1, 1) * max(0.0, width - across * fits) / 2
    downwards = dice.uniform(-1, 1) * max(0.0, height - down * fits) / 2
    return [(c.real * fits + width / 2 + sideways, c.imag * fits + height / 2 + downwards) for c in turned]


def _rectangle(width: int, height: int) -> Sequence[Corner]:
    return ((0, 0), (width, 0), (width, height), (0, height))


def _distance(one: Corner, other: Corner) -> float:
    return abs(complex(*one) - complex(*other))


def _coefficients(seen: Sequence[Corner], drawn: Sequence[Corner]) -> Sequence[float]:
    """Return Pillow's eight numbers of the perspective that takes points of the photo to points of the drawn sheet."""
    rows = []
    for (x, y), (u, v) in zip(seen, drawn, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> Sequence[float]:
    """Solve linear equations; each row ends with its right side."""
    for at in range(len(rows)):
        best = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(len(rows)):
            if other != at:
                factor = rows[other][at]
                rows[other] = [mine - factor * pivot for mine, pivot in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]
