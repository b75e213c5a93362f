"""Buttons: their colours, what they copy, and rows that cut no label."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.i18n import speak
from bot.delivery.screen import Button, Colour, Screen
from bot.glossary import OrderId
from dialogs import FLOWS
from dialogs.account.links import Home
from dialogs.booking.links import Book
from dialogs.kit.link import Action, Link
from dialogs.kit.pager import grid
from dialogs.kit.render import keyboard
from dialogs.kit.screen import button, copying, relative

BOOKS_OR_AGREES = {
    "AcceptPost",
    "AcceptInvitation",
    "Agree",
    "AgreeTo",
    "Allow",
    "Book",
    "ConfirmMatter",
    "ConfirmTakeover",
    "ShareBack",
    "AddPatient",
    "AddPatientPolicy",
    "AgreeMissed",
    "BookFor",
    "CheckIn",
    "FileApplication",
    "AllowPassing",
    "ResendApplication",
    "FileDocument",
    "AllowDocumentPassing",
    "ResendDocument",
    "SendPolicyForm",
}
LOSES = {
    "CloseNow",
    "DropPatient",
    "MergePatients",
    "Dismiss",
    "WithdrawApplication",
    "WithdrawPolicyRequest",
    "DropPolicyForm",
    "WithdrawPostLink",
    "AllowTakeover",
    "Cancel",
    "CancelInvitation",
    "CancelOldVisit",
    "DeskCancel",
    "DeskWithdrawReferral",
    "DropDraft",
    "EndSharing",
    "Erase",
    "Promote",
    "RemoveEmail",
    "RemovePaper",
    "RemovePhone",
    "Revoke",
    "TakeAway",
    "Unlink",
}


def coloured(colour: Colour) -> set[str]:
    return {kind.__name__ for kind in Action.__subclasses__() if kind.colour is colour}


def test_green_books_or_agrees_and_red_loses() -> None:
    assert FLOWS
    assert coloured(Colour.GREEN) == BOOKS_OR_AGREES
    assert coloured(Colour.RED) == LOSES


def test_no_way_to_a_screen_is_coloured() -> None:
    assert {kind.colour for kind in Link.__subclasses__()} == {Colour.NONE}


def test_telegram_is_told_colours_and_texts_to_copy() -> None:
    row = (button("Записаться", Book(order=OrderId(5))), button("Меню", Home()), Button("Номер", copied="A7KM-9X"))
    markup = keyboard(Screen("x", (row,)))
    assert markup is not None
    assert markup["inline_keyboard"] == [
        [
            {"text": "Записаться", "callback_data": "Bb:5", "style": "success"},
            {"text": "Меню", "callback_data": "mh"},
            {"text": "Номер", "copy_text": {"text": "A7KM-9X"}},
        ]
    ]


def test_only_what_is_given_can_be_copied() -> None:
    with speak("ru"):
        rows = copying(ref="A7KM-9X", phone="", address="Садовая, " * 40)
        assert copying() == []
    assert [[each.text for each in row] for row in rows] == [["Копировать номер", "Копировать адрес"]]
    assert [len(each.copied) for row in rows for each in row] == [7, 256]


def test_deadline_is_counted_by_the_app_of_the_reader() -> None:
    at = datetime(2026, 11, 26, 9, 22, tzinfo=UTC)
    assert relative(at, "через <3> минуты") == '<tg-time unix="1795684920" format="r">через &lt;3&gt; минуты</tg-time>'


def test_long_label_has_a_row_of_its_own() -> None:
    labels = ["Педиатр · завтра", "Детский психиатр · завтра", "Хирург · завтра", "Окулист · завтра", "ЛОР · завтра"]
    rows = grid([Button(label) for label in labels], 2)
    assert [[each.text for each in row] for row in rows] == [labels[:1], labels[1:2], labels[2:4], labels[4:]]


def test_no_row_of_a_screen_cuts_a_label() -> None:
    """On a phone «Добавить ещё ребёнка» beside «Меню» ended in «реб…»."""
    row = (Button("Добавить ещё ребёнка", "a"), Button("Меню", "m"))
    markup = keyboard(Screen("x", (row, (Button("Скопировать номер", "c"), Button("Назад", "b")))))
    assert markup is not None
    assert [[each["text"] for each in shown] for shown in markup["inline_keyboard"]] == [
        ["Добавить ещё ребёнка"],
        ["Меню"],
        ["Скопировать номер", "Назад"],
    ]


def test_the_more_buttons_in_a_row_the_shorter_their_labels() -> None:
    assert [len(row) for row in grid([Button("чт 10 дек · 10")] * 4, 3)] == [3, 1]
    assert [len(row) for row in grid([Button("чт 10 декабря · 10")] * 4, 3)] == [1, 1, 1, 1]
    assert [len(row) for row in grid([Button("08:30")] * 5, 4)] == [4, 1]
