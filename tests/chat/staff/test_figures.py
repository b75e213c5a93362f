"""Figures of the clinic: the week as a picture, a month as a workbook, and who may have them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from PIL import Image

from bot.core.people import Role
from bot.delivery.paper import Chart, SheetOfFigures
from bot.documents.charts import draw_chart, write_table
from tests.chat.actions import ARTYOM, MARIA, PETROVA, book, choose, say, send, settle_in
from tests.chat.sent_files import file_of
from tests.chat.staff.test_arrivals import appoint, behind_code
from tests.chat.town import Town

CHART = Chart(
    "Детская № 12, неделя с 23.11.2026",
    ("пн 23.11", "вт 24.11"),
    (
        ("Петрова А. С. · Педиатр", (("16/16", 1.0), ("0/16", 0.0))),
        ("Громов И. А. · " + "Педиатр " * 9, (None, ("4/8", 0.5))),
    ),
)


def test_cells_of_a_chart_have_the_colour_of_their_share() -> None:
    picture = Image.open(BytesIO(draw_chart(CHART)))
    full, empty = picture.getpixel((24 + 330 + 6, 24 + 96 + 6)), picture.getpixel((24 + 330 + 118 + 6, 24 + 96 + 6))
    assert full == (198, 40, 40)
    assert empty == (232, 245, 233)
    assert picture.size == (2 * 24 + 330 + 2 * 118, 2 * 24 + 96 + 2 * 46)


def test_text_of_a_table_is_no_formula() -> None:
    book = load_workbook(BytesIO(write_table(SheetOfFigures("Лист", ("Врач", "Записано"), (("=1+1", 7),)))))
    assert [[cell.value for cell in row] for row in book.active.iter_rows()] == [["Врач", "Записано"], ["=1+1", 7]]
    assert book.active["A2"].data_type == "s"
    assert book.active.sheet_properties.pageSetUpPr.fitToPage, "all columns on one page"


async def test_figures_name_no_patient_and_are_for_the_staff_alone(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, "ср 25", "08:00")
    await say(town.mother, "/visits")
    await choose(town.mother, "Отменить", "Да, отменить")
    for clerk in (town.registrar, await appoint(town, 1006, Role.HEAD), await appoint(town, 1007, Role.ADMIN)):
        await say(clerk, "/desk")
        await behind_code(clerk)
        shown = await choose(clerk, "Показатели")
        assert "Неделя с 23 ноября 2026 года" in shown.text
        assert "Отменено поздно: 0" in shown.text
    await town.registrar.press("Картинка")
    [photo] = [each for each in await town.registrar.messages() if each.raw.get("photo")]
    assert "записано" in photo.text
    await town.registrar.press("Месяц, Excel")
    written = file_of(town, await town.registrar.screen())
    sheet = load_workbook(BytesIO(written)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:5] == ["День", "Врач", "Специальность", "Мест", "Записано"]
    assert (date(2026, 11, 25), "Петрова Анна Сергеевна") in {(row[0].date(), row[1]) for row in rows[1:]}
    assert sheet["A2"].number_format == "DD.MM.YYYY", "a table sorts and groups by days"
    assert "Мария" not in str([row[:1] + row[2:] for row in rows])
    await settle_in(town.stranger, ARTYOM)
    for person in (town.mother, town.stranger):
        for data in ("qo:0", "Qo:739943", "Qm:739943"):
            answer, _screen = await send(person, data)
            assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
