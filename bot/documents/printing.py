"""Print a paper as PDF; runs in a limited program."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, cast

from bot.delivery.paper import Paper, Section
from bot.documents.qr_codes import draw_qr

if TYPE_CHECKING:
    from fpdf import FPDF

TYPEFACE, REGULAR, BOLD = "PT Sans", "PT_Sans-Web-Regular.ttf", "PT_Sans-Web-Bold.ttf"
MARGIN, LABEL, NARROW_LABEL, LINE, GAP = 18, 56, 18, 6, 3
"""millimetres; labels have their own column left of the values"""
CODE, LARGE_CODE = 62, 110
"""millimetres of the side of a QR code: in a row of two, and alone on a poster"""
TITLE, HEADING, TEXT, SMALL = 18, 13, 11, 9
"""points"""
GREY = 110
BOX = 3.6
"""millimetres of the side of a box to tick"""
EMPTY, TICKED = BOXES = "☐☑"


def print_paper(paper: Paper) -> bytes:
    """Return the PDF."""
    sheet = _sheet(paper.title, paper.made_at)
    sheet.set_font(TYPEFACE, "B", TITLE)
    _write(sheet, paper.title, height=9)
    if paper.mark:
        _frame(sheet, paper.mark)
    if paper.code:
        _print_code(sheet, paper.code)
    for section in paper.sections:
        _print_section(sheet, section, NARROW_LABEL if paper.narrow else LABEL)
    _print_codes(sheet, paper.codes)
    if paper.footer:
        sheet.ln(GAP)
        sheet.set_font(TYPEFACE, "", SMALL)
        _write(sheet, paper.footer, height=5)
    return bytes(sheet.output())


def _sheet(title: str, made_at: datetime) -> FPDF:
    # Imported here, so that the start of the bot does not wait for them.
    from fontpkg_pt_sans import ROOT  # type: ignore[import-untyped]  # a package of fonts has no types
    from fpdf import FPDF

    # fpdf logs the letters that a font lacks, and they are personal data.
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    sheet = FPDF(format="A4")
    sheet.set_margins(MARGIN, MARGIN)
    sheet.set_auto_page_break(auto=True, margin=MARGIN)
    sheet.add_font(TYPEFACE, "", ROOT / "files" / REGULAR)
    sheet.add_font(TYPEFACE, "B", ROOT / "files" / BOLD)
    sheet.set_title(title)
    sheet.set_creation_date(made_at)
    sheet.add_page()
    return sheet


def _frame(sheet: FPDF, words: str) -> None:
    """Write words that must not be overlooked, in a frame."""
    sheet.ln(GAP)
    sheet.set_font(TYPEFACE, "B", TEXT)
    _write(sheet, words, height=LINE + 1, frame=True)


def _print_code(sheet: FPDF, text: str) -> None:
    """Print a large QR code in the middle of the page."""
    sheet.ln(GAP)
    sheet.image(BytesIO(draw_qr(text)), x=(sheet.w - LARGE_CODE) / 2, y=sheet.get_y(), w=LARGE_CODE, h=LARGE_CODE)
    sheet.set_y(sheet.get_y() + LARGE_CODE)


def _print_section(sheet: FPDF, section: Section, label_width: int) -> None:
    sheet.ln(GAP)
    if section.heading:
        if sheet.will_page_break(4 * LINE):
            sheet.add_page()
        sheet.set_font(TYPEFACE, "B", HEADING)
        _write(sheet, section.heading, height=LINE + 2)
    for label, value in section.lines:
        if label:
            _print_line(sheet, label, value, label_width)
        else:
            sheet.set_font(TYPEFACE, "", TEXT)
            _write(sheet, value)


def _print_line(sheet: FPDF, label: str, value: str, label_width: int) -> None:
    """Print a label and its value side by side; both may have several lines, and the end of a page splits neither."""
    width = sheet.epw - label_width
    needed = max(_height(sheet, label, label_width), _height(sheet, value, width))
    if sheet.will_page_break(needed):
        sheet.add_page()
    top = sheet.get_y()
    if label[0] in BOXES:
        _draw_box(sheet, top, is_ticked=label[0] == TICKED)
        sheet.set_x(sheet.l_margin + LINE)
    sheet.set_text_color(GREY)
    own = label_width - (LINE if label[0] in BOXES else 0)
    sheet.multi_cell(own, LINE, label.lstrip(BOXES).strip(), align="L", new_x="RIGHT", new_y="TOP")
    sheet.set_text_color(0)
    sheet.multi_cell(width, LINE, value, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.set_y(top + needed)


def _draw_box(sheet: FPDF, top: float, *, is_ticked: bool) -> None:
    """Draw a box to tick: the typeface has none."""
    left, top = sheet.l_margin, top + (LINE - BOX) / 2
    sheet.rect(left, top, BOX, BOX)
    if is_ticked:
        sheet.line(left + BOX * 0.2, top + BOX * 0.5, left + BOX * 0.45, top + BOX * 0.8)
        sheet.line(left + BOX * 0.45, top + BOX * 0.8, left + BOX * 0.85, top + BOX * 0.2)


def _print_codes(sheet: FPDF, codes: Sequence[tuple[str, str]]) -> None:
    """Print QR codes, two in a row, each with its words in bold below it."""
    room = sheet.epw / 2
    for place, (words, text) in enumerate(codes):
        column = place % 2
        if column == 0:
            sheet.ln(GAP)
            if sheet.will_page_break(CODE + 3 * LINE):
                sheet.add_page()
        top, left = sheet.get_y(), sheet.l_margin + column * room
        sheet.image(BytesIO(draw_qr(text)), x=left + (room - CODE) / 2, y=top, w=CODE)
        sheet.set_xy(left, top + CODE)
        sheet.set_font(TYPEFACE, "B", TEXT)
        sheet.multi_cell(room, LINE, words, align="C")
        is_end = column == 1 or place == len(codes) - 1
        sheet.set_xy(sheet.l_margin, top + CODE + 2 * LINE if is_end else top)


def _height(sheet: FPDF, words: str, width: float) -> float:
    sheet.set_font(TYPEFACE, "", TEXT)
    return cast(float, sheet.multi_cell(width, LINE, words, align="L", dry_run=True, output="HEIGHT"))


def _write(sheet: FPDF, words: str, *, height: float = LINE, frame: bool = False) -> None:
    sheet.multi_cell(0, height, words, border="LTRB" if frame else 0, align="L", new_x="LMARGIN", new_y="NEXT")
