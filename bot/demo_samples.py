"""What the demo's page offers to try: the policies of the demo town as texts, a photo of one and a PDF of another."""

from __future__ import annotations

from io import BytesIO

from bot.emulator.params import Upload
from bot.emulator.samples import Sample
from dialogs.patients.details import grouped_number
from storage.registry.seed.examples import EXAMPLES, Example

SIZE, EDGE, CODE_AT, CODE_SIZE = (1000, 630), 18, (60, 250), 320
PAPER, TABLE, INK, BLUE = "#f4f1e6", "#6f7f8c", "#22303c", "#2f5f9e"
BIG, TEXT = 46, 34
PHOTOGRAPHED, PRINTED = 1, 0
"""places of the examples whose policies are offered as a photo and as a PDF"""


def list_samples() -> list[Sample]:
    """Return the sample files, then every example of the town."""
    photo = Sample("Фото полиса", EXAMPLES[PHOTOGRAPHED].name.full, file=_file("полис.jpg", "image/jpeg", PHOTOGRAPHED))
    scan = Sample("Полис в PDF", EXAMPLES[PRINTED].name.full, file=_file("полис.pdf", "application/pdf", PRINTED))
    return [photo, scan, *(_as_texts(example) for example in EXAMPLES)]


def _as_texts(example: Example) -> Sample:
    snils = f"{example.snils[:3]}-{example.snils[3:6]}-{example.snils[6:9]} {example.snils[9:]}"
    number = grouped_number(example.policy_number)
    return Sample(example.name.full, example.happens, {"номер": number, "имя": example.name.full, "СНИЛС": snils})


def _file(name: str, kind: str, at: int) -> Upload:
    return Upload(name, kind, _picture(EXAMPLES[at], "PDF" if kind == "application/pdf" else "JPEG"))


def _picture(example: Example, form: str) -> bytes:
    """Return a picture of a policy with a QR code of its number, as JPEG or as a PDF of one page."""
    import zxingcpp
    from fontpkg_pt_sans import ROOT  # type: ignore[import-untyped]  # a package of fonts has no types
    from PIL import Image, ImageDraw, ImageFont

    def font(size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(ROOT / "files" / "PT_Sans-Web-Regular.ttf"), size)

    picture = Image.new("RGB", SIZE, TABLE)
    drawing = ImageDraw.Draw(picture)
    drawing.rounded_rectangle((EDGE, EDGE, SIZE[0] - EDGE, SIZE[1] - EDGE), 28, fill=PAPER)
    drawing.text((60, 50), "ПОЛИС ОМС · образец", fill=BLUE, font=font(BIG))
    drawing.text((60, 120), grouped_number(example.policy_number), fill=INK, font=font(BIG))
    drawing.text((60, 184), example.name.full, fill=INK, font=font(TEXT))
    drawing.text((430, 270), "Человек выдуман.\nКод можно прочитать\nпо фото или файлу.", fill=INK, font=font(TEXT))
    code = zxingcpp.create_barcode(example.policy_number, zxingcpp.BarcodeFormat.QRCode).to_image(scale=12)
    picture.paste(Image.fromarray(code).resize((CODE_SIZE, CODE_SIZE), Image.Resampling.NEAREST), CODE_AT)
    made = BytesIO()
    picture.save(made, form, quality=85)
    return made.getvalue()
