"""Hostile files: valid or broken, small, and made to take time or memory from the program that opens them.

``HOSTILE`` has one maker for each shape; ``python -m tests.hostile_files FOLDER`` writes them all.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

MakeFile = Callable[[], bytes]

THIS_SECOND = 0
"""The shortest limit of a program's processor time: what is left of the second that it has begun, for the system counts
whole ones."""

# --- PDF --------------------------------------------------------------------------------------------------------------

CATALOG, PAGES, PAGE, CONTENT = 1, 2, 3, 4
FIRST_FREE = 5
SIDE = 600
"""points of a page"""


MEGABYTE = 1 << 20
ADLER = 65_521


def packed_run(value: int, count: int) -> bytes:
    """Return what zlib makes of so many equal bytes: a packed megabyte is repeated, for packing a gigabyte is slow."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    once = packer.compress(bytes([value]) * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes([value]) * (count % MEGABYTE)) + packer.flush()
    low, high = 1 + value * count, count + value * count * (count + 1) // 2
    checksum = struct.pack(">I", high % ADLER << 16 | low % ADLER)
    return b"\x78\xda" + once * (count // MEGABYTE) + rest + checksum


def stream(content: bytes, entries: str = "", *, filters: int = 1) -> bytes:
    """Return a stream that is compressed so many times."""
    for _ in range(filters):
        content = zlib.compress(content, 9)
    named = f"/Filter [{' /FlateDecode' * filters}]" if filters else ""
    return f"<< {entries} {named} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def document(objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF of these objects; object 1 is the catalog."""
    whole, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(whole)
        whole += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(whole)
    whole += f"xref\n0 {max(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, max(objects) + 1):
        whole += f"{places.get(number, 0):010} 00000 {'n' if number in places else 'f'} \n".encode()
    return bytes(whole) + f"trailer << /Size {max(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF".encode()


def one_page(drawing: bytes, resources: str, more: Mapping[int, bytes] | None = None) -> bytes:
    """Return a PDF with one page; ``more`` are the objects that its resources name."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIDE} {SIDE}] /Contents 4 0 R /Resources << {resources} >> >>"
    return document(
        {
            CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            PAGE: page.encode(),
            CONTENT: stream(drawing),
            **(more or {}),
        }
    )


def drawn_forms(deep: int = 9, wide: int = 10, entries: str = "") -> bytes:
    """Return a page whose form draws ten forms, each of which draws ten: a billion rectangles."""
    forms = {}
    for level in range(deep):
        inner = FIRST_FREE + level + 1
        forms[FIRST_FREE + level] = stream(
            b"/F Do " * wide,
            f"/Type /XObject /Subtype /Form /BBox [0 0 {SIDE} {SIDE}] {entries} "
            f"/Resources << /XObject << /F {inner} 0 R >> >>",
        )
    forms[FIRST_FREE + deep] = stream(b"0 0 9 9 re f", f"/Type /XObject /Subtype /Form /BBox [0 0 {SIDE} {SIDE}]")
    return one_page(b"/F Do", f"/XObject << /F {FIRST_FREE} 0 R >>", forms)


def transparent_groups() -> bytes:
    """Return nested forms, each drawn on a layer of its own."""
    return drawn_forms(entries="/Group << /S /Transparency /I true /K true >>")


def patterns(deep: int = 8) -> bytes:
    """Return a page that is filled with a pattern of tiny tiles, each filled with a pattern."""
    tiles = {}
    for level in range(deep):
        inner = f"/Pattern << /P {FIRST_FREE + level + 1} 0 R >>" if level < deep - 1 else ""
        drawing = f"/Pattern cs /P scn 0 0 {SIDE} {SIDE} re f" if inner else "0 0 1 1 re f"
        tiles[FIRST_FREE + level] = stream(
            drawing.encode(),
            f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 {SIDE} {SIDE}] "
            f"/XStep 0.01 /YStep 0.01 /Resources << {inner} >>",
        )
    return one_page(f"/Pattern cs /P scn 0 0 {SIDE} {SIDE} re f".encode(), f"/Pattern << /P {FIRST_FREE} 0 R >>", tiles)


def soft_masks(deep: int = 7, wide: int = 10) -> bytes:
    """Return a page whose soft mask is drawn through a soft mask, and so on."""
    objects = {}
    for level in range(deep):
        state, form = FIRST_FREE + 2 * level, FIRST_FREE + 2 * level + 1
        inner = f"/ExtGState << /G {state + 2} 0 R >>" if level < deep - 1 else ""
        draw = f"/G gs 0 0 {SIDE} {SIDE} re f " if inner else f"0 0 {SIDE} {SIDE} re f "
        objects[state] = f"<< /Type /ExtGState /SMask << /S /Luminosity /G {form} 0 R >> >>".encode()
        objects[form] = stream(
            draw.encode() * wide,
            f"/Type /XObject /Subtype /Form /BBox [0 0 {SIDE} {SIDE}] "
            f"/Group << /S /Transparency /CS /DeviceGray >> /Resources << {inner} >>",
        )
    drawing = f"/G gs 0 0 {SIDE} {SIDE} re f ".encode() * wide
    return one_page(drawing, f"/ExtGState << /G {FIRST_FREE} 0 R >>", objects)


def shadings(times: int = 200_000) -> bytes:
    """Return a page that is filled again and again with a shading whose colours a program computes."""
    program = b"{ " + b"sin cos exch cos sin exch " * 400 + b"0.5 }"
    function = stream(program, "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]")
    shading = f"<< /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] /Matrix [{SIDE} 0 0 {SIDE} 0 0] "
    shading += f"/Function {FIRST_FREE + 1} 0 R >>"
    more = {FIRST_FREE: shading.encode(), FIRST_FREE + 1: function}
    return one_page(b"/S sh " * times, f"/Shading << /S {FIRST_FREE} 0 R >>", more)


def mesh(times: int = 300) -> bytes:
    """Return a page with a mesh of patches that fold over one another."""
    flag_and_points = b"\0" + b"\x00\x00\xff\xff" * 12 + b"\xff\x00\x80" * 4
    entries = "/ShadingType 6 /ColorSpace /DeviceRGB /BitsPerCoordinate 16 /BitsPerComponent 8 /BitsPerFlag 8 "
    entries += f"/Decode [-{SIDE} {SIDE} -{SIDE} {SIDE} 0 1 0 1 0 1]"
    more = {FIRST_FREE: stream(flag_and_points * 60_000, entries)}
    return one_page(b"/S sh " * times, f"/Shading << /S {FIRST_FREE} 0 R >>", more)


def chained_filters(gigabytes: int = 1) -> bytes:
    """Return a page whose content is a gigabyte that is compressed four times."""
    content = packed_run(ord(" "), gigabytes << 30)
    for _ in range(3):
        content = zlib.compress(content, 9)
    entries = f"<< /Filter [{'/FlateDecode ' * 4}] /Length {len(content)} >>\nstream\n"
    whole = one_page(b"", "")
    return _with_object(whole, CONTENT, entries.encode() + content + b"\nendstream")


def _with_object(whole: bytes, number: int, body: bytes) -> bytes:
    """Return the PDF with another object of this number at its end, without a table: the reader repairs it."""
    end = whole.rindex(b"xref\n0")
    return whole[:end] + f"{number} 0 obj\n".encode() + body + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"


def huge_image(width: int = 30_000, height: int = 30_000, colours: str = "/DeviceCMYK", bands: int = 4) -> bytes:
    """Return a page with a picture of a billion points, each of four bytes."""
    entries = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {colours} "
    entries += "/BitsPerComponent 8 /Interpolate true"
    content = packed_run(0, width * bands * min(height, 1000))
    body = f"<< {entries} /Filter /FlateDecode /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
    return one_page(
        f"{SIDE} 0 0 {SIDE} 0 0 cm /I Do".encode(), f"/XObject << /I {FIRST_FREE} 0 R >>", {FIRST_FREE: body}
    )


def thousands_of_pages(count: int = 30_000) -> bytes:
    """Return a PDF of many pages, each of which draws a page full of lines."""
    drawing = b"".join(f"{x} 0 m {SIDE - x} {SIDE} l S ".encode() for x in range(SIDE)) * 400
    kids = " ".join(f"{FIRST_FREE + at} 0 R" for at in range(count))
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIDE} {SIDE}] /Contents 4 0 R >>".encode()
    return document(
        {
            CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGES: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
            CONTENT: stream(drawing),
            **{FIRST_FREE + at: page for at in range(count)},
        }
    )


def glyphs(deep: int = 4, letters: int = 300_000) -> bytes:
    """Return a page of text in a font whose letters are drawings with text in such a font."""
    fonts = {}
    for level in range(deep):
        font, letter = FIRST_FREE + 2 * level, FIRST_FREE + 2 * level + 1
        inner = f"/Font << /T {font + 2} 0 R >>" if level < deep - 1 else ""
        drawing = b"1000 0 0 0 1000 1000 d1 " + (
            b"BT /T 9 Tf (" + b"a" * 300 + b") Tj ET" if inner else b"0 0 9 9 re f"
        )
        fonts[font] = (
            f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 97 "
            f"/LastChar 97 /Widths [1000] /Encoding << /Differences [97 /a] >> /CharProcs << /a {letter} 0 R >> "
            f"/Resources << {inner} >> >>"
        ).encode()
        fonts[letter] = stream(drawing)
    drawing = b"BT /T 9 Tf 0 0 Td (" + b"a" * letters + b") Tj ET"
    return one_page(drawing, f"/Font << /T {FIRST_FREE} 0 R >>", fonts)


def dashes(lines: int = 2_000) -> bytes:
    """Return a page with long lines of very short dashes."""
    return one_page(b"[0.0001 0.0001] 0 d 0.0001 w " + b"0 0 m 9000 9000 l S " * lines, "")


def clips(times: int = 60_000) -> bytes:
    """Return a page that cuts its area by a thousand crossing curves, again and again."""
    curve = b"".join(f"{x} 0 {SIDE - x} {SIDE} {x} {SIDE} c ".encode() for x in range(300))
    return one_page((b"q 0 0 m " + curve + b"W* n ") * (times // 300) + curve, "")


def nested_arrays(deep: int = 2_000_000) -> bytes:
    """Return a PDF with an array in an array, two million deep."""
    return one_page(b"", f"/XObject {'[' * deep}{']' * deep}")


def circular_pages() -> bytes:
    """Return a PDF whose list of pages contains itself, a thousand times."""
    kids = "2 0 R " * 1000
    return document(
        {
            CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGES: f"<< /Type /Pages /Kids [{kids}] /Count 1000000 /Parent 2 0 R >>".encode(),
        }
    )


def broken_streams(count: int = 20_000) -> bytes:
    """Return a page of many streams with wrong lengths and broken data, without a table of objects."""
    good = zlib.compress(b"0 0 9 9 re f " * 1000)
    torn = good[: len(good) // 2] + bytes(len(good) // 2)
    body = b"<< /Length 999999999 /Filter /FlateDecode >>\nstream\n" + torn + b"\nendstream"
    contents = " ".join(f"{FIRST_FREE + at} 0 R" for at in range(count))
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIDE} {SIDE}] /Contents [{contents}] >>"
    whole = document(
        {
            CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            PAGE: page.encode(),
            **{FIRST_FREE + at: body for at in range(count)},
        }
    )
    return whole[: whole.rindex(b"xref\n0")]


# --- pictures ---------------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {"1": (1, 0, 1), "L": (8, 0, 1), "P": (8, 3, 1), "LA": (8, 4, 2), "RGB": (8, 2, 3), "RGBA": (8, 6, 4)}
COLOUR_TYPES |= {"I;16": (16, 0, 2), "RGBA;16": (16, 6, 8)}
"""by the mode: bits of a channel, the type of colours in a PNG and bytes of a point"""


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(mode: str, width: int = 10_000, height: int = 6_000, *, interlaced: bool = False) -> bytes:
    """Return a valid PNG of sixty million points of one colour."""
    bits, kind, size = COLOUR_TYPES[mode]
    line = 1 + (width // 8 if mode == "1" else width * size)
    # A picture in seven passes has some more lines, which are shorter.
    packed = packed_run(0, line * (height * 2 if interlaced else height))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(768)) + chunk(b"tRNS", bytes(256)) if mode == "P" else b""
    return PNG + chunk(b"IHDR", header) + palette + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def packed_profile() -> bytes:
    """Return a PNG of one point with a colour profile of a gigabyte and a long text."""
    packed = packed_run(0, 1 << 30)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    profile, note = chunk(b"iCCP", b"x\0\0" + packed), chunk(b"zTXt", b"x\0\0" + packed)
    return PNG + header + profile + note + chunk(b"IDAT", zlib.compress(bytes(2))) + chunk(b"IEND", b"")


def strip() -> bytes:
    """Return a PNG of one line that is ten million points wide."""
    return huge_png("L", 10_000_000, 1)


def many_scans(side: int = 4000, times: int = 200_000) -> bytes:
    """Return a progressive JPEG that refines the same coefficients many thousand times."""
    out = BytesIO()
    Image.new("L", (side, side), "white").save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole.rindex(b"\xff\xda")
    scan = whole[last : whole.rindex(b"\xff\xd9")]
    times = min(times, (4_500_000 - len(whole)) // len(scan))
    return whole[:last] + scan * times + b"\xff\xd9"


def claimed_jpeg() -> bytes:
    """Return a small progressive JPEG that claims four billion points."""
    out = BytesIO()
    Image.new("RGB", (64, 64), "white").save(out, "JPEG", progressive=True)
    whole = bytearray(out.getvalue())
    frame = whole.index(b"\xff\xc2")
    whole[frame + 5 : frame + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(whole)


def bars(side: int = 2400) -> bytes:
    """Return a picture that is full of what looks like the beginning of barcodes."""
    start, finder = "11111111010101000", "1110100010111"
    line = ((start + finder) * (side // 30 + 1))[:side]
    row = bytes(0 if bit == "1" else 255 for bit in line)
    other = row[7:] + row[:7]
    picture = Image.frombytes("L", (side, side), b"".join((row, other)[at // 9 % 2] for at in range(side)))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


HOSTILE: Mapping[str, MakeFile] = {
    "nested forms": drawn_forms,
    "transparent groups": transparent_groups,
    "patterns": patterns,
    "soft masks": soft_masks,
    "shadings": shadings,
    "mesh": mesh,
    "chained filters": chained_filters,
    "huge image in a page": huge_image,
    "thousands of pages": thousands_of_pages,
    "glyphs": glyphs,
    "dashes": dashes,
    "clips": clips,
    "nested arrays": nested_arrays,
    "circular pages": circular_pages,
    "broken streams": broken_streams,
    **{f"huge picture {mode}": partial(huge_png, mode) for mode in COLOUR_TYPES},
    "huge interlaced picture": partial(huge_png, "RGBA", interlaced=True),
    "packed profile": packed_profile,
    "strip": strip,
    "many scans": many_scans,
    "claimed points": claimed_jpeg,
    "bars": bars,
}


def main(arguments: Sequence[str]) -> None:
    folder = Path(*arguments)
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in HOSTILE.items():
        (folder / name.replace(" ", "_").replace(";", "_")).write_bytes(make())


if __name__ == "__main__":
    main(sys.argv[1:])
