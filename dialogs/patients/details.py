"""Fields: how each detail of a patient is asked for, why it may help, and how it is shown in a chat."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from bot.core.i18n import gettext as _
from bot.core.i18n import numeric_date
from bot.core.patient import masked
from bot.core.typed import grouped
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.policy_number import policy_kind
from dialogs.kit.screen import lines, text


class Field(NamedTuple):
    """Nothing here is ever demanded, so each says what it is good for."""

    label: str
    """for a button, and before the value"""
    prompt: str
    example: str
    why: str
    whence: str = ""
    """where it is to be had"""

    @property
    def question(self) -> str:
        """The text of a screen that asks for it."""
        return lines(
            self.prompt,
            text(_("For example: {example}"), example=self.example),
            [self.whence],
            [self.why, _("This is optional: the policy is checked without it.")],
        )


def field_of(detail: Detail) -> Field:
    return {
        Detail.SNILS: Field(
            _("Child's SNILS"),
            _("Write the child's SNILS: 11 digits, spaces and hyphens are fine."),
            "112-233-445 95",
            _("It helps where a clinic cannot find the child by the policy."),
            _(
                "It is given by itself after the birth is registered: look on Gosuslugi, or ask an MFC or the Social "
                "Fund."
            ),
        ),
        Detail.CERTIFICATE: Field(
            _("Birth certificate"),
            _("Write the series and the number of the birth certificate."),
            "V-МЮ 123456",
            _("By it the reception recognises the child if there is a mistake in the policy."),
        ),
        Detail.ISSUED_ON: Field(
            _("Policy issued on"),
            _("Write the day when the policy was issued, as DD.MM.YYYY. On a paper policy it is at the top right."),
            "20.04.2018",
            _("It tells a new form of the policy from the one it replaced."),
        ),
        Detail.VALID_UNTIL: Field(
            _("Policy valid until"),
            _("Write the last day of the policy, as DD.MM.YYYY."),
            "31.12.2027",
            _("If no end is printed in the policy, there is none: leave it empty. If there is one, I will remind you."),
        ),
        Detail.ADDRESS: Field(
            _("Where the child lives"),
            _("Write the address where the child really lives."),
            "Москва, Садовая ул., д. 5, кв. 12",
            _("By it a clinic finds the child's district doctor."),
        ),
    }[detail]


def in_full(detail: Detail, value: str) -> str:
    """As its document has it."""
    if detail in {Detail.ISSUED_ON, Detail.VALID_UNTIL}:
        return numeric_date(date.fromisoformat(value))
    return f"{value[:3]}-{value[3:6]}-{value[6:9]} {value[9:]}" if detail is Detail.SNILS else value


def in_fours(number: str) -> str:
    """«7796 1897 8400 0014»; a number of another form stays as its document has it."""
    return grouped(number, " ") if policy_kind(number) is PolicyKind.ENP else number


def in_chat(detail: Detail, value: str) -> str:
    """For a message that stays in the chat: numbers of documents only by their end."""
    if detail in {Detail.SNILS, Detail.CERTIFICATE}:
        return masked(value, shown=2)
    return in_full(detail, value)


def labelled(label: str, value: str) -> str:
    return text("{label}: <b>{value}</b>", label=label, value=value)


def number_label(number: str) -> str:
    return {
        PolicyKind.ENP: _("Policy number"),
        PolicyKind.TEMPORARY: _("Temporary certificate"),
        PolicyKind.OLD: _("Old policy"),
    }[policy_kind(number)]
