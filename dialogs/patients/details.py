"""Words for details and policy numbers: prompts, labels and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from bot.core.i18n import gettext as _, spoken_date
from bot.core.patient import Patient, masked
from bot.core.people import PersonName, Sex
from bot.core.typed_text import grouped
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.names import patronymic_fits
from bot.patients.rules.policy_number import policy_kind
from dialogs.kit.pager import few_lines
from dialogs.kit.screen import lines, text
from dialogs.patients import examples


class DetailWording(NamedTuple):
    """The words for one optional detail."""

    label: str
    """for a button, and before the value"""
    prompt: str
    example: str
    benefit: str
    """what the detail helps with"""
    source: str = ""
    """where a parent finds it"""

    @property
    def optional_question(self) -> str:
        """The text of a screen that offers to type the detail."""
        return lines(
            self.prompt,
            example_line(self.example),
            [self.source],
            [self.benefit, _("This is optional: the policy is checked without it.")],
        )


def shown_number(patient: Patient) -> str:
    """Return the policy number for an alert or a paper: in groups, or masked if the account has not typed it."""
    return patient.masked_policy if patient.number_found else grouped_number(patient.policy_number)


def example_line(example: str) -> str:
    return text(_("For example: {example}"), example=example)


def current_line(current: str | None) -> str:
    """Return the line with the value that is about to be replaced, "" if there is none."""
    return text(_("Now it is: {current}"), current=current) if current else ""


def wording_of(detail: Detail) -> DetailWording:
    return {
        Detail.SNILS: DetailWording(
            _("Child's SNILS"),
            _("Write the child's SNILS: 11 digits, spaces and hyphens are fine."),
            examples.SNILS,
            _("It helps where a clinic cannot find the child by the policy."),
            _(
                "It is given by itself after the birth is registered: look on Gosuslugi, or ask an MFC or the Social "
                "Fund."
            ),
        ),
        Detail.CERTIFICATE: DetailWording(
            _("Birth certificate"),
            _("Write the series and the number of the birth certificate."),
            examples.CERTIFICATE,
            _("By it the reception recognises the child if there is a mistake in the policy."),
        ),
        Detail.ISSUED_ON: DetailWording(
            _("Policy issued on"),
            _("Write the day when the policy was issued, as DD.MM.YYYY. On a paper policy it is at the top right."),
            "20.04.2018",
            _("It tells a new form of the policy from the one it replaced."),
        ),
        Detail.VALID_UNTIL: DetailWording(
            _("Policy valid until"),
            _("Write the last day of the policy, as DD.MM.YYYY."),
            "31.12.2027",
            _("If no end is printed in the policy, there is none: leave it empty. If there is one, I will remind you."),
        ),
        Detail.ADDRESS: DetailWording(
            _("Where the child lives"),
            _("Write the address where the child really lives."),
            examples.ADDRESS,
            _("By it a clinic finds the child's district doctor."),
        ),
    }[detail]


def full_value(detail: Detail, value: str) -> str:
    """Return a stored value as it is printed in its document."""
    if detail in {Detail.ISSUED_ON, Detail.VALID_UNTIL}:
        return spoken_date(date.fromisoformat(value))
    return f"{value[:3]}-{value[3:6]}-{value[6:9]} {value[9:]}" if detail is Detail.SNILS else value


def grouped_number(number: str) -> str:
    """Return «7796 1897 8400 0014» for an ENP; numbers of other kinds are printed without groups."""
    return grouped(number, " ") if policy_kind(number) is PolicyKind.ENP else number


def chat_value(detail: Detail, value: str) -> str:
    """Return a value for a message that stays in the chat: document numbers are masked."""
    if detail in {Detail.SNILS, Detail.CERTIFICATE}:
        return masked(value, shown=2)
    return full_value(detail, value)


def detail_lines(details: Mapping[Detail, str]) -> list[str]:
    """Return a line for each known detail, in the order of Detail."""

    def detail_line(detail: Detail) -> str:
        return text(_("{label}: {value}"), label=wording_of(detail).label, value=chat_value(detail, details[detail]))

    return few_lines((detail for detail in Detail if detail in details), detail_line)


def labelled(label: str, value: str) -> str:
    return text("{label}: <b>{value}</b>", label=label, value=value)


def number_label(number: str) -> str:
    return {
        PolicyKind.ENP: _("Policy number"),
        PolicyKind.TEMPORARY: _("Temporary certificate"),
        PolicyKind.OLD: _("Old policy"),
    }[policy_kind(number)]


def name_parts(name: PersonName) -> str:
    """Return a line that says which word of a name was read as which part."""
    if not name.patronymic:
        return text(_("Family name {family}, given name {given}."), family=name.family, given=name.given)
    return text(
        _("Family name {family}, given name {given}, patronymic {patronymic}."),
        family=name.family,
        given=name.given,
        patronymic=name.patronymic,
    )


def patronymic_warning(name: PersonName, sex: Sex) -> str:
    """Return what is said of a patronymic whose ending is one of the other sex."""
    if not name.patronymic or patronymic_fits(name.patronymic, sex):
        return ""
    return (
        _("⚠️ The patronymic ends like a boy's. Check it.")
        if sex is Sex.FEMALE
        else _("⚠️ The patronymic ends like a girl's. Check it.")
    )
