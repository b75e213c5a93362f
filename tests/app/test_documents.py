"""Documents: codes read from pictures and PDFs, files that are refused, and papers printed as PDF."""

from __future__ import annotations

import random
import struct
import zlib
from itertools import count
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from bot.core.errors import InvalidInput, Problem
from bot.core.people import PersonName
from bot.delivery.paper import Paper, Section
from bot.documents import reading as reader
from bot.documents.frames import packed_paper, paper_in
from bot.documents.locating import find_patches
from bot.documents.pictures import JPEG, PNG
from bot.documents.printing import print_paper
from bot.documents.reading import read_codes
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode
from bot.patients.rules.barcode import LARGEST_FILE, MOST_PAGES
from bot.patients.rules.policy_number import make_policy_number, policy_facts
from bot.patients.rules.readings import Reading
from tests.barcodes import PAPER, badly_seen, barcode, jpeg, on_paper, pdf, pdf417, png, qr, saved, seen
from tests.builders import MONDAY
from tests.chat.sent_files import text_of
from tests.hostile_files import claimed_jpeg
from tests.policy_photos import on_a_screen, random_photo

MARIA = PolicyCode("7796189784000014", PersonName("ИВАНОВА", "МАРИЯ", "СЕРГЕЕВНА"))
BROTHER = PolicyCode("7888489747123450", PersonName("ИВАНОВ", "ПЁТР", "СЕРГЕЕВИЧ"))
MARIA_WRITTEN = PersonName("Иванова", "Мария", "Сергеевна")
HERS = pdf417(barcode(MARIA.number, MARIA_WRITTEN))
HIS = pdf417(barcode(BROTHER.number, PersonName("Иванов", "Пётр", "Сергеевич"), kind=1))

SAMPLE = (0, 1, 5, 8, 9, 10)
"""seeds of photos, of which some are turned, small, seen from aside, or badly compressed"""
FAMILIES = ("Ким", "Салтыков", "Рождественский", "Ахметов-Белый", "Ёлкин")
GIVEN = ("Ян", "Пётр", "Александр", "Мамед-Кули", "Лев")
PATRONYMICS = ("", "Ильич", "Константинович", "Рашид оглы", "Львович")


