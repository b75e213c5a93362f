"""Files that the bot has sent: their bytes and the text of a PDF."""

from __future__ import annotations

import pypdfium2

from tests.chat.message import ChatMessage
from tests.chat.town import Town


def file_of(town: Town, seen: ChatMessage) -> bytes:
    stored = town.emulator.files.get(seen.raw["document"]["file_id"])
    assert stored is not None
    return stored.data


def text_of(pdf: bytes) -> str:
    """Return the text of all pages in one line: line breaks depend on the layout."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())
