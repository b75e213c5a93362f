"""Draw a chart of shares with a number in each cell, and write a table as a workbook."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from bot.delivery.paper import Chart, SheetOfFigures

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from PIL.ImageDraw import ImageDraw

REGULAR, BOLD = "PT_Sans-Web-Regular.ttf", "PT_Sans-Web-Bold.ttf"
LABEL, CELL, ROW, MARGIN, HEAD = 330, 118, 46, 24, 96
"""points: the column of the labels, a cell, a row, the margin, the title with the heads of the columns"""
TEXT, TITLE = 22, 28
LOW, HIGH = (232, 245, 233), (198, 40, 40)
"""the colours of an empty and of a full cell"""
DARK, LIGHT, NOTHING = (30, 30, 30), (255, 255, 255), (240, 240, 240)
DAY = "DD.MM.YYYY"
WIDEST = 40
"""characters of a column of a workbook"""


def draw_chart(chart: Chart) -> bytes:
    """Return a PNG: a row for each label, a cell for each column."""
    from fontpkg_pt_sans import ROOT  # type: ignore[import-untyped]  # a package of fonts has no types
    from PIL import Image, ImageDraw, ImageFont

    fonts = ROOT / "files"
    text, bold = ImageFont.truetype(str(fonts / REGULAR), TEXT), ImageFont.truetype(str(fonts / BOLD), TITLE)
    width = 2 * MARGIN + LABEL + CELL * len(chart.columns)
    picture = Image.new("RGB", (width, 2 * MARGIN + HEAD + ROW * len(chart.rows)), LIGHT)
    pen = ImageDraw.Draw(picture)
    pen.text((MARGIN, MARGIN), chart.title, DARK, bold)
    for at, name in enumerate(chart.columns):
        pen.text((MARGIN + LABEL + CELL * at + CELL / 2, MARGIN + HEAD - 14), name, DARK, text, anchor="ms")
    for place, (label, cells) in enumerate(chart.rows):
        top = MARGIN + HEAD + ROW * place
        pen.text((MARGIN, top + ROW / 2), _fitting(pen, label, text), DARK, text, anchor="lm")
        for at, cell in enumerate(cells):
            left = MARGIN + LABEL + CELL * at
            box = (left + 2, top + 2, left + CELL - 2, top + ROW - 2)
            pen.rectangle(box, NOTHING if cell is None else _colour(cell[1]))
            if cell is not None:
                pen.text((left + CELL / 2, top + ROW / 2), cell[0], _ink(cell[1]), text, anchor="mm")
    saved = BytesIO()
    picture.save(saved, "PNG", optimize=True)
    return saved.getvalue()


def _fitting(pen: ImageDraw, label: str, font: object) -> str:
    """Cut a label that is wider than its column."""
    while pen.textlength(label, font) > LABEL - 10:  # type: ignore[arg-type]  # Pillow names two kinds of fonts
        label = f"{label[:-2]}…"
    return label


def _colour(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(LOW, HIGH, strict=True))
    return red, green, blue


def _ink(share: float) -> tuple[int, int, int]:
    """Return the colour of a number that stands out from its cell."""
    return LIGHT if share > 0.6 else DARK


def write_table(table: SheetOfFigures) -> bytes:
    """Return an XLSX with one sheet; a text is never read as a formula."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import TYPE_STRING
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = table.title[:31]
    for line in (table.head, *table.rows):
        sheet.append(line)
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, str):
            cell.data_type = TYPE_STRING
        elif isinstance(cell.value, date):
            cell.number_format = DAY
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at in range(1, len(table.head) + 1):
        longest = max(len(str(line[at - 1])) for line in (table.head, *table.rows))
        sheet.column_dimensions[get_column_letter(at)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", sheet.dimensions
    _fit_on_paper(sheet)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _fit_on_paper(sheet: Worksheet) -> None:
    """Print all columns on one page, the head on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
