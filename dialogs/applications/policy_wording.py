"""Words of applications for a policy that the screens of the parent and of the desk share."""

from __future__ import annotations

from collections.abc import Collection

from bot.core.i18n import N_, gettext as _, spoken_date
from bot.core.patient import masked
from bot.core.people import Sex
from bot.core.policy_form import FormPart, PolicyForm, PolicyReady
from bot.patients.records import Detail
from dialogs.kit.pager import few_lines
from dialogs.patients.details import full_value, labelled

LABELS = {
    FormPart.SEX: N_("Sex"),
    FormPart.NAME: N_("Full name"),
    FormPart.BIRTH_DATE: N_("Date of birth"),
    FormPart.SNILS: N_("SNILS"),
    FormPart.ADDRESS: N_("Address"),
}
NAME_FIRST = (FormPart.NAME, *(each for each in FormPart if each is not FormPart.NAME))
"""the order in which a form is read"""
READY = {
    PolicyReady.RECEPTION: N_("Fetch here"),
    PolicyReady.GOSUSLUGI: N_("On Gosuslugi"),
}


def form_label(part: FormPart) -> str:
    return _(LABELS[part])


def value_of(form: PolicyForm, part: FormPart, *, whole: bool) -> str:
    """Return an answer for people, "" if it is missing; ``whole``: not masked, for the desk alone."""
    match part:
        case FormPart.SEX:
            return sex_word(form.sex)
        case FormPart.NAME:
            return "" if form.name is None else form.name.full
        case FormPart.BIRTH_DATE:
            return "" if form.birth_date is None else spoken_date(form.birth_date)
        case FormPart.SNILS:
            return snils_of(form, whole=whole)
    return form.address


def sex_word(sex: Sex | None) -> str:
    """Return the sex of a child, "" if it is not known."""
    return "" if sex is None else _("boy") if sex is Sex.MALE else _("girl")


def changed_words(parts: Collection[FormPart]) -> str:
    """Return «фамилия, имя, отчество; СНИЛС» for a line, the name first."""
    labels = [form_label(part) for part in NAME_FIRST if part in parts]
    return "; ".join(each if each.isupper() else each[:1].lower() + each[1:] for each in labels)


def snils_of(form: PolicyForm, *, whole: bool) -> str:
    if not form.snils:
        return "" if form.snils is None else _("none")
    return full_value(Detail.SNILS, form.snils) if whole else masked(form.snils, shown=2)


def form_lines(form: PolicyForm, *, whole: bool) -> list[str]:
    """Return a line for each answer, the name first."""
    known = [part for part in NAME_FIRST if value_of(form, part, whole=whole)]
    return few_lines(known, lambda part: labelled(form_label(part), value_of(form, part, whole=whole)))


def short_name(form: PolicyForm) -> str:
    """Return «Мария И.»: the child has no card, so there are no names alike to tell apart."""
    name = form.name
    return "" if name is None else name.short


def ready_word(ready: PolicyReady) -> str:
    return _(READY[ready])
