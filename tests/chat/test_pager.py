"""The pager: pages of a list, the arrows between them, and links that have got a page in a later release."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.core.i18n import load_catalogues, speak
from bot.delivery.screen import Button
from bot.glossary import ClinicId, PatientId, SpecialtyId
from dialogs.booking.links import ChoosePatient, Doctors
from dialogs.kit.link import Page
from dialogs.kit.pager import Pages, few, first_lines, page_of, page_read


@pytest.fixture(autouse=True)
def _in_russian() -> Iterator[None]:
    load_catalogues()
    with speak("ru"):
        yield


def number_button(number: int) -> Button:
    return Button(str(number), "x")


def labels(rows: list[tuple[Button, ...]]) -> list[list[str]]:
    return [[button.text for button in row] for row in rows]


def test_list_that_fits_has_no_arrows() -> None:
    shown = page_of(ChoosePatient(), range(4), 4)
    assert labels(shown.rows(number_button, 3)) == [["0", "1", "2"], ["3"]]
    assert shown.place == ""


def test_first_middle_and_last_page() -> None:
    every = list(range(10))
    first, middle, last = (page_of(ChoosePatient(page=Page(page)), every, 4) for page in range(3))
    assert labels(first.rows(number_button, 4)) == [["0", "1", "2", "3"], ["Дальше ›"]]
    assert labels(middle.rows(number_button, 4)) == [["4", "5", "6", "7"], ["‹ Стр. 1", "Дальше ›"]]
    assert labels(last.rows(number_button, 4)) == [["8", "9"], ["‹ Стр. 2"]]
    assert middle.place == "Стр. 2 из 3"
    before, after = middle.arrows[0]
    assert [ChoosePatient.unpack(each.data).page for each in (before, after)] == [0, 2]


def test_last_page_stays_after_its_only_item_was_removed() -> None:
    shown = page_of(ChoosePatient(page=Page(2)), range(8), 4)
    assert (shown.page, list(shown.items)) == (1, [4, 5, 6, 7])
    assert page_read(ChoosePatient(page=Page(2)), [4, 5, 6, 7], 8, 4).page == 1


def test_empty_list_has_one_page() -> None:
    shown: Pages[int] = page_of(ChoosePatient(page=Page(5)), [], 4)
    assert (shown.page, shown.count, shown.rows(number_button)) == (0, 1, [])


def test_whole_list_refuses_what_needs_pages() -> None:
    assert len(few(range(14), number_button)) == 14
    with pytest.raises(ValueError, match="need pages"):
        few(range(15), number_button)


def test_message_names_the_first_items_and_counts_the_rest() -> None:
    assert first_lines([1, 2], str) == ["1", "2", ""]
    assert first_lines(list(range(9)), str)[-2:] == ["6", "и ещё 2"]


def test_link_without_a_later_page_keeps_the_form_of_older_releases() -> None:
    patient, clinic, specialty = PatientId(1), ClinicId(2), SpecialtyId(3)
    first = Doctors(patient=patient, clinic=clinic, specialty=specialty)
    fifth = Doctors(patient=patient, clinic=clinic, specialty=specialty, page=Page(4))
    assert first.pack() == "bd:1:2:3"
    assert Doctors.unpack("bd:1:2:3") == first
    assert Doctors.unpack("bd:1:2:3:4") == fifth
    with pytest.raises(ValueError, match="no Doctors"):
        Doctors.unpack("bd:1:2")