def blank() -> Image.Image:
    return Image.new("L", (800, 600), "white")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the time limit, so that the result does not depend on the speed of the machine."""
    monkeypatch.setattr(reader, "ATTEMPTS_WITHIN", 60)


def problem(data: bytes) -> Problem:
    with pytest.raises(InvalidInput) as refused:
        read_codes(data)
    return refused.value.problem


def reading(data: bytes) -> PolicyCode | Problem:
    try:
        return read_codes(data)
    except InvalidInput as refused:
        return refused.problem


# --- thirty-two policies ----------------------------------------------------------------------------------------------


def printed(at: int, scale: int = 3) -> tuple[Image.Image, PolicyCode]:
    """Return the barcode of one of many policies, of both types in turn, each with its own signature."""
    dice = random.Random(at)
    name = PersonName(dice.choice(FAMILIES), dice.choice(GIVEN), dice.choice(PATRONYMICS))
    facts = policy_facts(MARIA.number)
    assert facts is not None
    number = make_policy_number(f"{dice.randrange(1, 99):02}", facts.birth_date, facts.sex, dice.randrange(100_000))
    payload = barcode(number, name, kind=1 + at % 2, signature=dice.randbytes(65))
    told = PersonName(name.family.upper(), name.given.upper(), name.patronymic.upper())
    return pdf417(payload, scale), PolicyCode(number, told)


SCALES = (2, 3, 4, 5)


@pytest.mark.requirement("E8")
@pytest.mark.parametrize("at", range(32))
def test_every_straight_policy_is_read(at: int) -> None:
    code, policy = printed(at, SCALES[at // 2 % len(SCALES)])
    assert read_codes((png, jpeg)[at // 8 % 2](on_paper(code))) == policy


HARDER: dict[str, dict[str, Any]] = {
    "turned by 90": {"turn": 90},
    "upside down": {"turn": 180},
    "askew by 3": {"turn": 3},
    "askew by 7": {"turn": 7},
    "askew by 12": {"turn": -12},
    "a little blurred": {"blur": 1.0},
    "with noise": {"noise": 0.1},
    "askew and blurred": {"turn": 6, "blur": 0.8},
}


@pytest.mark.parametrize("how", HARDER)
@pytest.mark.parametrize("at", range(4))
def test_turned_barcode_is_read(how: str, at: int) -> None:
    code, policy = printed(at, scale=4)
    assert read_codes(jpeg(seen(on_paper(code), **HARDER[how]), quality=60)) == policy


@pytest.mark.requirement("E8")
def test_qr_code_is_read_at_any_angle() -> None:
    for turn in (0, 30, 90, 200):
        data = jpeg(seen(on_paper(qr(f"https://example.org/{MARIA.number}")), turn=turn))
        assert read_codes(data) == PolicyCode(MARIA.number)


def test_code_with_the_name_is_preferred() -> None:
    assert read_codes(png(on_paper(qr(MARIA.number), HERS))) == MARIA


def test_foreign_code_beside_a_policy_is_ignored() -> None:
    assert read_codes(png(on_paper(qr("https://example.org"), pdf417(b"a ticket"), HERS))) == MARIA


def test_two_policies_in_one_picture_are_refused() -> None:
    assert problem(png(on_paper(HERS, HIS))) is FileProblem.CODE_SEVERAL


MISREAD = badly_seen(5625, MARIA.number, PersonName("Иванова", "Мария", "Сергеевна"))
"""In the whole picture the library reads a valid barcode, and 46 of its 130 bytes are wrong."""


@pytest.mark.requirement("E8")
def test_barcode_that_is_misread_as_a_whole_is_read_in_its_patch() -> None:
    assert read_codes(png(MISREAD)) == MARIA


@pytest.mark.requirement("E8")
def test_unreadable_barcodes_are_refused_and_never_misread() -> None:
    read = [reading(png(badly_seen(seed, MARIA.number, MARIA_WRITTEN))) for seed in range(8)]
    assert set(read) == {MARIA, FileProblem.CODE_NOT_FOUND}


# --- any angle and distance -------------------------------------------------------------------------------------------


@pytest.mark.requirement("E8")
def test_barcode_is_read_at_any_angle() -> None:
    turns = (4, 17, 25, 35, 55, 142, 231, 319)
    read = [reading(jpeg(seen(on_paper(HERS), turn=turn))) for turn in turns]
    assert [turn for turn, code in zip(turns, read, strict=True) if code != MARIA] == []


@pytest.mark.requirement("E8")
@pytest.mark.parametrize("turn", [0, 25])
def test_sheet_on_a_quarter_of_the_photo_is_read(turn: float) -> None:
    sheet = seen(on_paper(HERS), turn=turn)
    photo = Image.new("L", (sheet.width * 2, sheet.height * 2), 90)
    photo.paste(sheet, (sheet.width - 200, 300))
    assert read_codes(jpeg(photo, quality=8)) == MARIA


@pytest.mark.requirement("E8")
def test_photos_of_a_realistic_mix_are_read() -> None:
    """A sample; ``make bench`` reads many more."""
    photos = [random_photo(seed) for seed in SAMPLE]
    assert [seed for seed, (data, code, _) in zip(SAMPLE, photos, strict=True) if reading(data) != code] == []


def test_second_policy_is_noticed_though_it_is_turned() -> None:
    sheet = on_paper(HERS)
    photo = Image.new("L", (sheet.width, sheet.height * 2), PAPER)
    photo.paste(sheet)
    photo.paste(seen(on_paper(HIS), turn=25).crop((0, 0, sheet.width, sheet.height)), (0, sheet.height))
    assert problem(jpeg(photo)) is FileProblem.CODE_SEVERAL


def test_patches_are_turned_like_the_barcode() -> None:
    for turn in (0, 30, 80):
        patch, *_ = find_patches(seen(on_paper(HERS), turn=turn))
        assert abs(patch.degrees + turn) < 1.5  # Pillow turns anticlockwise


@pytest.mark.parametrize("size", [(2, 2), (4096, 1), (900, 700)])
def test_even_picture_has_no_patches(size: tuple[int, int]) -> None:
    assert find_patches(Image.new("L", size, "white")) == []


@pytest.mark.requirement("E8")
@pytest.mark.parametrize("turn", [0, 4, 90])
def test_policy_whose_dates_differ_is_read_by_two_attempts(turn: float) -> None:
    payload = barcode(MARIA.number, PersonName("Иванова", "Мария", "Сергеевна"))
    born_later = payload[:61] + b"\xa8\xa5" + payload[63:]
    assert read_codes(jpeg(seen(on_paper(pdf417(born_later)), turn=turn))) == MARIA


def test_picture_with_a_transparent_ground_is_read() -> None:
    ink = Image.new("RGBA", HERS.size, (0, 0, 0, 0))
    ink.putalpha(HERS.point(lambda shade: 255 - shade))
    assert read_codes(png(ink)) == MARIA


def test_large_photo_is_read() -> None:
    sheet = on_paper(pdf417(barcode(MARIA.number, PersonName("Иванова", "Мария", "Сергеевна")), 6)).resize((4000, 3600))
    assert read_codes(jpeg(sheet)) == MARIA


def test_huge_photo_is_scaled_while_it_is_decoded() -> None:
    sheet = on_paper(pdf417(barcode(MARIA.number, PersonName("Иванова", "Мария", "Сергеевна")), 6)).resize((9280, 6944))
    assert read_codes(jpeg(sheet, quality=30)) == MARIA


def test_photo_with_a_preview_is_scaled_too() -> None:
    """Some phones store one behind the photo, and Pillow calls such a file otherwise."""
    sheet = on_paper(HERS).resize((4500, 3000)).convert("RGB")
    preview = sheet.resize((450, 300))
    assert read_codes(saved(sheet, "MPO", save_all=True, append_images=[preview], quality=30)) == MARIA


def test_grey_scan_of_many_points_is_read() -> None:
    sheet = on_paper(pdf417(barcode(MARIA.number, PersonName("Иванова", "Мария", "Сергеевна")), 6)).resize((4960, 7016))
    assert read_codes(png(sheet)) == MARIA


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B54")
@pytest.mark.parametrize("page", range(MOST_PAGES))
def test_policy_is_found_on_any_of_the_first_pages_of_a_pdf(page: int) -> None:
    sheets = [blank() for _ in range(MOST_PAGES)]
    sheets[page] = on_paper(HERS)
    assert read_codes(pdf(*sheets)) == MARIA


def test_further_pages_of_a_pdf_are_not_read() -> None:
    assert problem(pdf(*(blank() for _ in range(MOST_PAGES)), on_paper(HERS))) is FileProblem.PAGES


def test_pages_of_different_policies_are_refused() -> None:
    assert problem(pdf(on_paper(HERS), on_paper(HIS))) is FileProblem.CODE_SEVERAL


def huge_page() -> bytes:
    """Return a small PDF whose page claims a width of twelve kilometres."""
    whole = pdf(blank())
    begin = whole.index(b"/MediaBox")
    end = whole.index(b"]", begin)
    return whole[:begin] + b"/MediaBox [0 0 9999999 300".ljust(end - begin) + whole[end:]


# --- what is refused --------------------------------------------------------------------------------------------------


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a hundred bytes that claims so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(64))), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return PNG + b"".join(packed)


WHOLE = jpeg(on_paper(HERS))

REFUSED = {
    "an empty file": (b"", FileProblem.KIND),
    "a text": (b"7796189784000014", FileProblem.KIND),
    "a GIF that calls itself nothing": (b"GIF89a" + bytes(100), FileProblem.KIND),
    "a web page": (b"<html><img src=x></html>", FileProblem.KIND),
    "an archive": (b"PK\x03\x04" + bytes(100), FileProblem.KIND),
    "a photo of an iPhone": (b"\0\0\0\x24ftypheic" + bytes(100), FileProblem.HEIC),
    "half of a photo": (WHOLE[: len(WHOLE) // 2], FileProblem.BROKEN),
    "a beginning of a photo": (JPEG, FileProblem.BROKEN),
    "a beginning of a picture": (PNG, FileProblem.BROKEN),
    "a beginning of a PDF": (b"%PDF-1.7\n", FileProblem.BROKEN),
    "a bomb of a billion pixels": (bomb(40_000, 40_000), FileProblem.TOO_LARGE),
    "a smaller bomb": (bomb(9_000, 9_000), FileProblem.TOO_LARGE),
    "a photo of four billion points": (claimed_jpeg(), FileProblem.TOO_LARGE),
    "a page of twelve kilometres": (huge_page(), FileProblem.CODE_NOT_FOUND),
    "a picture of a screen": (jpeg(on_a_screen(MARIA.number)), FileProblem.SCREENSHOT),
    "a narrow photo": (jpeg(seen(blank(), noise=0.5).resize((590, 1280))), FileProblem.CODE_NOT_FOUND),
    "a photo of a cat": (jpeg(seen(blank(), noise=0.5)), FileProblem.CODE_NOT_FOUND),
    "a black picture": (png(Image.new("L", (640, 480))), FileProblem.CODE_NOT_FOUND),
    "a point": (png(Image.new("L", (1, 1))), FileProblem.CODE_NOT_FOUND),
    "a ticket": (png(on_paper(pdf417(b"a ticket"))), FileProblem.CODE_NOT_FOUND),
    "a number with a wrong check digit": (
        png(on_paper(pdf417(barcode("7796189784000015", PersonName("Иванова", "Мария"))))),
        FileProblem.CODE_NOT_FOUND,
    ),
}


@pytest.mark.requirement("A13", "C8")
@pytest.mark.parametrize("what", REFUSED)
def test_file_is_refused_for_its_content_with_a_reason(what: str) -> None:
    data, expected = REFUSED[what]
    assert problem(data) is expected


@pytest.mark.requirement("A13")
def test_file_over_five_megabytes_is_refused() -> None:
    whole = png(on_paper(HERS))
    assert read_codes(whole.ljust(LARGEST_FILE, b"\0")) == MARIA
    assert problem(whole.ljust(LARGEST_FILE + 1, b"\0")) is FileProblem.TOO_BIG


def test_damaged_file_is_refused_without_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ATTEMPTS_WITHIN", 0.05)
    dice = random.Random(7)
    wholes = [png(HERS), jpeg(HERS), pdf(HERS)]
    for at in range(45):
        data = bytearray(wholes[at % 3])
        for _ in range(dice.randrange(1, 40)):
            data[dice.randrange(8, len(data))] = dice.randrange(256)
        assert reading(bytes(data)) in {MARIA, FileProblem.BROKEN, FileProblem.CODE_NOT_FOUND}


def test_large_empty_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ATTEMPTS_WITHIN", 0.05)
    grain = seen(Image.new("L", (4000, 3000), 128), noise=0.9)
    assert problem(jpeg(grain, quality=30)) is FileProblem.CODE_NOT_FOUND


def test_no_attempt_begins_after_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = count(0.0, reader.ATTEMPTS_WITHIN / 2 + 0.1)
    attempts = []

    def read(picture: Image.Image) -> list[Reading]:
        attempts.append(picture.size)
        return []

    monkeypatch.setattr(reader, "time", SimpleNamespace(process_time=lambda: next(moments)))
    monkeypatch.setattr(reader, "_read", read)
    assert problem(png(blank())) is FileProblem.CODE_NOT_FOUND
    assert attempts == [blank().size]  # the second attempt has found no patch to read


# --- printing ---------------------------------------------------------------------------------------------------------

ALPHABET = "".join(chr(letter) for letter in range(ord("А"), ord("я") + 1)) + "Ёё№«»—•"


def paper(*lines: tuple[str, str], **given: Any) -> Paper:
    return Paper("Заголовок", (Section("Раздел", lines),), MONDAY, **given)


def test_every_russian_letter_is_printed() -> None:
    printed = text_of(print_paper(paper(("Буквы", ALPHABET), ("", "Абзац"), mark="В рамке", footer="Внизу")))
    for words in ("Заголовок", "В рамке", "Раздел", "Буквы", "Абзац", "Внизу"):
        assert words in printed
    assert ALPHABET in printed.replace(" ", "")


def test_paper_keeps_all_text_at_page_ends_and_in_long_lines() -> None:
    lines = [(f"строка {n}", " ".join(f"слово{n}-{at}" for at in range(30))) for n in range(60)]
    printed = print_paper(paper(*lines))
    with pypdfium2.PdfDocument(printed) as document:
        assert len(document) > 1
    text = text_of(printed)
    assert [words for _label, value in lines for words in value.split() if words not in text] == []


def test_letter_that_the_font_lacks_is_neither_fatal_nor_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert "до и после" in text_of(print_paper(paper(("Адрес", "до \N{GRINNING FACE}и после"))))
    assert caplog.text == ""


def test_boxes_to_tick_are_drawn_for_the_typeface_has_none() -> None:
    """The three lines differ as pictures, and their text is the same."""
    sheets = [print_paper(paper((f"{box}08:30", "Иванова"))) for box in ("", "☐ ", "☑ ")]
    assert {text_of(each) for each in sheets} == {text_of(sheets[0])}
    pictures = {pypdfium2.PdfDocument(each)[0].render().to_pil().tobytes() for each in sheets}
    assert len(pictures) == 3


def test_paper_keeps_initials_and_numbers_on_one_line() -> None:
    """What the chat keeps together is kept together on paper too."""
    line = ("☐ 16:15", "Пчёлкин Глеб Борисович · телефона нет · держим: завтра, вт 1 декабря, 09:30, Громов И. А.")
    paper = Paper("Позвонить: Громов И. А.", (Section("Кабинет 101", (line,)),), MONDAY, footer="Через 5 минут.")
    sent = paper_in(packed_paper(paper))
    assert sent.title == "Позвонить: Громов\u00a0И.\u00a0А."
    assert "вт\u00a01\u00a0декабря" in sent.sections[0].lines[0][1]
    assert "Громов\u00a0И.\u00a0А." in sent.sections[0].lines[0][1]
    assert sent.footer == "Через 5\u00a0минут."
